"""Every state × step × party of needs and shared needs, as the design says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db.models import Model
from django.utils import timezone

from regions.models import Region
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import (
    CoSign,
    Need,
    NeedAction,
    NeedContact,
    NeedLog,
    NeedState,
    NeedToken,
    SharedNeed,
    SharedNeedLog,
    SharedNeedState,
)
from tests import factories, worlds
from tests.forum import makers as forum
from tests.lifecycles import By, Walk, actors, put

from . import makers

pytestmark = pytest.mark.django_db
TABLES = (Need, NeedContact, NeedToken, NeedAction, NeedLog, SharedNeed, SharedNeedLog, CoSign)

_OPEN = ("draft", "unconfirmed", "submitted", "in_moderation", "returned", "accepted")
NEED_TABLE = {
    "send": {"draft": ("submitter coordinator", "unconfirmed")},
    "confirm": {"unconfirmed": ("submitter", "submitted")},
    "edit": dict.fromkeys(("draft", "unconfirmed", "submitted", "returned"), ("submitter", "")),
    "claim": {"submitted": ("coordinator", "in_moderation")},
    "release": {"in_moderation": ("coordinator", "submitted")},
    "return": {"in_moderation": ("coordinator", "returned")},
    "answer": {"returned": ("submitter contact", "submitted")},
    "accept": {"in_moderation": ("coordinator", "accepted")},
    "reopen": {"accepted": ("coordinator", "in_moderation")},
    "move": {"accepted": ("coordinator consequence", "")},
    "back": {"accepted": ("contact seat deputy", "")},
    "decline": {"in_moderation": ("coordinator", "declined")},
    "take_up": {"declined": ("coordinator", "in_moderation")},
    "withdraw": dict.fromkeys(_OPEN, ("submitter contact consequence", "withdrawn")),
    "expire": dict.fromkeys(("draft", "unconfirmed", "returned"), ("clock", "withdrawn")),
    "erase": dict.fromkeys(("accepted", "declined", "withdrawn"), ("coordinator admin clock", "")),
}
SHARED_TABLE = {
    "change": {"open": ("coordinator", "")},
    "join": {"open": ("consequence", "")},
    "leave": dict.fromkeys(("open", "deferred"), ("consequence", "")),
    "absorb": {"open": ("coordinator", "absorbed")},
    # An empty one opens only for a need that returns: a coordinator is refused by the guard.
    "restore": {
        "absorbed": ("coordinator consequence", "open"),
        "void": ("coordinator! consequence", "open"),
    },
    "void": dict.fromkeys(("open", "deferred"), ("consequence", "void")),
    "co_sign": {"open": ("contact neighbour_contact seat deputy chair", "")},
    "enter_round": {"open": ("consequence", "in_round")},
    "leave_round": {"in_round": ("consequence", "open")},
    "withdraw": {"in_round": ("consequence", "withdrawn")},
    "prioritise": {"in_round": ("consequence", "prioritised")},
    "defer": {"in_round": ("consequence", "deferred")},
    "decline": {"in_round": ("consequence", "declined")},
    "reopen": {"deferred": ("coordinator consequence", "open")},
    "answer": {"prioritised": ("consequence", "answered")},
    "unanswer": {"answered": ("consequence", "prioritised")},
}


@worlds.layer
def people(region: Region) -> dict[str, By]:
    forum.make_forum(region, municipalities=3, unions=1)
    return actors(region, factories.make_region(name="Kustregionen", slug="kustregionen"))


def test_needs_go_as_the_table_says(region: Region, people: dict[str, By]) -> None:
    places = list(region.municipalities.order_by("pk"))
    need = makers.make_accepted(places[1])
    shared = need.shared_need
    target = makers.make_accepted(places[0]).shared_need
    long_ago = timezone.now() - timedelta(days=100)

    def make(state: str, action: str) -> Need:
        return put(
            need,
            state,
            shared_need=shared if state == NeedState.ACCEPTED else None,
            created_at=long_ago,
            returned_at=long_ago if state == NeedState.RETURNED else None,
            closed_at=long_ago if state == NeedState.DECLINED else None,
            decline_reason="solve_locally" if state == NeedState.DECLINED else "",
            alternative="Ta det i ledermøtet." if state == NeedState.DECLINED else "",
        )

    details = {
        "edit": {"values": {"headcount": 3}, "changed": "headcount"},
        "return": {"text": "Hvem gjelder det?", "alternative": "Spør nettverket."},
        "answer": {"text": "Hele avdelingen."},
        "accept": {
            "no_personal_data": True,
            "values": {"title": "Medisinrutiner", "public_summary": "Et felles kurs."},
        },
        "move": {"into": target},
        "decline": {"reason": "solve_locally", "text": "Ta det i ledermøtet."},
    }
    walk = Walk(
        NEED,
        NeedState.values,
        people,
        NEED_TABLE,
        make,
        lambda action, _name: details.get(action, {}),
        TABLES,
    )
    assert walk.departures() == []


def test_shared_needs_go_as_the_table_says(region: Region, people: dict[str, By]) -> None:
    places = list(region.municipalities.order_by("pk"))
    shared = makers.make_accepted(places[0]).shared_need
    makers.make_accepted(places[0], into=shared)
    empty = _empty(region)
    target = makers.make_accepted(places[1]).shared_need
    words = {"text": "Etter drøfting.", "alternative": "Spør nettverket.", "round": shared}
    speaks_for = {
        "contact": places[1],
        "seat": places[1],
        "deputy": places[1],
        "neighbour_contact": places[2],
        "chair": places[0],
    }

    def make(state: str, action: str) -> Model:
        row = empty if action in {"absorb", "co_sign"} else shared
        return put(row, state, merged_into=target if state == "absorbed" else None)

    def details(action: str, name: str) -> Mapping[str, object]:
        return {
            "co_sign": {"municipality": speaks_for.get(name, places[2]), "headcount": 4},
            "absorb": {"into": target},
            "change": {"changed": "title"},
        }.get(action, words)

    walk = Walk(SHARED_NEED, SharedNeedState.values, people, SHARED_TABLE, make, details, TABLES)
    assert walk.departures() == []


def _empty(region: Region) -> SharedNeed:
    """Return a shared need without needs, as it stands while its last one moves out."""
    row = SharedNeed(region=region, reference="F-2000-01", title="Tom", public_summary="Tom.")
    row.save()
    return row
