"""What readers look for and do not find: numbers of five and more, and sums of such numbers.

Whoever compares two of them must not learn of a search that fewer than five made. So a search is of
one of three kinds; each kind is counted by whole weeks that are over, or by four of them that lie
fast, and by listing where a person may choose one; a number below five is hidden for itself; and
whatever is added up is added up of what is shown. See ``published`` for four weeks and their weeks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.conf import settings
from django.db.models import (
    Case,
    DateField,
    F,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.models import ServiceArea

from .counting import monday

#: Fewer searches might point at somebody: no number below it is shown.
FEWEST = 5
#: Weeks of a period. Periods lie fast: two of them never share a week.
WEEKS = 4


class Show(StrEnum):
    """Which searches: those that found no course, whose courses nobody opened, or all."""

    NO_COURSE = "no-course"
    NONE_OPENED = "none-opened"
    ALL = "all"


class Kind(StrEnum):
    """What became of a search: each is of exactly one kind."""

    MISSED = "missed"
    OPENED = "opened"
    LEFT = "left"


@dataclass(frozen=True)
class Weeks:
    """A week, or the weeks of a period: by the first day of the first and of the last."""

    first: date
    last: date

    @property
    def is_one(self) -> bool:
        """Whether it is a week."""
        return self.first == self.last


def weeks_over() -> list[Weeks]:
    """Return the weeks that are kept and over, the latest first.

    A week is over when nothing is counted to it any more: clicks are, on the Monday after.
    """
    today = timezone.localdate()
    running, this = monday(today - timedelta(days=1)), monday(today)
    kept = (this - timedelta(weeks=back) for back in range(settings.SEARCHES_KEPT_WEEKS + 1))
    return [Weeks(day, day) for day in kept if day < running]


def periods_over() -> list[Weeks]:
    """Return the periods of four weeks that are kept and over as a whole, the latest first."""
    days = {week.first for week in weeks_over()}
    found = []
    for day in sorted(days, reverse=True):
        last = day + timedelta(weeks=WEEKS - 1)
        if (day.toordinal() // 7) % WEEKS == 0 and last in days:
            found.append(Weeks(day, last))
    return found


def latest_over() -> list[Weeks]:
    """Return the latest period, with the weeks since that no period has yet.

    What is added up of them tells nothing that each of them does not tell by itself.
    """
    periods = periods_over()
    loose = [week for week in weeks_over() if not periods or week.first > periods[0].last]
    return [*loose, *periods[:1]]


def everything_over() -> list[Weeks]:
    """Return the periods, with the weeks that no period has yet."""
    return [*latest_over(), *periods_over()[1:]]


class Number(NamedTuple):
    """How often, as far as it may be told."""

    told: int = 0
    #: Whether some, fewer than five of each, are not told.
    is_more: bool = False

    def and_(self, other: Number) -> Number:
        """Return the sum."""
        return Number(self.told + other.told, self.is_more or other.is_more)


@dataclass(frozen=True)
class Gap:
    """A search, within a service area or none.

    ``language`` is empty where readers of several asked.
    """

    text: str
    area: str
    language: str
    kinds: tuple[Number, Number, Number]

    @property
    def without_course(self) -> Number:
        """How often it found no course."""
        return self.kinds[0]

    @property
    def opened(self) -> Number:
        """How often a course of it was opened."""
        return self.kinds[1]

    @property
    def left(self) -> Number:
        """How often it found courses of which nobody opened one."""
        return self.kinds[2]

    @property
    def searches(self) -> Number:
        """How often in all."""
        return self.without_course.and_(self.opened).and_(self.left)


def published(whole: int, parts: Iterable[int] = ()) -> Number:
    """Return what may be told of a sum, of whose ``parts`` those of five and more are told too.

    Told is what the parts tell, and what they do not tell where that is five or more by itself.
    """
    told = sum(part for part in parts if part >= FEWEST)
    hidden = whole - told
    return Number(told, is_more=True) if 0 < hidden < FEWEST else Number(whole)


#: What a number is of: the place of the span, the listing where one can be chosen, the words, the
#: service area.
Cell = tuple[int, str, str, str]
#: The kinds by their names, as rows have them.
_KINDS = tuple(map(str, Kind))


def gaps(
    rows: QuerySet, show: Show, spans: Sequence[Weeks], area: str | None = None, *, apart: bool
) -> list[Gap]:
    """Return what may be told of searches, the most searched first. One query for all spans.

    No week may be in two ``spans``. ``area`` narrows to one service area, the empty text to
    searches in none. ``apart``: the person may choose listings, so each has numbers of its own.
    """
    if area is not None:
        rows = rows.filter(area=area)
    kinds: dict[tuple[str, str], list[Number]] = {}
    languages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (_span, _region, text, where), (numbers, spoken) in _cells(rows, spans, apart).items():
        sums = kinds.setdefault((text, where), [Number()] * len(Kind))
        kinds[text, where] = [one.and_(two) for one, two in zip(sums, numbers, strict=True)]
        languages[text, where] |= spoken
    found = [
        Gap(text, where, _only(languages[text, where]), tuple(numbers))
        for (text, where), numbers in kinds.items()
    ]
    chosen = [gap for gap in found if _is_chosen(gap, show)]
    return sorted(chosen, key=lambda gap: (-_weight(gap, show), gap.text, gap.area))


def _cells(
    rows: QuerySet, spans: Sequence[Weeks], apart: bool
) -> dict[Cell, tuple[list[Number], set[str]]]:
    """Return what may be told of each cell, with the languages of who asked.

    One statement brings the sums of the spans together with those of the weeks of periods; of
    either only those of which a number may be told.
    """
    places = dict(enumerate(spans))
    periods = {place: span for place, span in places.items() if not span.is_one}
    sums = _sums(rows, places, apart) if places else ()
    if periods:
        sums = sums.union(_sums(rows, periods, apart, by_week=True), all=True)
    found: dict[Cell, dict] = {}
    parts: dict[Cell, list[dict]] = defaultdict(list)
    for row in sums:
        if row["part"]:
            parts[_cell(row)].append(row)
        else:
            found[_cell(row)] = row
    return {
        cell: (
            [published(row[kind], [part[kind] for part in parts[cell]]) for kind in _KINDS],
            {row["language_from"], row["language_to"]},
        )
        for cell, row in found.items()
    }


def _sums(
    rows: QuerySet, spans: Mapping[int, Weeks], apart: bool, *, by_week: bool = False
) -> QuerySet:
    """Return the sums of each span, or of each of its weeks, of which any number may be told."""
    in_span = {place: Q(week__gte=span.first, week__lte=span.last) for place, span in spans.items()}
    number = Case(
        *(When(within, then=Value(place)) for place, within in in_span.items()),
        output_field=IntegerField(),
    )
    names = ("region", "text", "area") if apart else ("text", "area")
    any_told = Q(missed__gte=FEWEST) | Q(opened__gte=FEWEST) | Q(left__gte=FEWEST)
    return (
        rows.filter(reduce(or_, in_span.values()))
        .order_by()
        .annotate(
            span=number,
            part=F("week") if by_week else Value(None, output_field=DateField()),
        )
        .values(*names, "span", "part")
        .annotate(
            missed=Sum("without_hits"),
            opened=Sum("with_clicks"),
            left=Sum(Greatest(F("total") - F("without_hits") - F("with_clicks"), 0)),
            language_from=Min("language"),
            language_to=Max("language"),
        )
        .filter(any_told)
    )


def _cell(row: dict) -> Cell:
    return row["span"], row.get("region", ""), row["text"], row["area"]


def _only(languages: set[str]) -> str:
    return next(iter(languages)) if len(languages) == 1 else ""


def _is_chosen(gap: Gap, show: Show) -> bool:
    if show == Show.NO_COURSE:
        return gap.without_course.told > 0
    if show == Show.NONE_OPENED:
        return gap.left.told > 0 and gap.opened == Number()
    return gap.searches.told > 0


def _weight(gap: Gap, show: Show) -> int:
    return gap.without_course.told if show == Show.NO_COURSE else gap.searches.told


def in_words(number: Number) -> str:
    """Return a number as it may be shown."""
    if not number.is_more:
        return str(number.told)
    return _("%(number)d or more") % {"number": number.told} if number.told else _("few")


def area_names() -> dict[str, str]:
    """Return the service areas by their address. One query."""
    return {area.slug: area.name for area in ServiceArea.objects.all()}
