"""What is erased of saved searches by the clock."""

from __future__ import annotations

from django.utils import timezone

from .models import ENDED_FOR, UNCONFIRMED_FOR, Follower, FollowLink, SavedSearch


def erase_old() -> None:
    """Erase what nobody confirmed, what has ended, links that are over, and readers of nothing."""
    now = timezone.now()
    SavedSearch.objects.filter(
        confirmed_at__isnull=True, asked_at__lte=now - UNCONFIRMED_FOR
    ).delete()
    SavedSearch.objects.filter(ended_on__lte=timezone.localdate(now - ENDED_FOR)).delete()
    # A link that is over says so for a while before it is unknown.
    FollowLink.objects.filter(expires_at__lte=now - UNCONFIRMED_FOR).delete()
    Follower.objects.filter(searches__isnull=True, created_at__lte=now - UNCONFIRMED_FOR).delete()
