"""Scores, tie keys and places: the trimmed mean of weighted grades.

Inside, a line is the whole number Σ weight·grade, its value in quarter points, and everything an
item is ordered by is made whole with one common factor, the least common multiple of all numbers
of lines. Integers compare fast and exactly; fractions are what comes out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from .ballots import CountedLine, Tally
from .values import TOP_GRADE, Item

#: The part of M from which a line speaks clearly for an item, tie key (a).
CLEAR_SUPPORT = Fraction(3, 5)
#: The part of M by which unions and municipalities must differ for the meeting to discuss it.
UNION_GAP = Fraction(1, 4)

#: Tie keys in order; through (d) they give a place of its own, after that the place is shared.
TIE_KEYS = ("a", "b", "c", "d", "e", "f", "g")
SHARED_AFTER = 4

#: The five figures that give an item its place, each negated so that less is better.
Order: TypeAlias = tuple[int, int, int, int, int]
#: Whether municipal, and the name: a seat's reference may look like a municipality's code.
Voter: TypeAlias = tuple[bool, str | None]


@dataclass(frozen=True, slots=True)
class Mark:
    """One counted line of the electorate without its name: 0–M, struck by the trim or not."""

    value: Fraction
    struck: bool


@dataclass(frozen=True, slots=True)
class Keys:
    """The tie keys of an item; (g) is its reference.

    ``a``: part of the counted municipal lines with at least 0.6·M. ``b``: median. ``c``: lowest.
    ``d``: co-signing municipalities. ``e``: kroner a seat, None = unknown. ``f``: accepted at.
    """

    a: Fraction
    b: Fraction
    c: Fraction
    d: int
    e: Fraction | None
    f: datetime | None


@dataclass(frozen=True, slots=True)
class Parts:
    """How the two sides graded an item: plain mean of the unions, mean of the municipalities."""

    union_mean: Fraction | None
    municipal_mean: Fraction | None
    flag: bool


def value_of(line: CountedLine, weights: Sequence[int]) -> int:
    """Return a line's value in quarter points, 0 to 4·M."""
    return sum(weight * grade for weight, grade in zip(weights, line.grades, strict=True))


def mean(values: Sequence[int], trim: int) -> Fraction:
    """Return the mean in points of sorted quarter points, ``trim`` struck at each end."""
    kept = values[trim : len(values) - trim]
    return Fraction(sum(kept), TOP_GRADE * len(kept))


