"""The outbox: everyone is told once, in their language, whatever the mail server does."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from regions import outbox
from regions.models import Notice
from regions.outbox import Recipient, send, send_due, tell

pytestmark = pytest.mark.django_db
State = Notice.State
ADDRESS = "hemmelig.person@fjell.example"
LANGUAGES = {1: "nb", 2: "sv", 3: "en"}


class MailServerDiedError(BaseException):
    """The process is killed while it talks to the mail server."""


class FailingBackend(BaseEmailBackend):
    """A mail server that says no, with the address in its words."""

    def send_messages(self, messages: list) -> int:
        raise OSError(f"550 {ADDRESS} rejected")


class DyingBackend(BaseEmailBackend):
    """A sender that is killed after the mail server's yes."""

    def send_messages(self, messages: list) -> int:
        mail.outbox.extend(messages)
        raise MailServerDiedError


@pytest.fixture(autouse=True)
def _told(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One kind of notice, and recipients 1 to 3, each with a language of their own."""

    def resolve(key: int) -> Recipient | None:
        return Recipient(f"{key}.{ADDRESS}", LANGUAGES[key]) if key in LANGUAGES else None

    monkeypatch.setitem(outbox._resolvers, "tested", resolve)
    monkeypatch.setitem(outbox._kinds, "tested", lambda notice: {"word": "x"})
    monkeypatch.setattr(
        outbox,
        "render_to_string",
        lambda name, context: f"Emne på\r\n\n{get_language()} {context['word']}",
    )
    return


def wait(notice: Notice, **fields: object) -> Notice:
    Notice.objects.filter(pk=notice.pk).update(**fields)
    notice.refresh_from_db()
    return notice


def past() -> object:
    return timezone.now() - timedelta(days=2)


def test_an_event_is_told_once_to_each(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            for key in LANGUAGES:
                tell("tested", to=f"tested:{key}", event="happened:1")
    assert sorted(message.to[0] for message in mail.outbox) == [
        f"{key}.{ADDRESS}" for key in LANGUAGES
    ]
    assert sorted(message.body.split()[0] for message in mail.outbox) == ["en", "nb", "sv"]
    assert {message.subject for message in mail.outbox} == {"Emne på"}
    assert send_due() == 0
    assert len(mail.outbox) == 3
    tell("tested", to="tested:1", event="happened:2")
    assert send_due() == 1


def test_what_is_rolled_back_tells_nobody(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        tell("tested", to="tested:1", event="happened:1")
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize(("kind", "to"), [("unheard", "tested:1"), ("tested", "unheard:1")])
def test_what_nobody_registered_is_refused(kind: str, to: str) -> None:
    with pytest.raises(LookupError):
        tell(kind, to=to, event="happened:1")
    assert not Notice.objects.exists()


def test_a_mail_server_that_fails_is_tried_later_and_later_and_at_last_no_more(
    settings: object, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
    notice = tell("tested", to="tested:1", event="happened:1")
    waits = []
    with caplog.at_level(logging.DEBUG):
        for tries in range(1, len(outbox.WAITS) + 1):
            before = timezone.now()
            assert not send(notice.pk)
            notice.refresh_from_db()
            assert (notice.state, notice.attempts) == (State.WAITING, tries)
            waits.append(round((notice.due_at - before).total_seconds()))
            assert not send(notice.pk), "it is not due yet"
            assert send_due() == 0
            wait(notice, due_at=past())
        assert not send(notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == (State.GIVEN_UP, len(outbox.WAITS) + 1)
    assert waits == [60, 900, 10_800, 86_400]
    assert ADDRESS not in caplog.text
    assert "a notice was not sent" in caplog.text
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due() == 0


def test_a_mail_server_that_is_back_gets_the_mail_once(settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
    notice = tell("tested", to="tested:2", event="happened:1")
    send(notice.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    wait(notice, due_at=past())
    assert send_due() == 1
    assert send_due() == 0
    assert len(mail.outbox) == 1
    notice.refresh_from_db()
    assert notice.state == State.SENT
    assert notice.sent_at is not None


def test_a_sender_that_died_is_followed_under_the_same_message_id(settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    notice = tell("tested", to="tested:1", event="happened:1")
    with pytest.raises(MailServerDiedError):
        send(notice.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due() == 0, "it may still be alive"
    wait(notice, taken_at=timezone.now() - outbox.STUCK - timedelta(seconds=1))
    assert send_due() == 1
    first, second = (message.extra_headers["Message-ID"] for message in mail.outbox)
    assert first == second


def test_a_notice_that_kills_every_sender_is_given_up(settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DyingBackend"
    notice = tell("tested", to="tested:1", event="happened:1")
    for _ in range(len(outbox.WAITS) + 1):
        with pytest.raises(MailServerDiedError):
            send(notice.pk)
        wait(notice, taken_at=past())
    assert not send(notice.pk)
    notice.refresh_from_db()
    assert notice.state == State.GIVEN_UP


def test_of_two_senders_one_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    notice = tell("tested", to="tested:1", event="happened:1")
    real = outbox._message
    others: list[bool] = []

    def meanwhile(row: Notice) -> object:
        others.append(send(row.pk))
        return real(row)

    monkeypatch.setattr(outbox, "_message", meanwhile)
    assert send(notice.pk)
    assert others == [False]
    assert len(mail.outbox) == 1


def test_a_sender_that_was_taken_over_changes_nothing_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notice = tell("tested", to="tested:1", event="happened:1")
    real = outbox._message

    def slow(row: Notice) -> object:
        monkeypatch.setattr(outbox, "_message", real)
        wait(row, taken_at=past())
        assert send(row.pk), "another takes over"
        raise OSError("the slow one fails after all")

    monkeypatch.setattr(outbox, "_message", slow)
    assert not send(notice.pk)
    notice.refresh_from_db()
    assert notice.state == State.SENT
    assert send_due() == 0
    assert len(mail.outbox) == 1


def test_whoever_is_gone_is_told_nothing() -> None:
    notice = tell("tested", to="tested:9", event="happened:1")
    assert not send(notice.pk)
    notice.refresh_from_db()
    assert notice.state == State.GIVEN_UP
    assert mail.outbox == []


def test_no_row_holds_an_address() -> None:
    for key in LANGUAGES:
        tell("tested", to=f"tested:{key}", event="happened:1")
    send_due()
    assert len(mail.outbox) == 3
    assert ADDRESS not in str(list(Notice.objects.values()))


def test_a_silent_mail_server_is_not_waited_for_longer_than_a_sender_that_died(
    settings: object,
) -> None:
    assert 0 < settings.EMAIL_TIMEOUT < outbox.STUCK.total_seconds()
