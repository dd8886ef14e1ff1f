"""Recusal: who says so hands the need over, and what they graded never counts."""

from __future__ import annotations

import pytest
from django.core import mail

from regions import outbox
from regions.forum import ballots
from regions.forum.models import BallotLine, PlanningRound, Recusal, RoundItem
from regions.forum.recusals import others_on, recuse
from regions.lifecycle import RefusedError
from regions.models import ForumSeat, Notice, Region, SeatHolder, User
from tests import factories

from . import makers
from .makers_ballots import RECUSED, cast, entry, fill_in, user_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_round(region: Region) -> PlanningRound:
    makers.make_forum(region)
    return makers.opened(region)


@pytest.fixture
def seat(open_round: PlanningRound) -> ForumSeat:
    return open_round.seats.filter(kind="municipality").first().seat


@pytest.fixture
def deputy(seat: ForumSeat) -> User:
    return factories.make_holder(seat, kind=SeatHolder.Kind.DEPUTY).user


@pytest.fixture
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
    notice = Notice.objects.get()
    assert (notice.kind, notice.recipient) == ("recusal_handed_over", f"user:{deputy.pk}")
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
