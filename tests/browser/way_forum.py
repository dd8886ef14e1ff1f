"""The way as the seats of the forum and a municipality's contact meet it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import Page, expect

from regions.forum.models import Ballot, PlanningRound
from regions.forum.words import moment
from regions.models import User
from regions.needs.models import Need
from tests.forum import makers
from tests.forum.makers_ballots import cast

from .way_public import Look, unseen
from .way_world import GRADES, TITLE, World

QUESTIONS = ("benefit", "urgency", "regional")


def confirm_as_ours(world: World, page: Page, look: Look, contact: User, need: Need) -> None:
    """Say, as the municipality's contact, that a need is theirs."""
    world.site.sign_in(page, contact)
    page.goto(f"{world.site.url}/nb/needs/ours/")
    look(page)
    page.locator(f"form[action$='/ours/{need.pk}/confirm/'] button").click()
    expect(page.locator(f"form[action$='/ours/{need.pk}/confirm/']")).to_have_count(0)
    need.refresh_from_db()
    assert need.backed_at is not None


def begin(world: World, page: Page, look: Look, user: User) -> None:
    """Sign in and go from the workspace to the first need of the ballot."""
    world.site.sign_in(page, user)
    assert page.url.endswith("/nb/forum/")
    look(page)
    page.locator(".open-round .btn").click()
    expect(page.locator(".paper__title")).to_be_visible()
    look(page)


def fill_in(page: Page, *, recused_on: str = "") -> None:
    """Grade every need, in the seat's own order; say of one that the holder is recused."""
    while page.locator(".paper__form").count():
        number = page.url.rstrip("/").rpartition("/")[2]
        title = page.locator(".paper__title").inner_text()
        if title == recused_on:
            page.locator("a[href$='/recused/']").click()
            page.check("[name=kind][value=provider]")
            page.locator("main form button[type=submit]").click()
            expect(page.locator(".paper__recused")).to_be_visible()
        else:
            for name, grade in zip(QUESTIONS, GRADES[title], strict=True):
                page.locator(f"label:has(#id_{name}_{grade})").click()
        page.locator(".save-bar__next").click()
        page.wait_for_url(lambda url, left=number: not url.endswith(f"/{left}/"))


def send(page: Page, look: Look) -> None:
    """Look the ballot through and send it."""
    look(page)
    page.locator(".paper__send .btn").click()
    page.wait_for_url("**/ballot/sent/")
    look(page)


def grade(world: World, planning_round: PlanningRound, new_page: object, look: Look) -> Page:
    """Let all nine grade; return the page of the one who has not sent yet."""
    page = new_page()
    begin(world, page, look, world.deputy(0))
    fill_in(page)
    send(page, look)
    page = new_page()
    begin(world, page, unseen, world.holder(1))
    fill_in(page, recused_on=TITLE)
    send(page, look)
    late = new_page()
    begin(world, late, unseen, world.holder(8))
    fill_in(late)
    cast_the_others(world, planning_round)
    deputys = Ballot.objects.current().get(seat=world.seats[0])
    assert deputys.cast_by == world.deputy(0)
    recused = Ballot.objects.current().get(seat=world.seats[1])
    assert sorted(line.item.title for line in recused.lines.all()) == sorted(set(GRADES) - {TITLE})
    assert Ballot.objects.current().count() == 8
    return late


def cast_the_others(world: World, planning_round: PlanningRound) -> None:
    """Let the six seats grade that nobody looks over the shoulder of."""
    for seat in world.seats[2:8]:
        cast(planning_round, seat, world.grades(planning_round))


def be_late(planning_round: PlanningRound, page: Page) -> None:
    """Send a moment after the close, and be told when that was."""
    makers.let_time_run_out(planning_round, at=timezone.now())
    page.locator(".paper__send .btn").click()
    with override("nb"):
        closed = moment(planning_round.current_pass.closes)
    expect(page.locator("#refusal")).to_contain_text(f"stengte {closed}")
    expect(page.locator(".ballot-lines__line")).to_have_count(len(GRADES))
    expect(page.locator(".paper__send")).to_have_count(0)
    assert Ballot.objects.current().count() == 8
