"""Many at once, on a real PostgreSQL."""
