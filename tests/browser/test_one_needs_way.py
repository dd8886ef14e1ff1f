"""One need's whole way: told on a phone, ranked by the forum, answered by a course."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.needs.lifecycle import NEED
from regions.needs.models import Need
from regions.needs.services import merge
from tests.catalogue.needs_makers import make_answer
from tests.forum import makers as rounds
from tests.forum import makers_results as results
from tests.needs import browsing
from tests.needs import makers as needs

from . import way_desk, way_forum, way_public
from .clean import clean
from .conftest import PHONE, Site
from .way_public import unseen
from .way_world import MAILBOX, MAILBOXES, TITLE, World, make_world


@pytest.fixture
def world(site: Site, monkeypatch: pytest.MonkeyPatch) -> World:
    browsing.patient(monkeypatch)
    return make_world(site)


@pytest.fixture
def quiet_context(new_context: object) -> Iterator[Callable[..., BrowserContext]]:
    """Make contexts in which the browser complains of nothing, but that the late one was late."""
    complaints: list[str] = []

    def make(**options: object) -> BrowserContext:
        context = new_context(**options)
        context.on("console", lambda told: told.type == "error" and complaints.append(told.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context

    yield make
    assert [each for each in complaints if "409 (Conflict)" not in each] == []


def test_from_a_phone_to_a_course(
    world: World, quiet_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    phone = quiet_context(viewport=PHONE).new_page()
    need = way_public.report(world, phone, clean)

    desk = quiet_context().new_page()
    queue = way_desk.NeedDesk(world, desk)
    queue.claim(need)
    queue.ask_back(need)
    way_public.answer_back(world, phone, clean, way_desk.QUESTION)
    queue.claim(need)
    queue.accept_into(need, world.shared)
    queue.merge(world.neighbours[1].shared_need, world.shared)
    assert world.shared.accepted_needs().count() == 3

    contact = needs.contact_of(world.home)
    way_forum.confirm_as_ours(world, quiet_context().new_page(), clean, contact, need)
    world.back_neighbours()

    planning_round = rounds.screened(world.region, title="Høsten 2027", slug="hosten", places=2)
    table = way_desk.RoundDesk(world, desk, planning_round)
    table.freeze(world.shared)
    rounds.let_objections_run_out(planning_round)
    table.open()
    table.step("open", "ballot_open")
    late = way_forum.grade(world, planning_round, lambda: quiet_context().new_page(), clean)
    table.watch_the_ballots(sent=8)
    way_forum.be_late(planning_round, late)
    table.open()
    table.step("close", "ballot_closed")
    table.step("deliberate", "deliberation")
    table.meet()
    table.step("publish", "published")
    way_public.read_result(world, phone, clean, planning_round, tmp_path)

    course = way_desk.publish_course(world, quiet_context().new_page(), world.shared)
    everyone = [MAILBOX, *MAILBOXES]
    way_public.see_the_loop_closed(world, phone, clean, planning_round, course, everyone)


def test_the_public_pages_and_the_ballot_carry_it_without_script(
    world: World, quiet_context: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    """The desks need script, as Wagtail does: their steps are taken by the tables behind them."""

    def new_page() -> Page:
        return quiet_context(viewport=PHONE, java_script_enabled=False).new_page()

    by, phone = world.coordinator, new_page()
    need = way_public.report(world, phone, unseen)
    need = NEED.apply(need, "claim", by=by)
    NEED.apply(need, "return", by=by, text=way_desk.QUESTION, alternative="Spør fagnettverket.")
    way_public.answer_back(world, phone, unseen, way_desk.QUESTION)
    need.refresh_from_db()
    _process(world, need)
    assert world.shared.accepted_needs().count() == 3

    contact = needs.contact_of(world.home)
    way_forum.confirm_as_ours(world, new_page(), unseen, contact, need)
    world.back_neighbours()
    planning_round = rounds.opened(
        world.region, [world.shared, *world.beside], title="Høsten 2027", slug="hosten", places=2
    )
    late = way_forum.grade(world, planning_round, new_page, unseen)
    way_forum.be_late(planning_round, late)
    _publish(world, planning_round)
    way_public.read_result(world, phone, unseen, planning_round, tmp_path)
    course = make_answer(world.region, world.shared, title=TITLE)
    everyone = [MAILBOX, *MAILBOXES]
    way_public.see_the_loop_closed(world, phone, unseen, planning_round, course, everyone)


def _process(world: World, need: Need) -> None:
    """Claim and accept a need, and let it and its neighbours be one."""
    by = world.coordinator
    need = NEED.apply(need, "claim", by=by)
    told = needs.values_of(world.home, title="Medisinrutine", public_summary="Felles opplæring.")
    values = {name: told[name] for name in told if name not in {"municipality", "challenge"}}
    NEED.apply(need, "accept", by=by, into=world.shared, no_personal_data=True, values=values)
    merge(world.neighbours[1].shared_need, world.shared, by=by)


def _publish(world: World, planning_round: PlanningRound) -> None:
    """Close, meet, move our need to the first place, decide and publish."""
    planning_round.refresh_from_db()
    for step in ("close", "deliberate"):
        planning_round = ROUND.apply(planning_round, step, by=world.coordinator)
    ours = planning_round.items.get(title=TITLE)
    results.override(planning_round, ours, from_rank=2, to_rank=1)
    results.publish(results.decide(planning_round))
