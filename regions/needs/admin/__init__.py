"""The coordinator's desk: the queue of needs, and the shared needs of the region."""
