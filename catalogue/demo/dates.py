"""Days of the demo's occasions: seen from today, each in the state the content asks for.

Pure functions: no database. The day of a course is given in one of two ways.

- By term, for courses of a university: a slot of the study year and a number of terms from the
  first term that is still ahead. The slots are the weeks of the seed set of 2027, so the demo's
  dates are the seed dates moved by whole terms, Monday to Sunday.
- By week, for everything else: weeks from this one, and a weekday. What is ahead is moved later
  and what is past earlier, out of the weeks in which nobody arranges courses.

From day and state follow the days of application. That ``catalogue.states`` then computes the
state that was asked for is tested for every day of two years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from catalogue.states import OccasionState

#: ISO weeks in which a slot begins, in a spring and in an autumn term (2027: 18 January and
#: 30 August, 1 February and 13 September, 22 March and 25 October).
SLOTS = {"first": (3, 35), "february": (5, 37), "second": (12, 43)}
#: Days between today and the first slot of the next term, so that one can still apply.
NEXT_TERM_AHEAD = 14
#: Days before the start at which applications close: courses with credits, all others.
LEAD_STUDY, LEAD_SHORT = 21, 5
#: Weeks before the start at which applications open.
OPENS_WEEKS_AHEAD = 16
SATURDAY = 6


@dataclass(frozen=True)
class Timing:
    """When an occasion is, as the content says it; with neither week nor term: no date."""

    state: OccasionState
    term: int | None = None
    slot: str = "first"
    autumn: bool = False
    weeks: int | None = None
    weekday: int = 1
    days: int = 1
    study_weeks: int = 0

    @property
    def length(self) -> int:
        """Days from the first to the last, both counted."""
        return self.study_weeks * 7 or self.days

    @property
    def lead(self) -> int:
        """Days before the start at which applications close."""
        return LEAD_STUDY if self.study_weeks or self.term is not None else LEAD_SHORT


@dataclass(frozen=True)
class Days:
    """The days of an occasion, named as in ``CourseOccasion``."""

    starts_on: date | None = None
    ends_on: date | None = None
    apply_from: date | None = None
    apply_by: date | None = None
    late_apply_by: date | None = None


def days_for(timing: Timing, today: date) -> Days:
    """Return the days with which an occasion is in ``timing.state`` on ``today``."""
    if timing.term is not None:
        start = _term_start(today, timing)
    elif timing.weeks is not None:
        start = _week_start(today, timing)
    else:
        return Days()
    apply_from, apply_by, late = _application(timing, start, today)
    return Days(
        starts_on=start,
        ends_on=start + timedelta(days=timing.length - 1),
        apply_from=apply_from,
        apply_by=apply_by,
        late_apply_by=late,
    )


def _term_start(today: date, timing: Timing) -> date:
    """Return the Monday of the slot, ``timing.term`` terms from the first that is ahead."""
    earliest = today + timedelta(days=NEXT_TERM_AHEAD)
    # Terms counted from the year 0: even ones are springs, odd ones autumns.
    term = next(
        number
        for number in range(2 * today.year, 2 * today.year + 4)
        if _slot_day(number, "first") >= earliest
    )
    if timing.autumn and term % 2 == 0:
        term += 1
    return _slot_day(term + timing.term, timing.slot)


def _slot_day(term: int, slot: str) -> date:
    return date.fromisocalendar(term // 2, SLOTS[slot][term % 2], 1)


def _week_start(today: date, timing: Timing) -> date:
    day = _monday(today) + timedelta(weeks=timing.weeks, days=timing.weekday - 1)
    if timing.state == OccasionState.RUNNING:
        return day
    step = timedelta(weeks=1 if timing.weeks > 0 else -1)
    while any(_is_quiet(day + timedelta(days=offset)) for offset in range(min(timing.days, 7))):
        day += step
    return day


def _is_quiet(day: date) -> bool:
    """Whether courses are unlikely: Christmas, July, and the public holidays of a fixed day."""
    return (
        (day.month, day.day) >= (12, 20)
        or (day.month, day.day) <= (1, 6)
        or day.month == 7  # noqa: PLR2004  July
        or (day.month, day.day) in {(5, 1), (5, 17), (6, 6)}
    )


def _application(
    timing: Timing, start: date, today: date
) -> tuple[date | None, date | None, date | None]:
    """Return when applications open, close, and close for latecomers."""
    opened = min(start - timedelta(weeks=OPENS_WEEKS_AHEAD), today - timedelta(days=30))
    deadline = _workday(start - timedelta(days=timing.lead), later=False)
    match timing.state:
        case OccasionState.OPEN | OccasionState.FULL:
            return opened, max(deadline, _workday(today + timedelta(days=4))), None
        case OccasionState.LATE:
            until = min(start - timedelta(days=1), _workday(today + timedelta(days=8)))
            return opened, _workday(today - timedelta(days=4), later=False), until
        case OccasionState.ANNOUNCED:
            opens = _opening(start, today)
            return opens, max(deadline, opens + timedelta(days=3)), None
        case OccasionState.CLOSED:
            return opened, _workday(today - timedelta(days=3), later=False), None
        case _:
            return start - timedelta(weeks=OPENS_WEEKS_AHEAD), deadline, None


def _opening(start: date, today: date) -> date:
    """Return the first of a month some months ahead of ``start``, or else a Monday soon."""
    first = (start - timedelta(weeks=OPENS_WEEKS_AHEAD)).replace(day=1)
    if first > today:
        return first
    next_month = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    if next_month + timedelta(weeks=2) <= start and next_month > today:
        return next_month
    return _monday(today) + timedelta(weeks=1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _workday(day: date, *, later: bool = True) -> date:
    """Return ``day``, or for a weekend the Monday after it or the Friday before it."""
    if day.isoweekday() < SATURDAY:
        return day
    return (
        day + timedelta(days=8 - day.isoweekday())
        if later
        else day - timedelta(days=day.isoweekday() - 5)
    )
