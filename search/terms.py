"""What a listing can be of: a provider, a topic, a service area or a municipality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import CharField, Exists, ExpressionWrapper, F, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalogue.models import CourseOccasion, CoursePage, Provider, RegionPage
from catalogue.presenters.states import APPLICABLE, foreign
from catalogue.tree import readable
from regions.models import Municipality, ProfessionalNetwork, ServiceArea, Topic

from .analysis import fold
from .labels import label
from .query import CourseQuery, CourseResults, FacetKey


@dataclass(frozen=True)
class Kind:
    """A kind of listing: the facet it sets, the model that introduces it, its occasions."""

    facet: FacetKey
    model: type[Model]
    title: str | Promise
    occasions: Callable[[Model], Q]


@dataclass(frozen=True)
class Term:
    """A provider, topic, area or municipality in the list of its kind."""

    name: str
    url: str
    count: int


@dataclass(frozen=True)
class Now:
    """What is open now, and what starts next; no address where nothing does."""

    open_count: int
    open_url: str
    next_day: date | None = None
    next_title: str = ""
    next_url: str = ""
    next_lang: str = ""


def _open_to(municipality: Model) -> Q:
    """Return the occasions of courses that a municipality may take: as ``facets`` says."""
    roots = RegionPage.objects.filter(region=municipality.region_id).annotate(
        here=ExpressionWrapper(OuterRef("course__path"), output_field=CharField())
    )
    return (
        Q(course__sharedofferingpage__host_municipality=municipality)
        | Q(course__sharedofferingpage__participating_municipalities=municipality)
        | Q(
            Exists(roots.filter(here__startswith=F("path"))),
            course__sharedofferingpage__isnull=True,
        )
    )


#: By the segment of the address.
KINDS = {
    "areas": Kind(
        FacetKey.AREA,
        ServiceArea,
        _("Courses by service area"),
        lambda term: Q(course__service_areas=term),
    ),
    "municipalities": Kind(
        FacetKey.MUNICIPALITY, Municipality, _("Courses by municipality"), _open_to
    ),
    "providers": Kind(
        FacetKey.PROVIDER,
        Provider,
        _("Courses by provider"),
        lambda provider: Q(course__provider=provider),
    ),
    "topics": Kind(
        FacetKey.TOPIC, Topic, _("Courses by topic"), lambda term: Q(course__topics=term)
    ),
}


def terms_of(kind: str, query: CourseQuery, results: CourseResults) -> list[Term]:
    """Return what there are courses of, by name."""
    facet = KINDS[kind].facet
    found = [
        Term(name, reverse("search:courses_by", args=[kind, value]), count)
        for value, count in results.counts.get(facet, {}).items()
        if count and (name := label(query.language, results.version, facet, value))
    ]
    return sorted(found, key=lambda term: alphabetical(term.name, query.language))


#: How letters after z are told apart by signs that stand after it: in Norwegian æ, ø, å, in Swedish
#: å, ä, ö. The neighbour's letters stand with one's own.
_LAST_LETTERS = {
    "nb": str.maketrans("æäøöå", "{{||}"),
    "sv": str.maketrans("åäæöø", "{||}}"),
}


def alphabetical(name: str, language: str) -> str:
    """Return what puts a name where readers of ``language`` look for it in a list."""
    letters = _LAST_LETTERS.get(language)
    return name.casefold().translate(letters) if letters else fold(name.casefold())


def now_of(kind: str, subject: Model, query: CourseQuery, results: CourseResults) -> Now | None:
    """Return what is open and what starts next. At most two queries.

    None where something is chosen: the counts would be of the choice, and the reader is past it.
    """
    if query.text or query.choices or any(query.days):
        return None
    counts = results.counts.get(FacetKey.STATE, {})
    open_count = sum(counts.get(str(state), 0) for state in APPLICABLE)
    states = "&".join(f"{FacetKey.STATE}={state}" for state in sorted(APPLICABLE))
    now, occasion = Now(open_count, f"?{states}"), _next_occasion(kind, subject, query.today)
    page = _page_of(occasion, query.language) if occasion else None
    if occasion is None or page is None:  # none, or it was taken down between the two
        return now
    return replace(
        now,
        next_day=occasion.starts_on,
        next_title=page.title,
        next_url=page.url or "",
        next_lang=foreign(page.locale.language_code)[0],
    )


def _next_occasion(kind: str, subject: Model, today: date) -> CourseOccasion | None:
    """Return the occasion that starts next, of a course that readers see. One query."""
    same = CoursePage.objects.filter(translation_key=OuterRef("course__translation_key"))
    occasions = CourseOccasion.objects.filter(
        KINDS[kind].occasions(subject),
        Exists(readable(same)),
        starts_on__gte=today,
        cancelled=False,
    ).annotate(key=F("course__translation_key"))
    return occasions.only("starts_on", "course").order_by("starts_on", "pk").first()


def _page_of(occasion: CourseOccasion, language: str) -> CoursePage | None:
    """Return the page of its course that a reader of ``language`` sees. One query."""
    pages = readable(CoursePage.objects.filter(translation_key=occasion.key))

    def rank(page: CoursePage) -> tuple:
        """Order by the reader's language, then the page that has the dates."""
        own = page.locale.language_code == language
        return (not own, page.pk != occasion.course_id, page.pk)

    return min(pages.select_related("locale"), key=rank, default=None)


def networks_of(kind: str, subject: Model) -> QuerySet | list:
    """Return the professional networks to ask about a service area, with their regions."""
    if kind != "areas":
        return []
    return ProfessionalNetwork.objects.filter(service_areas=subject).select_related("region")
