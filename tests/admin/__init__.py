"""Own region only: two regions full of things, and a walk over every route of the admin."""
