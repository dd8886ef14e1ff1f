"""Finds and ranks by points, with one bit a course: as many courses at once as a number is long.

Points are kept as planes of bits, the lowest digit first: plane *i* tells which courses have that
binary digit set in their score. Adding points to thousands of courses is then some operations on
whole numbers, and the best come out without looking at the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from .. import points as worth
from ..reading import Need, Reading, Term, Way
from .snapshot import Bits, positions_of
from .text import Asked

#: Which courses hold any of some tokens.
Lookup = Callable[[Asked], Bits]
#: Which courses have how many points, each course in one of them at most.
Levels = list[tuple[int, Bits]]


class Scores:
    """The points of every course, as planes of bits."""

    def __init__(self) -> None:
        self._planes: list[Bits] = []

    def add(self, bits: Bits, points: int) -> None:
        """Give ``points`` to each course of ``bits``."""
        carry, digit = 0, 0
        while points >> digit or carry:
            if digit == len(self._planes):
                self._planes.append(0)
            plane, addend = self._planes[digit], bits if points >> digit & 1 else 0
            self._planes[digit] = plane ^ addend ^ carry
            carry = (plane & addend) | (carry & (plane ^ addend))
            digit += 1

    def best_first(self, within: Bits) -> Iterator[int]:
        """Yield the positions of ``within`` by points, the most first, then in their order."""
        yield from self._best(within, len(self._planes) - 1)

    def _best(self, within: Bits, digit: int) -> Iterator[int]:
        if digit < 0:
            yield from positions_of(within)
            return
        having = within & self._planes[digit]
        if having:
            yield from self._best(having, digit - 1)
        if rest := within & ~having:
            yield from self._best(rest, digit - 1)


def asked_of(reading: Reading) -> list[Asked]:
    """Return every set of tokens that a reading asks for, each once."""
    return list(
        dict.fromkeys(
            tokens
            for term in reading.terms
            for way in term.ways
            for need in way
            for _points, tokens in need
        )
    )


def met(term: Term, lookup: Lookup) -> Levels:
    """Return the points that courses have for a term, by its best way."""
    found: dict[int, Bits] = {}
    for way in term.ways:
        for points, bits in _way(way, lookup):
            found[points] = found.get(points, 0) | bits
    return _parted(found)


def _way(way: Way, lookup: Lookup) -> Levels:
    sums: Levels | None = None
    for need in way:
        levels = _need(need, lookup)
        if sums is None:
            sums = levels
            continue
        added: dict[int, Bits] = {}
        for points, bits in sums:
            for more, others in levels:
                if both := bits & others:
                    added[points + more] = added.get(points + more, 0) | both
        sums = _parted(added)
    return sums or []


def _need(need: Need, lookup: Lookup) -> Levels:
    return _parted({points: lookup(tokens) for points, tokens in need})


def _parted(found: dict[int, Bits]) -> Levels:
    """Return each course once, with the most points that it has."""
    levels, seen = [], 0
    for points in sorted(found, reverse=True):
        if bits := found[points] & ~seen:
            levels.append((points, bits))
            seen |= bits
    return levels


def holding(levels: Levels) -> Bits:
    """Return the courses that have any points."""
    bits = 0
    for _points, having in levels:
        bits |= having
    return bits


def at_least(number: int, terms: Sequence[Bits], everything: Bits) -> Bits:
    """Return the courses that meet at least ``number`` of the terms."""
    reached = [everything] + [0] * number
    for bits in terms:
        for count in range(number, 0, -1):
            reached[count] |= reached[count - 1] & bits
    return reached[number]


def score(terms: Iterable[tuple[Term, Levels]], bonuses: Iterable[tuple[int, Bits]]) -> Scores:
    """Return the points of every course."""
    scores = Scores()
    for term, levels in terms:
        for points, bits in levels:
            scores.add(bits, worth.EACH_WORD * term.weight + points)
    for points, bits in bonuses:
        scores.add(bits, points)
    return scores
