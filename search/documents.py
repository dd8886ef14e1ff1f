"""From course pages to documents: built here and nowhere else, whatever engine takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.encoding import force_str
from wagtail.models import Page

from catalogue.choices import Place
from catalogue.models import CoursePage, DistanceCoursePage, RegionPage, SharedOfferingPage
from catalogue.presenters.courses import occasions_by_key, summary_of
from catalogue.presenters.values import CourseSummary
from catalogue.tree import readable
from regions.models import Municipality, Region, ServiceArea, TargetGroup, Topic

from .facets import Hidden, Values, hidden_of, municipalities_of, values_of
from .runs import runs_text
from .timeline import StoredMoment, timeline
from .tokens import Field, tokens_of

#: Pages that are read and written at once.
BATCH = 500


@dataclass(frozen=True)
class Texts:
    """What is searched, by how much it says of the course."""

    title: str
    topics: str
    summary: str
    #: Names of service areas, target groups and the provider.
    around: str
    body: str


@dataclass(frozen=True)
class CourseDocument:
    """A live course as an engine takes it."""

    page_id: int
    translation_key: UUID
    language: str
    is_source: bool
    newest_at: datetime | None
    values: Values
    moments: list[StoredMoment]
    summary: CourseSummary
    texts: Texts
    #: Of its occasions.
    codes: tuple[str, ...] = ()
    #: Names that stand on its card or in its facets: of its municipalities and region, and of how
    #: it is held, in every language.
    names: str = ""
    hidden: Hidden = field(default_factory=dict)
    #: Its occasions one by one, where its moments do not tell of them (``runs``).
    runs: str = ""

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What it is found by, whatever engine looks for it."""
        texts = {
            Field.TITLE: self.texts.title,
            Field.TOPICS: self.texts.topics,
            Field.SUMMARY: self.texts.summary,
            Field.AROUND: f"{self.texts.around} {self.names}",
            Field.BODY: self.texts.body,
        }
        return tokens_of(texts, self.codes)


class Surroundings:
    """What documents need of the regions, read once for a batch. Three queries."""

    @cached_property
    def _roots(self) -> dict[str, Region]:
        pages = RegionPage.objects.select_related("region")
        return {page.path: page.region for page in pages}

    @cached_property
    def _municipalities(self) -> dict[int, frozenset[str]]:
        by_region: dict[int, set[str]] = {}
        for slug, region in Municipality.objects.values_list("slug", "region_id"):
            by_region.setdefault(region, set()).add(slug)
        return {region: frozenset(slugs) for region, slugs in by_region.items()}

    def region_of(self, page: Page) -> Region | None:
        """Return the owning region of a page."""
        steps = range(Page.steplen, len(page.path) + 1, Page.steplen)
        return next(
            (self._roots[page.path[:end]] for end in steps if page.path[:end] in self._roots), None
        )

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(Municipality.objects.values_list("slug", "name"))

    def names_of(self, page: CoursePage, region: Region | None) -> list[str]:
        """Return the names by which readers may look for a course beside its own words."""
        slugs = municipalities_of(page, self.municipalities_of(region))
        names = [self._names[slug] for slug in sorted(slugs) if slug in self._names]
        return [*names, *([region.name] if region else []), *_kinds(page.place)]

    def municipalities_of(self, region: Region | None) -> frozenset[str]:
        """Return the slugs of a region's municipalities."""
        return self._municipalities.get(region.pk, frozenset()) if region else frozenset()


def documents(page_ids: Iterable[int]) -> Iterator[CourseDocument]:
    """Yield the documents of those of the pages that every reader may see.

    A constant number of queries for each batch.
    """
    ids, around = list(page_ids), Surroundings()
    for start in range(0, len(ids), BATCH):
        pages = _load(ids[start : start + BATCH])
        occasions = occasions_by_key(page.translation_key for page in pages)
        for page in pages:
            region = around.region_of(page)
            held = occasions.get(page.translation_key, [])
            moments = timeline(held)
            yield CourseDocument(
                page_id=page.pk,
                translation_key=page.translation_key,
                language=page.locale.language_code,
                is_source=region is None or page.locale.language_code == region.default_language,
                newest_at=page.first_published_at,
                values=values_of(
                    page, held, region.slug if region else "", around.municipalities_of(region)
                ),
                moments=moments,
                runs=runs_text(held, moments),
                summary=summary_of(page, region.name if region else ""),
                texts=_texts(page),
                codes=tuple(sorted({occasion.code for occasion in held if occasion.code})),
                hidden=hidden_of(page, held),
                names=" ".join(around.names_of(page, region)),
            )


def _load(ids: list[int]) -> list[CoursePage]:
    common = ("target_groups", "service_areas", "topics", "modules")
    kinds = (
        (DistanceCoursePage, common, ("provider", "locale")),
        (
            SharedOfferingPage,
            (*common, "participating_municipalities"),
            ("provider", "locale", "host_municipality"),
        ),
    )
    return [
        page
        for model, many, one in kinds
        for page in readable(model.objects.filter(pk__in=ids))
        .select_related(*one)
        .prefetch_related(*many)
    ]


def _texts(page: CoursePage) -> Texts:
    around = _names([*page.service_areas.all(), *page.target_groups.all()])
    if page.provider:
        around.append(page.provider.name)
    modules = [f"{module.title} {module.description}" for module in page.modules.all()]
    searchable = page.body.stream_block.get_searchable_content(page.body)
    return Texts(
        title=page.title,
        topics=" ".join(_names(page.topics.all())),
        summary=page.summary,
        around=" ".join(around),
        body=" ".join(map(force_str, [*searchable, page.outcomes, page.prerequisites, *modules])),
    )


@cache
def _kinds(place: str) -> tuple[str, ...]:
    """Return what a way of being held is called, in every language of the interface."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(Place(place).label) if place in Place.values else "")
    return tuple(found)


def _names(terms: Iterable[Topic | ServiceArea | TargetGroup]) -> list[str]:
    return [name for term in terms for name in (term.name_nb, term.name_sv, term.name_en)]


def stored_summary(summary: CourseSummary) -> dict:
    """Return a summary as JSON keeps it: exact numbers as text."""
    values = asdict(summary)
    values["credits"] = None if summary.credits is None else str(summary.credits)
    return values


def read_summary(stored: dict) -> CourseSummary:
    """Return the summary that ``stored_summary`` gave."""
    number = stored["credits"]
    return CourseSummary(
        **stored
        | {
            "credits": None if number is None else Decimal(number),
            "learning_forms": tuple(stored["learning_forms"]),
        }
    )
