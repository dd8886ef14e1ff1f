"""Management commands of rounds."""
