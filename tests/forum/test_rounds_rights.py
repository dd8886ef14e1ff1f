"""Who may arrange rounds, and that nobody at the desk reads a ballot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, BallotLine, PlanningRound, Recusal, RoundResult
from regions.lifecycle import RefusedError
from regions.models import Region, Role
from regions.policy import declared
from tests import factories
from tests.conftest import TwoRegions

from . import makers
from .desk import Desk, typed_round

pytestmark = pytest.mark.django_db
#: More than these, and a screen asks for single rows. Fourteen of them are the admin's frame.
QUERIES_MAX = 25
#: The home asks for its panels besides, ours and Wagtail's.
HOME_QUERIES_MAX = 46


@pytest.mark.parametrize("model", [Ballot, BallotLine, Recusal, RoundResult])
def test_ballots_recusals_and_results_have_no_screen(model: type) -> None:
    assert model not in declared()


@pytest.mark.parametrize("role", ["editor", "resource_author", "contact", "forum", "admin"])
def test_only_the_regions_coordinator_arranges_its_rounds(
    two_regions: TwoRegions, role: str
) -> None:
    row = makers.make_round(two_regions.own)
    person = Desk(two_regions.person(role))
    refused = {302, 403, 404}
    assert person.open_step(row, "collect").status_code in refused
    assert person.send(row, "collect", {"seen": row.version}).status_code in refused
    for name in ("edit", "meeting", "reopen"):
        url = reverse(f"round_desk:{name}", args=[row.pk])
        assert person.client.get(url).status_code in refused
        assert person.client.post(url, {}).status_code in refused
    add = reverse("round_desk:add")
    assert person.client.post(add, typed_round(two_regions.own)).status_code in refused
    row.refresh_from_db()
    assert (row.state, row.log.count(), PlanningRound.objects.count()) == ("draft", 1, 1)


def test_another_regions_coordinator_finds_nothing(two_regions: TwoRegions) -> None:
    row = makers.screened(two_regions.own)
    person = Desk(two_regions.person("coordinator", "other"))
    for url in (
        reverse("round_desk:show", args=[row.pk]),
        reverse("round_desk:edit", args=[row.pk]),
        reverse("round_desk:history", args=[row.pk]),
        reverse("round_desk:meeting", args=[row.pk]),
        reverse("round_desk:step", args=[row.pk, "freeze"]),
        reverse("round_desk:reopen", args=[row.pk]),
    ):
        assert person.client.get(url).status_code == 404
        assert person.client.post(url, {}).status_code == 404
    listed = person.client.get(reverse("round_desk:index"))
    assert row.title not in listed.content.decode()


def test_a_foreign_need_cannot_be_frozen_or_opened_again(two_regions: TwoRegions) -> None:
    for region in (two_regions.own, two_regions.other):
        makers.make_forum(region)
    row = makers.screened(two_regions.own)
    foreign = makers.make_items(two_regions.other, 1)[0]
    desk = Desk.of(two_regions.own)
    answer = desk.take(row, "freeze", items=[foreign.pk])
    assert "Choose among the needs that are shown here." in answer.content.decode()
    desk.client.post(reverse("round_desk:reopen", args=[row.pk]), {"reopen": [foreign.pk]})
    row.refresh_from_db()
    foreign.refresh_from_db()
    assert (row.state, foreign.state, row.items.count()) == ("screening", "open", 0)


def test_an_administrator_sees_how_far_it_is_and_takes_no_step(region: Region) -> None:
    makers.make_forum(region)
    row = makers.opened(region)
    admin = factories.make_admin(language="en")
    desk = Desk(admin)
    page = desk.show(row).content.decode()
    assert "Seats and their ballots" in page
    assert "What you can do now" not in page
    for step in ROUND.lines:
        with pytest.raises(RefusedError):
            ROUND.apply(row, step, by=admin, text="x")
    row.refresh_from_db()
    assert row.state == "ballot_open"


def test_the_home_tells_the_next_date_and_what_is_missing(region: Region) -> None:
    makers.make_forum(region)
    makers.screened(region, title="Våren 2028", ballot_from=None, ballot_to=None)
    desk = Desk.of(region)
    page = desk.client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Våren 2028" in page
    assert "Say when ballots open and close." in page
    editor = factories.make_member(region, Role.EDITOR)
    page = Desk(editor).client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Våren 2028" not in page


def _queries(desk: Desk, urls: list[str]) -> dict[str, int]:
    found = {}
    for url in urls:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.client.get(url).status_code == 200
        found[url] = len(captured)
    return found


@pytest.mark.both
def test_screens_ask_no_more_when_there_is_more(region: Region) -> None:
    """Two needs or twelve, one round or eleven, seven municipalities or seventeen."""
    makers.make_forum(region)
    desk = Desk.of(region)
    row = makers.screened(region)
    makers.make_items(region, 2)
    names = [
        reverse("round_desk:index"),
        reverse("wagtailadmin_home"),
        reverse("round_desk:show", args=[row.pk]),
        reverse("round_desk:step", args=[row.pk, "freeze"]),
    ]
    _queries(desk, names)
    before = _queries(desk, names)
    makers.make_items(region, 10)
    for number in range(10):
        makers.make_round(region, title=f"Mer {number}")
    assert _queries(desk, names) == before
    assert before.pop(reverse("wagtailadmin_home")) <= HOME_QUERIES_MAX
    assert max(before.values()) <= QUERIES_MAX, before


@pytest.mark.both
def test_the_screen_of_open_ballots_asks_no_more_with_more_seats_and_needs(
    region: Region,
) -> None:
    makers.make_forum(region)
    desk = Desk.of(region)
    small = makers.opened(region, makers.make_items(region, 2))
    _send_all(small)
    url = reverse("round_desk:show", args=[small.pk])
    _queries(desk, [url])
    before = _queries(desk, [url])[url]
    for _number in range(10):
        factories.make_holder(factories.make_seat(region))
    large = makers.opened(region, makers.make_items(region, 12))
    _send_all(large)
    assert _queries(desk, [reverse("round_desk:show", args=[large.pk])]) == {
        reverse("round_desk:show", args=[large.pk]): before
    }


def _send_all(planning_round: PlanningRound) -> None:
    for seat in planning_round.seats.all():
        Ballot.objects.create(
            round=planning_round,
            seat=seat.seat,
            state="submitted",
            is_current=True,
            submitted_at=timezone.now() - timedelta(minutes=1),
        )
