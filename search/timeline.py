"""The states of a course from day to day, computed once for all days.

What depends on the day need not be computed each night: a course's state changes only on the days
its occasions name, so the read model keeps those days with what begins on them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from catalogue.presenters.courses import best_of
from catalogue.states import DateKind, OccasionState, OccasionStatus

from .courses import Held

#: As stored: the ordinal of the first day, the state, the kind of date, its ordinal, the reason.
StoredMoment = tuple[int, str, str, int | None, str]


@dataclass(frozen=True)
class Moment:
    """What holds from a day on, until the next moment."""

    status: OccasionStatus
    reason: str = ""


def timeline(occasions: Sequence[Held]) -> list[StoredMoment]:
    """Return the moments of a course by their first day; the first holds from the beginning."""
    days = {day for each in occasions for day in each.days_of_change}
    moments: list[StoredMoment] = []
    for day in [date.min, *sorted(days)]:
        status, occasion = best_of(occasions, day)
        stored = (
            day.toordinal(),
            str(status.state),
            str(status.date_kind or ""),
            status.day.toordinal() if status.day else None,
            occasion.cancel_reason if occasion else "",
        )
        if not moments or moments[-1][1:] != stored[1:]:
            moments.append(stored)
    return moments


def at(moments: Sequence[StoredMoment], today: date) -> Moment:
    """Return what holds on ``today``."""
    position = bisect_right(moments, today.toordinal(), key=lambda moment: moment[0]) - 1
    return _moment(*moments[position][1:])


@lru_cache(maxsize=20_000)
def _moment(state: str, kind: str, day: int | None, reason: str) -> Moment:
    """Return the moment that is stored so. Of tens of thousands of courses many share one."""
    status = OccasionStatus(
        OccasionState(state),
        DateKind(kind) if kind else None,
        date.fromordinal(day) if day else None,
    )
    return Moment(status, reason)
