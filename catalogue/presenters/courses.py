"""Course cards, and what they need from the database in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .. import formats
from ..choices import CreditSystem
from ..models import CourseOccasion, CoursePage, RegionPage
from ..states import OccasionStatus, course_status
from .states import foreign, state_view
from .values import CourseCard, Fact

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


def best_of(
    occasions: Iterable[CourseOccasion], today: date
) -> tuple[OccasionStatus, CourseOccasion | None]:
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
        _card(by_pk[row.pk], row, regions.get(row.pk, ""), last_fact)
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


def _card(page: CoursePage, row: Ranked, region: str, last_fact: str) -> CourseCard:
    lang, note = foreign(page.locale.language_code)
    facts = [credit_fact(page), pace_fact(page), place_fact(page)]
    if last_fact == "region":
        facts.append(Fact(_("Region"), region))
    elif page.provider:
        facts.append(Fact(_("Provider"), page.provider.name))
    return CourseCard(
        title=page.title,
        url=page.url or "",
        summary=page.summary,
        state=state_view(row.status, row.reason),
        facts=[fact for fact in facts if fact.value],
        region=region,
        lang=lang,
        language_note=note,
    )


def credit_fact(page: CoursePage) -> Fact:
    """Return the credits, "Not stated" or "None".

    An editor who leaves both fields alone says nothing of a university's course; anyone else's
    course has no credits. A written 0 always means none.
    """
    label = _("Credits")
    if page.credits and page.credit_system != CreditSystem.NONE:
        return Fact(label, formats.credits_short(page.credits, page.credit_system))
    may_have = page.credit_system != CreditSystem.NONE or (
        page.provider is not None and page.provider.is_higher_education
    )
    if page.credits is None and may_have:
        return Fact(label, _("Not stated"), unit=_("credits"))
    return Fact(label, pgettext("credits", "None"), note=page.qualification, unit=_("credits"))


def pace_fact(page: CoursePage) -> Fact:
    """Return the pace of a distance course, else the duration in words."""
    # Lists load all kinds as courses, a page of its own is of its kind already.
    kind = getattr(page, "distancecoursepage", None) if type(page) is CoursePage else page
    pace = getattr(kind, "pace_percent", None)
    if pace:
        return Fact(
            _("Pace"), formats.percent(pace), note=formats.hours_a_week(pace), unit=_("pace")
        )
    return Fact(pgettext("duration", "Time"), page.duration)


def place_fact(page: CoursePage) -> Fact:
    """Return where the course happens, with the ways of learning."""
    forms = page.learning_form_labels
    note = ", ".join(forms)
    return Fact(_("Form"), page.get_place_display().capitalize(), note=note.capitalize())
