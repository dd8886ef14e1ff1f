"""Stock: the listing in the plain Wagtail way, as a careful developer writes it. The baseline.

Facets are counted by the database (GROUP BY), each without its own filter; cards come from page
models with what they show read along; words go to modelsearch's database backend. What can be said
in its favour, so that nobody can call it weak:

- it counts six facets, ours counts fourteen; of the nine states of a course it counts one, "open",
  since the others would need every occasion;
- it lists the newest first, which is a column; ours lists by state and date, which is not;
- chosen values filter by subqueries, not by joins, so that nothing is doubled and DISTINCT is not
  needed; links are counted on their own table; the page is found by its key alone, and only its
  twenty courses are read whole, without their texts;
- names of values, the form, the cards and the templates are the site's own, and cost both the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, F, Model, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from modelsearch import index
from wagtail.models import Page

from catalogue.choices import CreditSystem
from catalogue.models import (
    CourseOccasion,
    CoursePage,
    DistanceCoursePage,
    SharedOfferingPage,
)
from catalogue.presenters.courses import best_of, occasions_by_key, region_names, summary_of
from search.facets import CREDIT_BANDS, NO_CREDITS
from search.forms import read_query
from search.listing import listing_context
from search.query import CourseQuery, CourseResults, FacetKey, Hit

Counts = dict[str, int]


@dataclass(frozen=True)
class Facet:
    """How a facet narrows courses down, and how its values are counted."""

    narrow: Callable[[QuerySet, frozenset[str]], QuerySet]
    count: Callable[[QuerySet], Counts]


def _links(field: str) -> Facet:
    """Return the facet of a many-to-many field: counted on the table of links."""
    through: type[Model] = getattr(CoursePage, field).through
    term = CoursePage._meta.get_field(field).related_model._meta.model_name

    def narrow(courses: QuerySet, values: frozenset[str]) -> QuerySet:
        having = through.objects.filter(**{f"{term}__slug__in": values}).values("coursepage")
        return courses.filter(pk__in=having)

    def count(courses: QuerySet) -> Counts:
        rows = through.objects.filter(coursepage__in=courses.values("pk"))
        return dict(rows.values_list(f"{term}__slug").annotate(number=Count("pk")).order_by())

    return Facet(narrow, count)


def _column(expression: F | Case) -> Facet:
    """Return the facet of a column, or of what is worked out from columns."""

    def narrow(courses: QuerySet, values: frozenset[str]) -> QuerySet:
        return courses.alias(facet=expression).filter(facet__in=values)

    def count(courses: QuerySet) -> Counts:
        rows = courses.annotate(facet=expression).order_by()
        return dict(rows.values_list("facet").annotate(number=Count("pk")))

    return Facet(narrow, count)


def _credits() -> Case:
    none = Q(credits__isnull=True) | Q(credits=Decimal(0)) | Q(credit_system=CreditSystem.NONE)
    bands = [
        When(credits__lte=limit, then=Value(name))
        for name, limit in CREDIT_BANDS
        if limit is not None
    ]
    return Case(
        When(none, then=Value(NO_CREDITS)),
        *bands,
        default=Value(CREDIT_BANDS[-1][0]),
        output_field=CharField(),
    )


def open_occasions(today: date) -> QuerySet:
    """Return the occasions that one can apply for in time: ``occasion_status`` in SQL."""
    not_over = Q(ends_on__gte=today) | Q(ends_on=None) & (
        Q(continuous=True) | Q(starts_on__gte=today)
    )
    in_time = Q(apply_by__gte=today) | Q(apply_by=None) & (
        Q(continuous=True) | Q(starts_on__gt=today)
    )
    return CourseOccasion.objects.filter(
        not_over,
        in_time,
        Q(continuous=True) | Q(starts_on__isnull=False),
        Q(apply_from=None) | Q(apply_from__lte=today),
        Q(seats_total=None) | Q(seats_taken__lt=F("seats_total")),
        cancelled=False,
    ).order_by()


def _open() -> Facet:
    """Return the facet of state, of which stock knows "open" alone. Translations share dates."""

    def opened(courses: QuerySet) -> QuerySet:
        # By way of the pages: joined to them instead, this takes nearly twice as long.
        held = open_occasions(timezone.localdate()).values("course")
        keys = Page.objects.filter(pk__in=held).values("translation_key")
        return courses.filter(translation_key__in=keys)

    def narrow(courses: QuerySet, values: frozenset[str]) -> QuerySet:
        return opened(courses) if "open" in values else courses.none()

    def count(courses: QuerySet) -> Counts:
        return {"open": opened(courses).count()}

    return Facet(narrow, count)


#: What both sides count; ours counts eight more.
FACETS = {
    FacetKey.STATE: _open(),
    FacetKey.AREA: _links("service_areas"),
    FacetKey.TARGET: _links("target_groups"),
    FacetKey.TOPIC: _links("topics"),
    FacetKey.PLACE: _column(F("place")),
    FacetKey.CREDITS: _column(_credits()),
}


def declare_search_fields() -> None:
    """Let modelsearch index what ours does: title, words of terms and provider, texts."""
    names = [index.SearchField(f"name_{code}") for code in ("nb", "sv", "en")]
    fields = [
        *Page.search_fields,
        *map(index.SearchField, ("summary", "body", "outcomes", "prerequisites")),
        *(index.RelatedFields(each, names) for each in TERMS),
        index.RelatedFields("provider", [index.SearchField("name")]),
        index.RelatedFields(
            "modules", [index.SearchField("title"), index.SearchField("description")]
        ),
    ]
    for model in (CoursePage, DistanceCoursePage, SharedOfferingPage):
        model.search_fields = fields
        model.get_indexed_objects = classmethod(_indexed_objects)


TERMS = ("topics", "service_areas", "target_groups")


def _indexed_objects(model: type[CoursePage]) -> QuerySet:
    """Return what `update_index` reads; without this it asks four times for every page."""
    return model.objects.select_related("provider").prefetch_related(*TERMS, "modules")


def readable_courses(language: str) -> QuerySet:
    """Return one page of each published course: in the reader's language, else the source.

    Courses in several languages are few, and asked for once: as a subquery this doubled what every
    count costs.
    """
    live = CoursePage.objects.live()
    several = (
        live.order_by().values("translation_key").alias(number=Count("pk")).filter(number__gt=1)
    )
    rows = live.filter(translation_key__in=several.values("translation_key")).order_by("pk")
    shown: dict[UUID, int] = {}
    rows = list(rows.values_list("pk", "translation_key", "locale__language_code"))
    for pk, key, code in rows:
        # The source is there before its translations.
        if code == language or key not in shown:
            shown[key] = pk
    hidden = [pk for pk, key, _code in rows if shown[key] != pk]
    return live.public().exclude(pk__in=hidden)


def matching(text: str) -> list[int]:
    """Return the courses that hold every word: asked once, since each facet needs them."""
    found = CoursePage.objects.live().search(text, operator="and", order_by_relevance=False)
    return list(found.get_queryset().order_by().values_list("pk", flat=True))


def ranked(text: str) -> QuerySet:
    """Return the courses that hold every word, the best match first."""
    return CoursePage.objects.live().search(text, operator="and").get_queryset()


class StockEngine:
    """Answers a ``CourseQuery`` with the database and the page models, and keeps nothing."""

    name = "stock"

    def search(self, query: CourseQuery) -> CourseResults:
        """Answer a query."""
        within = readable_courses(query.language)
        if query.text:
            within = within.filter(pk__in=matching(query.text))
        narrowed = self._narrowed(within, query)
        if query.text:
            ordered = ranked(query.text).filter(pk__in=narrowed.values("pk"))
        else:
            ordered = narrowed.order_by(F("first_published_at").desc(nulls_last=True), "pk")
        pages = Paginator(ordered.values_list("pk", flat=True), query.page_size)
        page = pages.get_page(query.page)
        counts = {
            key: facet.count(self._narrowed(within, query, but=key))
            for key, facet in FACETS.items()
        }
        return CourseResults(
            hits=hits(list(page), query.today),
            total=pages.count,
            counts=counts,
            without_text=0,
            without={},
            offered={key: frozenset(values) for key, values in counts.items()},
            page=page.number,
            pages=pages.num_pages,
            engine=self.name,
            version=None,
        )

    def _narrowed(
        self, courses: QuerySet, query: CourseQuery, *, but: FacetKey | None = None
    ) -> QuerySet:
        for key, values in query.choices.items():
            if key != but:
                courses = FACETS[key].narrow(courses, values)
        return courses


def hits(ids: list[int], today: date) -> list[Hit]:
    """Return the courses of a page, read whole but for their texts. Three queries."""
    pages = (
        CoursePage.objects.filter(pk__in=ids)
        .select_related("provider", "distancecoursepage", "locale")
        .defer_streamfields()
    )
    by_pk = {page.pk: page for page in pages}
    occasions = occasions_by_key(page.translation_key for page in by_pk.values())
    regions = region_names(by_pk.values())
    found = []
    for pk in ids:
        page = by_pk[pk]
        status, occasion = best_of(occasions.get(page.translation_key, ()), today)
        reason = occasion.cancel_reason if occasion else ""
        found.append(Hit(pk, summary_of(page, regions.get(pk, "")), status, reason))
    return found


@require_safe
def stock_courses(request: HttpRequest) -> HttpResponse:
    """Answer for every region's listing, as ``search.listing.all_courses`` does."""
    request.samkurs_translated = True
    asked = read_query(
        request.GET, language=get_language() or "", today=timezone.localdate(), scope={}
    )
    results = StockEngine().search(asked.query)
    context = listing_context(asked, results, last_fact="region")
    return TemplateResponse(request, "pages/courses.html", context | {"title": "Stock"})
