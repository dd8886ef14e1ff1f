"""The ballot as a seat meets it: phone and laptop, keyboard, axe, with and without script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from regions.forum import ballots
from regions.forum.models import Ballot, BallotLine, PlanningRound
from regions.models import SeatHolder, User
from tests import factories
from tests.forum import makers
from tests.forum.makers_ballots import entry, user_on
from tests.needs import makers as needs

from .conftest import DESK, PHONE, Site
from .keyboard import Keyboard
from .test_public_pages import AXE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_round(site: Site) -> PlanningRound:
    makers.make_forum(site.own)
    return makers.opened(site.own)


@pytest.fixture
def member(open_round: PlanningRound) -> User:
    user = user_on(open_round.seats.filter(kind="municipality").order_by("pk").first().seat)
    factories.make_holder(user.seats.get().seat, kind=SeatHolder.Kind.DEPUTY)
    return user


@pytest.fixture
def ballot(site: Site, open_round: PlanningRound) -> str:
    return f"{site.url}/nb/forum/rounds/{open_round.pk}/ballot/"


def fits(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def findings(page: Page) -> list[str]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{page.url} {each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]
    ]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_page_is_clean_and_fits(
    site: Site,
    new_context: object,
    open_round: PlanningRound,
    member: User,
    ballot: str,
    size: dict,
) -> None:
    seat = member.seats.get().seat
    items = ballots.shuffled(open_round, seat.pk, open_round.items.all())
    ballots.save_line(open_round, seat, member, items[0], entry("433", "Til møtet."))
    needs.make_accepted(seat.municipality)
    needs.make_accepted(site.own.municipalities.exclude(pk=seat.municipality_id).first())
    page = new_context(viewport=size).new_page()
    site.sign_in(page, member)
    assert page.url.endswith("/nb/forum/")
    found = findings(page)
    for address in (f"{ballot}1/", f"{ballot}2/", f"{ballot}2/recused/", ballot):
        page.goto(address)
        assert fits(page), address
        found += findings(page)
    for item in items[1:]:
        ballots.save_line(open_round, seat, member, item, entry("222"))
    ballots.submit(open_round, seat, member)
    for address in (f"{ballot}sent/", f"{site.url}/nb/needs/ours/"):
        page.goto(address)
        assert fits(page), address
        found += findings(page)
    assert found == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_without_script_a_ballot_is_filled_in_and_sent(
    site: Site, new_context: object, member: User, ballot: str, size: dict
) -> None:
    page = new_context(viewport=size, java_script_enabled=False).new_page()
    site.sign_in(page, member)
    page.locator(".open-round .btn").click()
    assert page.url == f"{ballot}1/"
    for number in (1, 2):
        for name, grade in zip(("benefit", "urgency", "regional"), "431", strict=True):
            page.locator(f"label:has(#id_{name}_{grade})").click()
        page.locator(".save-bar__next").click()
        assert page.url == f"{ballot}{number + 1}/"
        expect(page.locator("[data-saved]")).not_to_be_empty()
    page.locator("#id_no_opinion").check()
    page.locator("#id_comment").fill("Vi kjenner ikke feltet.")
    page.locator(".save-bar__next").click()
    assert page.url == ballot
    page.locator(".paper__send .btn").click()
    assert page.url == f"{ballot}sent/"
    sent = Ballot.objects.get()
    assert sent.is_current
    assert sorted(row.grades for row in sent.lines.exclude(no_opinion=True)) == [(4, 3, 1)] * 2
    assert sent.lines.get(no_opinion=True).comment == "Vi kjenner ikke feltet."


def test_with_script_what_is_chosen_is_saved_at_once_and_a_failure_says_so(
    site: Site, new_context: object, member: User, ballot: str
) -> None:
    context = new_context(viewport=DESK)
    page = context.new_page()
    site.sign_in(page, member)
    page.goto(f"{ballot}1/")
    saved = page.locator("[data-saved]")
    page.locator("label:has(#id_benefit_3)").click()
    expect(saved).not_to_be_empty()
    page.locator("label:has(#id_urgency_2)").click()
    page.locator("label:has(#id_regional_1)").click()
    expect(page.locator(".ballot-list__sum")).to_contain_text("1")
    assert BallotLine.objects.get().grades == (3, 2, 1)
    page.locator("#id_no_opinion").check()  # takes the grades away
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    page.locator("label:has(#id_benefit_4)").click()
    expect(page.locator("#id_no_opinion")).not_to_be_checked()
    context.set_offline(True)
    page.locator("#id_comment").fill("Skrevet uten nett.")
    expect(saved).to_have_class("save-bar__saved save-bar__saved--failed")
    assert page.locator("#id_comment").input_value() == "Skrevet uten nett."
    context.set_offline(False)
    page.locator(".save-bar__next").click()
    page.wait_for_url(f"{ballot}2/")
    line = BallotLine.objects.get()
    assert line.comment == "Skrevet uten nett."
    assert line.grades == (4, None, None)
    page.go_back()
    expect(page.locator("#id_benefit_4")).to_be_checked()
    page.locator("label:has(#id_urgency_0)").click()
    expect(saved).not_to_have_class("save-bar__saved save-bar__saved--failed")
    page.locator(".save-bar__next").click()
    page.wait_for_url(f"{ballot}2/")
    assert BallotLine.objects.get().grades == (4, 0, None)


def test_who_is_signed_out_meanwhile_signs_in_beside_and_loses_nothing(
    site: Site, new_context: object, member: User, ballot: str
) -> None:
    context = new_context(viewport=DESK)
    page = context.new_page()
    site.sign_in(page, member)
    page.goto(f"{ballot}1/")
    Session.objects.all().delete()
    saved = page.locator("[data-saved]")
    page.locator("label:has(#id_benefit_3)").click()
    expect(saved).to_have_text(page.locator("#ballot-form").get_attribute("data-signed-out"))
    page.locator(".save-bar__next").click()
    expect(saved).to_have_class("save-bar__saved save-bar__saved--failed")
    assert page.url == f"{ballot}1/"
    expect(page.locator("#id_benefit_3")).to_be_checked()
    beside = context.new_page()
    site.sign_in(beside, member)  # the token of the first page is too old from now on
    page.locator(".save-bar__next").click()
    page.wait_for_url(f"{ballot}2/")
    assert BallotLine.objects.get().grades == (3, None, None)


def test_nothing_but_the_keyboard(
    site: Site, new_context: object, member: User, ballot: str
) -> None:
    page = new_context(viewport=DESK).new_page()
    site.sign_in(page, member)
    page.goto(f"{ballot}1/")
    keys = Keyboard(page)
    for name in ("benefit", "urgency", "regional"):
        keys.go_to(f"[name={name}]")
        keys.press("ArrowRight")  # a group of radios is one stop; the arrows choose
    keys.go_to("#id_comment")
    keys.type("Fra tastaturet.")
    keys.go_to(".save-bar__back, .save-bar__next")
    box = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
    assert box <= page.viewport_size["height"]
    keys.follow(".save-bar__next")
    assert page.url == f"{ballot}2/"
    line = BallotLine.objects.get()
    assert None not in line.grades
    assert line.comment == "Fra tastaturet."
    # Enter in a grade goes on to the next need, as the button at the foot says.
    keys.go_to("[name=benefit]")
    keys.press("ArrowRight")
    keys.enter_screen("Enter")
    assert page.url == f"{ballot}3/"


def test_on_paper_every_need_has_boxes_to_tick(
    site: Site, new_context: object, open_round: PlanningRound, member: User, ballot: str
) -> None:
    seat = member.seats.get().seat
    for item in open_round.items.all():
        ballots.save_line(open_round, seat, member, item, entry("433", "Til møtet."))
    page = new_context(viewport=DESK).new_page()
    site.sign_in(page, member)
    page.goto(ballot)
    page.emulate_media(media="print")
    needs = page.locator(".ballot-print__need")
    expect(needs).to_have_count(3)
    expect(needs.first).to_contain_text("Til møtet.")
    expect(needs.first.locator(".ballot-print__box").first).to_be_visible()
    for hidden in (".header", ".footer", ".paper__send", ".overview__lines"):
        expect(page.locator(hidden)).to_be_hidden()
    page.emulate_media(media="screen")
    expect(needs.first).to_be_hidden()
