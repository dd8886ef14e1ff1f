"""Ways of writing a date or a time."""
