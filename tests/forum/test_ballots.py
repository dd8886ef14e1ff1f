"""Filling in, sending and replacing a ballot; who may, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from regions.forum import ballots
from regions.forum.entries import Entry
from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, BallotLine, PlanningRound, RoundItem
from regions.forum.progress import who_has_submitted
from regions.forum.words import moment
from regions.lifecycle import Refusal, RefusedError
from regions.models import ForumSeat, Region, SeatHolder
from tests import factories
from tests.needs import makers as needs

from . import makers
from .makers_ballots import cast, entry, fill_in, user_on

pytestmark = pytest.mark.django_db


def seat_of(planning_round: PlanningRound, kind: str = "municipality") -> ForumSeat:
    return planning_round.seats.filter(kind=kind).first().seat


def items_of(planning_round: PlanningRound) -> list[RoundItem]:
    return list(planning_round.items.all())


def line_of(seat: ForumSeat, item: RoundItem) -> BallotLine:
    return BallotLine.objects.get(ballot__seat=seat, ballot__state="draft", item=item)


@pytest.mark.parametrize("kind", ["municipality", "employee_org"])
def test_a_seat_fills_in_and_sends(open_round: PlanningRound, kind: str) -> None:
    seat, items = seat_of(open_round, kind), items_of(open_round)
    fill_in(open_round, seat, {items[0]: "433"})
    assert not Ballot.objects.current().exists()
    sent = cast(open_round, seat, {items[0]: "433", items[1]: "012"})
    assert sent.is_current
    assert sent.state == "submitted"
    grades = {row.item_id: (row.grades, row.no_opinion) for row in sent.lines.all()}
    assert grades == {
        items[0].pk: ((4, 3, 3), False),
        items[1].pk: ((0, 1, 2), False),
        items[2].pk: ((None, None, None), True),
    }
    said = [each for each in who_has_submitted(open_round) if each.has_submitted]
    assert [each.seat.seat for each in said] == [seat]
    assert said[0].submitted_at == sent.submitted_at


def test_the_log_says_who_sent_and_never_what(open_round: PlanningRound) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    cast(open_round, seat, {items[0]: "433"})
    logged = open_round.log.get(action="ballot")
    assert logged.facts == {"seat": seat.pk, "version": 1}
    assert logged.text == ""


def test_replacing_keeps_the_earlier_version_and_begins_with_it(
    open_round: PlanningRound,
) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    first = cast(open_round, seat, {items[0]: "433"})
    draft = ballots.open_draft(open_round, seat, user_on(seat))
    assert {row.item_id: row.grades for row in draft.lines.all()}[items[0].pk] == (4, 3, 3)
    first.refresh_from_db()
    assert first.is_current  # until the replacement is sent
    second = cast(open_round, seat, {items[0]: "111"})
    first.refresh_from_db()
    assert (first.is_current, first.state, second.is_current) == (False, "submitted", True)
    assert first.lines.get(item=items[0]).grades == (4, 3, 3)
    assert Ballot.objects.filter(seat=seat).count() == 2


def test_sending_twice_is_sending_once(open_round: PlanningRound) -> None:
    seat = seat_of(open_round)
    first = cast(open_round, seat, {})
    again = ballots.submit(open_round, seat, user_on(seat), seen=0)
    assert again == first
    assert Ballot.objects.filter(seat=seat).count() == 1
    assert open_round.log.filter(action="ballot").count() == 1


def test_what_is_unanswered_keeps_the_ballot_and_is_named(open_round: PlanningRound) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    user = fill_in(open_round, seat, {items[0]: "433"})
    ballots.save_line(open_round, seat, user, items[1], Entry(benefit=2))
    with pytest.raises(RefusedError) as refusal:
        ballots.submit(open_round, seat, user)
    assert set(refusal.value.errors) == {str(items[1].pk), str(items[2].pk)}
    assert items[1].title in str(refusal.value.errors[str(items[1].pk)])
    assert not Ballot.objects.current().exists()
    assert ballots.draft_of(open_round, seat, 1)


def test_a_deputy_shares_the_draft_and_nobody_overwrites_unseen(
    open_round: PlanningRound,
) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    deputy = factories.make_holder(seat, kind=SeatHolder.Kind.DEPUTY).user
    empty = Entry().mark
    ballots.save_line(open_round, seat, user_on(seat), items[0], entry("433"), seen=empty)
    with pytest.raises(RefusedError) as refusal:
        ballots.save_line(open_round, seat, deputy, items[0], entry("000"), seen=empty)
    assert refusal.value.reason == Refusal.CHANGED
    assert line_of(seat, items[0]).grades == (4, 3, 3)
    # The same again is no conflict, and another need is none either.
    ballots.save_line(open_round, seat, deputy, items[0], entry("433"), seen=empty)
    ballots.save_line(open_round, seat, deputy, items[1], entry("222"), seen=empty)
    assert line_of(seat, items[0]).graded_by == user_on(seat)
    assert line_of(seat, items[1]).graded_by == deputy
    ballots.save_line(open_round, seat, deputy, items[0], entry("000"), seen=entry("433").mark)
    assert line_of(seat, items[0]).grades == (0, 0, 0)
    assert Ballot.objects.filter(seat=seat).count() == 1


def test_sending_what_changed_since_is_refused(open_round: PlanningRound) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    user = fill_in(open_round, seat, dict.fromkeys(items, "222"))
    seen = ballots.draft_of(open_round, seat, 1).edits
    ballots.save_line(open_round, seat, user, items[0], entry("444"))
    with pytest.raises(RefusedError, match="Look at it again"):
        ballots.submit(open_round, seat, user, seen=seen)
    assert ballots.submit(open_round, seat, user, seen=seen + 1).is_current


def test_no_opinion_and_grades_give_way_to_what_is_newer(open_round: PlanningRound) -> None:
    seat, item = seat_of(open_round), items_of(open_round)[0]
    user = fill_in(open_round, seat, {item: "433"})
    both = Entry(4, 3, 3, no_opinion=True)
    ballots.save_line(open_round, seat, user, item, both)
    assert line_of(seat, item).no_opinion
    assert line_of(seat, item).grades == (None, None, None)
    ballots.save_line(open_round, seat, user, item, both)
    assert not line_of(seat, item).no_opinion
    assert line_of(seat, item).grades == (4, 3, 3)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Entry(benefit=5), "benefit"),
        (Entry(urgency=-1), "urgency"),
        (Entry(comment="x" * 1001), "comment"),
        (Entry(comment="a\0b"), "comment"),
    ],
)
def test_what_no_ballot_can_hold_is_refused_at_its_field(
    open_round: PlanningRound, wrong: Entry, field: str
) -> None:
    seat, item = seat_of(open_round), items_of(open_round)[0]
    with pytest.raises(RefusedError) as refusal:
        ballots.save_line(open_round, seat, user_on(seat), item, wrong)
    assert list(refusal.value.errors) == [field]
    assert not Ballot.objects.exists()


def test_only_who_sits_on_the_seat_today_fills_in(open_round: PlanningRound) -> None:
    seat, item = seat_of(open_round), items_of(open_round)[0]
    other = user_on(open_round.seats.exclude(seat=seat).first().seat)
    former = user_on(seat)
    yesterday = timezone.localdate() - timedelta(days=1)
    SeatHolder.objects.filter(user=former).update(starts_on=yesterday, ended_at=yesterday)
    for user in [other, former, needs.coordinator_of(open_round.region), factories.make_admin()]:
        with pytest.raises(RefusedError, match="no seat in this round"):
            ballots.save_line(open_round, seat, user, item, entry("444"))
        with pytest.raises(RefusedError, match="no seat in this round"):
            ballots.submit(open_round, seat, user)
    assert not Ballot.objects.exists()


def test_late_is_refused_with_the_time_and_the_very_moment_is_on_time(
    open_round: PlanningRound, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    user = fill_in(open_round, seat, dict.fromkeys(items, "222"))
    closes = open_round.current_pass.closes
    monkeypatch.setattr(timezone, "now", lambda: closes + timedelta(microseconds=1))
    with pytest.raises(RefusedError, match="Too late: the ballots closed") as refusal:
        ballots.submit(open_round, seat, user)
    assert moment(closes) in str(refusal.value.message)
    with pytest.raises(RefusedError, match="Too late"):
        ballots.save_line(open_round, seat, user, items[0], entry("000"))
    assert not Ballot.objects.current().exists()
    monkeypatch.setattr(timezone, "now", lambda: closes)
    assert ballots.submit(open_round, seat, user).submitted_at == closes


def test_nothing_is_taken_before_the_opening_and_after_cancelling(region: Region) -> None:
    makers.make_forum(region)
    frozen = makers.frozen(region)
    seat, item = seat_of(frozen), items_of(frozen)[0]
    with pytest.raises(RefusedError, match=r"not open yet\. They open"):
        ballots.open_draft(frozen, seat, user_on(seat))
    ROUND.apply(frozen, "cancel", by=needs.coordinator_of(region), text="Feil.")
    with pytest.raises(RefusedError, match="cancelled"):
        ballots.save_line(frozen, seat, user_on(seat), item, entry("444"))
    assert not Ballot.objects.exists()


def test_a_need_that_is_taken_out_takes_no_grades_and_hinders_nobody(
    open_round: PlanningRound,
) -> None:
    seat, items = seat_of(open_round), items_of(open_round)
    before = ballots.shuffled(open_round, seat.pk, items)
    user = fill_in(open_round, seat, {items[1]: "111", items[2]: "222"})
    chair = makers.chair_of(open_round.region)
    ROUND.apply(open_round, "withdraw_item", by=chair, item=str(items[0].pk), text="Trukket.")
    with pytest.raises(RefusedError, match="not in the round any more"):
        ballots.save_line(open_round, seat, user, items[0], entry("444"))
    assert ballots.submit(open_round, seat, user).lines.count() == 2
    after = ballots.shuffled(open_round, seat.pk, items[1:])
    assert after == [item for item in before if item != items[0]]


def test_each_seat_has_its_own_order_and_keeps_it(region: Region) -> None:
    makers.make_forum(region)
    planning_round = makers.opened(region, makers.make_items(region, 8))
    items = items_of(planning_round)
    orders = [
        tuple(item.pk for item in ballots.shuffled(planning_round, seat.seat_id, items))
        for seat in planning_round.seats.all()
    ]
    assert len(set(orders)) > 1
    assert {frozenset(order) for order in orders} == {frozenset(item.pk for item in items)}
    again = ballots.shuffled(planning_round, planning_round.seats.first().seat_id, items[::-1])
    assert tuple(item.pk for item in again) == orders[0]


def test_the_second_pass_begins_with_the_first_and_replaces_it_whole(region: Region) -> None:
    makers.make_forum(region)
    planning_round = makers.opened(region, passes=2)
    items = items_of(planning_round)
    seats = [each.seat for each in planning_round.seats.all()]
    for seat in seats:
        first = cast(planning_round, seat, dict.fromkeys(items, "222"))
    by = needs.coordinator_of(region)
    planning_round = makers.end_pass(planning_round)
    planning_round = ROUND.apply(planning_round, "deliberate", by=by)
    closes = timezone.now() + timedelta(days=2)
    planning_round = ROUND.apply(planning_round, "second_pass", by=by, closes=closes)
    seat, user = seats[-1], user_on(seats[-1])
    ballots.save_line(planning_round, seat, user, items[0], entry("444"), seen=entry("222").mark)
    second = ballots.submit(planning_round, seat, user)
    assert second.pass_no == 2
    assert {row.item_id: row.grades for row in second.lines.all()} == {
        items[0].pk: (4, 4, 4),
        items[1].pk: (2, 2, 2),
        items[2].pk: (2, 2, 2),
    }
    first.refresh_from_db()
    assert first.is_current  # of its own pass
    assert [each.has_submitted for each in who_has_submitted(planning_round)].count(True) == 1
