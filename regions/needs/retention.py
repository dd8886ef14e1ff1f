"""What happens to needs by the clock: reminders, expiry, erasure."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from regions.lifecycle import Actor, RefusedError
from regions.outbox import tell

from .lifecycle import NEED
from .models import Need, NeedState
from .services import erase_contact

#: Whoever was asked back is reminded, and after a while nobody waits any longer.
REMINDERS = (timedelta(days=14), timedelta(days=30))
RETURNED_FOR = timedelta(days=60)
#: Drafts, and needs whose e-mail nobody confirmed.
UNSENT_FOR = timedelta(days=90)


def remind_returned() -> int:
    """Remind those who were asked back; each reminder goes out once."""
    now = timezone.now()
    for number, wait in enumerate(REMINDERS, start=1):
        due = Need.objects.filter(state=NeedState.RETURNED, returned_at__lte=now - wait)
        for key, since in due.values_list("pk", "returned_at"):
            event = f"need:{key}:{since:%Y%m%d%H%M%S}:{number}"
            tell("need_reminder", to=f"need:{key}", event=event)
    return 0


def expire() -> int:
    """Withdraw what nobody answered or confirmed in time; return how many."""
    now = timezone.now()
    returned = Need.objects.filter(state=NeedState.RETURNED, returned_at__lte=now - RETURNED_FOR)
    unconfirmed = Need.objects.filter(state=NeedState.UNCONFIRMED, created_at__lte=now - UNSENT_FOR)
    return _expire(returned) + _expire(unconfirmed)


def delete_drafts() -> int:
    """Delete drafts that were never sent; return how many."""
    old = Need.objects.filter(
        state=NeedState.DRAFT, created_at__lte=timezone.now() - UNSENT_FOR, log__isnull=True
    )
    count = 0
    for need in old:
        need.delete()
        count += 1
    return count


def erase_due() -> int:
    """Erase the contacts whose day has come; return how many."""
    due = Need.objects.filter(erase_after__lte=timezone.localdate(), contact__isnull=False)
    return sum(erase_contact(need) for need in due)


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
    ("needs nobody answered", expire),
    ("drafts never sent", delete_drafts),
    ("erasure of contacts", erase_due),
]