class Basis:
    """What one item is ordered by, prepared so that leaving out a ballot costs little."""

    def __init__(self, item: Item, tally: Tally) -> None:
        self.item = item
        self.settings = tally.settings
        self.least_clear = CLEAR_SUPPORT * TOP_GRADE * tally.criteria.ceiling
        weights = [criterion.weight for criterion in tally.criteria.member]
        self.all_lines = tally.lines[item.ref]
        self.lines = sorted(
            ((value_of(line, weights), line) for line in self.all_lines if tally.votes(line)),
            key=lambda pair: pair[0],
        )
        self.values = [value for value, _ in self.lines]
        self.union = sorted(value_of(x, weights) for x in self.all_lines if not x.municipal)
        self.municipal = [value for value, line in self.lines if line.municipal]
        self.clear = sum(value >= self.least_clear for value in self.municipal)
        self.counted = tally.held.get(item.ref, len(self.lines))
        self.insufficient = self.counted < self.settings.least_lines
        self.reach = reach_points(len(item.co_signers), len(tally.municipalities))
        #: The secretariat's score in quarter points.
        self.fixed = tally.criteria.statutory * item.statutory + tally.criteria.reach * self.reach
        self.gap = UNION_GAP * tally.criteria.ceiling

    def order(self, scale: int) -> Order:
        """Return what the item is ordered by; ``scale`` is a multiple of every count of lines."""
        return self._order(self.values, self.clear, len(self.municipal), scale)

    def orders_without(self, scale: int) -> Iterator[tuple[Voter, Order]]:
        """Yield for each voter what the item would be ordered by without that ballot.

        The least number of lines is not asked again: a place is tested, not the basis.
        """
        known: dict[tuple[int, bool], Order] = {}
        for index, (value, line) in enumerate(self.lines):
            alike = (value, line.municipal)
            if alike not in known:
                clear = self.clear - (line.municipal and value >= self.least_clear)
                rest = self.values[:index] + self.values[index + 1 :]
                known[alike] = self._order(rest, clear, len(self.municipal) - line.municipal, scale)
            yield (line.municipal, line.voter), known[alike]

    def _order(self, values: list[int], clear: int, municipal: int, scale: int) -> Order:
        trim, count = self.settings.trim, len(values)
        kept = values[trim : count - trim]
        return (
            -(sum(kept) * (scale // len(kept)) + self.fixed * scale),
            -(clear * (scale // municipal) if municipal else 0),
            -(values[(count - 1) // 2] + values[count // 2]),
            -values[0],
            -len(self.item.co_signers),
        )

    def marks(self) -> tuple[Mark, ...]:
        """Return the distribution, low to high; an insufficient basis is not trimmed."""
        trim = 0 if self.insufficient else self.settings.trim
        last = len(self.values) - trim
        return tuple(
            Mark(Fraction(value, TOP_GRADE), struck=not trim <= place < last)
            for place, value in enumerate(self.values)
        )

    def parts(self) -> Parts:
        """Return how unions and municipalities graded, and whether they are far apart."""
        union = mean(self.union, 0) if self.union else None
        municipal = None
        if self.municipal:
            enough = len(self.municipal) >= self.settings.lines_to_trim
            municipal = mean(self.municipal, self.settings.trim if enough else 0)
        flag = union is not None and municipal is not None and abs(union - municipal) >= self.gap
        return Parts(union, municipal, flag)

    def own_counted(self) -> tuple[str, ...]:
        """Return the municipalities with a need in the item whose line counts."""
        voters = {line.voter for line in self.all_lines if line.municipal}
        return tuple(sorted(self.item.own & voters))

    def score_without_own(self) -> Fraction | None:
        """Return the score without its own municipalities' lines, where enough are left."""
        own = self.item.own
        rest = [v for v, line in self.lines if not (line.municipal and line.voter in own)]
        if len(rest) == len(self.lines) or len(rest) < self.settings.least_lines:
            return None
        return mean(rest, self.settings.trim) + Fraction(self.fixed, TOP_GRADE)


def reach_points(co_signers: int, municipalities: int) -> int:
    """Return the fact points for reach, 0–4: ⌈4·(n−1)/(N−1)⌉, 0 in a region of one."""
    if municipalities <= 1 or co_signers <= 1:
        return 0
    return math.ceil(Fraction(TOP_GRADE * (co_signers - 1), municipalities - 1))


@dataclass(frozen=True, slots=True)
class Place:
    """An item in the order; ``later`` orders those that share ``order`` (keys e, f, g)."""

    basis: Basis
    order: Order
    later: tuple[bool, Fraction, bool, datetime, str]

    @property
    def ref(self) -> str:
        """The item's reference."""
        return self.basis.item.ref


def _later(item: Item) -> tuple[bool, Fraction, bool, datetime, str]:
    cost, accepted = item.cost_per_seat, item.accepted_at
    never = datetime.max.replace(tzinfo=UTC)
    return cost is None, cost or Fraction(), accepted is None, accepted or never, item.ref


def scale_for(bases: Sequence[Basis]) -> int:
    """Return a multiple of every number of lines that can occur."""
    return math.lcm(*range(1, max((len(basis.lines) for basis in bases), default=1) + 1))


def ranked(bases: Sequence[Basis], scale: int) -> list[Place]:
    """Return the items with a sufficient basis from the best down."""
    places = [
        Place(basis, basis.order(scale), _later(basis.item))
        for basis in bases
        if not basis.insufficient
    ]
    return sorted(places, key=attrgetter("order", "later"))


def ranks(places: Sequence[Place]) -> Iterator[tuple[Place, int, bool]]:
    """Yield each place with its shown rank and whether others share it; the next are skipped."""
    rank = 1
    for _, group in groupby(places, key=attrgetter("order")):
        members = list(group)
        for place in members:
            yield place, rank, len(members) > 1
        rank += len(members)


def tie_key(above: Place | None, place: Place) -> str | None:
    """Return the key that put ``place`` below its equal in score; None if scores differ."""
    if above is None or above.order[0] != place.order[0]:
        return None
    for key, better, worse in zip(TIE_KEYS, above.order[1:], place.order[1:], strict=False):
        if better != worse:
            return key
    unknown_cost, cost, unknown_time, accepted, _ = above.later
    if (unknown_cost, cost) != place.later[:2]:
        return "e"
    return "f" if (unknown_time, accepted) != place.later[2:4] else "g"


def keys_of(place: Place, scale: int) -> Keys:
    """Return the figures of an item's tie keys."""
    _, clear, middle, lowest, signers = place.order
    return Keys(
        a=Fraction(-clear, scale),
        b=Fraction(-middle, 2 * TOP_GRADE),
        c=Fraction(-lowest, TOP_GRADE),
        d=-signers,
        e=place.basis.item.cost_per_seat,
        f=place.basis.item.accepted_at,
    )
