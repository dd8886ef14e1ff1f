"""Searches of the demo's readers, so that the list of them shows what it is for."""

from __future__ import annotations

from datetime import date, timedelta

from ..models import AskedFor
from .counting import Search, monday
from .gaps import periods_over

NORWAY, SWEDEN = "kongsbergregionen", "vasternorrland"
CARE, SCHOOLS = "health-and-care", "childhood-and-schools"
#: The search; how often in the latest weeks that are shown together and in each before; without a
#: course and with one opened of all of them, in that order. Some are too few to be shown.
SEARCHES = (
    (Search("vergemål", "nb", NORWAY), (3, 5, 4, 2), 14, 0),
    (Search("vergemål", "nb", NORWAY, CARE), (2, 3, 1, 1), 7, 0),
    (Search("hørselshemmede", "nb", NORWAY, CARE), (1, 2, 2, 1), 6, 0),
    (Search("krypsiv", "nb", NORWAY), (1, 1), 2, 0),
    (Search("demens", "nb", NORWAY, CARE), (9, 12, 7, 11), 0, 21),
    (Search("legemidler", "nb", NORWAY), (6, 8, 5, 4), 0, 15),
    (Search("arbeidsvarsling", "nb"), (2, 2, 3, 1), 8, 0),
    (Search("god man", "sv", SWEDEN), (4, 3, 6, 2), 15, 0),
    (Search("teckenspråk", "sv", SWEDEN, SCHOOLS), (2, 1, 2, 2), 7, 0),
    (Search("socialrätt", "sv", SWEDEN), (5, 4, 6, 3), 0, 0),
    (Search("klarspråk", "sv", SWEDEN), (7, 5, 8, 6), 0, 17),
    (Search("snöröjning", "sv", SWEDEN), (1, 2), 3, 0),
)


def ensure_searches(today: date) -> int:
    """Make them where nothing was searched for yet; return how many rows are new."""
    if AskedFor.objects.exists():
        return 0
    latest = next((span.last for span in periods_over()), monday(today))
    rows = []
    for search, numbers, missed, opened in SEARCHES:
        left = [missed, opened]
        for back, total in enumerate(numbers):
            without = min(total, left[0])
            clicks = min(total - without, left[1])
            left = [left[0] - without, left[1] - clicks]
            key = search.key(latest - timedelta(weeks=back))
            rows.append(AskedFor(**key, total=total, without_hits=without, with_clicks=clicks))
    return len(AskedFor.objects.bulk_create(rows))
