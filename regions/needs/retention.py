"""What happens to needs by the clock: reminders, expiry, erasure."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from regions.lifecycle import Actor, RefusedError
from regions.outbox import tell

from .guards import RETURNED_FOR, UNSENT_FOR
from .lifecycle import NEED
from .models import Need, NeedState
from .services import erase_contact

#: Whoever was asked back is reminded so long after, and at last nobody waits any longer.
REMINDERS = (timedelta(days=14), timedelta(days=30))


def remind_returned() -> None:
    """Remind those who were asked back; each reminder goes out once, and never two together."""
    now = timezone.now()
    ends = (*REMINDERS[1:], RETURNED_FOR)
    for number, (wait, end) in enumerate(zip(REMINDERS, ends, strict=True), start=1):
        due = Need.objects.filter(
            state=NeedState.RETURNED, returned_at__lte=now - wait, returned_at__gt=now - end
        )
        for key, since in due.values_list("pk", "returned_at"):
            event = f"need:{key}:{since:%Y%m%d%H%M%S}:{number}"
            tell("need_reminder", to=f"need:{key}", event=event)


def expire() -> int:
    """Withdraw what nobody answered or confirmed in time; return how many."""
    now = timezone.now()
    returned = Need.objects.filter(state=NeedState.RETURNED, returned_at__lte=now - RETURNED_FOR)
    unsent = Need.objects.filter(
        state__in=[NeedState.DRAFT, NeedState.UNCONFIRMED], created_at__lte=now - UNSENT_FOR
    )
    return _expire(returned) + _expire(unsent)


def delete_drafts() -> int:
    """Delete drafts that were never sent; return how many.

    A draft that was changed has a log, which stays: it expires instead, and its words are erased.
    """
    old = Need.objects.filter(
        state=NeedState.DRAFT, created_at__lte=timezone.now() - UNSENT_FOR, log__isnull=True
    )
    count = 0
    for key in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Sent in the meantime: then it is no draft any more, once its lock is ours.
            locked = Need.objects.select_for_update(of=("self",)).filter(pk=key)
            if locked.filter(state=NeedState.DRAFT).exists() and not locked.get().log.exists():
                locked.get().delete()
                count += 1
    return count


def due_for_erasure() -> QuerySet:
    """Return the needs whose contact's day has come."""
    return Need.objects.filter(erase_after__lte=timezone.localdate()).order_by("pk")


def erase_due(told: Callable[[Need], object] = lambda _need: None) -> int:
    """Erase the contacts whose day has come; ``told`` hears of each; return how many."""
    count = 0
    for need in due_for_erasure():
        erase_contact(need, by=Actor.clock())
        told(need)
        count += 1
    return count


def _expire(needs: QuerySet) -> int:
    count = 0
    for need in needs:
        try:
            NEED.apply(need, "expire", by=Actor.clock())
        except RefusedError:  # somebody was faster
            continue
        count += 1
    return count


#: Name and job, for the clock.
JOBS = [
    ("reminders of questions", remind_returned),
    ("drafts never sent", delete_drafts),
    ("needs nobody answered", expire),
    ("erasure of contacts", erase_due),
]
