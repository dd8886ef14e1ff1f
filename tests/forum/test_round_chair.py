"""The chair's page: what the chair of the forum decides, and nobody else there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.models import Region, User
from tests import factories, worlds
from tests.admin.walker import form_data
from tests.needs import makers as needs

from . import makers
from . import makers_results as results

pytestmark = pytest.mark.django_db


@worlds.layer
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
    assert _text(refused).count("Say why.") == 2  # in the summary and at the field
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


def test_home_leads_the_chair_and_nobody_else_to_what_can_be_decided(
    region: Region, chair: User
) -> None:
    member = region.forums.get().seats.filter(is_chair=False).first().holders.get().user
    home = reverse("workspace:home")
    row = makers.opened(region)
    frozen = makers.frozen(region)
    draft = makers.screened(region)
    page = _text(_client(chair).get(home))
    for each, is_there in ((row, True), (frozen, True), (draft, False)):
        assert (f'href="{_url(each)}"' in page) is is_there, each
    assert "For the chair: what you can decide now" in page
    assert "For the chair" not in _text(_client(member).get(home))
    row = makers.end_pass(row)
    assert f'href="{_url(row)}"' in _text(_client(chair).get(home))
    ROUND.apply(row, "cancel", by=needs.coordinator_of(region), text="Avlyst.")
    assert f'href="{_url(row)}"' not in _text(_client(chair).get(home))


def test_the_order_shows_places_and_what_was_moved(region: Region) -> None:
    row = results.meeting(region)
    user = makers.chair_of(region)
    user.language = "en"
    user.save()
    results.override(row, row.items.get(title="Andre"))
    page = BeautifulSoup(_client(user).get(_url(row)).content, "html.parser")
    lines = page.select(".chair-order__line")
    places = [each.select_one(".chair-order__place").get_text(" ", strip=True) for each in lines]
    assert places == ["Place 1", "Place 2", "Place 3"]
    moved = [each.get_text() for each in page.select(".chair-order__moved")]
    assert moved == ["Moved from 3 to 1 by the forum."]
    assert "Andre" in lines[0].get_text()
    assert page.get_text().count("Proposed, not saved yet.") == 3
    item = row.items.first()
    item.outcome = "prioritised"
    item.save()
    assert _text(_client(user).get(_url(row))).count("Proposed, not saved yet.") == 2


def test_every_empty_field_says_once_what_belongs_there(region: Region) -> None:
    row = results.meeting(region)
    client = _client(makers.chair_of(region))
    said = {"step": "override", "seen": row.version}
    page = BeautifulSoup(client.post(_url(row), said).content, "html.parser")
    summary = [each.get_text(strip=True) for each in page.select(".error-summary__list li")]
    assert summary == [
        "Choose the need.",
        "Write the place it goes to.",
        "Say why.",
        "Give the number of votes.",
        "Give the number of votes.",
        "Write the case number of the decision.",
    ]
    opened = makers.opened(region)
    said = {"step": "withdraw_item", "seen": opened.version}
    page = BeautifulSoup(client.post(_url(opened), said).content, "html.parser")
    summary = [each.get_text(strip=True) for each in page.select(".error-summary__list li")]
    assert summary == ["Choose the need.", "Say why."]


def test_the_day_of_a_decision_begins_no_later_than_today(region: Region) -> None:
    today = timezone.localdate()
    row = results.meeting(region, meeting_on=today + timedelta(days=3))
    client = _client(makers.chair_of(region))
    page = BeautifulSoup(client.get(_url(row)).content, "html.parser")
    assert page.find(id="id_decide_decided_on")["value"] == today.isoformat()
    late = (today + timedelta(days=3)).isoformat()
    said = {"step": "decide", "seen": row.version, "decided_on": late}
    refused = _text(client.post(_url(row), said))
    for words in (
        "This day is still to come.",
        "Write the case number of the decision.",
        "Say for every need what the forum decided.",
    ):
        assert words in refused
