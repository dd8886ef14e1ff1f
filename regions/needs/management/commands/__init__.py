"""Management commands of needs."""
