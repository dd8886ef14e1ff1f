"""Recusal: who says so hands the need over, and what they graded never counts."""

from __future__ import annotations

import pytest
from django.core import mail

from regions import outbox
from regions.forum import ballots
from regions.forum.handed_over import graded_by_the_other
from regions.forum.models import BallotLine, PlanningRound, Recusal, RoundItem
from regions.forum.recusals import others_on, recuse
from regions.lifecycle import RefusedError
from regions.models import ForumSeat, Notice, Region, SeatHolder, User
from tests import factories, worlds
from tests.needs import makers as needs

from . import makers
from .makers_ballots import RECUSED, cast, entry, fill_in, user_on

pytestmark = pytest.mark.django_db


@worlds.layer
def deputy(seat: ForumSeat) -> User:
    return factories.make_holder(seat, kind=SeatHolder.Kind.DEPUTY).user


@worlds.layer
def item(open_round: PlanningRound) -> RoundItem:
    return open_round.items.first()


def test_the_other_holder_is_told_and_may_grade(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    holder = user_on(seat)
    Notice.objects.all().delete()
    recuse(open_round, seat, holder, item, "provider")
    with pytest.raises(RefusedError, match="You are recused"):
        ballots.save_line(open_round, seat, holder, item, entry("444"))
    assert not BallotLine.objects.exists()
    notice = Notice.objects.get(kind="recusal_handed_over")
    assert notice.recipient == f"user:{deputy.pk}"
    outbox.send(notice.pk)
    assert item.title in mail.outbox[-1].body
    ballots.save_line(open_round, seat, deputy, item, entry("333"))
    assert BallotLine.objects.get(item=item).graded_by == deputy
    logged = open_round.log.get(action="recuse")
    assert logged.facts == {"seat": seat.pk, "item": item.pk, "kind": "provider"}


def test_what_was_graded_before_goes_and_the_sent_ballot_is_kept_beside(
    open_round: PlanningRound, seat: ForumSeat, item: RoundItem
) -> None:
    sent = cast(open_round, seat, dict.fromkeys(open_round.items.all(), "444"))
    recuse(open_round, seat, user_on(seat), item, "family")
    sent.refresh_from_db()
    assert not sent.is_current
    assert sent.lines.filter(item=item).exists()
    stands = ballots.sent_of(open_round, seat, 1)
    assert stands.submitted_at == sent.submitted_at
    assert stands.lines.count() == 2
    assert not stands.lines.filter(item=item).exists()
    # A replacement does not bring it back.
    assert not ballots.open_draft(open_round, seat, user_on(seat)).lines.filter(item=item).exists()


def test_what_the_other_holder_graded_stays(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    ballots.save_line(open_round, seat, deputy, item, entry("321"))
    recuse(open_round, seat, user_on(seat), item, "provider")
    assert BallotLine.objects.get(item=item).grades == (3, 2, 1)
    assert BallotLine.objects.get(item=item).graded_by == deputy


def completed_by(deputy: User, open_round: PlanningRound, seat: ForumSeat, item: RoundItem) -> User:
    """Let the holder give one grade and the deputy the others; return the holder."""
    holder = user_on(seat)
    ballots.save_line(open_round, seat, holder, item, ballots.Entry(benefit=4))
    ballots.save_line(open_round, seat, deputy, item, entry("433"))
    assert BallotLine.objects.get(item=item).graded_by == deputy
    return holder


def test_a_line_that_the_deputy_completed_is_cleared_too(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    holder = completed_by(deputy, open_round, seat, item)
    recuse(open_round, seat, holder, item, "provider")
    assert not BallotLine.objects.exists()
    # What the deputy grades alone afterwards stays.
    ballots.save_line(open_round, seat, deputy, item, entry("222"))
    assert list(BallotLine.objects.get().hands.all()) == [deputy]


def test_a_sent_line_that_the_deputy_completed_counts_no_more_nor_in_a_replacement(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    holder = completed_by(deputy, open_round, seat, item)
    cast(open_round, seat, {item: "433"}, by=deputy)
    draft = ballots.open_draft(open_round, seat, deputy)
    assert set(draft.lines.get(item=item).hands.all()) == {holder, deputy}
    recuse(open_round, seat, holder, item, "provider")
    assert not draft.lines.filter(item=item).exists()
    assert not ballots.sent_of(open_round, seat, 1).lines.filter(item=item).exists()


def test_the_other_holder_has_graded_what_counts_and_nothing_else(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    holder = user_on(seat)
    recuse(open_round, seat, holder, item, "provider")
    assert graded_by_the_other(open_round) == set()
    cast(open_round, seat, {item: "433"}, by=deputy)
    assert graded_by_the_other(open_round) == {(item.pk, seat.pk)}
    # With a hand of whoever is recused in it the line does not count, whoever completed it.
    BallotLine.objects.get(item=item, ballot__is_current=True).hands.add(holder)
    assert graded_by_the_other(open_round) == set()


def test_a_hand_goes_with_its_person_and_the_line_stays(
    open_round: PlanningRound, seat: ForumSeat, item: RoundItem
) -> None:
    fill_in(open_round, seat, {item: "444"})
    line = BallotLine.objects.get()
    gone = factories.make_user()
    line.hands.add(gone)
    gone.delete()
    assert list(BallotLine.objects.get().hands.all()) == [user_on(seat)]


def test_chair_and_coordinator_are_told_that_and_why_and_never_what(
    open_round: PlanningRound, region: Region, item: RoundItem
) -> None:
    by, chair = needs.coordinator_of(region), makers.chair_of(region)
    seat = open_round.seats.filter(kind="municipality", is_chair=False).first().seat
    fill_in(open_round, seat, {item: "404"})
    recuse(open_round, seat, user_on(seat), item, "provider")
    told = Notice.objects.filter(kind="recusal_declared")
    assert {each.recipient for each in told} == {f"user:{by.pk}", f"user:{chair.pk}"}
    outbox.send(told.first().pk)
    body = mail.outbox[-1].body
    for words in (str(seat), item.title):
        assert words in body
    assert str(user_on(seat)) not in body
    assert "404" not in body


def test_a_chair_who_is_recused_is_not_told_so(
    open_round: PlanningRound, region: Region, item: RoundItem
) -> None:
    chair = makers.chair_of(region)
    recuse(open_round, chair.seats.first().seat, chair, item, "family")
    told = Notice.objects.get(kind="recusal_declared")
    assert told.recipient == f"user:{needs.coordinator_of(region).pk}"


def test_a_recused_draft_line_is_cleared(
    open_round: PlanningRound, seat: ForumSeat, item: RoundItem
) -> None:
    fill_in(open_round, seat, {item: "444"})
    recuse(open_round, seat, user_on(seat), item, "employer")
    assert not BallotLine.objects.exists()


def test_a_ballot_is_sent_without_the_line_on_which_its_holder_is_recused(
    open_round: PlanningRound, seat: ForumSeat
) -> None:
    items = list(open_round.items.all())
    sent = cast(open_round, seat, dict.fromkeys(items, RECUSED))
    assert sent.is_current
    assert sent.lines.count() == 0


def test_a_line_of_a_recused_seat_that_is_begun_has_to_be_finished(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    recuse(open_round, seat, user_on(seat), item, "provider")
    rest = [each for each in open_round.items.all() if each != item]
    fill_in(open_round, seat, dict.fromkeys(rest, "222"), by=deputy)
    ballots.save_line(open_round, seat, deputy, item, ballots.Entry(benefit=1))
    with pytest.raises(RefusedError) as refusal:
        ballots.submit(open_round, seat, deputy)
    assert list(refusal.value.errors) == [str(item.pk)]


def test_where_both_are_recused_nobody_is_left(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    holder = user_on(seat)
    assert others_on(seat, item, holder) == [deputy.pk]
    recuse(open_round, seat, deputy, item, "provider")
    recuse(open_round, seat, holder, item, "provider")
    assert others_on(seat, item, holder) == []
    assert Notice.objects.filter(kind="recusal_handed_over").count() == 1


def test_saying_so_twice_is_saying_so_once(
    open_round: PlanningRound, seat: ForumSeat, deputy: User, item: RoundItem
) -> None:
    first = recuse(open_round, seat, user_on(seat), item, "provider")
    assert recuse(open_round, seat, user_on(seat), item, "family") == first
    assert Recusal.objects.get().kind == "provider"
    assert open_round.log.filter(action="recuse").count() == 1
    assert Notice.objects.filter(kind="recusal_handed_over").count() == 1


def test_it_needs_a_reason_a_seat_and_open_ballots(
    open_round: PlanningRound, seat: ForumSeat, item: RoundItem
) -> None:
    with pytest.raises(RefusedError) as refusal:
        recuse(open_round, seat, user_on(seat), item, "mood")
    assert list(refusal.value.errors) == ["kind"]
    with pytest.raises(RefusedError, match="no seat"):
        recuse(open_round, seat, factories.make_user(), item, "family")
    closed = makers.end_pass(open_round)
    with pytest.raises(RefusedError, match="Too late"):
        recuse(closed, seat, user_on(seat), item, "family")
    assert not Recusal.objects.exists()
