"""Forgetting who reported a need, at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regions.models import Municipality
from regions.needs.models import NeedContact, NeedState
from tests import factories

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [makers.make_claimed, makers.make_declined])
def test_a_coordinator_erases_who_reported(desk: Desk, place: Municipality, make: object) -> None:
    need = make(place)
    url = reverse("need_desk:erase", args=[need.pk])
    assert url in text_of(desk.read(need))
    assert "erased for good" in text_of(desk.ask(need, "erase"))
    assert NeedContact.objects.filter(need=need).exists()
    assert desk.take(need, "erase").status_code == 302
    assert not NeedContact.objects.filter(need=need).exists()
    need.refresh_from_db()
    assert need.challenge == ""
    assert need.state in {NeedState.WITHDRAWN, NeedState.DECLINED}
    page = text_of(desk.read(need))
    assert "The contact is erased." in page
    assert url not in page
    again = desk.take(need, "erase")
    assert again.status_code == 302 or "no longer possible" in text_of(again)


def test_an_administrator_erases_and_an_editor_does_not(place: Municipality) -> None:
    need = makers.make_submitted(place)
    editor = Desk(factories.make_member(place.region, "editor"))
    assert editor.take(need, "erase").status_code == 404
    assert NeedContact.objects.filter(need=need).exists()
    admin = Desk(factories.make_admin())
    assert admin.take(need, "erase").status_code == 302
    assert not NeedContact.objects.filter(need=need).exists()
