"""How many courses each value of a facet would give, counted by the bits of a snapshot."""

from __future__ import annotations

from ..query import CourseQuery, FacetKey
from ..reading import Reading
from ..runs import OF_OCCASIONS, beginning
from .begun import by_month, by_state
from .snapshot import Bits, Counts, Snapshot, counted


def all_of(within: Bits, chosen: dict[FacetKey, Bits], *, but: FacetKey | None = None) -> Bits:
    """Return which of ``within`` hold for every facet's choice, ``but`` one."""
    for key, bits in chosen.items():
        if key != but:
            within &= bits
    return within


def counts(snapshot: Snapshot, within: Bits, chosen: dict[FacetKey, Bits]) -> Counts:
    """Return what each value would give, leaving out its own facet's choice."""
    return {
        key: counted(values, all_of(within, chosen, but=key))
        for key, values in snapshot.values.items()
        if key not in OF_OCCASIONS
    }


def counts_of_occasions(
    snapshot: Snapshot, rest: Bits, query: CourseQuery, reading: Reading
) -> dict[FacetKey, dict[str, int]]:
    """Return the same of states and months, which must hold of one occasion."""
    of_state = beginning(query, reading, but=(FacetKey.STATE,))
    of_month = beginning(query, reading, but=(FacetKey.START,))
    values = {key: snapshot.values.get(key, {}) for key in OF_OCCASIONS}
    if of_state.is_dated:
        values[FacetKey.STATE] = by_state(snapshot, of_state)
    elif of_state.states:  # what the text asks for, whatever is chosen
        values[FacetKey.STATE] = {
            state: bits if state in of_state.states else 0
            for state, bits in values[FacetKey.STATE].items()
        }
    if of_month.is_dated or of_month.states:
        values[FacetKey.START] = by_month(snapshot, of_month)
    known = {key: counted(found, rest) for key, found in values.items() if found}
    # A state that only some occasion has, and no course, is none to speak of where it counts 0.
    return {
        key: {
            value: count
            for value, count in found.items()
            if count or value in snapshot.values.get(key, {})
        }
        for key, found in known.items()
    }
