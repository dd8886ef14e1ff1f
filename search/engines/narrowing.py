"""What narrows the courses that words find, in bits: the page, what is chosen, days and wishes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Self

from ..models import entry_key
from ..query import CourseQuery, FacetKey
from ..reading import Reading
from ..readings import reading_of
from ..runs import OF_OCCASIONS, Beginning, beginning
from ..wish import values_of
from .begun import meeting
from .counting import all_of, counts, counts_of_occasions
from .snapshot import Bits, Counts, Snapshot, bits_of


@dataclass(frozen=True)
class Narrowed:
    """What narrows the courses that the words find, by what it stems from."""

    query: CourseQuery
    reading: Reading
    snapshot: Snapshot
    #: The courses that the page is about; those of them with the credits and the form of the text.
    scope: Bits
    wished: Bits
    #: By facet that says nothing of occasions, the courses with what is chosen.
    chosen: dict[FacetKey, Bits]

    @classmethod
    def by(cls, query: CourseQuery, snapshot: Snapshot) -> Self:
        """Return what narrows the courses of a query."""
        reading, scope = reading_of(query, snapshot.version), _scope(query, snapshot)
        chosen = {
            key: bits
            for key, bits in snapshot.chosen(query.choices).items()
            if key not in OF_OCCASIONS
        }
        return cls(query, reading, snapshot, scope, scope & _wished(reading, snapshot), chosen)

    def asked(self, **dropped: object) -> Beginning:
        """Return what is asked of occasions, but for what is dropped."""
        return beginning(self.query, self.reading, **dropped)

    def begun(self, **dropped: object) -> Bits:
        """Return the courses that meet it."""
        return meeting(self.snapshot, self.asked(**dropped))

    @cached_property
    def met(self) -> Bits:
        """The courses that meet all of it."""
        return self.begun()

    def counts(self, within: Bits, hits: Bits) -> Counts:
        """Return what each value would give; ``within`` are the courses before any choice."""
        asked = self.asked()
        if hits == self.scope and not (asked.is_dated or asked.states):
            return self.snapshot.counts_within(self.scope)
        rest = all_of(within, self.chosen)
        return counts(self.snapshot, within & self.met, self.chosen) | counts_of_occasions(
            self.snapshot, rest, self.query, self.reading
        )

    def without(self, within: Bits) -> dict[FacetKey, int]:
        """Return how many courses there would be without the choice of each facet."""
        met, rest = within & self.met, all_of(within, self.chosen)
        found = {key: all_of(met, self.chosen, but=key).bit_count() for key in self.chosen}
        return found | {
            key: (rest & self.begun(but=(key,))).bit_count()
            for key in OF_OCCASIONS
            if self.query.choices.get(key)
        }


def _scope(query: CourseQuery, snapshot: Snapshot) -> Bits:
    """Return the courses that the page is about, one page of each."""
    scope = all_of(snapshot.in_language(query.language), snapshot.chosen(query.scope))
    if query.only is not None:
        keys = (entry_key(page_id, snapshot.slot) for page_id in query.only)
        known = (snapshot.positions[key] for key in keys if key in snapshot.positions)
        scope &= bits_of(known, len(snapshot.ids))
    return scope


def _wished(reading: Reading, snapshot: Snapshot) -> Bits:
    """Return the courses that have the credits and the form that the text asks for."""
    bits = snapshot.everything
    for values in values_of(reading.wishes):
        bits &= reduce(int.__or__, map(snapshot.having, values))
    return bits
