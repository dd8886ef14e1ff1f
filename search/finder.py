"""What the catalogue's pages ask of all courses (``catalogue.finding``), answered by the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from heapq import merge

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalogue.finding import Beside, Numbers, Overview
from catalogue.models import CatalogueIndexPage, CoursePage
from catalogue.parts import CourseParts
from catalogue.presenters.courses import card_of
from catalogue.presenters.states import APPLICABLE, interface_language
from catalogue.presenters.values import CourseCard
from catalogue.states import OccasionState

from .listing import course_listing
from .query import Choices, CourseQuery, FacetKey, Hit, Likeness
from .sync import engine

OPEN_SHOWN = 4
NEXT_SHOWN = 3
RELATED_SHOWN = 4
#: States of what lies ahead and cannot be applied for today.
AHEAD = (OccasionState.ANNOUNCED, OccasionState.FULL, OccasionState.CLOSED)


class CourseFinder:
    """Answers for the catalogue's pages."""

    def listing(self, page: CatalogueIndexPage, request: HttpRequest) -> HttpResponse:
        """Answer for a region's listing."""
        return course_listing(page, request)

    def overview(self, region: str | None) -> Overview:
        """Return what is open and what starts next. Two statements."""
        return _of_region(region) if region else _of_all()

    def beside(self, course: CoursePage, parts: CourseParts, region: str) -> Beside:
        """Return courses of the region that share a topic or a target group. Two statements."""
        found = engine.beside(
            Likeness(
                translation_key=course.translation_key,
                language=interface_language(),
                today=timezone.localdate(),
                scope={FacetKey.REGION: frozenset({region})},
                topics=frozenset(topic.slug for topic in parts.topics),
                targets=frozenset(group.slug for group in parts.target_groups),
                page_size=RELATED_SHOWN,
            )
        )
        return Beside(_cards(found.hits, "provider"), found.translations)


def _of_all() -> Overview:
    """Return what is open anywhere, and the numbers of each region."""
    today = timezone.localdate()
    everything, applicable = engine.several(
        [_query(today, page_size=0), _query(today, APPLICABLE, OPEN_SHOWN)]
    )
    open_by_region = applicable.counts.get(FacetKey.REGION, {})
    return Overview(
        numbers={
            slug: Numbers(number, open_by_region.get(slug, 0))
            for slug, number in everything.counts.get(FacetKey.REGION, {}).items()
        },
        open_now=_cards(applicable.hits, "region"),
    )


def _of_region(slug: str) -> Overview:
    """Return what is open in a region and what lies ahead, the nearest date first."""
    scope, today = {FacetKey.REGION: frozenset({slug})}, timezone.localdate()
    applicable, *ahead = engine.several(
        [
            _query(today, APPLICABLE, OPEN_SHOWN, scope),
            *(_query(today, {state}, NEXT_SHOWN, scope) for state in AHEAD),
        ]
    )
    dated = [[hit for hit in results.hits if hit.status.day] for results in ahead]
    starting_next = list(merge(*dated, key=_day))[:NEXT_SHOWN]
    return Overview(
        numbers={slug: Numbers(applicable.without[FacetKey.STATE], applicable.total)},
        open_now=_cards(applicable.hits, "provider"),
        starting_next=_cards(starting_next, "provider"),
    )


def _query(
    today: date,
    states: Iterable[OccasionState] = (),
    page_size: int = 0,
    scope: Choices | None = None,
) -> CourseQuery:
    """Return the question for what is in one of ``states`` on a day; no states: in any.

    Questions that are put at once are of one day, also at midnight.
    """
    return CourseQuery(
        language=interface_language(),
        today=today,
        scope=scope or {},
        choices={FacetKey.STATE: frozenset(map(str, states))} if states else {},
        page_size=page_size,
    )


def _day(hit: Hit) -> date:
    return hit.status.day or date.max


def _cards(hits: list[Hit], last_fact: str) -> list[CourseCard]:
    return [card_of(hit.summary, hit.status, hit.reason, last_fact=last_fact) for hit in hits]
