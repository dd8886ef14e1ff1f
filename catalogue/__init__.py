"""What is offered: every page type, occasions, providers, and the pages of a new region."""
