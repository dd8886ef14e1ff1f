"""Which courses have an occasion that meets what is asked of days and states, in bits.

Days, months and states must hold of some one occasion. Courses of one occasion need no look: their
state is its state. See ``search.runs``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from heapq import merge

from ..query import CourseQuery, FacetKey, HiddenKey
from ..runs import JOINABLE, Beginning, looks, order_of
from .snapshot import Bits, Snapshot, bits_of, positions_of

#: A course by its position, with the day by which it stands there.
Placed = tuple[int, date | None]


def meeting(snapshot: Snapshot, asked: Beginning) -> Bits:
    """Return the courses that meet what is asked; without days the course's own state counts."""
    if not asked.is_dated:
        return _in_states(snapshot, asked.states) if asked.states else snapshot.everything
    return _having(snapshot, _days(snapshot, asked), asked.states)


def by_state(snapshot: Snapshot, asked: Beginning) -> dict[str, Bits]:
    """Return by state the courses with such an occasion on one of the days."""
    days = _days(snapshot, asked)
    return {
        state: _having(snapshot, days, (state,)) if not asked.states or state in asked.states else 0
        for state in _states(snapshot)
    }


def by_month(snapshot: Snapshot, asked: Beginning) -> dict[str, Bits]:
    """Return by month the courses with an occasion that begins then and meets what is asked."""
    months: dict[str, list[str]] = {month: [] for month in snapshot.values.get(FacetKey.START, {})}
    for day in _days(snapshot, asked):
        months.setdefault(day[:7], []).append(day)
    return {month: _having(snapshot, days, asked.states) for month, days in months.items()}


def by_start(
    hits: Bits, query: CourseQuery, snapshot: Snapshot, asked: Beginning
) -> Iterator[Placed]:
    """Yield courses by their next start: first what one can join, then what else lies ahead."""
    first = query.today.isoformat()
    days = [day for day in _days(snapshot, asked) if day >= first]
    states = asked.states if asked.is_dated else frozenset()
    joinable = frozenset(map(str, JOINABLE))
    for wanted in (joinable & states if states else joinable, states):
        if wanted or not states:
            for day in days:
                if found := hits & _having(snapshot, (day,), wanted):
                    hits &= ~found
                    yield from ((each, date.fromisoformat(day)) for each in positions_of(found))
    yield from ((each, None) for each in positions_of(hits))


def by_deadline(
    hits: Bits, query: CourseQuery, snapshot: Snapshot, asked: Beginning
) -> Iterator[Placed]:
    """Yield courses by the next day to apply by; of what begins on the days, where some are asked.

    Those without one come last.
    """
    first, several = query.today.isoformat(), 0
    own: dict[str, list[int]] = {}
    if asked.is_dated:
        several = hits & ~snapshot.runs.single
        for position in positions_of(several):
            found = looks(snapshot.run_texts[position], first)
            days = (look.deadline for look in found if look.deadline and asked.takes(look))
            if day := min(days, default=""):
                own.setdefault(day, []).append(position)
    known = snapshot.hidden.get(HiddenKey.DEADLINE, {})
    rest = hits
    for day in sorted(known.keys() | own.keys()):
        placed = [*own.get(day, ()), *positions_of(rest & ~several & known.get(day, 0))]
        if day >= first and placed:
            rest &= ~bits_of(placed, len(snapshot.ids))
            yield from ((position, date.fromisoformat(day)) for position in sorted(placed))
    yield from ((each, None) for each in positions_of(rest))


def by_state_first(
    hits: Bits, query: CourseQuery, snapshot: Snapshot, asked: Beginning
) -> Iterator[int]:
    """Yield courses by the state of the best occasion that meets what is asked, then by title."""
    if not asked.is_dated:
        yield from positions_of(hits)
        return
    today, moved = query.today.isoformat(), []
    several = hits & ~snapshot.runs.single
    for position in positions_of(several):
        found = looks(snapshot.run_texts[position], today)
        order = min(look.order for look in found if asked.takes(look))
        moved.append((order, snapshot.titles[position], snapshot.ids[position], position))
    stay = (
        (order_of(snapshot.moments[each].status), snapshot.titles[each], snapshot.ids[each], each)
        for each in positions_of(hits & ~several)
    )
    yield from (position for *_key, position in merge(sorted(moved), stay))


def _days(snapshot: Snapshot, asked: Beginning) -> list[str]:
    """Return the days that are asked for and on which anything begins, in their order."""
    return [day for day in snapshot.hidden.get(HiddenKey.DAY, {}) if asked.has(day)]


def _states(snapshot: Snapshot) -> set[str]:
    found = {state for states in snapshot.runs.begun.values() for state in states}
    return found | snapshot.values.get(FacetKey.STATE, {}).keys()


def _having(snapshot: Snapshot, days: Iterable[str], states: Iterable[str]) -> Bits:
    """Return the courses with an occasion on one of some days, in one of some states if any."""
    known = snapshot.hidden.get(HiddenKey.DAY, {})
    wanted, single, several = tuple(states), 0, 0
    for day in days:
        single |= known[day]
        if wanted and (begun := snapshot.runs.begun.get(day)):
            for state in wanted:
                several |= begun.get(state, 0)
    if not wanted:
        return single
    return several | (single & snapshot.runs.single & _in_states(snapshot, wanted))


def _in_states(snapshot: Snapshot, states: Iterable[str]) -> Bits:
    known, bits = snapshot.values.get(FacetKey.STATE, {}), 0
    for state in states:
        bits |= known.get(state, 0)
    return bits
