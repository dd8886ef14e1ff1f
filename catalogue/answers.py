"""Closing the loop: published courses tell those whose needs they answer.

A course stands for all its translations, and says by one page which shared needs it answers: the
oldest published one. Aliases say nothing. What was announced is read from the shared needs' own
states, so that every way of publishing or taking down, twice or in any order, comes to the same.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from regions.lifecycle import RefusedError
from regions.needs.answers import Answer
from regions.needs.models import SharedNeed, SharedNeedState
from regions.needs.services import announce_answer, take_back_answer

from .models import CoursePage
from .presenters.states import interface_language
from .tree import readable

logger = logging.getLogger(__name__)


def speaking() -> QuerySet:
    """Return the one page of each published course that says which needs it answers."""
    published = CoursePage.objects.filter(live=True, alias_of__isnull=True)
    older = published.filter(translation_key=OuterRef("translation_key"), pk__lt=OuterRef("pk"))
    return published.filter(~Exists(older))


def _is_answered() -> Exists:
    """Return the condition that a published course answers a shared need.

    Asked of each need: a list of the pages that speak would be made of every course there is.
    """
    return Exists(speaking().filter(answers_needs=OuterRef("pk")))


def settle_soon(key: UUID) -> None:
    """Settle what the course of this translation key answers when the transaction is through."""
    # A function with a name: Django names what fails in its log, and partials have none.
    transaction.on_commit(lambda: settle(key), robust=True)


def settle(key: UUID) -> None:
    """Announce what the course answers, and take back what no course answers any more.

    What cannot be done is logged: it stops no publishing, and the clock tries again.
    """
    for course in speaking().filter(translation_key=key):
        for shared in course.answers_needs.all():
            _announce(shared, course)
    take_back_unanswered()


def settle_all() -> None:
    """Do what publishing should have done, had nothing come between. For the clock."""
    for shared in SharedNeed.objects.wanted().filter(_is_answered()):
        for course in speaking().filter(answers_needs=shared):
            _announce(shared, course)
    take_back_unanswered()


def take_back_unanswered() -> None:
    """Let every shared need wait again whose last published course is gone."""
    answered = SharedNeed.objects.filter(state=SharedNeedState.ANSWERED)
    for shared in answered.exclude(_is_answered()):
        with transaction.atomic():
            # A course that was published meanwhile is seen once the row is ours.
            SharedNeed.objects.select_for_update().get(pk=shared.pk)
            if speaking().filter(answers_needs=shared).exists():
                continue
            last = shared.log.filter(action="answer").order_by("-number").first()
            course = str(last.facts.get("course", "")) if last else ""
            try:
                take_back_answer(shared, course=course, by=None)
            except RefusedError as refused:
                logger.warning("%s is not open again: %s", shared, refused.reason)


def _announce(shared: SharedNeed, course: CoursePage) -> None:
    parts = course.get_url_parts()
    if parts is None:
        return
    try:
        announce_answer(
            shared,
            course=str(course.translation_key),
            title=course.title,
            path=parts[2],
            by=None,
        )
    except RefusedError as refused:
        logger.warning("%s is not announced as answered: %s", shared, refused.reason)


def answers(shared_need_ids: list[int]) -> dict[int, list[Answer]]:
    """Return the published courses that answer shared needs, each in the reader's language.

    Readers are led to no page in a private section. Two statements for any number.
    """
    through = CoursePage.answers_needs.through.objects.filter(
        Exists(speaking().filter(pk=OuterRef("coursepage"))), sharedneed__in=shared_need_ids
    )
    by_course: dict[UUID, list[int]] = defaultdict(list)
    for need, key in through.values_list("sharedneed", "coursepage__translation_key"):
        by_course[key].append(need)
    pages = readable(CoursePage.objects.filter(translation_key__in=list(by_course)))
    chosen: dict[UUID, CoursePage] = {}
    for page in pages.filter(alias_of__isnull=True).select_related("locale").order_by("pk"):
        if page.translation_key not in chosen or page.locale.language_code == interface_language():
            chosen[page.translation_key] = page
    found: dict[int, list[Answer]] = defaultdict(list)
    for key, page in chosen.items():
        answer = Answer(page.title, page.url or "", page.locale.language_code)
        for need in by_course[key]:
            found[need].append(answer)
    return found


#: Name and job, for the clock.
JOBS = [("answers of courses", settle_all)]
