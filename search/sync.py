"""Keeps the read model up to date: after commit, whatever changed what readers may find."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Model, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from catalogue.models import (
    CourseOccasion,
    CoursePage,
    DistanceCoursePage,
    Provider,
    RegionPage,
    SharedOfferingPage,
)
from regions.models import Municipality, Region, ServiceArea, TargetGroup, Topic

from . import pending
from .engines import Engine
from .engines.database import DatabaseEngine
from .engines.entries import AT_ONCE
from .engines.fallback import FallbackEngine
from .models import CatalogueChange
from .tasks import update_courses

engine: Engine = FallbackEngine() if settings.ELASTICSEARCH else DatabaseEngine()


def update_soon(page_ids: Iterable[int]) -> None:
    """Update the index for these pages when the transaction is through.

    A few at once, so that whoever published sees it; the courses of a renamed region or provider
    as tasks, so that nobody waits for thousands of them.
    """
    ids = list(page_ids)
    if len(ids) <= AT_ONCE:
        transaction.on_commit(lambda: engine.update(ids), robust=True)
        return
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        transaction.on_commit(partial(update_courses.enqueue, batch), robust=True)


def translations_of(courses: QuerySet) -> QuerySet:
    """Return the ids of the courses' pages in every language."""
    return CoursePage.objects.filter(
        translation_key__in=courses.values("translation_key")
    ).values_list("pk", flat=True)


def below(page: Page) -> list[int]:
    """Return the ids of the courses at or below a page."""
    return list(CoursePage.objects.descendant_of(page, inclusive=True).values_list("pk", flat=True))


def on_page(sender: type, instance: Page, **kwargs: object) -> None:
    """Follow publishing, taking down, moving and new addresses to the courses at or below."""
    update_soon(below(instance))


def on_occasion(sender: type, instance: CourseOccasion, **kwargs: object) -> None:
    """Follow dates and seats; translations show the same."""
    update_soon(translations_of(CoursePage.objects.filter(pk=instance.course_id)))


#: What courses show of other models, and how to find the courses that show it.
_SHOWN = {
    Provider: "provider",
    Topic: "topics",
    ServiceArea: "service_areas",
    TargetGroup: "target_groups",
}


def on_term(sender: type[Model], instance: Model, **kwargs: object) -> None:
    """Follow a renamed provider or term to the courses that show it."""
    courses = CoursePage.objects.filter(**{_SHOWN[sender]: instance.pk})
    update_soon(courses.values_list("pk", flat=True))


def on_place(sender: type[Model], instance: Municipality | Region, **kwargs: object) -> None:
    """Follow a region or a municipality to every course of the region."""
    region = instance.pk if isinstance(instance, Region) else instance.region_id
    for page in RegionPage.objects.filter(region=region):
        update_soon(below(page))


def _on_municipality(sender: type[Municipality], instance: Municipality, **kwargs: object) -> None:
    """Follow it out of the region that it leaves, whose courses are not open to it any more."""
    before = Municipality.objects.filter(pk=instance.pk).exclude(region=instance.region_id).first()
    if before:
        on_place(sender, before)


def on_restriction(sender: type, instance: PageViewRestriction, **kwargs: object) -> None:
    """Follow a section that is closed or opened."""
    update_soon(below(instance.page))


def connect() -> None:
    """Connect everything above. Called once, when the app is ready."""
    for model in (DistanceCoursePage, SharedOfferingPage):
        page_published.connect(on_page, sender=model)
        page_unpublished.connect(on_page, sender=model)
    page_slug_changed.connect(on_page)
    post_page_move.connect(on_page)
    for signal in (post_save, post_delete):
        signal.connect(on_occasion, sender=CourseOccasion)
        signal.connect(on_restriction, sender=PageViewRestriction)
        for model in (Municipality, Region):
            signal.connect(on_place, sender=model)
    pre_save.connect(_on_municipality, sender=Municipality)
    for model in _SHOWN:
        post_save.connect(on_term, sender=model)
        pre_delete.connect(on_term, sender=model)  # afterwards no course is found by it
    m2m_changed.connect(_on_open_to, sender=CourseOccasion.open_to.through)
    pre_delete.connect(_on_course_going, sender=CoursePage)
    post_delete.connect(_on_course_gone, sender=CoursePage)


def _on_open_to(sender: type, instance: Model, action: str, **kwargs: object) -> None:
    if action.startswith("post_") and isinstance(instance, CourseOccasion):
        on_occasion(CourseOccasion, instance)


def _on_course_going(sender: type, instance: CoursePage, **kwargs: object) -> None:
    """Follow its translations while they are known by it: one of them takes its place."""
    CatalogueChange.note_going(instance.pk)
    if not settings.ELASTICSEARCH:
        return
    pending.mark_going(instance.pk)
    if others := pending.families([instance.pk]) - {instance.pk}:
        update_soon(others)


def _on_course_gone(sender: type, instance: CoursePage, **kwargs: object) -> None:
    update_soon([instance.pk])
