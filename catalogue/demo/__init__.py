"""A demo: two regions with their people, courses and dates, from the texts in ``content/``.

Everything is made in units, each whole or not at all: a region with its municipalities and forum,
a person with their role, a course with its dates. A unit that is there is left as it is, so that
a second run changes nothing and keeps what people have edited, and an interrupted run goes on
where it stopped. What a unit is recognised by stays when people rename things: an address of a
region, an e-mail, a translation key of a page, a code of an occasion.
"""

from .loader import DemoError, is_loaded, load
from .people import DEMO_PASSWORD, SignIn, sign_ins

__all__ = ["DEMO_PASSWORD", "DemoError", "SignIn", "is_loaded", "load", "sign_ins"]
