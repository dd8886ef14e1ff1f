"""Limits on how often something may be tried, kept in the database.

They hold across workers and a restart. Keys are stored as keyed hashes: no address, no e-mail.
"""

import unicodedata
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Attempt


def count_attempt(scope: str, key: str, *, window: timedelta) -> int:
    """Count one attempt of ``key`` in ``scope`` and return how many there were in this window.

    Windows are fixed: an hour's window begins on the hour.
    """
    start = _window_start(window)
    digest = _digest(scope, key)
    with transaction.atomic():
        attempt, _ = Attempt.objects.get_or_create(key_hash=digest, window_start=start)
        Attempt.objects.filter(pk=attempt.pk).update(count=F("count") + 1)
        return Attempt.objects.values_list("count", flat=True).get(pk=attempt.pk)


def attempts(scope: str, key: str, *, window: timedelta) -> int:
    """Return how many attempts of ``key`` in ``scope`` there were in this window."""
    row = Attempt.objects.filter(
        key_hash=_digest(scope, key), window_start=_window_start(window)
    ).first()
    return row.count if row else 0


def forget_attempts(scope: str, key: str) -> None:
    """Forget the attempts of ``key`` in ``scope``, after a success."""
    Attempt.objects.filter(key_hash=_digest(scope, key)).delete()


def take_back_attempt(scope: str, key: str, *, window: timedelta) -> None:
    """Uncount one attempt of ``key`` in ``scope`` that turned out to be none."""
    Attempt.objects.filter(
        key_hash=_digest(scope, key), window_start=_window_start(window), count__gt=0
    ).update(count=F("count") - 1)


def seconds_left(window: timedelta) -> int:
    """Return how long this window still lasts: at least one second."""
    return int((_window_start(window) + window - timezone.now()).total_seconds()) + 1


def purge_attempts(older_than: timedelta = timedelta(days=1)) -> int:
    """Delete windows that began longer ago than ``older_than``; return how many."""
    deleted, _ = Attempt.objects.filter(window_start__lt=timezone.now() - older_than).delete()
    return deleted


def _digest(scope: str, key: str) -> str:
    # The sign-in form takes letters of one look for one another (NFKC): so must the count, or an
    # address in wide letters would be a fresh one.
    spelling = unicodedata.normalize("NFKC", key).strip().lower()
    return salted_hmac(f"samkurs.throttle.{scope}", spelling, algorithm="sha256").hexdigest()


def _window_start(window: timedelta) -> datetime:
    seconds = int(window.total_seconds())
    now = int(timezone.now().timestamp())
    return datetime.fromtimestamp(now - now % seconds, tz=UTC)
