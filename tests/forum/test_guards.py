"""Each guard of rounds is what keeps some step from being taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound, RoundPass
from regions.lifecycle import Actor
from regions.models import Region, SeatHolder
from regions.needs.models import Need
from tests import factories
from tests.lifecycles import Hindered, not_hindered, put
from tests.needs import makers as needs

from . import makers

pytestmark = pytest.mark.django_db
OVERRIDE = {
    "from_rank": 1,
    "to_rank": 2,
    "votes_for": 6,
    "votes_against": 3,
    "case_no": "031/27",
    "text": "Haster ikke.",
}


def test_each_guard_of_a_round_matters(region: Region) -> None:
    makers.make_forum(region)
    by, clock, chair = needs.coordinator_of(region), Actor.clock(), makers.chair_of(region)
    early, late = makers.screened(region), makers.frozen(region)
    items = makers.make_items(region, 2)
    item, other = list(late.items.all()[:2])
    elsewhere = needs.make_accepted(factories.make_municipality(factories.make_region()))
    now = timezone.now()
    words = {"text": "Derfor."}

    def set_early(state: str = "screening", **fields: object) -> Callable[[], object]:
        return lambda: put(early, state, **fields)

    def set_late(
        state: str, *, closes: int = -1, extended: bool = False, **fields: object
    ) -> Callable[[], object]:
        fields = {
            "frozen_at": now - timedelta(days=4),
            "ballot_from": now - timedelta(hours=1),
            **fields,
        }

        def first() -> None:
            put(late, state, **fields)
            late.items.exclude(pk=other.pk).update(outcome="prioritised")
            if state != "frozen":
                RoundPass.objects.create(
                    round=late,
                    pass_no=1,
                    opens=now - timedelta(days=9),
                    closes=now + timedelta(days=closes),
                    extended=extended,
                )

        return first

    def individual() -> None:
        Need.objects.update(level="individual")

    def withdrawn(state: str) -> Callable[[], object]:
        def first() -> None:
            set_late(state)()
            late.items.filter(pk=item.pk).update(withdrawn_at=now)

        return first

    def override(**said: object) -> dict[str, object]:
        return {"item": item.pk, **OVERRIDE, **said}

    days = {"ballot_from": now, "ballot_to": now + timedelta(days=6)}
    soon = {"ballot_from": now - timedelta(days=5), "ballot_to": now + timedelta(days=6)}
    # Seven days, but for the three in which the seats may object.
    objected = {"ballot_from": now, "ballot_to": now + timedelta(days=9, hours=23)}
    meeting = set_late("deliberation")
    decided = set_late("deliberation", passes=2)
    cases = [
        Hindered("collect", early, clock, {}, "", set_early("draft")),
        Hindered(
            "screen",
            early,
            clock,
            {},
            "",
            set_early("collecting", collecting_to=timezone.localdate()),
        ),
        Hindered("freeze", early, by, {"items": []}, "items"),
        Hindered("freeze", early, by, {"items": [elsewhere.shared_need]}, "items"),
        Hindered("freeze", early, by, {"items": [item.shared_need]}, "items"),
        Hindered("freeze", early, by, {"items": items}, "items", individual),
        Hindered("freeze", early, by, {"items": items}, "ballot_to", set_early(**days)),
        Hindered("freeze", early, by, {"items": items}, "ballot_to", set_early(**soon)),
        Hindered("freeze", early, by, {"items": items}, "ballot_to", set_early(**objected)),
        Hindered("freeze", early, by, {"items": items}, "ballot_to", set_early(ballot_to=None)),
        Hindered("freeze", early, by, {"items": items}, "trim", _vacate),
        Hindered("unfreeze", late, by, {}, "text"),
        Hindered("unfreeze", late, by, words, "", set_late("frozen", was_unfrozen=True)),
        Hindered("open", late, by, {}, "", set_late("frozen", frozen_at=now)),
        Hindered(
            "open", late, by, {}, "", set_late("frozen", ballot_from=now + timedelta(hours=1))
        ),
        Hindered("open", late, clock, {}, "", set_late("frozen", ballot_to=now)),
        Hindered("withdraw_item", late, chair, {"item": item.pk}, "text", set_late("ballot_open")),
        Hindered(
            "withdraw_item", late, chair, {**words, "item": 10**30}, "item", set_late("ballot_open")
        ),
        Hindered(
            "withdraw_item",
            late,
            chair,
            {**words, "item": item.pk},
            "item",
            withdrawn("ballot_open"),
        ),
        Hindered("close", late, by, {}, "", set_late("ballot_open", closes=1)),
        Hindered("extend", late, by, {}, "", set_late("ballot_closed", extended=True)),
        Hindered("deliberate", late, by, {}, "", set_late("ballot_closed")),
        Hindered("second_pass", late, by, {"closes": now + timedelta(days=9)}, "", meeting),
        Hindered("second_pass", late, by, {"closes": now}, "closes", decided),
        Hindered("override", late, by, override(text=""), "text", meeting),
        Hindered("override", late, by, override(case_no=""), "case_no", meeting),
        Hindered("override", late, by, override(to_rank=1), "to_rank", meeting),
        Hindered("override", late, by, override(to_rank=4), "to_rank", meeting),
        Hindered("override", late, by, override(votes_for=10**9), "votes_for", meeting),
        Hindered("override", late, by, override(), "item", withdrawn("deliberation")),
        Hindered("settle", late, by, {"outcomes": [(item.pk, "x")]}, "", meeting),
        Hindered("settle", late, by, {"outcomes": [(0, "reserve")]}, "", meeting),
        Hindered("decide", late, by, {"case_no": " "}, "case_no", lambda: _all_said(late, meeting)),
        Hindered("decide", late, by, {"case_no": "031/27"}, "items", meeting),
        Hindered("publish", late, by, {}, "items", set_late("decided")),
        Hindered("cancel", early, by, {"text": ""}, "text"),
    ]
    assert not_hindered(ROUND, cases) == []


def _vacate() -> None:
    SeatHolder.objects.filter(
        pk__in=list(SeatHolder.objects.values_list("pk", flat=True)[:6])
    ).update(starts_on=factories.in_days(-9), ended_at=factories.in_days(-1))


def _all_said(planning_round: PlanningRound, first: Callable[[], object]) -> None:
    first()
    planning_round.items.update(outcome="prioritised")
