"""The screens of search in the admin."""
