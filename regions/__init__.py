"""Who needs what: regions, their municipalities, their forum, and the people with rights."""
