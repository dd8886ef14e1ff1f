"""What readers look for and do not find: sums over weeks, never of fewer than five searches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import F, Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from regions.models import ServiceArea

from .counting import monday

#: Fewer searches might point at somebody: nothing is shown of them, nor any number below it.
FEWEST = 5


class Show(StrEnum):
    """Which searches: those that found no course, whose courses nobody opened, or all."""

    NO_COURSE = "no-course"
    NONE_OPENED = "none-opened"
    ALL = "all"


@dataclass(frozen=True)
class Weeks:
    """Whole weeks, by the first day of the first and of the last."""

    first: date
    last: date

    @classmethod
    def latest(cls, number: int) -> Weeks:
        """Return this week and those before it, ``number`` in all."""
        this = monday(timezone.localdate())
        return cls(this - timedelta(weeks=number - 1), this)


@dataclass(frozen=True)
class Gap:
    """A search, within a service area or none, summed over weeks, languages and listings.

    ``language`` is empty where readers of several asked.
    """

    text: str
    area: str
    language: str
    searches: int
    without_course: int
    opened: int


def gaps(rows: QuerySet, show: Show, weeks: Weeks, area: str | None = None) -> QuerySet:
    """Return the sums of ``rows`` that may be shown, the most searched first.

    ``area`` narrows to one service area, the empty text to searches in none. Whatever is narrowed,
    a sum of fewer than five is no row.
    """
    rows = rows.filter(week__gte=weeks.first, week__lte=weeks.last)
    if area is not None:
        rows = rows.filter(area=area)
    sums = (
        rows.order_by()
        .values("text", "area")
        .annotate(
            searches=Sum("total"),
            missed=Sum("without_hits"),
            opened=Sum("with_clicks"),
            language_from=Min("language"),
            language_to=Max("language"),
        )
        .filter(searches__gte=FEWEST)
    )
    if show == Show.NO_COURSE:
        return sums.filter(missed__gte=FEWEST).order_by("-missed", "text", "area")
    if show == Show.NONE_OPENED:
        sums = sums.filter(opened=0, searches__gte=F("missed") + FEWEST)
    return sums.order_by("-searches", "text", "area")


def gap_of(row: Mapping[str, object]) -> Gap:
    """Return a row of ``gaps`` as a value."""
    one = row["language_from"] == row["language_to"]
    return Gap(
        text=row["text"],
        area=row["area"],
        language=row["language_from"] if one else "",
        searches=row["searches"],
        without_course=row["missed"],
        opened=row["opened"],
    )


def in_words(number: int) -> str:
    """Return a number as it may be shown."""
    return _("under five") if 0 < number < FEWEST else str(number)


def area_names() -> dict[str, str]:
    """Return the service areas by their address. One query."""
    return {area.slug: area.name for area in ServiceArea.objects.all()}
