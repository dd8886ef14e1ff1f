"""A part of a query that is a filter: a value that no engine owns."""

from __future__ import annotations

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
