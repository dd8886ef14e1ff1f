"""Makers of shared needs that wait for a course, and of courses that answer them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from catalogue.models import CoursePage
from regions.forum.models import PlanningRound, RoundItem
from regions.lifecycle import Actor
from regions.models import Municipality, Region
from regions.models.stateful import moving
from regions.needs.lifecycle import SHARED_NEED
from regions.needs.models import SharedNeed
from tests import factories
from tests.forum.makers import make_round
from tests.needs import makers

_FOLLOWS = Actor.clock().following()


def make_open(
    region: Region, *, municipalities: int = 1, title: str = "", **fields: object
) -> SharedNeed:
    """Return an open shared need, with a confirmed need of each of some municipalities."""
    shared: SharedNeed | None = None
    for number in range(municipalities):
        place = factories.make_municipality(region)
        need = makers.make_accepted(
            place, into=shared, backed=True, title=title if number == 0 else "", **fields
        )
        shared = need.shared_need
    return shared


def make_wanted(region: Region, **fields: object) -> SharedNeed:
    """Return a prioritised shared need."""
    shared = SHARED_NEED.apply(make_open(region, **fields), "enter_round", by=_FOLLOWS)
    return SHARED_NEED.apply(shared, "prioritise", by=_FOLLOWS)


def publish_round(region: Region, *shared_needs: SharedNeed, **fields: object) -> PlanningRound:
    """Return a round that stands as published with these as its prioritised items."""
    planning_round = make_round(region, **fields)
    for shared in shared_needs:
        names = {f"{place.pk}": place.name for place in _behind(shared)}
        RoundItem.objects.create(
            round=planning_round,
            shared_need=shared,
            title=shared.title,
            summary=shared.public_summary,
            facts={"places": names, "co_signers": sorted(names), "reference": shared.reference},
            outcome="prioritised",
        )
    set_state(planning_round, "published", published_at=timezone.now() - timedelta(days=1))
    return planning_round


def set_state(planning_round: PlanningRound, state: str, **fields: object) -> None:
    """Put a round where its steps would lead after weeks: for what only reads its state."""
    with moving():
        PlanningRound.objects.filter(pk=planning_round.pk).update(state=state, **fields)
    planning_round.refresh_from_db()


def _behind(shared: SharedNeed) -> list[Municipality]:
    return [need.municipality for need in shared.accepted_needs().select_related("municipality")]


def make_answer(region: Region, *shared_needs: SharedNeed, **fields: object) -> CoursePage:
    """Return a course, published unless ``live`` is False, that answers these."""
    live = fields.pop("live", True)
    course = factories.make_offering(region, live=False, **fields)
    course.answers_needs = list(shared_needs)
    revision = course.save_revision()
    if not live:
        return revision.as_object()
    revision.publish()
    return type(course).objects.get(pk=course.pk)
