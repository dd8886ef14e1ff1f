"""What happens by the clock: idempotent jobs, run one tick at a time."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .memberships import sync_all_groups
from .models import ClockLease
from .outbox import send_due
from .throttle import purge_attempts

logger = logging.getLogger(__name__)

LEASE = "tick"
#: A tick that dies keeps the others waiting no longer than this.
LEASE_TIME = timedelta(minutes=10)


def publish_scheduled() -> None:
    """Publish and unpublish pages whose time has come."""
    call_command("publish_scheduled")


def clear_sessions() -> None:
    """Delete sessions that have expired."""
    call_command("clearsessions")


#: Name and job, in the order in which they run. Floors above add theirs in ``ready()``.
JOBS: list[tuple[str, Callable[[], object]]] = [
    ("scheduled publishing", publish_scheduled),
    ("groups of memberships", sync_all_groups),
    ("notices", send_due),
    ("old attempts", purge_attempts),
    ("old sessions", clear_sessions),
]


class ClockBusyError(Exception):
    """Another clock is ticking."""


class Lease:
    """The right to tick until a time."""

    def __init__(self, until: datetime) -> None:
        self.until = until

    def renew(self) -> None:
        """Hold on for as long again. Raises ``ClockBusyError`` if another clock took over."""
        until = timezone.now() + LEASE_TIME
        if not self._own().update(held_until=until):
            raise ClockBusyError
        self.until = until

    def release(self) -> None:
        """Let the next one tick; another's lease is left alone."""
        now = timezone.now()
        self._own().update(held_until=now, last_run=now)

    def _own(self) -> QuerySet:
        return ClockLease.objects.filter(name=LEASE, held_until=self.until)


@contextmanager
def lease() -> Iterator[Lease]:
    """Hold the clock. Raises ``ClockBusyError`` while another process holds it."""
    now = timezone.now()
    with transaction.atomic():
        row, _ = ClockLease.objects.select_for_update().get_or_create(
            name=LEASE, defaults={"held_until": now}
        )
        if row.held_until > now:
            raise ClockBusyError
        row.held_until = now + LEASE_TIME
        row.save(update_fields=["held_until"])
    held = Lease(row.held_until)
    try:
        yield held
    finally:
        held.release()


def tick() -> list[str]:
    """Run every job and return the names of those that failed.

    A job that fails is logged and does not keep the others from running; it is tried again at the
    next tick. Raises ``ClockBusyError`` if another process is ticking.
    """
    failed = []
    with lease() as held:
        for name, job in JOBS:
            held.renew()
            try:
                job()
            except Exception:
                logger.exception("a job of the clock failed: %s", name)
                failed.append(name)
    return failed
