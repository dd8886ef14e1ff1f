"""Makers of rounds in any phase, each by the steps that lead there."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from django.utils import timezone

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.lifecycle import Actor
from regions.models import ForumSeat, Region, SeatHolder, User
from regions.needs.models import SharedNeed
from tests import factories
from tests.needs import makers as needs

_number = itertools.count(1)


def make_forum(region: Region, *, municipalities: int = 7, unions: int = 2) -> list[SeatHolder]:
    """Give a region municipalities, seats and a holder on each; the first chairs."""
    holders = []
    for number in range(municipalities):
        place = factories.make_municipality(region)
        seat = factories.make_seat(region, municipality=place, is_chair=number == 0)
        holders.append(factories.make_holder(seat))
    for number in range(unions):
        seat = factories.make_seat(region, organisation=f"Forbund {number + 1}")
        holders.append(factories.make_holder(seat))
    return holders


def make_round(region: Region, **fields: object) -> PlanningRound:
    """Make a round that has just been written down."""
    number = next(_number)
    now = timezone.now()
    fields.setdefault("title", f"Runde {number}")
    fields.setdefault("slug", f"runde-{number}")
    fields.setdefault("year_from", 2027)
    fields.setdefault("year_to", 2028)
    fields.setdefault("ballot_from", now + timedelta(days=4))
    fields.setdefault("ballot_to", now + timedelta(days=18))
    planning_round = PlanningRound(region=region, **fields)
    planning_round.full_clean()
    return ROUND.begin(planning_round, by=needs.coordinator_of(region))


def make_items(region: Region, number: int = 3, **fields: object) -> list[SharedNeed]:
    """Make open shared needs, one municipality's confirmed need behind each."""
    places = list(region.municipalities.order_by("pk"))
    return [
        needs.make_accepted(places[index % len(places)], backed=True, **fields).shared_need
        for index in range(number)
    ]


def screened(region: Region, **fields: object) -> PlanningRound:
    planning_round = make_round(region, **fields)
    by = needs.coordinator_of(region)
    ROUND.apply(planning_round, "collect", by=by)
    return ROUND.apply(planning_round, "screen", by=by)


def frozen(
    region: Region, items: list[SharedNeed] | None = None, **fields: object
) -> PlanningRound:
    items = items if items is not None else make_items(region)
    planning_round = screened(region, **fields)
    return ROUND.apply(planning_round, "freeze", by=needs.coordinator_of(region), items=items)


def opened(
    region: Region, items: list[SharedNeed] | None = None, **fields: object
) -> PlanningRound:
    """Return a round whose ballots are open now: it was frozen four days ago."""
    planning_round = frozen(region, items, **fields)
    let_objections_run_out(planning_round)
    return ROUND.apply(planning_round, "open", by=Actor.clock())


def let_objections_run_out(planning_round: PlanningRound) -> None:
    """Let a frozen round be four days old, and its ballots due since an hour."""
    now = timezone.now()
    PlanningRound.objects.filter(pk=planning_round.pk).update(
        frozen_at=now - timedelta(days=4), ballot_from=now - timedelta(hours=1)
    )


def let_time_run_out(planning_round: PlanningRound, *, at: datetime | None = None) -> None:
    """Let the time of the ballots be over, with nobody having closed them yet."""
    current = planning_round.current_pass
    closes = at or timezone.now() - timedelta(seconds=1)
    current.opens = min(current.opens, closes - timedelta(days=8))
    current.closes = closes
    current.save()
    planning_round.seats.update(invited_at=current.opens)


def end_pass(planning_round: PlanningRound, *, at: datetime | None = None) -> PlanningRound:
    """Let the time of the ballots be over, and the clock close them."""
    let_time_run_out(planning_round, at=at)
    return ROUND.apply(planning_round, "close", by=Actor.clock())


def chair_of(region: Region) -> User:
    seat = ForumSeat.objects.get(forum__region=region, is_chair=True, is_active=True)
    return seat.holders.first().user
