"""The desk of editors and coordinators for what is on offer."""
