"""One need's whole way: told on a phone, ranked by the forum, answered by a course."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.forum import makers as rounds
from tests.needs import browsing
from tests.needs import makers as needs

from . import way_desk, way_forum, way_public
from .clean import clean
from .conftest import PHONE, Site
from .way_world import MAILBOX, MAILBOXES, World, make_world


@pytest.fixture
def world(site: Site, monkeypatch: pytest.MonkeyPatch) -> World:
    browsing.patient(monkeypatch)
    return make_world(site)


def test_from_a_phone_to_a_course(world: World, new_context: object, tmp_path: Path) -> None:
    phone = new_context(viewport=PHONE).new_page()
    need = way_public.report(world, phone, clean)

    desk = new_context().new_page()
    queue = way_desk.NeedDesk(world, desk)
    queue.claim(need)
    queue.ask_back(need)
    way_public.answer_back(world, phone, clean, way_desk.QUESTION)
    queue.claim(need)
    queue.accept_into(need, world.shared)
    queue.merge(world.neighbours[1].shared_need, world.shared)
    assert world.shared.accepted_needs().count() == 3

    contact = needs.contact_of(world.home)
    way_forum.confirm_as_ours(world, new_context().new_page(), clean, contact, need)
    world.back_neighbours()

    planning_round = rounds.screened(world.region, title="Høsten 2027", slug="hosten", places=2)
    table = way_desk.RoundDesk(world, desk, planning_round)
    table.freeze(world.shared)
    rounds.let_objections_run_out(planning_round)
    table.open()
    table.step("open", "ballot_open")
    late = way_forum.grade(world, planning_round, lambda: new_context().new_page(), clean)
    table.watch_the_ballots(sent=8)
    way_forum.be_late(planning_round, late)
    table.open()
    table.step("close", "ballot_closed")
    table.step("deliberate", "deliberation")
    table.meet()
    table.step("publish", "published")
    way_public.read_result(world, phone, clean, planning_round, tmp_path)

    course = way_desk.publish_course(world, new_context().new_page(), world.shared)
    everyone = [MAILBOX, *MAILBOXES]
    way_public.see_the_loop_closed(world, phone, clean, planning_round, course, everyone)
