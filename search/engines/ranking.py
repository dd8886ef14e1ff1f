"""Finds and ranks by points, with one bit a course: as many courses at once as a number is long.

Points are kept as planes of bits, the lowest digit first: plane *i* tells which courses have that
binary digit set in their score. Adding points to thousands of courses is then some operations on
whole numbers, and the best come out without looking at the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import zip_longest

from .. import points as worth
from ..reading import Group, Need, Reading, Term, Way
from .snapshot import Bits, positions_of
from .text import Asked

#: Which courses hold any of some tokens.
Lookup = Callable[[Asked], Bits]


class Scores:
    """The points of every course, as planes of bits. A value: sums and maxima are new ones."""

    def __init__(self, planes: Sequence[Bits] = ()) -> None:
        self._planes = list(planes)

    @classmethod
    def each(cls, bits: Bits, points: int) -> Scores:
        """Return ``points`` for each course of ``bits``, none for the others."""
        return cls(bits if points >> digit & 1 else 0 for digit in range(points.bit_length()))

    def __add__(self, other: Scores) -> Scores:
        planes, carry = [], 0
        for one, two in zip_longest(self._planes, other._planes, fillvalue=0):
            planes.append(one ^ two ^ carry)
            carry = (one & two) | (carry & (one ^ two))
        return Scores([*planes, carry] if carry else planes)

    def __or__(self, other: Scores) -> Scores:
        """Return for each course the greater of two scores."""
        pairs = list(zip_longest(self._planes, other._planes, fillvalue=0))
        greater = undecided = 0
        smaller = 0
        for one, two in reversed(pairs):
            greater |= one & ~two & ~smaller
            smaller |= two & ~one & ~greater
            undecided = ~(greater | smaller)
        keep = greater | undecided
        return Scores([(one & keep) | (two & ~keep) for one, two in pairs])

    def within(self, bits: Bits) -> Scores:
        """Return the scores of some courses, none for the others."""
        return Scores([plane & bits for plane in self._planes])

    @property
    def having(self) -> Bits:
        """The courses that have any points."""
        return reduce(int.__or__, self._planes, 0)

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
            for group in need
            for _points, tokens in group
        )
    )


def met(term: Term, lookup: Lookup) -> Scores:
    """Return the points that courses have for a term, by its best way; none: it is not met."""
    return reduce(Scores.__or__, (_way(way, lookup) for way in term.ways), Scores())


def _way(way: Way, lookup: Lookup) -> Scores:
    needs = [_need(need, lookup) for need in way]
    if len(needs) == 1:
        return needs[0]
    both = reduce(int.__and__, (need.having for need in needs))
    return reduce(Scores.__add__, needs).within(both)


def _need(need: Need, lookup: Lookup) -> Scores:
    return reduce(Scores.__add__, (_group(group, lookup) for group in need), Scores())


def _group(group: Group, lookup: Lookup) -> Scores:
    scores, seen = Scores(), 0
    for points, tokens in group:  # the highest first
        if bits := lookup(tokens) & ~seen:
            scores += Scores.each(bits, points)
            seen |= bits
    return scores


def at_least(number: int, terms: Sequence[Bits], everything: Bits) -> Bits:
    """Return the courses that meet at least ``number`` of the terms."""
    reached = [everything] + [0] * number
    for bits in terms:
        for count in range(number, 0, -1):
            reached[count] |= reached[count - 1] & bits
    return reached[number]


def score(terms: Iterable[tuple[Term, Scores]], bonuses: Iterable[tuple[int, Bits]]) -> Scores:
    """Return the points of every course."""
    sums = Scores()
    for term, scores in terms:
        sums += scores + Scores.each(scores.having, worth.EACH_WORD * term.weight)
    for points, bits in bonuses:
        sums += Scores.each(bits, points)
    return sums
