"""The chair's page: what the chair of the forum decides, and nobody else there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.models import Region, User
from tests import factories
from tests.admin.walker import form_data
from tests.needs import makers as needs

from . import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def chair(region: Region) -> User:
    makers.make_forum(region)
    user = makers.chair_of(region)
    user.language = "en"
    user.save()
    return user


def _client(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def _url(planning_round: PlanningRound) -> str:
    return reverse("workspace:chair", args=[planning_round.pk])


def _text(response: object) -> str:
    return " ".join(response.content.decode().split())


def test_the_chair_takes_a_need_out_and_the_others_stay(region: Region, chair: User) -> None:
    row = makers.opened(region)
    item = row.items.first()
    client = _client(chair)
    page = client.get(_url(row))
    assert "Take a need out" in _text(page)
    assert "Close the ballots" not in _text(page)
    said = {"step": "withdraw_item", "item": item.pk, "seen": row.version}
    refused = client.post(_url(row), said | {"text": ""})
    assert "Write something here." in _text(refused)
    item.refresh_from_db()
    assert item.withdrawn_at is None
    assert client.post(_url(row), said | {"text": "Kommunen trekker det."}).status_code == 302
    item.refresh_from_db()
    assert item.withdrawn_at is not None
    assert row.items.filter(withdrawn_at__isnull=True).count() == 2
    assert row.log.last().party == "chair"


def test_what_was_typed_stays_when_somebody_was_faster(region: Region, chair: User) -> None:
    row = makers.frozen(region)
    client = _client(chair)
    seen = row.version
    row.title = "Endret"
    row.save()
    said = {"step": "unfreeze", "seen": seen, "text": "Min grunn."}
    answer = client.post(_url(row), said)
    assert "Somebody has changed this since you opened it." in _text(answer)
    assert "Min grunn." in _text(answer)
    row.refresh_from_db()
    assert row.state == "frozen"
    ROUND.apply(row, "cancel", by=needs.coordinator_of(region), text="Avlyst.")
    answer = client.post(_url(row), said)
    assert "This is no longer possible: it is “cancelled” now." in _text(answer)
    assert "Min grunn." in _text(answer)


def test_the_chair_decides_in_the_meeting(region: Region, chair: User) -> None:
    row = makers.opened(region)
    row = makers.end_pass(row)
    by = needs.coordinator_of(region)
    row = ROUND.apply(row, "extend", by=by)
    row = ROUND.apply(makers.end_pass(row), "deliberate", by=by)
    client = _client(chair)
    page = _text(client.get(_url(row)))
    assert "There was no quorum" in page
    for label in ("Record a departure from the order", "Say what becomes of each need"):
        assert label in page
    said = {f"outcome_{item.pk}": "prioritised" for item in row.items.all()}
    answer = client.post(_url(row), {"step": "settle", "seen": row.version, **said})
    assert answer.status_code == 302
    row.refresh_from_db()
    said = {"step": "decide", "seen": row.version, "case_no": "031/27"}
    assert client.post(_url(row), said).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.log.last().actor) == ("decided", chair)
    assert "There is nothing for the chair to decide" in _text(client.get(_url(row)))


def test_nobody_but_the_chair_of_the_region_finds_the_page(region: Region, chair: User) -> None:
    row = makers.opened(region)
    other = factories.make_region()
    makers.make_forum(other, municipalities=1, unions=0)
    member = row.seats.filter(is_chair=False).first().seat.holders.get().user
    said = {"step": "withdraw_item", "item": row.items.first().pk, "seen": row.version, "text": "x"}
    for who in (member, makers.chair_of(other)):
        assert _client(who).get(_url(row)).status_code == 404
        assert _client(who).post(_url(row), said).status_code == 404
    for who in (needs.coordinator_of(region), factories.make_admin()):
        assert _client(who).get(_url(row)).status_code in {403, 404}
        assert _client(who).post(_url(row), said).status_code in {403, 404}
    stranger = Client().get(_url(row))
    assert (stranger.status_code, "sign-in" in stranger["Location"]) == (302, True)
    client = _client(chair)
    for step in ("close", "publish", "nothing", "open\x00"):
        assert client.post(_url(row), {**said, "step": step}).status_code == 404
    assert client.get(reverse("workspace:chair", args=[10**30])).status_code == 404
    assert not row.items.filter(withdrawn_at__isnull=False).exists()
    assert form_data(_text(client.get(_url(row))))["step"] == ["withdraw_item"]
