"""Withdrawing: offered where it is possible, and told to whoever had said they have it too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from regions.lifecycle import Actor
from regions.models import Municipality, Notice
from regions.needs.co_signing import co_sign
from regions.needs.lifecycle import NEED, withdrawable
from regions.needs.models import Need, NeedState, NeedToken, SharedNeed, SharedNeedState
from tests import factories, worlds
from tests.lifecycles import put

from . import makers
from .browsing import Reader, link_in

pytestmark = pytest.mark.django_db

LETS_GO = {SharedNeedState.OPEN, SharedNeedState.DEFERRED}
STANDING = [
    state
    for state in SharedNeedState.values
    if state not in {SharedNeedState.ABSORBED, SharedNeedState.VOID}
]


def link_of(need: Need, name: str) -> str:
    return reverse(f"needs:{name}", args=[NeedToken.mint(need, "receipt")])


@pytest.mark.parametrize("state", STANDING)
def test_it_is_offered_where_it_can_be_done(
    reader: Reader, place: Municipality, client: Client, state: str
) -> None:
    need = makers.make_accepted(place)
    put(need.shared_need, state)
    possible = state in LETS_GO
    page = reader.open(link_of(need, "receipt"))
    assert ("/withdraw/" in str(page)) == possible
    asked = reader.client.get(link_of(need, "withdraw"))
    assert asked.status_code == (200 if possible else 302)
    client.force_login(makers.contact_of(place))
    page = client.get(reverse("needs:ours")).content.decode()
    assert (reverse("needs:ours_withdraw", args=[need.pk]) in page) == possible
    sent = reader.client.post(link_of(need, "withdraw"))
    assert sent.status_code == (302 if possible else 409)
    need.refresh_from_db()
    assert (need.state == NeedState.WITHDRAWN) == possible


@pytest.mark.parametrize("state", NeedState.values)
def test_a_need_of_its_own_can_be_withdrawn_until_it_is_decided(
    place: Municipality, state: str
) -> None:
    makes = {NeedState.IN_MODERATION: makers.make_claimed}
    make = makes.get(state) or getattr(makers, f"make_{state}")
    decided = state in {NeedState.DECLINED, NeedState.WITHDRAWN}
    assert withdrawable(make(place)) is not decided


def test_the_last_to_leave_a_deferred_one_leaves_it_empty(place: Municipality) -> None:
    need = makers.make_accepted(place)
    shared = put(need.shared_need, SharedNeedState.DEFERRED)
    other = makers.make_accepted(factories.make_municipality(place.region))
    Need.objects.filter(pk=other.pk).update(shared_need=shared)
    NEED.apply(need, "withdraw", by=Actor.with_link())
    shared.refresh_from_db()
    assert shared.state == SharedNeedState.DEFERRED
    other.refresh_from_db()
    NEED.apply(other, "withdraw", by=Actor.with_link())
    shared.refresh_from_db()
    assert shared.state == SharedNeedState.VOID


@worlds.layer
def neighbour(place: Municipality) -> Municipality:
    return factories.make_municipality(
        place.region, name="Sørfjell", contact_email="hr@sorfjell.example"
    )


@worlds.layer
def joined(place: Municipality, neighbour: Municipality) -> SharedNeed:
    shared = makers.make_accepted(place, title="Felles medisinrutine").shared_need
    co_sign(shared, neighbour, by=makers.contact_of(neighbour))
    return shared


def test_who_has_it_too_is_told_when_nobody_is_behind_it_any_more(
    joined: SharedNeed, neighbour: Municipality, django_capture_on_commit_callbacks: Callable
) -> None:
    coordinator = makers.coordinator_of(joined.region)
    with django_capture_on_commit_callbacks(execute=True):
        NEED.apply(joined.needs.get(), "withdraw", by=Actor.with_link())
    about = [each for each in mail.outbox if joined.reference in each.subject]
    told = {message.to[0]: message for message in about}
    assert set(told) == {"hr@sorfjell.example", coordinator.email}
    path = link_in(told["hr@sorfjell.example"])
    assert path.endswith(f"/needs/{joined.region.slug}/report/?municipality={neighbour.slug}")
    page = Client().get(path)
    assert page.context["form"]["municipality"].value() in {neighbour, neighbour.pk}
    assert "Sørfjell" in told[coordinator.email].body
    desk = Client()
    desk.force_login(coordinator)
    assert desk.get(link_in(told[coordinator.email])).status_code == 200


def test_nobody_is_told_while_others_are_behind_it(joined: SharedNeed) -> None:
    other = makers.make_accepted(factories.make_municipality(joined.region), into=joined)
    NEED.apply(other, "withdraw", by=Actor.with_link())
    assert not Notice.objects.filter(kind__startswith="shared_need_void").exists()
    alone = makers.make_accepted(factories.make_municipality(joined.region))
    NEED.apply(alone, "withdraw", by=Actor.with_link())
    assert not Notice.objects.filter(kind__startswith="shared_need_void").exists()
