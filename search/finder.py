"""What the catalogue's pages ask of all courses (``catalogue.finding``), answered by the engine."""

from __future__ import annotations

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
from .query import Choices, CourseQuery, CourseResults, FacetKey, Hit, Likeness
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
        """Return what is open and what starts next. At most eleven statements."""
        last_fact = "provider" if region else "region"
        scope = {FacetKey.REGION: frozenset({region})} if region else {}
        applicable = in_states(scope, APPLICABLE, OPEN_SHOWN)
        everything = in_states(scope, (), 0)
        open_by_region = applicable.counts.get(FacetKey.REGION, {})
        return Overview(
            numbers={
                slug: Numbers(number, open_by_region.get(slug, 0))
                for slug, number in everything.counts.get(FacetKey.REGION, {}).items()
            },
            open_now=_cards(applicable.hits, last_fact),
            starting_next=_cards(starting_next(scope), last_fact) if region else [],
        )

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


def in_states(scope: Choices, states: object, page_size: int) -> CourseResults:
    """Return the courses of a scope that are in one of ``states`` today; no states: in any."""
    choices = {FacetKey.STATE: frozenset(map(str, states))} if states else {}
    return engine.search(
        CourseQuery(
            language=interface_language(),
            today=timezone.localdate(),
            scope=scope,
            choices=choices,
            page_size=page_size,
        )
    )


def starting_next(scope: Choices) -> list[Hit]:
    """Return what lies ahead, the nearest date first. Two statements for each of the states."""
    each_state = [in_states(scope, {state}, NEXT_SHOWN).hits for state in AHEAD]
    dated = [[hit for hit in hits if hit.status.day] for hits in each_state]
    return list(merge(*dated, key=_day))[:NEXT_SHOWN]


def _day(hit: Hit) -> date:
    return hit.status.day or date.max


def _cards(hits: list[Hit], last_fact: str) -> list[CourseCard]:
    return [card_of(hit.summary, hit.status, hit.reason, last_fact=last_fact) for hit in hits]
