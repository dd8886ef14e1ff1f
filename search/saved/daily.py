"""The daily look: what is new for each reader, told in one mail."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from regions.outbox import tell

from .matching import AT_ONCE, changed_since, found_among, note_changes
from .models import Follower, KnownCourse, SavedSearch
from .wording import current_version, means_nothing, query_of

logger = logging.getLogger(__name__)

#: The hour of the site's zone from which readers are told of what came since the day before.
HOUR = time(6)
#: A look goes on at the next tick after so long, so that other jobs have their turn.
PATIENCE = timedelta(minutes=4)


class NotLookedForError(Exception):
    """Some readers could not be looked for; the log says why. The next tick tries again."""


def tell_what_is_new() -> int:
    """Look through what changed for every reader who is due, and return how many were told.

    Each reader once a day, in a transaction of their own: interrupted, it goes on with those who
    are left, and of two at once one looks. A reader who fails keeps nobody else waiting.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    since = timezone.make_aware(datetime.combine(today, HOUR))
    if now < since:
        return 0
    due = _due(since)
    if not due:
        return 0
    note_changes(now, today)
    version = current_version()
    # Nearly all were looked for by the same run the day before.
    changed = lru_cache(maxsize=8)(changed_since)
    told = failed = 0
    for key in due:
        if timezone.now() - now > PATIENCE:
            break
        try:
            told += _look_for(key, since=since, now=now, version=version, changed=changed)
        except Exception as error:  # noqa: BLE001  one reader's failure is not another's
            # Its class alone: its words may hold what a reader typed.
            logger.warning("saved searches of one reader failed: %s", type(error).__name__)
            failed += 1
    if failed:
        raise NotLookedForError(f"{failed} of {len(due)}")
    return told


def _due(since: datetime) -> list[int]:
    running = SavedSearch.objects.running().values("follower")
    due = Follower.objects.filter(looked_at__lt=since, pk__in=running)
    return list(due.order_by("looked_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def _look_for(
    key: int,
    *,
    since: datetime,
    now: datetime,
    version: UUID | None,
    changed: Callable[[datetime], frozenset[int]],
) -> bool:
    """Look for one reader, unless somebody else has; return whether there is something to tell."""
    due = Follower.objects.select_for_update().filter(pk=key, looked_at__lt=since)
    follower = due.first()
    if follower is None:
        return False
    today = timezone.localdate(now)
    pages = changed(follower.looked_at)
    news = False
    for search in follower.searches.running().order_by("pk"):
        if means_nothing(search, today, version):
            search.ended_on = today
            search.save(update_fields=["ended_on"])
            news = True
        elif pages and _keep_what_is_new(search, pages, today):
            news = True
    follower.looked_at = now
    if news:
        follower.mailed_on = today
        event = f"news:{today.isoformat()}"
        facts = {"day": today.isoformat()}
        tell("saved_news", to=f"follower:{follower.pk}", event=event, facts=facts)
    follower.save(update_fields=["looked_at", "mailed_on"])
    return news


def _keep_what_is_new(search: SavedSearch, pages: frozenset[int], today: date) -> bool:
    """Keep which of the changed pages a search finds for the first time; return whether any is."""
    found = found_among(query_of(search, today), pages)
    if not found:
        return False
    known = search.known.values_list("translation_key", flat=True)
    if len(found) <= AT_ONCE:  # more than these can be too many to name
        known = known.filter(translation_key__in=found)
    new = found - set(known)
    KnownCourse.objects.bulk_create(
        [KnownCourse(search=search, translation_key=key, told_on=today) for key in sorted(new)],
        batch_size=AT_ONCE,
    )
    return bool(new)
