"""The states of a course from day to day, computed once for all days.

What depends on the day need not be computed each night: a course's state changes only on the days
its occasions name, so the read model keeps those days with what begins on them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from catalogue.models import CourseOccasion
from catalogue.presenters.courses import best_of
from catalogue.states import DateKind, OccasionState, OccasionStatus

#: As stored: the ordinal of the first day, the state, the kind of date, its ordinal, the reason.
StoredMoment = tuple[int, str, str, int | None, str]


@dataclass(frozen=True)
class Moment:
    """What holds from a day on, until the next moment."""

    status: OccasionStatus
    reason: str = ""


def timeline(occasions: Sequence[CourseOccasion]) -> list[StoredMoment]:
    """Return the moments of a course by their first day; the first holds from the beginning."""
    moments: list[StoredMoment] = []
    for day in [date.min, *sorted(days_of_change(occasions))]:
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


def days_of_change(occasions: Sequence[CourseOccasion]) -> set[date]:
    """Return the days on which a state may become another."""
    days: set[date] = set()
    for each in occasions:
        days |= {day for day in (each.apply_from, each.starts_on) if day}
        last = each.ends_on or each.starts_on
        over = (each.apply_by, each.late_apply_by, last)
        days |= {day + timedelta(days=1) for day in over if day and day < date.max}
    return days
