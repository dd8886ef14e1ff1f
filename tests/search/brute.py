"""Finds and counts courses the slow way: reads the models, knows nothing of indexes.

Imports nothing from ``search`` but the query value, so that it cannot share a mistake. ``load``
reads everything once, in a number of queries that does not grow; what it returns answers in memory.

Text: a word of a query matches a course that holds exactly that word, å and ä and a being one.
That is what any search gives only for words that nothing else in the catalogue begins like; which
these are is for ``Catalogue.plain_words`` to say, and for a test to ask no others.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.conf import settings
from django.utils import translation
from wagtail.models import PageViewRestriction

from catalogue.models import (
    CourseOccasion,
    CoursePage,
    DistanceCoursePage,
    RegionPage,
    SharedOfferingPage,
)
from catalogue.states import RANK, OccasionDates, OccasionStatus, course_status, occasion_status
from search.query import CourseQuery, Sort

#: A stem is at least so long: words that differ before that have none in common.
STEM = 4
TERMS = {"area": "service_areas", "target": "target_groups", "topic": "topics"}


@dataclass
class Row:
    pk: int
    title: str
    key: object
    language: str
    is_source: bool
    published: float
    dates: list[OccasionDates]
    #: By facet, all but the state, which is the day's.
    values: dict[str, set[str]]
    words: frozenset[str]
    #: By day, of the course and of each of its occasions.
    statuses: dict[date, OccasionStatus] = field(default_factory=dict)
    each: dict[date, list[OccasionStatus]] = field(default_factory=dict, init=False)

    def status(self, today: date) -> OccasionStatus:
        if today not in self.each:
            self.each[today] = [occasion_status(each, today) for each in self.dates]
            self.statuses[today] = course_status(self.each[today])
        return self.statuses[today]

    def begun(self, query: CourseQuery) -> list[tuple[OccasionDates, OccasionStatus]]:
        """Keep the occasions that begin when it is asked, in a state that is asked for."""
        first, last = query.days[0] or date.min, query.days[1] or date.max
        months, states = chosen(query, "start"), chosen(query, "state")
        self.status(query.today)
        return [
            (each, status)
            for each, status in zip(self.dates, self.each[query.today], strict=True)
            if each.starts_on
            and not each.cancelled
            and first <= each.starts_on <= last
            and (not months or each.starts_on.strftime("%Y-%m") in months)
            and (not states or status.state in states)
        ]

    def meets(self, query: CourseQuery) -> bool:
        """Whether days, months and states hold of some one occasion; else of the course."""
        states = chosen(query, "state")
        if is_dated(query):
            return bool(self.begun(query))
        return not states or self.status(query.today).state in states

    def over(self, query: CourseQuery) -> tuple:
        """Return its place among what is over, which comes last."""
        status = self.status(query.today)
        return status.sort_key if status.state in {"finished", "cancelled"} else (-1,)

    def shown(self, query: CourseQuery) -> OccasionStatus:
        """Return the status of what was asked for."""
        if not is_dated(query):
            return self.status(query.today)
        return course_status([status for _dates, status in self.begun(query)])

    def place(self, query: CourseQuery) -> tuple[int, date]:
        """Return by which start or deadline it stands, those without one last."""
        asked = query if is_dated(query) else replace(query, choices={})
        if query.sort == Sort.START:
            for number, states in enumerate(({"open", "late", "announced"}, set(RANK))):
                days = [
                    each.starts_on
                    for each, status in self.begun(asked)
                    if each.starts_on >= query.today and status.state in states
                ]
                if days:
                    return number, min(days)
        else:
            held = [each for each in self.dates if not each.cancelled]
            held = [each for each, _status in self.begun(asked)] if is_dated(query) else held
            open_ = [each for each in held if not each.is_full]
            days = [day for each in open_ for day in (each.apply_by, each.late_apply_by)]
            if days := [day for day in days if day and day >= query.today]:
                return 0, min(days)
        return 2, date.max

    def has(self, facet: str, wanted: Iterable[str]) -> bool:
        return not self.values[facet].isdisjoint(wanted)


def chosen(query: CourseQuery, facet: str) -> frozenset[str]:
    return query.choices.get(facet, frozenset())


def is_dated(query: CourseQuery) -> bool:
    return query.days != (None, None) or bool(chosen(query, "start"))


def but(query: CourseQuery, facet: str, *values: str) -> CourseQuery:
    """Return the query with a choice of other values."""
    return replace(query, choices={**query.choices, facet: frozenset(values)})


@dataclass
class Catalogue:
    rows: list[Row]

    def __post_init__(self) -> None:
        self._shown: dict[str, list[Row]] = {}

    def visible(self, language: str) -> list[Row]:
        """Keep one page of each course: the reader's language, else the source, else any."""
        if language not in self._shown:
            chosen: dict[object, Row] = {}
            for row in sorted(
                self.rows, key=lambda row: (row.language != language, not row.is_source)
            ):
                chosen.setdefault(row.key, row)
            self._shown[language] = list(chosen.values())
        return self._shown[language]

    def within(self, query: CourseQuery) -> Iterator[tuple[Row, set[str]]]:
        """Yield what scope and text leave, with the facets whose choice a course does not meet."""
        asked = words_of(query.text)
        if query.text.strip() and not asked:
            return
        for row in self.visible(query.language):
            if asked <= row.words and not unmet(row, query.scope, query.today):
                yield row, unmet(row, others(query.choices), query.today)

    def hits(self, query: CourseQuery) -> list[int]:
        """Return the ids of every hit in order; relevance is no order that brute force knows."""
        rows = [row for row, failing in self.within(query) if not failing and row.meets(query)]
        rows.sort(key=lambda row: (*row.status(query.today).sort_key, row.title.casefold(), row.pk))
        if query.sort == Sort.STATE or (query.sort == Sort.RELEVANCE and not query.text.strip()):
            rows.sort(key=lambda row: (*row.shown(query).sort_key, row.title.casefold(), row.pk))
        if query.sort == Sort.NEWEST:
            rows.sort(key=lambda row: (*row.over(query), -row.published, row.pk))
        if query.sort in {Sort.START, Sort.DEADLINE}:
            rows.sort(key=lambda row: row.place(query))
        return [row.pk for row in rows]

    def count(self, query: CourseQuery) -> int:
        """Return how many hits there are."""
        return sum(not failing and row.meets(query) for row, failing in self.within(query))

    def counts(self, query: CourseQuery) -> dict[str, dict[str, int]]:
        """Return what each value would give, without the facet's own choice; no zeros."""
        counted: dict[str, Counter[str]] = {}
        alone = {
            facet: {value: but(query, facet, value) for value in values}
            for facet, values in (
                ("state", map(str, RANK)),
                ("start", {month for row in self.rows for month in row.values["start"]}),
            )
        }
        for row, failing in self.within(query):
            for facet, values in row.values.items():
                if facet != "start" and failing <= {facet} and row.meets(query):
                    counted.setdefault(facet, Counter()).update(values)
            if failing:
                continue
            for facet, known in (("state", alone["state"]), ("start", row.values["start"])):
                values = [value for value in known if row.meets(alone[facet][value])]
                counted.setdefault(facet, Counter()).update(values)
        return {facet: dict(numbers) for facet, numbers in counted.items() if numbers}

    def without(self, query: CourseQuery) -> dict[str, int]:
        """Return how many hits there would be without the choice of each facet."""
        return {
            str(facet): self.count(but(query, facet))
            for facet, wanted in query.choices.items()
            if wanted
        }

    def shown(self, query: CourseQuery) -> dict[int, tuple[OccasionStatus, date | None]]:
        """Return by page the status that is shown, and the day that it stands by."""
        sorted_by_day = query.sort in {Sort.START, Sort.DEADLINE}
        rows = [row for row in self.visible(query.language) if row.meets(query)]
        places = {row.pk: row.place(query)[1] if sorted_by_day else date.max for row in rows}
        return {
            row.pk: (row.shown(query), None if places[row.pk] == date.max else places[row.pk])
            for row in rows
        }

    @cached_property
    def plain_words(self) -> dict[str, int]:
        """Words that no other word begins like or holds, with how many courses hold them."""
        holding = Counter(word for row in self.rows for word in row.words)
        begins = Counter(word[:STEM] for word in holding)
        return {
            word: number
            for word, number in holding.items()
            if len(word) > STEM
            and begins[word[:STEM]] == 1
            and word.isalpha()
            and sum(word[:STEM] in other for other in holding) == 1
        }


