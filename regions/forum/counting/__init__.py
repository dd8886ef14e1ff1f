"""The arithmetic of a round, exact and without a database; `regions.forum.scoring` is its face."""
