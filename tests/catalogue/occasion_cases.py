"""The table of cases of the state of an occasion, for whatever computes it.

Each case is the days of an occasion, seen from ``TODAY``, and what a reader is to see then. Days
are written as numbers of days from today: -1 is yesterday. SQL and the search index are tested
against the same rows, by ``as_dates`` and ``expected``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from catalogue.states import DateKind, OccasionDates, OccasionState, OccasionStatus

#: A Monday in a leap year's February, so that days before and after cross the month and the year.
TODAY = date(2028, 2, 28)

OPEN, LATE, ANNOUNCED, FULL, RUNNING, CLOSED, UNSCHEDULED, FINISHED, CANCELLED = OccasionState
DEADLINE, OPENS, STARTS, ENDS, ENDED = DateKind


@dataclass(frozen=True)
class Case:
    """Days from today by field, with the state, the kind of its date and the date."""

    name: str
    state: OccasionState
    kind: DateKind | None = None
    day: int | None = None
    days: dict[str, int] = field(default_factory=dict)
    other: dict[str, object] = field(default_factory=dict)
    #: Whether the model would take it: the function answers for what it would not, too.
    valid: bool = True


def as_fields(case: Case, today: date = TODAY) -> dict[str, object]:
    """Return the fields of ``CourseOccasion`` that the state depends on."""
    return {name: today + timedelta(days=number) for name, number in case.days.items()} | case.other


def as_dates(case: Case, today: date = TODAY) -> OccasionDates:
    """Return what the pure function takes."""
    return OccasionDates(**as_fields(case, today))


def expected(case: Case, today: date = TODAY) -> OccasionStatus:
    """Return what it is to answer."""
    day = None if case.day is None else today + timedelta(days=case.day)
    return OccasionStatus(case.state, case.kind, day)


def _row(
    name: str,
    *shown: object,
    total: int | None = None,
    taken: int = 0,
    valid: bool = True,
    **days: object,
) -> Case:
    """Write a case: ``starts`` for ``starts_on`` and so on; flags and seats by their names."""
    names = {
        "starts": "starts_on",
        "ends": "ends_on",
        "opens": "apply_from",
        "by": "apply_by",
        "late": "late_apply_by",
    }
    other = {key: value for key, value in days.items() if key not in names}
    if total is not None:
        other |= {"seats_total": total, "seats_taken": taken}
    numbers = {names[key]: value for key, value in days.items() if key in names}
    return Case(name, *shown, days=numbers, other=other, valid=valid)


#: A course of nine weeks whose application is over or never was: only its own days count.
_SPAN = {"starts": 10, "ends": 73}

CASES = [
    # No day at all.
    _row("nothing known", UNSCHEDULED),
    _row("no day, but seats", UNSCHEDULED, total=20),
    _row("no day, and full", UNSCHEDULED, total=20, taken=20),
    _row("no day, but a deadline", UNSCHEDULED, by=5),
    _row("no day, but a window", UNSCHEDULED, opens=-5, by=5),
    _row("an end without a start", UNSCHEDULED, ends=5, valid=False),
    # Cancelled wins over everything.
    _row("cancelled, no day", CANCELLED, cancelled=True),
    _row("cancelled while open", CANCELLED, cancelled=True, by=5, **_SPAN),
    _row("cancelled while late", CANCELLED, cancelled=True, by=-1, late=5, **_SPAN),
    _row("cancelled while announced", CANCELLED, cancelled=True, opens=5, by=8, **_SPAN),
    _row("cancelled while full", CANCELLED, cancelled=True, total=4, taken=4, **_SPAN),
    _row("cancelled while running", CANCELLED, cancelled=True, starts=-5, ends=5),
    _row("cancelled and past", CANCELLED, cancelled=True, starts=-50, ends=-5),
    _row("cancelled, at any time", CANCELLED, cancelled=True, continuous=True),
    # The window opens: the day before, the day, the day after.
    _row("opens tomorrow", ANNOUNCED, OPENS, 1, opens=1, by=5, **_SPAN),
    _row("opens today", OPEN, DEADLINE, 5, opens=0, by=5, **_SPAN),
    _row("opened yesterday", OPEN, DEADLINE, 5, opens=-1, by=5, **_SPAN),
    _row("opens tomorrow, no deadline", ANNOUNCED, OPENS, 1, opens=1, **_SPAN),
    _row("opens today, no deadline", OPEN, STARTS, 10, opens=0, **_SPAN),
    _row("opens and closes today", OPEN, DEADLINE, 0, opens=0, by=0, **_SPAN),
    _row("opens and closes tomorrow", ANNOUNCED, OPENS, 1, opens=1, by=1, **_SPAN),
    _row("opens on the first day", ANNOUNCED, OPENS, 10, opens=10, **_SPAN),
    _row("opens as it begins, today", RUNNING, ENDS, 20, opens=0, starts=0, ends=20),
    _row("opens after it began", RUNNING, ENDS, 20, opens=1, starts=0, ends=20, valid=False),
    _row("opens next year", ANNOUNCED, OPENS, 400, opens=400, starts=500, ends=510),
    # The deadline.
    _row("deadline tomorrow", OPEN, DEADLINE, 1, by=1, **_SPAN),
    _row("deadline today", OPEN, DEADLINE, 0, by=0, **_SPAN),
    _row("deadline yesterday", CLOSED, STARTS, 10, by=-1, **_SPAN),
    _row("deadline on the first day, tomorrow", OPEN, DEADLINE, 1, by=1, starts=1, ends=9),
    _row("deadline on the first day, today", OPEN, DEADLINE, 0, by=0, starts=0, ends=9),
    _row("deadline on the first day, passed", RUNNING, ENDS, 8, by=-1, starts=-1, ends=8),
    _row("deadline after the start, before it", OPEN, DEADLINE, 5, by=5, starts=1, ends=60),
    _row("deadline after the start, between", OPEN, DEADLINE, 2, by=2, starts=-3, ends=60),
    _row("deadline after the start, passed", RUNNING, ENDS, 60, by=-1, starts=-3, ends=60),
    _row("deadline on the last day", OPEN, DEADLINE, 0, by=0, starts=-9, ends=0),
    _row("no deadline, before the start", OPEN, STARTS, 1, starts=1, ends=9),
    _row("no deadline, far ahead", OPEN, STARTS, 400, starts=400, ends=410),
    # Late applications.
    _row("late until tomorrow", LATE, DEADLINE, 1, by=-1, late=1, **_SPAN),
    _row("late until today", LATE, DEADLINE, 0, by=-1, late=0, **_SPAN),
    _row("late until yesterday", CLOSED, STARTS, 10, by=-2, late=-1, **_SPAN),
    _row("still in time, late follows", OPEN, DEADLINE, 0, by=0, late=5, **_SPAN),
    _row("late on the deadline's own day", OPEN, DEADLINE, 0, by=0, late=0, **_SPAN),
    _row("late after the start", LATE, DEADLINE, 3, by=-9, late=3, starts=-2, ends=60),
    _row("late after the start, over", RUNNING, ENDS, 60, by=-9, late=-1, starts=-2, ends=60),
    _row("late without a deadline", LATE, DEADLINE, 3, late=3, starts=-2, ends=60, valid=False),
    # Seats.
    _row("one seat left", OPEN, DEADLINE, 5, by=5, total=20, taken=19, **_SPAN),
    _row("the last seat taken", FULL, STARTS, 10, by=5, total=20, taken=20, **_SPAN),
    _row("over-full", FULL, STARTS, 10, by=5, total=20, taken=21, valid=False, **_SPAN),
    _row("no seats at all", FULL, STARTS, 10, by=5, total=0, **_SPAN),
    _row("full on the deadline", FULL, STARTS, 10, by=0, total=4, taken=4, **_SPAN),
    _row("full, deadline passed", CLOSED, STARTS, 10, by=-1, total=4, taken=4, **_SPAN),
    _row("full in the late days", FULL, STARTS, 10, by=-1, late=1, total=4, taken=4, **_SPAN),
    _row("full before it opens", FULL, STARTS, 10, opens=1, by=5, total=4, taken=4, **_SPAN),
    _row("full, no deadline", FULL, STARTS, 10, total=4, taken=4, **_SPAN),
    _row("full and begun, one could apply",
          RUNNING, ENDS, 60, by=2, total=4, taken=4, starts=0, ends=60),
    _row("full and past", FINISHED, ENDED, -1, total=4, taken=4, starts=-9, ends=-1),
    _row("seats unknown", OPEN, DEADLINE, 5, by=5, seats_taken=99, **_SPAN),
    # Begins and ends.
    _row("begins tomorrow, closed", CLOSED, STARTS, 1, by=-1, starts=1, ends=9),
    _row("begins today, closed", RUNNING, ENDS, 9, by=-1, starts=0, ends=9),
    _row("began yesterday, closed", RUNNING, ENDS, 9, by=-2, starts=-1, ends=9),
    _row("no deadline, begins today", RUNNING, ENDS, 9, starts=0, ends=9),
    _row("ends tomorrow", RUNNING, ENDS, 1, starts=-9, ends=1),
    _row("ends today", RUNNING, ENDS, 0, starts=-9, ends=0),
    _row("ended yesterday", FINISHED, ENDED, -1, starts=-9, ends=-1),
    _row("one day, tomorrow", OPEN, STARTS, 1, starts=1),
    _row("one day, today", RUNNING, ENDS, 0, starts=0),
    _row("one day, yesterday", FINISHED, ENDED, -1, starts=-1),
    _row("one day with its end, today", RUNNING, ENDS, 0, starts=0, ends=0),
    _row("past, whatever the deadline", FINISHED, ENDED, -1, by=5, starts=-9, ends=-1, valid=False),
    _row("past, whatever opens", FINISHED, ENDED, -1, opens=5, starts=-9, ends=-1, valid=False),
    _row("ended years ago", FINISHED, ENDED, -800, starts=-900, ends=-800),
    # At any time.
    _row("at any time", OPEN, continuous=True),
    _row("at any time, from a day ahead", OPEN, STARTS, 5, continuous=True, starts=5),
    _row("at any time, from today", OPEN, continuous=True, starts=0),
    _row("at any time, begun", OPEN, continuous=True, starts=-5),
    _row("at any time, until a day ahead", OPEN, continuous=True, starts=-5, ends=5),
    _row("at any time, last day today", OPEN, continuous=True, starts=-5, ends=0),
    _row("at any time, until yesterday", FINISHED, ENDED, -1, continuous=True, starts=-5, ends=-1),
    _row("at any time, only an end, over", FINISHED, ENDED, -1, continuous=True, ends=-1),
    _row("at any time, only an end, ahead", OPEN, continuous=True, ends=1),
    _row("at any time, opens tomorrow", ANNOUNCED, OPENS, 1, continuous=True, opens=1),
    _row("at any time, opens today", OPEN, continuous=True, opens=0),
    _row("at any time, begun, opens later",
          ANNOUNCED, OPENS, 5, continuous=True, starts=-5, opens=5),
    _row("at any time, deadline today", OPEN, DEADLINE, 0, continuous=True, by=0),
    _row("at any time, deadline passed", CLOSED, continuous=True, by=-1),
    _row("at any time, late", LATE, DEADLINE, 1, continuous=True, by=-1, late=1),
    _row("at any time, begun and closed", RUNNING, continuous=True, starts=-5, by=-1),
    _row("at any time, begun, closed, ends",
          RUNNING, ENDS, 9, continuous=True, starts=-5, by=-1, ends=9),
    _row("at any time, full", FULL, continuous=True, total=4, taken=4),
    _row("at any time, full, from a day ahead",
          FULL, STARTS, 5, continuous=True, starts=5, total=4, taken=4),
    _row("at any time, full, begun", FULL, continuous=True, starts=-5, total=4, taken=4),
    _row("at any time, full, deadline passed", CLOSED, continuous=True, by=-1, total=4, taken=4),
    _row("at any time, full, begun and closed",
          RUNNING, continuous=True, starts=-5, by=-1, total=4, taken=4),
]  # fmt: skip
