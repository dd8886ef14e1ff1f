"""How long ballots are open: the employees' seats have their seven days, and everybody grades."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from regions import outbox
from regions.forum import counts
from regions.forum.admin.log import log_lines
from regions.forum.guards import has_quorum
from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.forum.scoring import NOTICE
from regions.forum.words import moment
from regions.lifecycle import Actor, RefusedError
from regions.models import Notice, Region
from tests.needs import makers as needs

from . import makers
from . import makers_results as results

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_a_ballot_of_seven_days_is_quorate_though_the_clock_opens_it_late(forum: Region) -> None:
    planning_round = makers.frozen(forum)
    makers.let_objections_run_out(planning_round)
    planning_round.refresh_from_db()
    announced = planning_round.ballot_from + timedelta(days=7)
    PlanningRound.objects.update(ballot_to=announced)
    planning_round = ROUND.apply(planning_round, "open", by=Actor.clock())
    opened = planning_round.current_pass
    assert opened.closes == opened.opens + NOTICE > announced
    assert planning_round.ballot_to == opened.closes
    facts = planning_round.log.get(action="open").facts
    assert facts == {"announced": str(announced), "closes": str(opened.closes)}
    newest = log_lines(planning_round, needs.coordinator_of(forum), seats={}, items={})[0]
    assert "seven days after the opening" in newest.details[0]
    outbox.send(Notice.objects.filter(kind="ballot_open").first().pk)
    with override("nb"):
        assert moment(opened.closes) in mail.outbox[-1].body
    results.cast_all(planning_round)
    planning_round = ROUND.apply(
        planning_round, "close", by=Actor.clock(), at=opened.closes + SECOND
    )
    assert has_quorum(planning_round)
    assert counts.count(planning_round).quorum.met


def test_a_close_that_leaves_seven_days_stays_as_it_was_announced(forum: Region) -> None:
    planning_round = makers.opened(forum)
    assert planning_round.current_pass.closes == planning_round.ballot_to
    assert "announced" not in planning_round.log.get(action="open").facts


def test_closing_early_waits_for_the_notice_and_keeps_the_quorum(forum: Region) -> None:
    planning_round = makers.opened(forum)
    results.cast_all(planning_round)
    by = needs.coordinator_of(forum)
    first = planning_round.current_pass.opens + NOTICE
    with pytest.raises(RefusedError, match="may replace it for seven days"):
        ROUND.apply(planning_round, "close", by=by)
    with pytest.raises(RefusedError, match="You can close from"):
        ROUND.apply(planning_round, "close", by=by, at=first - SECOND)
    assert planning_round.takes_ballots()
    planning_round = ROUND.apply(planning_round, "close", by=by, at=first)
    assert planning_round.current_pass.closes == first
    assert has_quorum(planning_round)
    assert counts.count(planning_round).quorum.met


def test_the_quorum_at_the_desk_is_that_of_the_count(forum: Region) -> None:
    for late in (timedelta(), SECOND):
        planning_round = makers.opened(forum)
        results.cast_all(planning_round)
        planning_round = makers.end_pass(planning_round)
        seat = planning_round.seats.filter(kind="employee_org").first()
        seat.invited_at = planning_round.current_pass.closes - NOTICE + late
        seat.save()
        assert has_quorum(planning_round) is not bool(late)
        assert counts.count(planning_round).quorum.met is not bool(late)


def test_an_announced_time_that_went_by_is_not_opened(forum: Region) -> None:
    planning_round = makers.frozen(forum)
    makers.let_objections_run_out(planning_round)
    PlanningRound.objects.update(ballot_to=timezone.now())
    with pytest.raises(RefusedError, match="is over"):
        ROUND.apply(planning_round, "open", by=Actor.clock())
