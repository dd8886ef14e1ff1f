"""A round is counted from its rows: exactly, in few statements, and never too early."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regions.forum import counts, publishing, scoring
from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, PlanningRound, Recusal
from regions.lifecycle import Actor
from regions.models import Region
from tests import factories
from tests.forum import makers
from tests.forum import makers_results as results
from tests.needs.makers import coordinator_of


def test_the_golden_round_comes_out_of_the_database(ended: PlanningRound) -> None:
    first, second, third = (item.facts["reference"] for item in ended.items.all())
    result = counts.count(ended)
    assert result.order == (first, third, second)
    scores = {ref: item.standing.score for ref, item in result.items.items()}
    assert scores == {
        first: Fraction(1115, 14),
        second: Fraction(745, 28),
        third: Fraction(295, 4),
    }
    assert (result.quorum.needed, result.quorum.submitted, result.quorum.met) == (5, 7, True)


@pytest.mark.parametrize("state", ["frozen", "ballot_open", "cancelled"])
def test_nobody_learns_anything_before_the_close(forum: Region, state: str) -> None:
    planning_round = (makers.frozen if state == "frozen" else makers.opened)(
        forum, results.golden_items(forum)
    )
    if state != "frozen":
        results.cast_all(planning_round)
    if state == "cancelled":
        by = coordinator_of(forum)
        planning_round = ROUND.apply(planning_round, "cancel", by=by, text="Nei.")
    for ask in (counts.inputs_of, counts.count, counts.outcome_of):
        with pytest.raises(counts.BallotsAreOpenError):
            ask(planning_round)


def test_an_older_copy_of_the_row_does_not_open_what_an_extension_has_closed(
    forum: Region,
    ballots_open: PlanningRound,
) -> None:
    seats = results.seats_of(ballots_open)
    for seat in seats[:3]:
        results.cast(ballots_open, seat, dict.fromkeys(ballots_open.items.all(), "222"))
    stale = makers.end_pass(ballots_open)
    assert counts.count(stale).quorum.met is False
    ROUND.apply(PlanningRound.objects.get(pk=stale.pk), "extend", by=coordinator_of(forum))
    with pytest.raises(counts.BallotsAreOpenError):
        counts.count(stale)


def test_only_current_ballots_count(ballots_open: PlanningRound) -> None:
    results.cast_all(ballots_open)
    seat = results.seats_of(ballots_open)[0]
    items = list(ballots_open.items.all())
    old = Ballot.objects.get(round=ballots_open, seat=seat)
    old.is_current = False
    old.save()
    results.cast(ballots_open, seat, dict.fromkeys(items, "000"), number=2)
    Ballot.objects.create(round=ballots_open, seat=seat, number=3)  # a draft
    inputs = counts.inputs_of(makers.end_pass(ballots_open))
    mine = [ballot for ballot in inputs.ballots if ballot.seat == counts.seat_ref(seat.pk)]
    assert [ballot.version for ballot in mine] == [2]
    assert set(mine[0].lines.values()) == {(0, 0, 0)}


def test_a_recused_persons_line_never_counts_the_deputys_does(ballots_open: PlanningRound) -> None:
    results.cast_all(ballots_open)
    seat, other = results.seats_of(ballots_open)[:2]
    item = ballots_open.items.first()
    for each in (seat, other):
        Recusal.objects.create(
            item=item, seat=each, user=each.holders.first().user, kind="provider"
        )
    deputy = factories.make_holder(other, kind="deputy").user
    line = Ballot.objects.get(round=ballots_open, seat=other).lines.get(item=item)
    line.graded_by = deputy
    line.save()
    result = counts.count(makers.end_pass(ballots_open))
    ref = item.facts["reference"]
    assert result.items[ref].counted == 8
    assert len(result.items[ref].marks) == 8


def test_a_line_on_which_a_recused_person_had_a_hand_never_counts(
    ballots_open: PlanningRound,
) -> None:
    planning_round = ballots_open
    results.cast_all(planning_round)
    seat, item = results.seats_of(planning_round)[0], planning_round.items.first()
    holder = seat.holders.first().user
    line = Ballot.objects.get(round=planning_round, seat=seat).lines.get(item=item)
    line.graded_by, line.comment, line.comment_public = None, "Fra to.", True
    line.save()
    line.hands.add(holder)
    Recusal.objects.create(item=item, seat=seat, user=holder, kind="provider")
    planning_round = makers.end_pass(planning_round)
    assert counts.count(planning_round).items[item.facts["reference"]].counted == 8
    assert publishing._comments(planning_round) == []


def test_a_withdrawn_need_has_no_place_and_moves_no_other(
    forum: Region, ballots_open: PlanningRound
) -> None:
    results.cast_all(ballots_open)
    first, second, third = ballots_open.items.all()
    ROUND.apply(
        ballots_open, "withdraw_item", by=makers.chair_of(forum), item=second.pk, text="Trukket."
    )
    result = counts.count(makers.end_pass(ballots_open))
    assert result.order == (first.facts["reference"], third.facts["reference"])
    assert result.withdrawn == (second.facts["reference"],)


def test_departures_apply_in_the_order_they_were_decided(met: PlanningRound) -> None:
    first, second, third = met.items.all()
    results.override(met, second, from_rank=3, to_rank=1)
    results.override(met, first, from_rank=2, to_rank=3)
    outcome = counts.outcome_of(met)
    names = [item.facts["reference"] for item in (second, third, first)]
    assert list(outcome.order) == names
    assert [(move.from_place, move.to_place) for move in outcome.moves] == [(3, 1), (2, 3)]
    computed = [item.facts["reference"] for item in (first, third, second)]
    assert list(outcome.result.order) == computed


def test_a_second_pass_replaces_the_first_only_for_who_sends_one(forum: Region) -> None:
    planning_round = results.meeting(forum, passes=2)
    closes = planning_round.current_pass.closes + timedelta(days=3)
    planning_round = ROUND.apply(
        planning_round, "second_pass", by=coordinator_of(forum), closes=closes
    )
    with pytest.raises(counts.BallotsAreOpenError):
        counts.count(planning_round)
    seat = results.seats_of(planning_round)[0]
    items = list(planning_round.items.all())
    results.cast(planning_round, seat, dict.fromkeys(items, "000"))
    later = planning_round.current_pass
    planning_round = ROUND.apply(
        planning_round, "close", by=Actor.clock(), at=later.closes + timedelta(seconds=1)
    )
    result = counts.count(planning_round)
    marks = result.items[items[0].facts["reference"]].marks
    assert marks[0].value == 0
    assert len(marks) == 9


def test_the_municipalities_are_those_of_the_freeze(
    forum: Region, ballots_open: PlanningRound
) -> None:
    results.cast_all(ballots_open)
    factories.make_municipality(forum)
    inputs = counts.inputs_of(makers.end_pass(ballots_open))
    assert len(inputs.municipalities) == 7
    assert counts.count(ballots_open).quorum.needed == 5


def test_a_code_that_is_corrected_after_the_freeze_changes_nothing(
    forum: Region, ballots_open: PlanningRound
) -> None:
    results.cast_all(ballots_open)
    before = counts.inputs_of(makers.end_pass(ballots_open))
    for number, place in enumerate(forum.municipalities.all()):
        place.codes.create(country="NO", code=f"33{number:02}", valid_from=date(2020, 1, 1))
    after = counts.inputs_of(ballots_open)
    for ref in (item.ref for item in before.items):
        pair = [next(x for x in each.items if x.ref == ref) for each in (before, after)]
        assert pair[0] == pair[1]
    assert len(after.municipalities) == 7
    assert counts.count(ballots_open).order == scoring.compute(before).order


def test_statements_stay_the_same_as_the_round_grows(forum: Region) -> None:
    taken = []
    for number in (2, 20):
        items = makers.make_items(forum, number)
        planning_round = results.closed(forum, items=items)
        with CaptureQueriesContext(connection) as seen:
            counts.outcome_of(planning_round)
        taken.append(len(seen))
    assert taken[0] == taken[1] <= 14, taken
