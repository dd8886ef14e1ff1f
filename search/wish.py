"""A part of a query that is a filter: a value that no engine owns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class WishKind(StrEnum):
    """What a wish is of."""

    CREDITS = "credits"
    TERM = "term"
    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    #: From a day on, and up to one.
    FROM = "from"
    UNTIL = "until"
    FORM = "form"


@dataclass(frozen=True)
class Wish:
    """A part of a query that is a filter: so many credits, a form, or a first day."""

    kind: WishKind
    #: As it was typed.
    text: str
    #: The values any of which will do ("amount:7.5-hp"), and states of the day.
    values: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    #: Of forms: what it is known by.
    name: str = ""
    #: Of credits.
    number: Decimal | None = None
    systems: tuple[str, ...] = ()
    #: Of days: the first and the last.
    first: date | None = None
    last: date | None = None


def values_of(wishes: Iterable[Wish]) -> list[frozenset[str]]:
    """Return sets of values: a course must have any value of each.

    Several numbers of credits are one set: a course has but one, and any will do.
    """
    some = list(wishes)
    amounts = frozenset[str]().union(
        *(wish.values for wish in some if wish.kind == WishKind.CREDITS)
    )
    others = (wish.values for wish in some if wish.kind != WishKind.CREDITS)
    return [values for values in (amounts, *others) if values]