def unmet(row: Row, choices: dict, today: date) -> set[str]:
    """Return the facets whose choice the course does not meet."""
    return {
        str(facet)
        for facet, wanted in choices.items()
        if wanted
        and not (
            row.status(today).state in wanted if facet == "state" else row.has(str(facet), wanted)
        )
    }


def others(choices: dict) -> dict:
    """Keep the choices of facets that say nothing of occasions."""
    return {facet: wanted for facet, wanted in choices.items() if facet not in {"state", "start"}}


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text without their accents; ø and æ are letters with one here."""
    plain = text.casefold().replace("ø", "o").replace("æ", "a")
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return frozenset(re.findall(r"\w+", plain))


def load() -> Catalogue:
    """Read everything."""
    regions = {
        page.path: (page.region, {each.slug for each in page.region.municipalities.all()})
        for page in RegionPage.objects.select_related("region").prefetch_related(
            "region__municipalities"
        )
    }
    closed = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    held: dict[object, list[CourseOccasion]] = {}
    for each in CourseOccasion.objects.select_related("course"):
        held.setdefault(each.course.translation_key, []).append(each)
    many = (*TERMS.values(), "modules")
    pages = [
        *DistanceCoursePage.objects.filter(live=True)
        .select_related("locale", "provider")
        .prefetch_related(*many),
        *SharedOfferingPage.objects.filter(live=True)
        .select_related("locale", "provider", "host_municipality")
        .prefetch_related(*many, "participating_municipalities"),
    ]
    rows = []
    for page in pages:
        if closed and page.path.startswith(closed):
            continue
        region, everyone = next(
            found for path, found in regions.items() if page.path.startswith(path)
        )
        occasions = held.get(page.translation_key, [])
        rows.append(_row(page, region, everyone, occasions))
    return Catalogue(rows)


def _row(page: CoursePage, region: object, everyone: set[str], held: list) -> Row:
    offering = isinstance(page, SharedOfferingPage)
    taking = everyone
    if offering:
        taking = {each.slug for each in page.participating_municipalities.all()}
        taking |= {page.host_municipality.slug} if page.host_municipality else set()
    number = page.credits if page.credit_system != "none" else None
    return Row(
        pk=page.pk,
        title=page.title,
        key=page.translation_key,
        language=page.locale.language_code,
        is_source=page.locale.language_code == region.default_language,
        published=page.first_published_at.timestamp(),
        dates=[each.dates for each in held],
        values={
            **{
                facet: {term.slug for term in getattr(page, name).all()}
                for facet, name in TERMS.items()
            },
            "place": {page.place},
            "credits": {_band(number, [(0, "none"), (3, "3"), (7.5, "7.5")])},
            "pace": {
                _band(
                    getattr(page, "pace_percent", None),
                    [(0, "short"), (25, "25"), (50, "50")],
                    "100",
                )
            },
            "start": {
                each.starts_on.strftime("%Y-%m")
                for each in held
                if each.starts_on and not each.cancelled
            },
            "region": {region.slug},
            "municipality": taking,
            "level": {page.level},
            "language": {page.language},
            "type": {"offering" if offering else "distance"},
            "provider": {page.provider.slug} if page.provider else set(),
        },
        words=words_of(" ".join((*_texts(page), *_names(page, region, taking)))),
    )


def _names(page: CoursePage, region: object, taking: set[str]) -> Iterator[str]:
    """Yield what readers may know a course by: its places, and how it is held in every language."""
    yield region.name
    yield from (each.name for each in region.municipalities.all() if each.slug in taking)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield str(page.get_place_display())


def _band(number: object, limits: list, more: str = "more") -> str:
    return next((name for limit, name in limits if (number or 0) <= limit), more)


def _texts(page: CoursePage) -> Iterator[str]:
    """Yield what one can read on the page and search for."""
    yield from (page.title, page.summary, page.outcomes, page.prerequisites)
    for name in TERMS.values():
        for term in getattr(page, name).all():
            yield from (term.name_nb, term.name_sv, term.name_en)
    if page.provider:
        yield page.provider.name
    for module in page.modules.all():
        yield from (module.title, module.description)
    for text in _strings(list(page.body.raw_data)):
        yield html.unescape(re.sub(r"<[^>]+>", " ", text))


def _strings(value: object) -> Iterator[str]:
    """Yield the texts of a body as it is stored, without the names and numbers of its blocks."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        parts = [value["value"]] if value.keys() >= {"type", "value"} else value.values()
        for each in parts:
            yield from _strings(each)
