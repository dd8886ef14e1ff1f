"""Reads courses with all that hangs on them, many at once, for the documents of ``search``.

Of a page there is a model; the rows that hang on it are read as values. A model for each of those
too, and a manager to reach them by, would be most of what it costs to rebuild the index.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from urllib.parse import quote
from uuid import UUID

from django.db.models import Model, QuerySet
from wagtail.models import Locale, Page

from catalogue.models import (
    CourseModule,
    CourseOccasion,
    CoursePage,
    DistanceCoursePage,
    Provider,
    RegionPage,
    SharedOfferingPage,
)
from catalogue.states import OccasionDates, OccasionStatus, occasion_status
from catalogue.tree import readable
from regions.models import Municipality, Region

#: Pages that are read at once.
BATCH = 500


@dataclass(frozen=True)
class Term:
    """A topic, a service area or a target group."""

    slug: str
    #: In each language.
    names: tuple[str, ...]


@dataclass(frozen=True)
class Held:
    """An occasion: what of it is searched, and what its state depends on."""

    dates: OccasionDates
    code: str = ""
    cancel_reason: str = ""
    price_per_seat: Decimal | None = None

    @cached_property
    def days_of_change(self) -> list[date]:
        """The days on which its state may become another, in order."""
        dates = self.dates
        days = {day for day in (dates.apply_from, dates.starts_on) if day}
        over = (dates.apply_by, dates.late_apply_by, dates.ends_on or dates.starts_on)
        return sorted(days | {day + timedelta(days=1) for day in over if day and day < date.max})

    @cached_property
    def statuses(self) -> list[OccasionStatus]:
        """Its status from the beginning, and from each of those days on."""
        return [occasion_status(self.dates, day) for day in (date.min, *self.days_of_change)]

    def status(self, day: date) -> OccasionStatus:
        """Return its status on a day."""
        return self.statuses[bisect_right(self.days_of_change, day)]

    @cached_property
    def deadlines(self) -> list[date]:
        """The days until which one can apply; none where every seat is taken."""
        if self.dates.is_full:
            return []
        return [day for day in (self.dates.apply_by, self.dates.late_apply_by) if day]


@dataclass(frozen=True)
class Course:
    """A live course that every reader may see."""

    #: Of its own kind, its provider and locale with it.
    page: CoursePage
    region: Region | None
    url: str
    topics: Sequence[Term]
    service_areas: Sequence[Term]
    target_groups: Sequence[Term]
    #: Title and description of each part.
    modules: Sequence[tuple[str, str]]
    #: Names by slug of those it is open to.
    municipalities: dict[str, str]
    #: Of the course that it translates, too.
    occasions: Sequence[Held]


def read_courses(page_ids: Iterable[int]) -> Iterator[Course]:
    """Yield those of the pages that are live courses in no private section.

    A constant number of queries for each batch.
    """
    ids, around = list(page_ids), _Surroundings()
    for start in range(0, len(ids), BATCH):
        yield from _batch(ids[start : start + BATCH], around)


class _Surroundings:
    """What courses need of the regions and of the tree, read once. Two queries."""

    def __init__(self) -> None:
        pages = RegionPage.objects.select_related("region")
        self._roots = {page.path: page.region for page in pages}
        self._municipalities: dict[int, tuple[str, str]] = {}
        self._of_region: dict[int, dict[str, str]] = defaultdict(dict)
        rows = Municipality.objects.values_list("pk", "slug", "name", "region_id")
        for pk, slug, name, region in rows:
            self._municipalities[pk] = (slug, name)
            self._of_region[region][slug] = name
        self._below: dict[str, str] = {}

    def region_of(self, page: Page) -> Region | None:
        """Return the owning region of a page."""
        steps = range(Page.steplen, len(page.path) + 1, Page.steplen)
        return next(
            (self._roots[page.path[:end]] for end in steps if page.path[:end] in self._roots), None
        )

    def municipalities(
        self, page: CoursePage, region: Region | None, taking: Iterable[int]
    ) -> dict[str, str]:
        """Return the names by slug of the municipalities that a course is open to.

        A shared offering is for its host and those who take part; any other course is for all of
        the region.
        """
        if not isinstance(page, SharedOfferingPage):
            return self._of_region.get(region.pk, {}) if region else {}
        keys = {*taking, page.host_municipality_id}
        return dict(pair for key, pair in self._municipalities.items() if key in keys)

    def url_of(self, page: CoursePage) -> str:
        """Return the address of a page: Wagtail's, worked out once for all beside each other."""
        above, own = page.path[: -Page.steplen], f"{quote(page.slug)}/"
        if above not in self._below:
            url = page.url or ""
            if not url.endswith(own):
                return url
            self._below[above] = url.removesuffix(own)
        return self._below[above] + own


