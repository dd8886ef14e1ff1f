"""Every state × step × party of rounds, as the design says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from regions.forum import publishing
from regions.forum.lifecycle import ROUND
from regions.forum.models import (
    Ballot,
    DecisionOverride,
    PlanningRound,
    RoundItem,
    RoundLog,
    RoundPass,
    RoundSeat,
    RoundState,
)
from regions.models import Region
from regions.needs.models import Need, SharedNeed, SharedNeedLog
from tests import factories
from tests.lifecycles import Walk, actors, put

from . import makers

pytestmark = pytest.mark.django_db
TABLES = (
    *(PlanningRound, RoundLog, RoundItem, RoundPass, RoundSeat, Ballot, DecisionOverride),
    *(Need, SharedNeed, SharedNeedLog),
)
BEFORE_DECIDED = (
    *("draft", "collecting", "screening", "frozen"),
    *("ballot_open", "ballot_closed", "deliberation"),
)
TABLE = {
    "collect": {"draft": ("coordinator clock", "collecting")},
    "screen": {"collecting": ("coordinator clock", "screening")},
    "freeze": {"screening": ("coordinator", "frozen")},
    "unfreeze": {"frozen": ("coordinator chair", "screening")},
    "open": {"frozen": ("coordinator clock", "ballot_open")},
    "withdraw_item": {"ballot_open": ("chair", "")},
    "close": {"ballot_open": ("coordinator clock", "ballot_closed")},
    "extend": {"ballot_closed": ("coordinator chair", "ballot_open")},
    "deliberate": {"ballot_closed": ("coordinator", "deliberation")},
    "second_pass": {"deliberation": ("coordinator", "ballot_open")},
    "override": {"deliberation": ("coordinator chair", "")},
    "settle": {"deliberation": ("coordinator chair", "")},
    "decide": {"deliberation": ("coordinator chair", "decided")},
    "publish": {"decided": ("coordinator", "published")},
    "archive": {"published": ("coordinator", "archived")},
    "cancel": dict.fromkeys(BEFORE_DECIDED, ("coordinator", "cancelled")),
}
EARLY = ("draft", "collecting", "screening")


def test_rounds_go_as_the_table_says(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "seal", lambda planning_round, *, at: None)
    makers.make_forum(region)
    people = actors(region, factories.make_region(name="Kustregionen", slug="kustregionen"))
    now, today = timezone.now(), timezone.localdate()
    days = {"collecting_from": today - timedelta(days=9), "collecting_to": today}
    early = makers.screened(region, **days)
    late = makers.frozen(region, passes=2)
    late.items.update(outcome="prioritised")
    items = makers.make_items(region, 2)
    item = late.items.first()

    def make(state: str, action: str) -> PlanningRound:
        if state in EARLY:
            ended = {"collecting_to": today - timedelta(days=2)}
            return put(early, state, **ended)
        late.round_passes.all().delete()
        if state not in {"frozen", "cancelled"}:
            RoundPass.objects.create(
                round=late,
                pass_no=1,
                opens=now - timedelta(days=20),
                closes=now - timedelta(days=1),
                extended=action == "deliberate",
            )
        frozen_at, opens = now - timedelta(days=4), now - timedelta(hours=1)
        return put(late, state, frozen_at=frozen_at, ballot_from=opens)

    details = {
        "freeze": {"items": items},
        "unfreeze": {"text": "Et sete sa imot."},
        "withdraw_item": {"item": item.pk, "text": "Kommunen trakk det."},
        "second_pass": {"closes": now + timedelta(days=8)},
        "override": {
            "item": item.pk,
            "from_rank": 1,
            "to_rank": 2,
            "votes_for": 6,
            "votes_against": 3,
            "case_no": "031/27",
            "text": "Haster ikke.",
        },
        "settle": {"outcomes": [(item.pk, "reserve")]},
        "decide": {"case_no": "031/27"},
        "cancel": {"text": "Feil oppsett."},
    }
    walk = Walk(
        ROUND,
        RoundState.values,
        people,
        TABLE,
        make,
        lambda action, _name: details.get(action, {}),
        TABLES,
    )
    assert walk.departures() == []
