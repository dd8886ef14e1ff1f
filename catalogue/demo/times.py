"""The demo's past: what happened some time ago is done as if it were then.

Needs and rounds go through the same services as everybody's. These note when something is done, in
logs that nobody can change afterwards, and ask whether it is time. So the clock is set back for
them, and nothing is rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from regions.models import Notice, Region

SATURDAY, DAYS_OF_WEEK = 5, 7
OFFICE_OPENS = time(9)


@contextmanager
def back_then(moment: datetime) -> Iterator[None]:
    """Let everything inside happen at ``moment``. Only for a process that does nothing else."""
    real, then = timezone.now, moment.astimezone(UTC)
    timezone.now = lambda: then
    try:
        yield
    finally:
        timezone.now = real


@contextmanager
def nobody_told() -> Iterator[None]:
    """Make a unit whole or not at all; its notices count as sent: the demo has no mailboxes."""
    last = Notice.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    with transaction.atomic():
        yield
        waiting = Notice.objects.filter(pk__gt=last, state=Notice.State.WAITING)
        waiting.update(state=Notice.State.SENT, sent_at=F("created_at"))


@dataclass(frozen=True)
class Diary:
    """Moments of a region, in days from today; before now if they would be after it."""

    region: Region
    today: date

    def at(self, days: int, hour: time = OFFICE_OPENS) -> datetime:
        """Return the hour on the day that is ``days`` from today."""
        zone = ZoneInfo(self.region.timezone)
        return datetime.combine(self.today + timedelta(days=days), hour, zone)

    def workday(self, days: int, hour: time = OFFICE_OPENS) -> datetime:
        """Return the hour on that day, or on the Monday after it."""
        weekday = (self.today + timedelta(days=days)).weekday()
        return self.at(days + (DAYS_OF_WEEK - weekday if weekday >= SATURDAY else 0), hour)

    def past(self, days: int, hour: time = OFFICE_OPENS) -> datetime:
        """Return the hour on that day, or now where that is earlier."""
        return min(self.at(days, hour), timezone.now())

    def workdays_ago(self, number: int) -> int:
        """Return as days from today the day before which ``number`` working days lie."""
        day = self.today
        while number:
            day -= timedelta(days=1)
            number -= day.weekday() < SATURDAY
        return (day - self.today).days
