"""Saving a search, confirming it and stopping it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.outbox import tell
from regions.throttle import count_attempt

from .matching import AT_ONCE, MOST_COURSES, found_now
from .models import Follower, KnownCourse, SavedSearch
from .wording import current_version, means_nothing, query_of

#: Searches that one reader follows at most.
MOST_SEARCHES = 20
#: Mails that are asked for, in an hour and in a day: to one e-mail, and from one address on the
#: network, which a town hall shares.
WINDOW, DAY = timedelta(hours=1), timedelta(days=1)
MAILS_PER_EMAIL = 6
MAILS_PER_EMAIL_AND_DAY = 10
MAILS_PER_ADDRESS = 30


class TooManyMailsError(Exception):
    """The limit of mails in an hour or a day is reached; nothing was kept."""


class NotNowError(Exception):
    """A search cannot be confirmed; the message says why, to the reader."""


def count_mail(email: str, address: str) -> None:
    """Count a mail that somebody asked for. Raises ``TooManyMailsError`` past any limit.

    The same for an e-mail that is known and one that is not.
    """
    limits = [
        ("saved-email", email, WINDOW, MAILS_PER_EMAIL),
        ("saved-email-day", email, DAY, MAILS_PER_EMAIL_AND_DAY),
        ("saved-address", address, WINDOW, MAILS_PER_ADDRESS),
    ]
    counted = [
        count_attempt(scope, key, window=window) > most for scope, key, window, most in limits
    ]
    if any(counted):
        raise TooManyMailsError


@transaction.atomic
def ask_to_confirm(email: str, *, language: str, query: str, words: str) -> SavedSearch:
    """Keep what somebody wants to follow, and mail them the link that begins it.

    The same once more is one search; it is confirmed anew only where it does not run.
    """
    follower = _follower(email, language)
    search, made = SavedSearch.objects.get_or_create(
        follower=follower, language=language, query=query, defaults={"words": words}
    )
    if not made and not search.is_running:
        search.asked_at, search.confirmed_at, search.ended_on = timezone.now(), None, None
        search.words = words
        search.save()
    tell("saved_confirm", to=f"saved_search:{search.pk}", event=f"asked:{uuid4()}")
    return search


def send_link(email: str) -> None:
    """Mail a link to the searches of an e-mail; nothing where none is confirmed.

    Nobody is told whether there were any.
    """
    followers = Follower.objects.with_email(email).filter(looked_at__isnull=False)
    with transaction.atomic():
        for follower in followers:
            tell("saved_link", to=f"follower:{follower.pk}", event=f"asked:{uuid4()}")


@transaction.atomic
def confirm(search: SavedSearch) -> SavedSearch:
    """Begin to follow: what is found today is known, all else will be new.

    Pressed twice it is one yes. Raises ``NotNowError`` past a limit, or where it means nothing.
    """
    follower = Follower.objects.select_for_update().get(pk=search.follower_id)
    search = SavedSearch.objects.get(pk=search.pk)
    if search.confirmed_at is not None:
        return search
    if follower.searches.running().count() >= MOST_SEARCHES:
        raise NotNowError(
            _("You follow %(number)d searches already, and nobody can follow more. Stop one first.")
            % {"number": MOST_SEARCHES}
        )
    now, today = timezone.now(), timezone.localdate()
    if means_nothing(search, today, current_version()):
        raise NotNowError(_("What it asks for is not there any more."))
    known = found_now(query_of(search, today))
    if len(known) >= MOST_COURSES:
        raise NotNowError(too_wide())
    KnownCourse.objects.filter(search=search).delete()
    KnownCourse.objects.bulk_create(
        [KnownCourse(search=search, translation_key=key) for key in known], batch_size=AT_ONCE
    )
    search.confirmed_at = now
    search.save()
    follower.language = search.language
    follower.looked_at = follower.looked_at or now
    follower.save()
    return search


def too_wide() -> str:
    """Return the word on a search that finds too much to be followed."""
    return _(
        "It finds more than %(number)d courses: too many to be told what is new. Choose more, or "
        "use more words."
    ) % {"number": MOST_COURSES}


@transaction.atomic
def stop(follower: Follower, key: int) -> bool:
    """Stop one search and erase it; return whether the reader has others. One gone is no error."""
    if not Follower.objects.select_for_update().filter(pk=follower.pk).exists():
        return False
    SavedSearch.objects.filter(follower=follower, pk=key).delete()
    left = SavedSearch.objects.filter(follower=follower)
    if not left.exists():
        follower.delete()
        return False
    return left.running().exists()


@transaction.atomic
def stop_all(follower: Follower) -> None:
    """Stop everything and erase the reader."""
    Follower.objects.select_for_update().filter(pk=follower.pk).first()
    Follower.objects.filter(pk=follower.pk).delete()


def _follower(email: str, language: str) -> Follower:
    """Return the locked reader of an e-mail, made where there is none; of two at once one is."""
    known = Follower.objects.with_email(email)
    if not known.exists():
        try:
            with transaction.atomic():
                return Follower.objects.create(email=email, language=language)
        except IntegrityError:  # somebody was faster
            pass
    follower = known.select_for_update().first()
    return follower or Follower.objects.create(email=email, language=language)
