"""Ballots: none doubled, none after the close, and the totals are those of a recount."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from functools import partial

from django.db.models import F, Sum
from django.utils import timezone

from regions.forum import ballots
from regions.forum.lifecycle import ROUND
from regions.forum.models import Ballot, BallotLine, PlanningRound
from regions.lifecycle import Actor, RefusedError
from regions.models import ForumSeat, Region, User
from regions.models.log import broken_links
from tests import factories
from tests.forum import makers
from tests.forum.makers_ballots import entry, user_on

from .threads import taken, together

TOTAL = Sum(F("benefit") + F("urgency") + F("regional"))


def opened(region: Region) -> tuple[PlanningRound, list[ForumSeat]]:
    makers.make_forum(region, municipalities=5, unions=1)
    planning_round = makers.opened(region)
    return planning_round, [each.seat for each in planning_round.seats.select_related("seat")]


def vote(planning_round: PlanningRound, seat: ForumSeat, user: User, grade: int) -> int:
    """Fill in and send a ballot of one grade throughout; return the sum of its grades."""
    ballots.open_draft(planning_round, seat, user)
    items = list(planning_round.items.all())
    for item in items:
        ballots.save_line(planning_round, seat, user, item, entry((grade,) * 3))
    ballots.submit(planning_round, seat, user)
    return 3 * grade * len(items)


def sound(planning_round: PlanningRound) -> None:
    """Check what always holds of the ballots of a round."""
    sent = Ballot.objects.filter(round=planning_round, state="submitted")
    closes = planning_round.current_pass.closes
    assert not sent.filter(submitted_at__gt=closes).exists()
    for seat in planning_round.seats.all():
        mine = sent.filter(seat=seat.seat_id).order_by("number")
        current = mine.filter(is_current=True)
        assert current.count() == min(1, mine.count())
        if mine:
            assert current.get() == mine.last()
    assert broken_links(planning_round.log.all()) == []
    assert planning_round.log.filter(action="ballot").count() == sent.count()


def test_ballots_race_with_the_close(region: Region) -> None:
    planning_round, seats = opened(region)
    people = [(seat, user_on(seat)) for seat in seats]
    for seat, user in people:
        ballots.open_draft(planning_round, seat, user)
        for item in planning_round.items.all():
            ballots.save_line(planning_round, seat, user, item, entry("321"))
    current = planning_round.current_pass
    current.closes = timezone.now() + timedelta(seconds=0.5)
    current.opens = current.closes - timedelta(days=8)
    current.save()
    chance = random.Random(5)

    def send(seat: ForumSeat, user: User, wait: float) -> object:
        time.sleep(wait)
        return ballots.submit(planning_round, seat, user)

    def close() -> None:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                ROUND.apply(planning_round, "close", by=Actor.clock())
            except RefusedError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("nobody could close")

    waits = [chance.uniform(0, 1) for _ in people]
    results = together(
        close, *(partial(send, *person, wait) for person, wait in zip(people, waits, strict=True))
    )
    planning_round.refresh_from_db()
    assert planning_round.state == "ballot_closed"
    sent = taken(results) - 1
    assert Ballot.objects.current().filter(round=planning_round).count() == sent
    total = BallotLine.objects.filter(ballot__in=Ballot.objects.current()).aggregate(all=TOTAL)
    assert (total["all"] or 0) == sent * 6 * planning_round.items.count()
    late = [wait for wait, result in zip(waits, results[1:], strict=True) if taken([result]) == 0]
    assert late, "nobody was late: the race proves nothing"
    assert all(wait > 0.3 for wait in late)
    sound(planning_round)


def test_replacements_race_with_each_other(region: Region) -> None:
    planning_round, seats = opened(region)
    people = []
    for seat in seats[:3]:
        deputy = factories.make_holder(seat, kind="deputy").user
        people += [(seat, user_on(seat), 1), (seat, deputy, 4)]
    sums: dict[int, list[int]] = {}
    for _ in range(3):
        results = together(
            *(partial(vote, planning_round, seat, user, grade) for seat, user, grade in people)
        )
        for (seat, _user, _grade), result in zip(people, results, strict=True):
            if not isinstance(result, RefusedError):
                sums.setdefault(seat.pk, []).append(result)
    sound(planning_round)
    for seat in seats[:3]:
        assert sums[seat.pk], "nobody could send"
        mine = Ballot.objects.filter(round=planning_round, seat=seat)
        numbers = list(mine.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        # Both holders write into one draft: what stands is made of their grades and whole.
        standing = mine.get(is_current=True).lines
        assert standing.count() == planning_round.items.count()
        assert set(standing.values_list("benefit", flat=True)) <= {1, 4}


def test_one_of_several_closes_and_one_opens(region: Region) -> None:
    makers.make_forum(region, municipalities=5, unions=0)
    planning_round = makers.frozen(region)
    now = timezone.now()
    PlanningRound.objects.filter(pk=planning_round.pk).update(
        frozen_at=now - timedelta(days=4), ballot_from=now - timedelta(hours=1)
    )
    clock = Actor.clock()
    assert taken(together(*[partial(ROUND.apply, planning_round, "open", by=clock)] * 5)) == 1
    assert planning_round.round_passes.count() == 1
    current = planning_round.current_pass
    current.opens, current.closes = now - timedelta(days=9), now - timedelta(seconds=1)
    current.save()
    assert taken(together(*[partial(ROUND.apply, planning_round, "close", by=clock)] * 5)) == 1
    by = makers.needs.coordinator_of(region)
    assert taken(together(*[partial(ROUND.apply, planning_round, "extend", by=by)] * 5)) == 1
    assert planning_round.log.filter(action="extend").count() == 1