def _batch(ids: list[int], around: _Surroundings) -> Iterator[Course]:
    pages: list[CoursePage] = [
        page
        for model in (DistanceCoursePage, SharedOfferingPage)
        for page in readable(model.objects.filter(pk__in=ids))
    ]
    providers = Provider.objects.in_bulk({page.provider_id for page in pages} - {None})
    locales = Locale.objects.in_bulk({page.locale_id for page in pages})
    topics, areas, targets = (
        _terms(CoursePage.topics.through, "topic", ids),
        _terms(CoursePage.service_areas.through, "servicearea", ids),
        _terms(CoursePage.target_groups.through, "targetgroup", ids),
    )
    taking = SharedOfferingPage.participating_municipalities.through.objects.filter(
        sharedofferingpage__in=ids
    )
    municipalities = _by_first(taking.values_list("sharedofferingpage_id", "municipality_id"))
    parts = CourseModule.objects.filter(page__in=ids).order_by("page_id", "sort_order", "pk")
    modules = _by_first(parts.values_list("page_id", "title", "description"))
    occasions = _occasions({page.translation_key for page in pages})
    for page in pages:
        page.provider = providers.get(page.provider_id)
        page.locale = locales[page.locale_id]
        region = around.region_of(page)
        yield Course(
            page=page,
            region=region,
            url=around.url_of(page),
            topics=topics.get(page.pk, ()),
            service_areas=areas.get(page.pk, ()),
            target_groups=targets.get(page.pk, ()),
            modules=modules.get(page.pk, ()),
            municipalities=around.municipalities(
                page, region, (key for (key,) in municipalities.get(page.pk, ()))
            ),
            occasions=occasions.get(page.translation_key, ()),
        )


def _by_first(rows: Iterable[tuple]) -> dict[object, list[tuple]]:
    """Return the rest of rows by what they begin with."""
    found: dict[object, list[tuple]] = defaultdict(list)
    for first, *rest in rows:
        found[first].append(tuple(rest))
    return found


def _terms(through: type[Model], name: str, ids: list[int]) -> dict[int, list[Term]]:
    fields = (f"{name}__{field}" for field in ("slug", "name_nb", "name_sv", "name_en"))
    rows = through.objects.filter(coursepage__in=ids).order_by("pk")
    found: dict[int, list[Term]] = defaultdict(list)
    for page, slug, *names in rows.values_list("coursepage_id", *fields):
        found[page].append(Term(slug, tuple(names)))
    return found


_DATES = tuple(OccasionDates.__dataclass_fields__)


def _occasions(keys: Iterable[UUID]) -> dict[UUID, list[Held]]:
    """Return the occasions of courses by translation key: translations share them."""
    rows: QuerySet = CourseOccasion.objects.filter(course__translation_key__in=keys)
    found: dict[UUID, list[Held]] = defaultdict(list)
    for key, code, reason, price, *dates in rows.values_list(
        "course__translation_key", "code", "cancel_reason", "price_per_seat", *_DATES
    ):
        found[key].append(Held(OccasionDates(*dates), code, reason, price))
    return found
