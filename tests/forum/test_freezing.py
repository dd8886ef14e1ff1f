"""What a freeze keeps: how many need it, and rules that are taken anew after a way back."""

from __future__ import annotations

import pytest

from regions.forum.candidates import candidates_of
from regions.forum.freezing import heads
from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.lifecycle import RefusedError
from regions.models import Region
from regions.needs.models import CoSign, SharedNeed
from tests.needs import makers as needs

from . import makers

pytestmark = pytest.mark.django_db
#: What two municipalities say: how many need it, of how many.
Said = tuple[int | None, int | None]


def _shared(region: Region, first: Said, second: Said) -> SharedNeed:
    places = region.municipalities.order_by("pk")[:2]
    shared = None
    for place, (some, of) in zip(places, (first, second), strict=True):
        more = {"into": shared} if shared else {}
        shared = needs.make_accepted(
            place, backed=True, headcount=some or 1, headcount_of=of, **more
        ).shared_need
        shared.needs.filter(municipality=place).update(headcount=some)
    return shared


@pytest.mark.parametrize(
    ("first", "second", "signed", "kept"),
    [
        ((12, 14), (30, 40), None, (42, 54)),
        ((12, 14), (30, None), None, (42, 0)),
        ((12, 14), (None, None), None, (12, 14)),
        ((12, 14), (30, 40), 5, (47, 0)),
    ],
)
def test_a_headcount_is_of_a_whole_only_where_all_have_said_it(
    region: Region, first: Said, second: Said, signed: int | None, kept: tuple[int, int]
) -> None:
    makers.make_forum(region)
    shared = _shared(region, first, second)
    other = region.municipalities.order_by("pk").last()
    CoSign.objects.create(shared_need=shared, municipality=other, headcount=signed)
    planning_round = makers.screened(region)
    assert candidates_of(planning_round)[0].headcount == kept[0]
    by = needs.coordinator_of(region)
    planning_round = ROUND.apply(planning_round, "freeze", by=by, items=[shared])
    facts = planning_round.items.get().facts
    assert (facts["headcount"], facts["headcount_of"]) == kept


def test_who_signed_and_has_a_need_here_is_counted_once(region: Region) -> None:
    makers.make_forum(region)
    shared = _shared(region, (12, 14), (30, 40))
    place = shared.needs.first().municipality
    CoSign.objects.create(shared_need=shared, municipality=place, headcount=12)
    assert heads(shared.needs.all(), shared.co_signs.all()) == (42, 54)


def test_a_round_that_went_back_is_frozen_by_the_rules_of_then(region: Region) -> None:
    holders = makers.make_forum(region)
    shared = makers.make_items(region, 1)
    planning_round = makers.frozen(region, shared)
    by = needs.coordinator_of(region)
    planning_round = ROUND.apply(planning_round, "unfreeze", by=by, text="Feil behov.")
    for name in ("municipalities_total", "min_gradings", "quorum_num", "quorum_den", "small_pct"):
        assert getattr(planning_round, name) is None
    region.min_gradings = len(holders) + 1
    region.save()
    shared[0].refresh_from_db()
    with pytest.raises(RefusedError, match=f"{len(holders) + 1} are needed"):
        ROUND.apply(planning_round, "freeze", by=by, items=shared)
    region.min_gradings = len(holders)
    region.save()
    ROUND.apply(planning_round, "freeze", by=by, items=shared)
    assert PlanningRound.objects.get().min_gradings == len(holders)
