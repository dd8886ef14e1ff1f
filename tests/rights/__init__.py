"""Rights: one table, held against parties, policies and routes."""
