"""The state of an occasion, and the one date that matters, by one pure function.

Whatever computes the state elsewhere (SQL, a search index) is tested against ``occasion_status``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class OccasionState(models.TextChoices):
    """The states, in the order of the listing: what one can still apply for comes first."""

    OPEN = "open", _("Open")
    LATE = "late", _("Late application")
    ANNOUNCED = "announced", _("Coming")
    FULL = "full", _("Full")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Deadline passed")
    UNSCHEDULED = "unscheduled", _("No date yet")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", pgettext_lazy("occasion", "Cancelled")


#: Position in the listing, 0 first.
RANK = {state: position for position, state in enumerate(OccasionState)}


class DateKind(models.TextChoices):
    """What the one date that matters is."""

    DEADLINE = "deadline", _("Deadline")
    OPENS = "opens", _("Opens")
    STARTS = "starts", _("Starts")
    ENDS = "ends", _("Ends")
    ENDED = "ended", _("Ended")


@dataclass(frozen=True)
class OccasionDates:
    """What the state depends on. Dates are days in the region's zone, both ends included."""

    starts_on: date | None = None
    ends_on: date | None = None
    continuous: bool = False
    apply_from: date | None = None
    apply_by: date | None = None
    late_apply_by: date | None = None
    seats_total: int | None = None
    seats_taken: int = 0
    cancelled: bool = False

    @property
    def is_full(self) -> bool:
        """Whether every seat is taken; without a number of seats there is always room."""
        return self.seats_total is not None and self.seats_taken >= self.seats_total


@dataclass(frozen=True)
class OccasionStatus:
    """A state with the one date that matters in it."""

    state: OccasionState
    date_kind: DateKind | None = None
    day: date | None = None

    @property
    def sort_key(self) -> tuple[int, bool, int]:
        """Listing order: by state, then the nearest day; what ended lies most recent first."""
        if self.day is None:
            return (RANK[self.state], True, 0)
        number = self.day.toordinal()
        return (
            RANK[self.state],
            False,
            -number if self.state == OccasionState.FINISHED else number,
        )


UNSCHEDULED = OccasionStatus(OccasionState.UNSCHEDULED)


def occasion_status(dates: OccasionDates, today: date) -> OccasionStatus:
    """Return the state of an occasion on ``today``.

    An application that is still possible wins over a course that has begun, since the reader's
    first question is whether one can still apply. Without a deadline one can apply until the day
    before the start; without an end an occasion lasts one day. Nobody waits for applications to
    open where every seat is taken: that is full, not announced.
    """
    if dates.cancelled:
        return OccasionStatus(OccasionState.CANCELLED)
    if dates.starts_on is None and not dates.continuous:
        return UNSCHEDULED
    last_day = dates.ends_on or (None if dates.continuous else dates.starts_on)
    if last_day is not None and last_day < today:
        return OccasionStatus(OccasionState.FINISHED, DateKind.ENDED, last_day)
    begun = dates.starts_on is not None and dates.starts_on <= today
    return _application(dates, today, begun=begun) or _without_application(
        dates, begun=begun, last_day=last_day
    )


def course_status(statuses: Iterable[OccasionStatus]) -> OccasionStatus:
    """Return the status of a course: that of its best occasion, of equals the nearest."""
    return min(statuses, key=lambda status: status.sort_key, default=UNSCHEDULED)


def _application(dates: OccasionDates, today: date, *, begun: bool) -> OccasionStatus | None:
    """Return the status while one can apply, or could were it not full; else None."""
    if dates.apply_from is not None and today < dates.apply_from:
        if begun and not dates.continuous:
            return None
        if dates.is_full:
            return OccasionStatus(*_starting(OccasionState.FULL, dates, begun=begun))
        return OccasionStatus(OccasionState.ANNOUNCED, DateKind.OPENS, dates.apply_from)
    if dates.apply_by is not None:
        in_time = today <= dates.apply_by
    else:
        in_time = dates.continuous or not begun
    late = not in_time and dates.late_apply_by is not None and today <= dates.late_apply_by
    if not in_time and not late:
        return None
    if dates.is_full:
        # Who begins at any time wants to know of seats; else a course that has begun is running.
        if begun and not dates.continuous:
            return None
        return OccasionStatus(*_starting(OccasionState.FULL, dates, begun=begun))
    if late:
        return OccasionStatus(OccasionState.LATE, DateKind.DEADLINE, dates.late_apply_by)
    if dates.apply_by is not None:
        return OccasionStatus(OccasionState.OPEN, DateKind.DEADLINE, dates.apply_by)
    return OccasionStatus(*_starting(OccasionState.OPEN, dates, begun=begun))


def _without_application(
    dates: OccasionDates, *, begun: bool, last_day: date | None
) -> OccasionStatus:
    """Return the status when applications are over."""
    if begun:
        kind = DateKind.ENDS if last_day else None
        return OccasionStatus(OccasionState.RUNNING, kind, last_day)
    return OccasionStatus(*_starting(OccasionState.CLOSED, dates))


def _starting(
    state: OccasionState, dates: OccasionDates, *, begun: bool = False
) -> tuple[OccasionState, DateKind | None, date | None]:
    if dates.starts_on is None or begun:
        return state, None, None
    return state, DateKind.STARTS, dates.starts_on
