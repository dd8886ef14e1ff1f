"""The ballot's pages before, beside and after the grading: frozen, signed out, late, on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from regions.forum import ballots
from regions.forum.models import PlanningRound, Recusal
from regions.forum.words import deadline, moments_apart
from regions.models import ForumSeat, Region, SeatHolder, User
from tests import factories

from . import makers
from .makers_ballots import cast, entry, fill_in, page, user_on

pytestmark = pytest.mark.django_db
JSON = {"headers": {"Accept": "application/json"}}


def typed(planning_round: PlanningRound, seat: ForumSeat, grades: str, **more: str) -> dict:
    item = ballots.shuffled(planning_round, seat.pk, planning_round.items.all())[0]
    names = dict(zip(("benefit", "urgency", "regional"), grades, strict=False))
    return {"item": item.pk, "seen": ballots.Entry().mark, "go": "next", **names, **more}


def close(planning_round: PlanningRound) -> None:
    now = timezone.now()
    planning_round.round_passes.update(
        opens=now - timedelta(days=9), closes=now - timedelta(microseconds=1)
    )


def soup(client: Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "html.parser")


def test_while_frozen_members_read_what_they_may_object_to(region: Region, client: Client) -> None:
    makers.make_forum(region)
    row = makers.frozen(region)
    seat = row.seats.filter(kind="municipality").first().seat
    place = seat.municipality
    place.contact_role, place.contact_email = "HR-leder", "hr@fjell.example"
    place.save()
    client.force_login(user_on(seat))
    home = client.get(reverse("workspace:home")).content.decode()
    assert f'href="{page(row, "overview")}"' in home
    text = client.get(page(row, "overview")).content.decode()
    for item in row.items.all():
        assert item.title in text
        assert item.summary in text
        assert next(iter(item.facts["places"].values())) in text
    assert deadline(row.frozen_at + timedelta(days=3)) in text
    assert "mailto:hr@fjell.example" in text
    assert "1 of 7 municipalities stand behind it" in text


def test_nobody_is_recused_before_or_after_the_ballots(
    region: Region, client: Client, member: User, open_round: PlanningRound
) -> None:
    assert client.get(page(open_round, "recused")).status_code == 200
    close(open_round)
    assert client.get(page(open_round, "recused")).url == page(open_round, "overview")
    frozen = makers.frozen(region)
    assert client.get(page(frozen, "recused")).url == page(frozen, "overview")
    assert not Recusal.objects.exists()


def test_who_is_signed_out_is_told_and_led_back(
    client: Client, open_round: PlanningRound, seat: ForumSeat
) -> None:
    told = client.post(page(open_round), typed(open_round, seat, "433"), **JSON)
    assert told.status_code == 401
    assert "you are signed out" in told.json()["message"]
    from_here = {"headers": {"Referer": f"http://testserver{page(open_round, 'overview')}"}}
    away = client.post(page(open_round, "send"), {"seen": 1}, **from_here)
    assert away.url.startswith(reverse("account:login"))
    assert "was not kept" in client.get(away.url).content.decode()
    signing_in = {"username": user_on(seat).email, "password": factories.PASSWORD}
    back = client.post(away.url, signing_in, follow=True)
    assert back.status_code == 200  # the page it was sent from: the address itself takes no GET
    assert back.redirect_chain[-1][0].endswith(page(open_round, "overview"))
    client.logout()
    for odd in ("http://evil.example/", "http://[", "javascript:alert(1)"):
        away = client.post(page(open_round), {}, headers={"Referer": odd})
        assert "evil" not in away.url
        assert "javascript" not in away.url
    assert "was not kept" not in client.get(client.get(page(open_round)).url).content.decode()


def test_what_is_late_is_told_to_the_second_once_and_is_no_form(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    fill_in(open_round, seat, {})
    close(open_round)
    late = client.post(page(open_round, "send"), {"seen": 0}).content.decode()
    assert late.count("Too late: the ballots closed") == 1
    said = typed(open_round, seat, "41", comment="For sent")
    shown = BeautifulSoup(client.post(page(open_round), said).content, "html.parser")
    assert not shown.select("#ballot-form, .save-bar, .ballot-list, [name=benefit]")
    entered = shown.find(id="typed").parent.get_text(" ", strip=True)
    assert "4 Large, can be measured" in entered
    assert "For sent" in entered
    at = timezone.now().replace(minute=30, second=7, microsecond=0)
    first, second = moments_apart(at, at + timedelta(seconds=1))
    assert (first[-3:], second[-3:]) == (":07", ":08")
    assert moments_apart(at, at + timedelta(minutes=1))[0][-3:] != ":07"


def test_ones_own_other_window_is_no_other_person(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    client.post(page(open_round), typed(open_round, seat, "433"))
    stale = client.post(page(open_round), typed(open_round, seat, "000")).content.decode()
    assert "changed in another window" in stale
    assert "other person" not in stale
    deputy = factories.make_holder(seat, kind=SeatHolder.Kind.DEPUTY).user
    told = client.post(page(open_round), typed(open_round, seat, "000"), **JSON).json()
    assert "changed in another window" in told["message"]  # one's own, though there is a deputy
    client.force_login(deputy)
    other = client.post(page(open_round), typed(open_round, seat, "000")).content.decode()
    assert "Somebody else on this seat" in other
    assert "What the other person on your seat entered" in other


def test_words_of_the_region_are_marked_for_who_reads_another_language(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    home, receipt = reverse("workspace:home"), page(open_round, "sent")
    for url, marked in {
        home: ".open-round__title",
        page(open_round): ".paper__title, .paper__summary, .ballot-list__item > [lang]",
        page(open_round, "recused"): ".muted[lang]",
        page(open_round, "overview"): ".ballot-lines__link, .ballot-print__title > span",
        reverse("needs:ours"): ".ours__title",
    }.items():
        found = soup(client, url).select(marked)
        assert found, url
        assert {each.get("lang") for each in found} == {"nb"}, url
        own = soup(client, url.replace("/en/", "/nb/", 1))
        assert not own.select("main [lang=nb]"), url
    cast(open_round, seat, {})
    sent = soup(client, receipt).select(".ballot-lines__title > [lang=nb]")
    assert len(sent) == 3


def test_on_paper_the_overview_is_the_whole_ballot(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = ballots.shuffled(open_round, seat.pk, open_round.items.all())
    ballots.save_line(open_round, seat, member, items[0], entry("431", "Til møtet."))
    ballots.save_line(open_round, seat, member, items[1], entry(None))
    needs = soup(client, page(open_round, "overview")).select(".ballot-print__need")
    assert len(needs) == 3
    for item, block in zip(items, needs, strict=True):
        assert item.title in block.get_text()
        assert item.summary in block.get_text()
        assert len(block.select(".ballot-print__box")) == 16
    ticked = [[box.get_text() for box in block.select(".ballot-print__box")] for block in needs]
    assert [each.count("✕") for each in ticked] == [3, 1, 0]
    assert ticked[0][4] == ticked[0][8] == ticked[0][11] == "✕"
    assert "Large, can be measured" in needs[0].get_text()
    assert "Til møtet." in needs[0].get_text()


def test_home_says_that_a_ballot_being_replaced_still_stands(
    client: Client, member: User, open_round: PlanningRound, seat: ForumSeat
) -> None:
    home = reverse("workspace:home")
    cast(open_round, seat, {})
    assert "You are replacing it" not in client.get(home).content.decode()
    client.post(page(open_round, "replace"))
    assert "You are replacing it" in client.get(home).content.decode()
