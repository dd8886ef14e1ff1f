"""What the analysis knows of the languages beyond their stems."""
