"""Numbers and dates in a query, understood as filters: "3 hp", "våren 2027", "uke 5"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from catalogue.choices import CreditSystem

from .analysis import normalise

#: The key of the hidden values of credits.
AMOUNT = "amount"


class WishKind(StrEnum):
    """What a wish is of."""

    CREDITS = "credits"
    TERM = "term"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


@dataclass(frozen=True)
class Wish:
    """A part of a query that is a filter: so many credits, or a first day within some days."""

    kind: WishKind
    #: As it was typed.
    text: str
    #: Of credits: the hidden values any of which will do ("7.5-hp").
    amounts: frozenset[str] = frozenset()
    number: Decimal | None = None
    systems: tuple[str, ...] = ()
    #: Of days: the first and the last.
    first: date | None = None
    last: date | None = None


#: Sixty of either are a year of study: who asks for one means the other too. Those of vocational
#: colleges are others.
_EQUAL = {
    CreditSystem.HP: (CreditSystem.HP, CreditSystem.STP),
    CreditSystem.STP: (CreditSystem.STP, CreditSystem.HP),
}
#: What each is called; the first of the equal ones is what was typed.
_SYSTEMS = {
    **dict.fromkeys(("hp", "högskolepoäng", "høgskolepoeng"), _EQUAL[CreditSystem.HP]),
    **dict.fromkeys(("stp", "sp", "studiepoeng"), _EQUAL[CreditSystem.STP]),
    **dict.fromkeys(("fstp", "fagskolepoeng"), (CreditSystem.FSTP,)),
    "yhp": (CreditSystem.YHP,),
    **dict.fromkeys(("ects", "credits", "credit"), _EQUAL[CreditSystem.HP]),
}
#: Terms by the months they begin and end with.
_TERMS = {
    **dict.fromkeys(("vår", "våren", "vårterminen", "vt", "spring"), (1, 6)),
    **dict.fromkeys(("sommar", "sommaren", "sommer", "sommeren", "summer"), (6, 8)),
    **dict.fromkeys(
        ("høst", "høsten", "haust", "hausten", "höst", "hösten", "höstterminen", "ht", "autumn"),
        (8, 12),
    ),
    "fall": (8, 12),
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar januari january",
            "februar februari february",
            "mars march",
            "april",
            "mai maj may",
            "juni june",
            "juli july",
            "august augusti",
            "september",
            "oktober october",
            "november",
            "desember december",
        ),
        start=1,
    )
    for name in names.split()
}
_YEAR = r"(?P<year>20\d\d)"


def _any(names: object) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_CREDITS = re.compile(
    rf"(?<![\w.,/⁄-])(?P<number>\d{{1,3}}(?:[.,]\d)?)\s*(?P<system>{_any(_SYSTEMS)})(?!\w)"
)
_SHORT_TERM = re.compile(r"(?<!\w)(?P<name>vt|ht)\s?(?P<year>\d\d)(?!\w)")
_TERM = re.compile(rf"(?<!\w)(?P<name>{_any(_TERMS)})\s*[-/]?\s*{_YEAR}(?!\w)")
_MONTH = re.compile(rf"(?<!\w)(?:i\s+|in\s+)?(?P<name>{_any(_MONTHS)})\s+{_YEAR}(?!\w)")
_DAY = re.compile(
    rf"(?<![\w.])(?P<day>\d{{1,2}})\.?\s?(?:(?P<name>{_any(_MONTHS)})\s+|(?P<month>\d{{1,2}})\.\s?)"
    rf"{_YEAR}(?!\w)"
)
_WEEK = re.compile(
    rf"(?<!\w)(?:(?:uke|veke|vecka|week)\s+|v\.?\s?)(?P<week>\d{{1,2}})(?:\s+{_YEAR})?(?!\w)"
)


def wishes_of(text: str, today: date, worded: Collection[str] = ()) -> tuple[list[Wish], str]:
    """Return the wishes in a text, in its order, and the text without them, normalised.

    Those that stand in ``worded`` as they were typed are words of it like others.
    """
    normal = normalise(text)
    found = sorted(_found(normal, today), key=lambda each: each[0])
    kept, rest, at = [], [], 0
    for start, end, wish in found:
        if start >= at:
            is_worded = wish.text in worded
            if not is_worded:
                kept.append(wish)
            rest.append(normal[at : end if is_worded else start])
            at = end
    return kept, " ".join([*rest, normal[at:]])


def _found(text: str, today: date) -> Iterator[tuple[int, int, Wish]]:
    for match in _CREDITS.finditer(text):
        number = Decimal(match["number"].replace(",", "."))
        systems = tuple(map(str, _SYSTEMS[match["system"]]))
        yield (
            *match.span(),
            Wish(
                WishKind.CREDITS,
                match[0].strip(),
                amounts=frozenset(amount(number, system) for system in systems),
                number=number,
                systems=systems,
            ),
        )
    for match in _TERM.finditer(text):
        first, last = _TERMS[match["name"]]
        yield (*match.span(), _days(WishKind.TERM, match[0], int(match["year"]), first, last))
    for match in _SHORT_TERM.finditer(text):
        first, last = _TERMS[match["name"]]
        yield (
            *match.span(),
            _days(WishKind.TERM, match[0], 2000 + int(match["year"]), first, last),
        )
    for match in _DAY.finditer(text):
        day = _one_day(match)
        if day:
            yield (*match.span(), Wish(WishKind.DAY, match[0].strip(), first=day, last=day))
    for match in _MONTH.finditer(text):
        month = _MONTHS[match["name"]]
        yield (*match.span(), _days(WishKind.MONTH, match[0], int(match["year"]), month, month))
    for match in _WEEK.finditer(text):
        week, year = int(match["week"]), match["year"]
        monday = _monday(week, int(year) if year else None, today)
        if monday:
            last = monday + timedelta(days=6)
            yield (*match.span(), Wish(WishKind.WEEK, match[0].strip(), first=monday, last=last))


def _one_day(match: re.Match) -> date | None:
    """Return the day of "1. februar 2027" or "01.02.2027", None where there is none."""
    month = _MONTHS[match["name"]] if match["name"] else int(match["month"])
    try:
        return date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None


def amount(number: Decimal, system: str) -> str:
    """Return the hidden value of so many credits: "7.5-hp"."""
    whole = number.normalize()
    return f"{whole:f}-{system}"


def _days(kind: WishKind, text: str, year: int, first: int, last: int) -> Wish:
    after = date(year + last // 12, last % 12 + 1, 1)
    return Wish(kind, text.strip(), first=date(year, first, 1), last=after - timedelta(days=1))


def _monday(week: int, year: int | None, today: date) -> date | None:
    """Return the first day of a week: of the year that is named, else the next there is."""
    own = today.isocalendar().year
    for each in (year,) if year else (own, own + 1):
        try:
            monday = date.fromisocalendar(each, week, 1)
        except ValueError:
            continue
        if year or monday + timedelta(days=6) >= today:
            return monday
    return None
