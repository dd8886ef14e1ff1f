"""The one outbox: who is told what, once, in their own language.

Whatever happens writes a ``Notice`` in its own transaction (``tell``). After the commit a task
sends what is due; the clock sends what was left. The row says who by a key such as ``need:12``; the
address is looked up when the mail goes out, and nowhere stored with it. Links with secrets are
minted then too.

A mail is sent at most once, but for a crash between the mail server's yes and our note of it: then
it is sent again after a while, under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from .models import Notice

logger = logging.getLogger(__name__)

#: After the third failure a day passes, and so on; then the notice is given up.
WAITS = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=3), timedelta(days=1))
#: A sender that died is waited for no longer than this.
STUCK = timedelta(minutes=15)


@dataclass(frozen=True)
class Recipient:
    """Where a notice goes, found at the last moment."""

    email: str
    language: str


#: Returns the recipient of a row's key; None if there is nobody (any more).
Resolver = Callable[[int], Recipient | None]
#: Returns what the mail's template shows beside the notice's facts; mints links. "headers" among
#: them are the mail's own beside ours. None where there is nothing to tell any more.
Words = Callable[[Notice], Mapping[str, object] | None]

_resolvers: dict[str, Resolver] = {}
_kinds: dict[str, Words] = {}
#: Kinds that are told as a page beside the text.
_pages: set[str] = set()


def register_recipient(prefix: str, resolver: Resolver) -> None:
    """Say how to find the recipients whose keys begin with ``prefix``."""
    _resolvers[prefix] = resolver


def register_kind(kind: str, words: Words, *, page: bool = False) -> None:
    """Say what a kind of notice tells; its text is ``templates/mail/<kind>.txt``.

    The text's first line is the subject, after an empty line follows the body. With ``page`` there
    is a ``<kind>.html`` as well, for programs that show pages.
    """
    _kinds[kind] = words
    if page:
        _pages.add(kind)


def kinds() -> frozenset[str]:
    """Return the kinds of notices there are."""
    return frozenset(_kinds)


def tell(kind: str, *, to: str, event: str, facts: Mapping[str, object] | None = None) -> Notice:
    """Put a notice into the outbox, unless it is there already, and send it after the commit.

    Raises ``LookupError`` for a kind or a recipient that nobody registered.
    """
    if kind not in _kinds:
        raise LookupError(f"no such kind of notice: {kind}")
    if to.partition(":")[0] not in _resolvers:
        raise LookupError(f"nobody knows how to reach {to}")
    notice, made = Notice.objects.get_or_create(
        kind=kind,
        event=event,
        recipient=to,
        defaults={"facts": dict(facts or {}), "due_at": timezone.now()},
    )
    if made:
        from .tasks import send_notice  # tasks call the outbox

        key = notice.pk
        transaction.on_commit(lambda: send_notice.enqueue(key))
    return notice


def tell_last(kind: str, *, to: str, event: str, facts: Mapping[str, object] | None = None) -> None:
    """Tell somebody whose address is erased in this very transaction, once, after the commit.

    The mail is written now and held in memory alone, so that no address is stored; what fails is
    therefore not tried again.
    """
    now = timezone.now()
    notice, made = Notice.objects.get_or_create(
        kind=kind,
        event=event,
        recipient=to,
        defaults={
            "facts": dict(facts or {}),
            "due_at": now,
            "state": Notice.State.SENDING,
            "taken_at": now,
        },
    )
    message = _message(notice) if made else None
    if message is not None:
        transaction.on_commit(lambda: _send_last(notice, message))


def _send_last(notice: Notice, message: EmailMultiAlternatives) -> None:
    try:
        message.send()
    except Exception as error:  # noqa: BLE001  what was erased stays erased, whatever a server says
        logger.warning("a last notice was not sent: %s, %s", notice.kind, type(error).__name__)
        _settle(notice, Notice.State.GIVEN_UP)
    else:
        _settle(notice, Notice.State.SENT)


def send_due(limit: int = 500) -> int:
    """Send what is due, oldest first; return how many went out. For the clock."""
    now = timezone.now()
    due = Notice.objects.filter(_sendable(now)).values_list("pk", flat=True)[:limit]
    return sum(send(pk) for pk in list(due))


def send(pk: int) -> bool:
    """Send one notice if it is due and nobody else is sending it; return whether it went out."""
    notice = _take(pk)
    if notice is None:
        return False
    try:
        message = _message(notice) if notice.attempts <= len(WAITS) else None
        if message is None:
            return _settle(notice, Notice.State.GIVEN_UP)
        message.send()
    except Exception as error:  # noqa: BLE001  whatever a mail server or a template may do
        # The kind alone: a mail server's words may hold the address.
        logger.warning("a notice was not sent: %s, %s", notice.kind, type(error).__name__)
        return _put_off(notice)
    return _settle(notice, Notice.State.SENT)


def _sendable(now: object) -> Q:
    return Q(state=Notice.State.WAITING, due_at__lte=now) | Q(
        state=Notice.State.SENDING, taken_at__lte=now - STUCK
    )


@transaction.atomic
def _take(pk: int) -> Notice | None:
    now = timezone.now()
    rows = Notice.objects.filter(_sendable(now), pk=pk)
    # A sender that died with this notice in hand counts as a failure: none is tried for ever.
    died = Case(When(state=Notice.State.SENDING, then=1), default=0)
    # One statement, so that of two senders one takes it.
    if not rows.update(state=Notice.State.SENDING, taken_at=now, attempts=F("attempts") + died):
        return None
    return Notice.objects.get(pk=pk)


def _in_hand(notice: Notice) -> QuerySet:
    """Return the notice unless another sender has taken it over since."""
    return Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING, taken_at=notice.taken_at)


def _message(notice: Notice) -> EmailMultiAlternatives | None:
    prefix, _colon, key = notice.recipient.partition(":")
    recipient = _resolvers[prefix](int(key))
    if recipient is None or not recipient.email:
        return None
    with override(recipient.language):
        words = _kinds[notice.kind](notice)
        if words is None:
            return None
        context = {
            **notice.facts,
            **words,
            "base_url": settings.WAGTAILADMIN_BASE_URL.rstrip("/"),
        }
        text = render_to_string(f"mail/{notice.kind}.txt", context)
        page = (
            render_to_string(f"mail/{notice.kind}.html", context) if notice.kind in _pages else ""
        )
    subject, _gap, body = text.strip().partition("\n")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[recipient.email],
        headers={
            "Message-ID": f"<{notice.key}@{domain}>",
            "Auto-Submitted": "auto-generated",
            **words.get("headers", {}),
        },
    )
    if page:
        message.attach_alternative(page.strip(), "text/html")
    return message


def _settle(notice: Notice, state: str) -> bool:
    """Note how it ended; return whether it went out."""
    sent = state == Notice.State.SENT
    _in_hand(notice).update(state=state, sent_at=timezone.now() if sent else None)
    return sent


def _put_off(notice: Notice) -> bool:
    tries = notice.attempts + 1
    given_up = tries > len(WAITS)
    _in_hand(notice).update(
        attempts=tries,
        state=Notice.State.GIVEN_UP if given_up else Notice.State.WAITING,
        due_at=timezone.now() + WAITS[min(tries, len(WAITS)) - 1],
    )
    return False
