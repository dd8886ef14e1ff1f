"""Saved searches: a mail when something new matches, confirmed by mail, at most daily."""
