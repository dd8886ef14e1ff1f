"""The order for the forum's members: after the close, before the publication, without names."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regions.forum.lifecycle import ROUND
from regions.forum.models import BallotLine, PlanningRound
from regions.models import Region, User
from tests.needs import makers as needs

from . import makers
from . import makers_results as results
from .makers_ballots import user_on

pytestmark = pytest.mark.django_db
HOME = reverse("workspace:home")


def _url(planning_round: PlanningRound) -> str:
    return reverse("workspace:order", args=[planning_round.pk])


def _member(planning_round: PlanningRound) -> User:
    return user_on(planning_round.seats.filter(is_chair=False).first().seat)


def _text(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_members_see_order_spread_and_what_must_be_discussed(client: Client, forum: Region) -> None:
    row = results.meeting(forum, publish_names=True)
    BallotLine.objects.update(comment="Internt ord.", comment_public=True)
    client.force_login(_member(row))
    assert f'href="{_url(row)}"' in _text(client, HOME)
    page = BeautifulSoup(client.get(_url(row)).content, "html.parser")
    titles = [each.get_text(strip=True) for each in page.select(".rank__title")]
    assert titles == ["Første", "Tredje", "Andre"]
    assert "79.64" in page.select_one(".rank__score").get_text()
    assert len(page.select(".rank svg.strip")) == 3
    assert page.find(id="discuss") is not None
    text = page.get_text()
    assert "Internt ord." not in text  # comments stay internal until the publication
    assert "Grades for benefit" not in text  # and so do grades by name, whatever is published


def test_a_closed_round_shows_it_once_no_ballot_can_change(
    client: Client, ended: PlanningRound
) -> None:
    client.force_login(_member(ended))
    assert f'href="{_url(ended)}"' in _text(client, HOME)
    assert client.get(_url(ended)).status_code == 200


def test_what_must_be_discussed_says_why(client: Client, forum: Region) -> None:
    apart = "444 444 444 444 444 444 444 000 000"
    few = "444 – – – – – – 000 000"
    row = results.meeting(forum, columns=(apart, few, results.N3))
    client.force_login(_member(row))
    page = BeautifulSoup(client.get(_url(row)).content, "html.parser")
    said = page.find(id="discuss").find_next("ul").get_text(" ", strip=True)
    assert "Employees and municipalities grade it very differently" in said
    assert "Too few grades for a place" in said
    assert "Tredje" not in said
    # Of a need that too few have graded nobody learns the grades.
    assert len(page.select(".rank svg.strip")) == 2


def test_nothing_is_seen_as_long_as_ballots_may_change(
    client: Client, ballots_open: PlanningRound
) -> None:
    results.cast(
        ballots_open,
        results.seats_of(ballots_open)[0],
        dict.fromkeys(ballots_open.items.all(), "222"),
    )
    client.force_login(_member(ballots_open))
    for planning_round in (ballots_open, makers.end_pass(ballots_open)):  # closed without a quorum
        answer = client.get(_url(planning_round), follow=True)
        assert answer.redirect_chain[0][0].startswith(HOME)
        assert "Nobody sees the order as long as ballots can change." in answer.content.decode()
        assert _url(ballots_open) not in answer.content.decode()


def test_after_the_publication_it_leads_to_the_result(
    client: Client, forum: Region, published: PlanningRound
) -> None:
    client.force_login(_member(published))
    assert client.get(_url(published)).url == reverse(
        "rounds:result", args=[forum.slug, published.slug]
    )
    assert _url(published) not in _text(client, HOME)


def test_a_contact_and_the_desk_do_not_find_it(
    client: Client, forum: Region, met: PlanningRound
) -> None:
    contact = needs.contact_of(forum.municipalities.first())
    client.force_login(contact)
    assert client.get(_url(met)).status_code == 404
    assert _url(met) not in _text(client, HOME)
    client.force_login(needs.coordinator_of(forum))
    assert client.get(_url(met)).status_code == 403


def test_outcomes_are_shown_once_they_are_decided(
    client: Client, forum: Region, met: PlanningRound
) -> None:
    row = met
    last = row.items.get(title="Andre")
    row = ROUND.apply(
        row,
        "settle",
        by=makers.chair_of(forum),
        outcomes=[(last.pk, "declined")],
        words={last.pk: ("Løses lokalt.", "Snakk sammen.")},
    )
    client.force_login(_member(row))
    assert "Løses lokalt." not in _text(client, _url(row))
    row = results.decide(row, {last.pk: "declined"})
    assert "Løses lokalt." in _text(client, _url(row))


@pytest.mark.both
def test_statements_stay_the_same_as_the_round_grows(client: Client, forum: Region) -> None:
    taken = []
    for number in (2, 20):
        row = results.closed(forum, items=makers.make_items(forum, number))
        client.force_login(_member(row))
        client.get(_url(row))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(_url(row)).status_code == 200
        taken.append(len(seen))
    assert taken[0] == taken[1] <= 40, taken
