"""Finds and counts courses the slow way: reads the models, knows nothing of indexes.

Imports nothing from ``search`` but the query value, so that it cannot share a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.models import CourseOccasion, CoursePage, RegionPage, SharedOfferingPage
from catalogue.states import course_status, occasion_status
from search.query import CourseQuery, Sort


@dataclass
class Row:
    page: CoursePage
    key: object
    language: str
    is_source: bool
    status: object
    values: dict[str, set[str]]
    text: str


def all_rows(query: CourseQuery) -> list[Row]:
    pages = [page.specific for page in CoursePage.objects.filter(live=True)]
    return [_row(page, query) for page in pages]


def _row(page: CoursePage, query: CourseQuery) -> Row:
    region_page = next(each for each in RegionPage.objects.all() if page.path.startswith(each.path))
    region = region_page.region
    held = CourseOccasion.objects.filter(course__translation_key=page.translation_key)
    status = course_status([occasion_status(each.dates, query.today) for each in held])
    offering = isinstance(page, SharedOfferingPage)
    everyone = {each.slug for each in region.municipalities.all()}
    taking = {each.slug for each in page.participating_municipalities.all()} if offering else None
    if offering:
        taking.add(page.host_municipality.slug)
    pace = getattr(page, "pace_percent", None)
    number = page.credits if page.credit_system != "none" else None
    return Row(
        page=page,
        key=page.translation_key,
        language=page.locale.language_code,
        is_source=page.locale.language_code == region.default_language,
        status=status,
        values={
            "state": {str(status.state)},
            "area": {term.slug for term in page.service_areas.all()},
            "target": {term.slug for term in page.target_groups.all()},
            "topic": {term.slug for term in page.topics.all()},
            "place": {page.place},
            "credits": {_band(number, [(0, "none"), (3, "3"), (7.5, "7.5")])},
            "pace": {_band(pace, [(0, "short"), (25, "25"), (50, "50")], "100")},
            "start": {
                each.starts_on.strftime("%Y-%m")
                for each in held
                if each.starts_on and not each.cancelled
            },
            "region": {region.slug},
            "municipality": taking if offering else everyone,
            "level": {page.level},
            "language": {page.language},
            "type": {"offering" if offering else "distance"},
            "provider": {page.provider.slug},
        },
        text=f"{page.title} {page.summary}".casefold(),
    )


def _band(number: object, limits: list, more: str = "more") -> str:
    return next((name for limit, name in limits if (number or 0) <= limit), more)


def visible(rows: list[Row], language: str) -> list[Row]:
    """Keep one page of each course: the reader's language, else the source, else any."""
    chosen: dict[object, Row] = {}
    for row in sorted(rows, key=lambda row: (row.language != language, not row.is_source)):
        chosen.setdefault(row.key, row)
    return list(chosen.values())


def matches(row: Row, choices: dict, leave_out: str = "") -> bool:
    return all(
        not wanted or key == leave_out or row.values[key] & wanted
        for key, wanted in choices.items()
    )


def hits(query: CourseQuery) -> list[int]:
    """Return the ids of every hit in order."""
    rows = [
        row
        for row in visible(all_rows(query), query.language)
        if matches(row, query.scope) and matches(row, query.choices)
    ]
    rows = [row for row in rows if query.text.casefold() in row.text]
    rows.sort(key=lambda row: (*row.status.sort_key, row.page.title.casefold(), row.page.pk))
    if query.sort == Sort.NEWEST:
        rows.sort(key=lambda row: (-row.page.first_published_at.timestamp(), row.page.pk))
    return [row.page.pk for row in rows]


def counts(query: CourseQuery) -> dict[str, dict[str, int]]:
    """Return what each value would give, without the facet's own choice; no zeros."""
    rows = [
        row
        for row in visible(all_rows(query), query.language)
        if matches(row, query.scope) and query.text.casefold() in row.text
    ]
    counted: dict[str, dict[str, int]] = {}
    for key in rows[0].values if rows else ():
        for row in rows:
            if matches(row, query.choices, leave_out=key):
                for value in row.values[key]:
                    counted.setdefault(key, {}).setdefault(value, 0)
                    counted[key][value] += 1
    return counted
