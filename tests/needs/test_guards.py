"""Each guard of needs and shared needs is what keeps some step from being taken."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from regions.lifecycle import Actor, RefusedError
from regions.models import Region
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import Need, NeedContact, SharedNeed
from tests import factories
from tests.lifecycles import Hindered, not_hindered, put

from . import makers

pytestmark = pytest.mark.django_db
LINK = Actor.with_link()
FOLLOWS = Actor().following()
MAIL = "Spør kari@samkurs.example"
FULL = {"title": "Medisinrutiner", "public_summary": "Et felles kurs."}


def test_each_guard_of_a_need_matters(region: Region) -> None:
    place = factories.make_municipality(region)
    by, contact = makers.coordinator_of(region), makers.contact_of(place)
    draft, claimed = makers.make_draft(place), makers.make_claimed(place)
    bare = makers.make_claimed(place, headcount=None, headcount_of=None, action="")
    returned, declined = makers.make_returned(place), makers.make_declined(place)
    accepted, backed = makers.make_accepted(place), makers.make_accepted(place, backed=True)
    taken_up = makers.make_accepted(place)
    foreign_region = factories.make_region()
    foreign = makers.make_accepted(factories.make_municipality(foreign_region)).shared_need
    frozen = makers.make_accepted(place).shared_need

    def freeze() -> None:
        put(taken_up.shared_need, "in_round")
        put(frozen, "in_round")

    def answered_late(days: int) -> None:
        Need.objects.update(returned_at=timezone.now() - timedelta(days=days))

    ready = {"no_personal_data": True, "values": FULL}
    cases = [
        Hindered("send", draft, LINK, {}, "contact_email", NeedContact.objects.all().delete),
        Hindered("return", claimed, by, {"text": " ", "alternative": "Nei."}, "text"),
        Hindered("return", claimed, by, {"text": "Hvem?"}, "alternative"),
        Hindered("answer", returned, LINK, {"text": ""}, "text"),
        Hindered("accept", claimed, by, {"values": FULL}, "no_personal_data"),
        Hindered("accept", claimed, by, {**ready, "no_personal_data": "on"}, "no_personal_data"),
        Hindered("accept", claimed, by, {**ready, "values": {"title": "T"}}, "public_summary"),
        Hindered("accept", bare, by, {**ready, "values": {**FULL, "headcount": 3}}, "action"),
        Hindered(
            "accept",
            bare,
            by,
            {**ready, "values": {**FULL, "action": "Kurs", "size": "small"}},
            "headcount",
        ),
        Hindered(
            "accept",
            claimed,
            by,
            ready,
            "legal_reference",
            lambda: Need.objects.filter(pk=claimed.pk).update(driver="law"),
        ),
        Hindered("accept", claimed, by, {**ready, "into": foreign}, "into"),
        Hindered("accept", claimed, by, {**ready, "into": frozen}, "into", freeze),
        Hindered("reopen", taken_up, by, {}, "", freeze),
        Hindered("move", taken_up, by, {}, "", freeze),
        Hindered("move", accepted, by, {"into": foreign}, "into"),
        Hindered("move", accepted, by, {"into": frozen}, "into", freeze),
        Hindered("move", accepted, by, {"into": accepted.shared_need}, "into"),
        Hindered("back", backed, contact, {}, ""),
        Hindered("back", taken_up, contact, {}, "", freeze),
        Hindered("decline", claimed, by, {"text": "Ta det opp."}, "reason"),
        Hindered("decline", claimed, by, {"reason": "boring", "text": "Nei."}, "reason"),
        Hindered("decline", claimed, by, {"reason": "solve_locally"}, "text"),
        Hindered("accept", claimed, by, {**ready, "values": {**FULL, "title": MAIL}}, "title"),
        Hindered("take_up", declined, by, {}, "", NeedContact.objects.all().delete),
        Hindered("withdraw", taken_up, LINK, {}, "", freeze),
        Hindered("expire", returned, Actor.clock(), {}, "", lambda: answered_late(59)),
        Hindered("expire", draft, Actor.clock(), {}, ""),
    ]
    assert not_hindered(NEED, cases) == []


def test_a_small_need_asks_for_less_and_spam_for_no_alternative(region: Region) -> None:
    place = factories.make_municipality(region)
    by = makers.coordinator_of(region)
    nothing = dict.fromkeys(("level", "driver", "strategic_reason", "goal_achieve", "action"), "")
    small = makers.make_claimed(place, size="small", **nothing)
    values = {**FULL, "size": "small"}
    assert NEED.apply(small, "accept", by=by, no_personal_data=True, values=values)
    spam = NEED.apply(makers.make_claimed(place), "decline", by=by, reason="spam")
    assert spam.state == "declined"


def test_each_guard_of_a_shared_need_matters(region: Region) -> None:
    places = [factories.make_municipality(region) for _ in range(3)]
    by, contact = makers.coordinator_of(region), makers.contact_of(places[1])
    need = makers.make_accepted(places[0], backed=True)
    shared = need.shared_need
    foreign = makers.make_accepted(factories.make_municipality(factories.make_region()))
    target = makers.make_accepted(places[0]).shared_need
    late = makers.make_accepted(places[0]).shared_need

    def take_up() -> SharedNeed:
        return put(late, "in_round")

    cases = [
        Hindered("absorb", shared, by, {"into": None}, "into"),
        Hindered("absorb", shared, by, {"into": shared}, "into"),
        Hindered("absorb", shared, by, {"into": foreign.shared_need}, "into"),
        Hindered("absorb", shared, by, {"into": target}, "into", lambda: put(target, "void")),
        Hindered("change", shared, by, {"values": {"title": MAIL}}, "title"),
        Hindered("change", shared, by, {"values": {"public_summary": MAIL}}, "public_summary"),
        Hindered(
            "change", shared, by, {"values": {"local_supplements": MAIL}}, "local_supplements"
        ),
        Hindered("co_sign", shared, contact, {"municipality": places[2]}, ""),
        Hindered("co_sign", shared, contact, {"municipality": None}, ""),
        Hindered(
            "co_sign",
            shared,
            makers.contact_of(places[0]),
            {"municipality": places[0]},
            "",
        ),
        Hindered("restore", target, by, {}, "", lambda: put(target, "void")),
        Hindered("withdraw", late, FOLLOWS, {"text": " "}, "text", take_up),
        Hindered("decline", late, FOLLOWS, {"alternative": "Selv."}, "text", take_up),
        Hindered("decline", late, FOLLOWS, {"text": "Nei."}, "alternative", take_up),
    ]
    assert not_hindered(SHARED_NEED, cases) == []


def test_what_was_seen_is_what_is_changed(region: Region) -> None:
    need = makers.make_submitted(factories.make_municipality(region))
    with pytest.raises(RefusedError) as refused:
        NEED.apply(need, "claim", by=makers.coordinator_of(region), seen=need.version - 1)
    assert refused.value.reason == "changed"
    need.refresh_from_db()
    assert need.state == "submitted"
