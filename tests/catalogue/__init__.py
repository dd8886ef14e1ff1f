"""Courses, their occasions, and the pages on which they stand."""
