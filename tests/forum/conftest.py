"""An open round, a municipality's seat in it, and whoever holds that seat, signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from regions.forum.models import PlanningRound
from regions.models import ForumSeat, Region, User
from tests import worlds

from . import makers
from . import makers_results as results
from .makers_ballots import user_on


@worlds.layer
def open_round(region: Region) -> PlanningRound:
    makers.make_forum(region)
    return makers.opened(region)


@worlds.layer
def seat(open_round: PlanningRound) -> ForumSeat:
    # By name "Kommune 100" comes before "Kommune 99": the first made is the one with needs.
    places = open_round.seats.filter(kind="municipality").order_by("seat__municipality_id")
    return places.first().seat


@pytest.fixture
def member(seat: ForumSeat, client: Client) -> User:
    user = user_on(seat)
    client.force_login(user)
    return user


# The golden test's round, as far as each test wants it to have come.
@worlds.layer
def forum(region: Region) -> Region:
    results.make_forum(region)
    return region


@worlds.layer
def ballots_open(forum: Region) -> PlanningRound:
    return makers.opened(forum, results.golden_items(forum))


@worlds.layer
def ended(forum: Region) -> PlanningRound:
    return results.closed(forum)


@worlds.layer
def met(forum: Region) -> PlanningRound:
    return results.meeting(forum)


@worlds.layer
def decided(met: PlanningRound) -> PlanningRound:
    return results.decide(met)


@worlds.layer
def published(decided: PlanningRound) -> PlanningRound:
    return results.publish(decided)
