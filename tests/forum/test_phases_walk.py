"""A round's way through its phases."""

from __future__ import annotations

import pytest

from regions.forum.guards import has_quorum
from regions.forum.lifecycle import ROUND
from regions.lifecycle import RefusedError
from regions.models import Notice, Region
from tests.needs import makers as needs

from . import makers

pytestmark = pytest.mark.django_db


def test_a_round_goes_from_collecting_to_closed_and_is_extended_once(region: Region) -> None:
    makers.make_forum(region)
    planning_round = makers.opened(region)
    assert planning_round.seats.count() == 9
    assert planning_round.takes_ballots()
    assert Notice.objects.filter(kind="ballot_open").count() == 9
    planning_round = makers.end_pass(planning_round)
    assert not has_quorum(planning_round)
    by = needs.coordinator_of(region)
    with pytest.raises(RefusedError, match="no quorum"):
        ROUND.apply(planning_round, "deliberate", by=by)
    planning_round = ROUND.apply(planning_round, "extend", by=by)
    assert planning_round.takes_ballots()
    planning_round = makers.end_pass(planning_round)
    with pytest.raises(RefusedError, match="once already"):
        ROUND.apply(planning_round, "extend", by=by)
    assert ROUND.apply(planning_round, "deliberate", by=by).state == "deliberation"


def test_cancelling_lets_the_needs_go(region: Region) -> None:
    makers.make_forum(region)
    planning_round = makers.frozen(region)
    shared = planning_round.items.first().shared_need
    assert shared.state == "in_round"
    ROUND.apply(planning_round, "cancel", by=needs.coordinator_of(region), text="Feil oppsett.")
    shared.refresh_from_db()
    assert shared.state == "open"
