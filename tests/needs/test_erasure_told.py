"""Whoever asked to be forgotten is told that it is done; their address is stored nowhere for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail

from regions.lifecycle import Actor
from regions.models import Municipality, Notice
from regions.needs import services
from regions.needs.models import NeedContact

from . import makers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("by", ["coordinator", "clock"])
def test_whoever_asked_to_be_forgotten_hears_that_it_is_done(
    place: Municipality,
    django_capture_on_commit_callbacks: Callable,
    by: str,
) -> None:
    need = makers.make_claimed(place, language="sv")
    if by == "clock":
        need = makers.make_declined(place)
    actor = Actor.clock() if by == "clock" else makers.coordinator_of(place.region)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_contact(need, by=actor)
        # Nothing goes out that might be undone yet.
        assert mail.outbox == []
        assert not NeedContact.objects.filter(need=need).exists()
    if by == "clock":  # nobody asked
        assert mail.outbox == []
        return
    [message] = mail.outbox
    assert message.to == ["leder@samkurs.example"]
    assert need.reference in message.subject
    assert "/needs/" not in message.body
    for notice in Notice.objects.all():
        assert "leder@" not in f"{notice.recipient} {notice.facts} {notice.event}"
    assert Notice.objects.get(kind="need_erased").state == Notice.State.SENT


def test_a_mail_server_that_is_away_stops_no_erasure(
    place: Municipality,
    django_capture_on_commit_callbacks: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(message: object) -> None:
        raise OSError

    need = makers.make_declined(place)
    monkeypatch.setattr("django.core.mail.EmailMessage.send", away)
    with django_capture_on_commit_callbacks(execute=True):
        services.erase_contact(need, by=makers.coordinator_of(place.region))
    assert not NeedContact.objects.filter(need=need).exists()
    assert Notice.objects.get(kind="need_erased").state == Notice.State.GIVEN_UP
