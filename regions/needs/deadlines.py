"""An answer is due within five working days: of receiving a need, and of its submitter's answer.

Whoever claims a need has not answered it: an answer is the first return, acceptance or decline.
Working days are Monday to Friday. Public holidays differ between the countries and are not known
here: around them a need looks a day or two later than it is, never earlier.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q
from django.utils import timezone

from .days import WORKDAYS, due_on
from .models import Need

#: Who has waited longest comes first, then whoever waits for nothing; the same as in Python below.
LONGEST_WAITING = (
    F("waiting_since").asc(nulls_last=True),
    F("submitted_at").asc(nulls_last=True),
    "pk",
)


def working_days_from(first: date, last: date) -> int:
    """Return how many working days come after ``first`` until ``last``; negative if it is over."""
    if last < first:
        return -working_days_from(last, first)
    weeks, rest = divmod((last - first).days, 7)
    days = (first + timedelta(days=each) for each in range(1, rest + 1))
    return weeks * WORKDAYS + sum(day.weekday() < WORKDAYS for day in days)


def is_late(today: date) -> Q:
    """Return the filter for needs whose answer is over its day ``today``."""
    return Q(waiting_since__lt=late_before(today))


def late_before(today: date) -> datetime:
    """Return the moment before which a wait that began then is too long ``today``."""
    day = today
    while due_on(day - timedelta(days=1)) >= today:
        day -= timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


class Urgency(StrEnum):
    """How a need stands towards its next answer; each has its own sign, word and colour."""

    NOT_DUE = "not_due"
    ANSWERED = "answered"
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    IN_TIME = "in_time"


@dataclass(frozen=True)
class FirstAnswer:
    """What is said of the answer that is due, or of the first one once none is.

    ``days`` are working days, left, over or taken.
    """

    urgency: Urgency
    days: int = 0


def first_answer_of(need: Need, today: date) -> FirstAnswer:
    """Return how ``need`` stands ``today`` towards the answer that its submitter waits for."""
    if need.waiting_since is None:
        if not need.answered_at or not need.submitted_at:
            return FirstAnswer(Urgency.NOT_DUE)
        received = timezone.localdate(need.submitted_at)
        taken = working_days_from(received, timezone.localdate(need.answered_at))
        return FirstAnswer(Urgency.ANSWERED, taken)
    due = due_on(timezone.localdate(need.waiting_since))
    left = working_days_from(today, due)
    if due < today:
        return FirstAnswer(Urgency.LATE, max(1, -left))
    if left <= 1:
        return FirstAnswer(Urgency.SOON if left else Urgency.TODAY, left)
    return FirstAnswer(Urgency.IN_TIME, left)
