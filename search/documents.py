"""From course pages to documents: built here and nowhere else, whatever engine takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from uuid import UUID

from django.conf import settings
from django.utils import translation

from catalogue.choices import Place
from catalogue.presenters.courses import summary_of
from catalogue.presenters.values import CourseSummary
from catalogue.searched import searched_texts

from .courses import Course, Term, read_courses
from .facets import Hidden, Values, hidden_of, values_of
from .runs import runs_text
from .timeline import StoredMoment, timeline
from .tokens import Field, tokens_of


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


def documents(page_ids: Iterable[int]) -> Iterator[CourseDocument]:
    """Yield the documents of those of the pages that every reader may see.

    A constant number of queries for each batch (``read_courses``).
    """
    for course in read_courses(page_ids):
        page, region = course.page, course.region
        moments = timeline(course.occasions)
        yield CourseDocument(
            page_id=page.pk,
            translation_key=page.translation_key,
            language=page.locale.language_code,
            is_source=region is None or page.locale.language_code == region.default_language,
            newest_at=page.first_published_at,
            values=values_of(course),
            moments=moments,
            runs=runs_text(course.occasions, moments),
            summary=summary_of(page, region.name if region else "", course.url),
            texts=_texts(course),
            codes=tuple(sorted({each.code for each in course.occasions if each.code})),
            hidden=hidden_of(course),
            names=" ".join(_names_of(course)),
        )


def _texts(course: Course) -> Texts:
    page = course.page
    around = _names([*course.service_areas, *course.target_groups])
    if page.provider:
        around.append(page.provider.name)
    modules = [text for module in course.modules for text in module]
    body = [*searched_texts(page.body), page.outcomes, page.prerequisites, *modules]
    return Texts(
        title=page.title,
        topics=" ".join(_names(course.topics)),
        summary=page.summary,
        around=" ".join(around),
        body=" ".join(body),
    )


def _names_of(course: Course) -> list[str]:
    """Return the names by which readers may look for a course beside its own words."""
    region = [course.region.name] if course.region else []
    return [*course.municipalities.values(), *region, *_kinds(course.page.place)]


@cache
def _kinds(place: str) -> tuple[str, ...]:
    """Return what a way of being held is called, in every language of the interface."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(Place(place).label) if place in Place.values else "")
    return tuple(found)


def _names(terms: Iterable[Term]) -> list[str]:
    return [name for term in terms for name in term.names]


def stored_summary(summary: CourseSummary) -> dict:
    """Return a summary as JSON keeps it: exact numbers as text."""
    values = dict(vars(summary))
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
