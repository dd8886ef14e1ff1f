"""Course cards, and what they need from the database in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import formats
from ..choices import CreditSystem, LearningForm, Place
from ..models import CourseOccasion, CoursePage, RegionPage
from ..states import OccasionStatus, course_status
from .states import foreign, state_view
from .values import CourseCard, CourseSummary, Fact

#: What ``rank`` reads of a course.
RANKED_FIELDS = ("pk", "title", "translation_key", "credits", "credit_system", "path")


@dataclass(frozen=True)
class Ranked:
    """A course's key with its status: what a list is ordered by before its pages are loaded."""

    pk: int
    title: str
    status: OccasionStatus
    reason: str = ""
    credits: Decimal | None = None
    credit_system: str = CreditSystem.NONE
    path: str = ""

    @property
    def sort_key(self) -> tuple:
        """Listing order: by status, then title."""
        return (*self.status.sort_key, self.title.casefold())


def occasions_by_key(keys: Iterable[UUID]) -> dict[UUID, list[CourseOccasion]]:
    """Return occasions by their course's translation key: translations share them. One query."""
    occasions = CourseOccasion.objects.filter(course__translation_key__in=set(keys))
    by_key: dict[UUID, list[CourseOccasion]] = defaultdict(list)
    for occasion in occasions.annotate(course_key=F("course__translation_key")):
        by_key[occasion.course_key].append(occasion)
    return by_key


class HasStatus(Protocol):
    """An occasion, or what is known of one."""

    def status(self, today: date, /) -> OccasionStatus:
        """Return its status on a day."""


Occasion = TypeVar("Occasion", bound=HasStatus)


def best_of(occasions: Iterable[Occasion], today: date) -> tuple[OccasionStatus, Occasion | None]:
    """Return the status of a course with the occasion it is that of; None without occasions."""
    pairs = [(each.status(today), each) for each in occasions]
    if not pairs:
        return course_status([]), None
    return min(pairs, key=lambda pair: pair[0].sort_key)


def rank(courses: QuerySet, today: date) -> list[Ranked]:
    """Return the courses of a queryset in listing order. Two queries, whatever their number."""
    rows = list(courses.values(*RANKED_FIELDS))
    occasions = occasions_by_key(row["translation_key"] for row in rows)
    ranked = []
    for row in rows:
        status, occasion = best_of(occasions.get(row.pop("translation_key"), ()), today)
        reason = occasion.cancel_reason if occasion else ""
        ranked.append(Ranked(status=status, reason=reason, **row))
    return sorted(ranked, key=lambda row: row.sort_key)


def cards(ranked: Sequence[Ranked], *, last_fact: str = "region") -> list[CourseCard]:
    """Return the cards of ``ranked`` courses, in their order. At most two queries.

    ``last_fact`` is "region" where courses of several regions stand together, else "provider".
    """
    pages = (
        CoursePage.objects.filter(pk__in=[row.pk for row in ranked])
        .select_related("provider", "distancecoursepage", "locale")
        .defer_streamfields()
    )
    by_pk = {page.pk: page for page in pages}
    regions = region_names(by_pk.values()) if last_fact == "region" else {}
    return [
        card_of(
            summary_of(by_pk[row.pk], regions.get(row.pk, "")),
            row.status,
            row.reason,
            last_fact=last_fact,
        )
        for row in ranked
        if row.pk in by_pk
    ]


def region_names(pages: Iterable[CoursePage]) -> dict[int, str]:
    """Return the owning region's name by page id. One query."""
    roots = dict(RegionPage.objects.values_list("path", "region__name"))
    return {
        page.pk: next((name for path, name in roots.items() if page.path.startswith(path)), "")
        for page in pages
    }


def summary_of(page: CoursePage, region: str = "", url: str | None = None) -> CourseSummary:
    """Return what a card says of ``page``. No query if provider and locale are there.

    Lists load all kinds as courses; a page of its own is of its kind already. ``url`` where it is
    known: to work out many takes a while.
    """
    kind = getattr(page, "distancecoursepage", None) if type(page) is CoursePage else page
    return CourseSummary(
        title=page.title,
        url=(page.url or "") if url is None else url,
        summary=page.summary,
        language=page.locale.language_code,
        credits=page.credits,
        credit_system=page.credit_system,
        qualification=page.qualification,
        pace_percent=getattr(kind, "pace_percent", None),
        duration=page.duration,
        place=page.place,
        learning_forms=tuple(page.learning_forms),
        provider=page.provider.name if page.provider else "",
        provider_gives_credits=bool(page.provider and page.provider.is_higher_education),
        region=region,
    )


def card_of(
    course: CourseSummary, status: OccasionStatus, reason: str = "", *, last_fact: str = "region"
) -> CourseCard:
    """Return the card of a course in a state. See ``cards`` for ``last_fact``."""
    lang, note = foreign(course.language)
    facts = [credit_fact(course), pace_fact(course), place_fact(course)]
    if last_fact == "region":
        facts.append(Fact(_("Region"), course.region))
    else:
        facts.append(Fact(_("Provider"), course.provider))
    return CourseCard(
        title=course.title,
        url=course.url,
        summary=course.summary,
        state=state_view(status, reason),
        facts=tuple(fact for fact in facts if fact.value),
        region=course.region,
        lang=lang,
        language_note=note,
    )


def credit_fact(course: CourseSummary) -> Fact:
    """Return the credits, "Not stated" or "None".

    An editor who leaves both fields alone says nothing of a university's course; anyone else's
    course has no credits. A written 0 always means none.
    """
    label = _("Credits")
    if course.credits and course.credit_system != CreditSystem.NONE:
        return Fact(label, formats.credits_short(course.credits, course.credit_system))
    may_have = course.credit_system != CreditSystem.NONE or course.provider_gives_credits
    if course.credits is None and may_have:
        return Fact(label, _("Not stated"), labelled=True)
    return Fact(label, pgettext("credits", "None"), note=course.qualification, unit=_("credits"))


def pace_fact(course: CourseSummary) -> Fact:
    """Return the pace of a distance course, else the duration in words."""
    if course.pace_percent:
        return Fact(
            _("Pace"),
            formats.percent(course.pace_percent),
            note=formats.hours_a_week(course.pace_percent),
            unit=_("pace"),
        )
    return Fact(pgettext("duration", "Time"), course.duration)


def place_fact(course: CourseSummary) -> Fact:
    """Return where the course happens, with the ways of learning."""
    labels = dict(LearningForm.choices)
    forms = ", ".join(str(labels[form]) for form in course.learning_forms if form in labels)
    place = str(Place(course.place).label) if course.place else ""
    return Fact(_("Form"), place.capitalize(), note=forms.capitalize())
