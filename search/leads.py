"""Words before a day that say that something begins then, from then on, or before it.

"Kurs som starter i uke 5", "oppstart februar", "fra 1. mars 2027", "før sommeren".
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from .wish import Wish, WishKind

#: From a day on means up to the end of this many years after it.
YEARS_ON = 3
_BEGINS = (
    r"(?:(?:som|that|which|med|with)\s+)?"
    r"(?:starter|startar|startes|starts?|starting|begynner|begynnar|börjar|byrjar|begins?|beginning"
    r"|(?:kurs|opp|upp)?start(?:dato|datum)?)\s+"
)
_FROM = r"(?:fra|frå|från|from)(?:\s+(?:og|och)\s+med)?|tidligst|tidigast|mellom|mellan|between"
_AFTER = r"etter|efter|after"
_BEFORE = r"før|före|innan|before"
_WITHIN = r"innen|senest|until"
#: "By" is a town too, and "til høsten" is in the autumn: these before days only, or after "fra".
_UNTIL = r"(?:fram\s+)?(?:til|till)(?:\s+(?:og|och)\s+med)?|by"
_LEAD = re.compile(
    rf"(?<![\w-])(?=\w)(?P<begins>{_BEGINS})?"
    rf"(?:(?P<from>{_FROM})\s+|(?P<after>{_AFTER})\s+|(?P<before>{_BEFORE})\s+"
    rf"|(?P<within>{_WITHIN})\s+|(?P<until>{_UNTIL})\s+|(?P<and>og|och|and)\s+)?(?:(?:i|in|på|on|den|the)\s+)*$"
)
#: "Fra våren til høsten", "mellom uke 5 og 8": the second has the word in it.
_TO = re.compile(r"(?:till?|og|och|and)\s")
_SAID = ("from", "after", "before", "within", "until", "and")
#: What a text can say before a day, and no more: looked for at the end of what stands there.
_LONGEST = 60
_ONE_MONTH, _ONE_WEEK = 31, 7


def led(before: str, wish: Wish, today: date, *, is_end: bool = False) -> tuple[int, Wish]:
    """Return how many letters of ``before`` lead to a wish for days, and the wish with them.

    ``is_end``: the days from which on were named just before, so "til" is up to these.
    """
    if wish.first is None or wish.last is None:
        return 0, wish
    match = _LEAD.search(before[-_LONGEST:])
    if not match:
        return 0, _one_ended(wish, "until", today) if is_end and _TO.match(wish.text) else wish
    said = next((name for name in _SAID if match[name]), "")
    if not is_end and (said == "and" or (said == "until" and wish.kind != WishKind.DAY)):
        said = ""
    if not (said or match["begins"]):
        return 0, wish
    begun = replace(wish, text=(match[0] + wish.text).strip())
    if not said or _is_range(wish):
        return len(match[0]), begun
    ended = _one_ended(begun, said, today)
    return (0, wish) if ended is begun else (len(match[0]), ended)


def _one_ended(wish: Wish, said: str, today: date) -> Wish:
    """Return the wish for what begins from its days on or up to them; itself if that is past."""
    first, last = wish.first or today, wish.last or today
    if said in ("from", "after"):
        first = first if said == "from" else last + timedelta(days=1)
        last = end_of_all_after(max(first, today))
        return replace(wish, kind=WishKind.FROM, first=first, last=last)
    last = first - timedelta(days=1) if said == "before" else last
    return replace(wish, kind=WishKind.UNTIL, first=today, last=last) if last >= today else wish


def end_of_all_after(day: date) -> date:
    """Return the last day of what begins from a day on."""
    return date(day.year + YEARS_ON, 12, 31)


def _is_range(wish: Wish) -> bool:
    """Whether both ends are named: "fra februar til april", "fra 1. til 15. mars"."""
    longest = {WishKind.MONTH: _ONE_MONTH, WishKind.WEEK: _ONE_WEEK, WishKind.DAY: 1}.get(wish.kind)
    days = (wish.last - wish.first).days + 1 if wish.first and wish.last else 0
    return longest is not None and days > longest
