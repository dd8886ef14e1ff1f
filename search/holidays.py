"""Christmas and Easter as people plan by them: "før jul", "starter etter påske 2027".

Each is meant by what begins before or after it; by itself it is a word like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from dateutil.easter import easter

from .leads import end_of_all_after
from .wish import Wish, WishKind

_CHRISTMAS = "jul|jula|julen|juleferien|jullovet|christmas"
_EASTER = "påske|påska|påsken|påskeferien|påsk|påsklovet|easter"
_HOLIDAY = re.compile(
    r"(?<![\w-])(?:(?P<after>etter|efter|after|fra|från|from)|før|före|innan|innen|before)\s+"
    rf"(?:(?P<christmas>{_CHRISTMAS})|{_EASTER})(?:\s+(?P<year>20\d\d))?(?![\w-])"
)
#: So long after a holiday it is still the one that "after" is of.
_LATELY = timedelta(days=31)


def holidays_of(text: str, today: date) -> Iterator[tuple[int, int, Wish]]:
    """Yield what of a normalised text is before or after a holiday, as ``periods_of`` does.

    Without a year it is the next one, or for "after" one that has just been.
    """
    for match in _HOLIDAY.finditer(text):
        span = _christmas if match["christmas"] else _easter
        years = [int(match["year"])] if match["year"] else range(today.year - 1, today.year + 2)
        spans = [span(year) for year in years]
        if match["after"]:
            ends = [last for _first, last in spans if match["year"] or last >= today - _LATELY]
            first = max(ends[0] + timedelta(days=1), today)
            wish = Wish(WishKind.FROM, match[0], first=first, last=end_of_all_after(first))
        else:
            eves = [first - timedelta(days=1) for first, _last in spans]
            last = next((eve for eve in eves if eve >= today), None)
            if last is None:
                continue
            wish = Wish(WishKind.UNTIL, match[0], first=today, last=last)
        yield (*match.span(), wish)


def _christmas(year: int) -> tuple[date, date]:
    return date(year, 12, 24), date(year, 12, 26)


def _easter(year: int) -> tuple[date, date]:
    """Return Maundy Thursday and Easter Monday."""
    sunday = easter(year)
    return sunday - timedelta(days=3), sunday + timedelta(days=1)
