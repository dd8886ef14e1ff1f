"""What follows from changes to pages."""
