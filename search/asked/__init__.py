"""What readers search for, counted by the week: so that editors see what is missing.

Nothing here says who searched: no person, no address, no hour. See docs/decisions/0030.
"""
