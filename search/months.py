"""A month of a listing: on which days its courses are held, and until when one applies."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.outward import printable

from .facets import month_of
from .monthdays import Entry, by_day, dated
from .presenters import address
from .query import CourseQuery, CourseResults, FacetKey, Sort
from .runs import beginning
from .sync import engine

#: Key and value of the address; the key of the month.
VIEW, CALENDAR, MONTH = "view", "calendar", "month"
#: Courses of a month whose days are shown, and entries of a day.
MOST_COURSES = 500
MOST_OF_A_DAY = 3
#: Years before and after today's that a month can be of.
BACK, AHEAD = 3, 10
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_MONDAY_FIRST = Calendar(firstweekday=0)


@dataclass(frozen=True)
class AskedMonth:
    """The first day of the month that an address asks for, and what was not understood of it."""

    first: date
    note: str = ""

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What keeps the view in a form, as names and values."""
        return [(VIEW, CALENDAR), (MONTH, month_of(self.first))]

    @property
    def kept(self) -> str:
        """What keeps the view in an address."""
        return urlencode(self.fields)


@dataclass(frozen=True)
class Part:
    """The first of what happens on a day, how many more there are, and where they stand."""

    entries: list[Entry]
    more: int = 0
    more_url: str = ""


@dataclass(frozen=True)
class Day:
    """A day: what begins or closes, and what goes on."""

    date: date
    is_within: bool
    is_today: bool
    happens: Part
    goes_on: Part

    @property
    def parts(self) -> list[Part]:
        """What there is of it."""
        return [part for part in (self.happens, self.goes_on) if part.entries]


@dataclass(frozen=True)
class Week:
    """A week by its number, Monday first."""

    number: int
    days: list[Day]


@dataclass(frozen=True)
class MonthLink:
    """Another month, with its address."""

    name: str
    url: str


@dataclass(frozen=True)
class Month:
    """A month of a listing."""

    name: str
    weekdays: list[date]
    weeks: list[Week]
    is_empty: bool
    #: How many courses it has.
    count: int
    before: MonthLink | None
    after: MonthLink | None
    #: The next month that has anything, where this one is empty.
    upcoming: MonthLink | None
    #: How many courses of the month are not shown.
    unshown: int
    note: str = ""


def asked_month(data: QueryDict, query: CourseQuery, results: CourseResults) -> AskedMonth | None:
    """Return which month is asked for; None for a list. What is no month is today's, and said.

    Where none is named it is the first that has anything.
    """
    if data.get(VIEW) != CALENDAR:
        return None
    today = query.today
    this = today.replace(day=1)
    text = printable(data.get(MONTH, "")[:40]).strip()
    if not text:
        return first_month(query, results)
    match = _MONTH.fullmatch(text)
    if not match:
        return AskedMonth(this, _("“%(text)s” is no month: here is this one.") % {"text": text})
    earliest, latest = _limits(today)
    year, number = int(match[1]), int(match[2])
    if year < earliest.year:
        note = _("The calendar begins with %(month)s.") % {"month": _name(earliest)}
        return AskedMonth(earliest, note)
    if year > latest.year:
        note = _("The calendar ends with %(month)s.") % {"month": _name(latest)}
        return AskedMonth(latest, note)
    return AskedMonth(date(year, number, 1))


def first_month(query: CourseQuery, results: CourseResults) -> AskedMonth:
    """Return the first month in which any of the courses begins.

    Looked for from today's on; from the first day on that was chosen or understood, where one was.
    Today's is not it where all that it has lies behind. Three statements at most.
    """
    begin, end = _asked_days(query, results)
    earliest, latest = _limits(query.today)
    first = min(max((begin or query.today).replace(day=1), earliest), latest)
    last = min(end or latest, latest)
    months = [_first_of(value) for value in _months(query, results)]
    months = [each for each in months if first <= each <= last]
    this = query.today.replace(day=1)
    if months[1:] and months[0] == this and (begin or this) <= query.today:
        _found, entries = _entries(query, results, this)
        if not any(query.today <= day < _next(this) for day in entries):
            del months[0]
    return AskedMonth(months[0] if months else first)


def _asked_days(query: CourseQuery, results: CourseResults) -> tuple[date | None, date | None]:
    """Return the first and last day that were chosen, else that the words were taken for."""
    if any(query.days):
        return query.days
    firsts = [wish.first for wish in results.reading.wishes if wish.first]
    lasts = [wish.last for wish in results.reading.wishes if wish.last]
    return min(firsts, default=None), max(lasts, default=None)


def month(query: CourseQuery, results: CourseResults, asked: AskedMonth) -> Month:
    """Return a month of what ``query`` finds, whose results these are. At most four statements."""
    first = asked.first
    found, entries = _entries(query, results, first)
    unshown = found.total - len(found.hits)
    shown = {entry.url for some in entries.values() for entry in some}
    weeks = [
        Week(days[0].isocalendar().week, [_day(day, first, entries, query) for day in days])
        for days in _MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    ]
    earliest, latest = _limits(query.today)
    previous = (first - timedelta(days=1)).replace(day=1)
    return Month(
        name=_name(first),
        weekdays=[day.date for day in weeks[0].days],
        weeks=weeks,
        is_empty=not entries,
        count=len(shown) + unshown,
        before=_link(previous, query) if previous >= earliest else None,
        after=_link(_next(first), query) if _next(first) <= latest else None,
        upcoming=None if entries else _upcoming(first, query, results),
        unshown=unshown,
        note=asked.note,
    )


def _entries(
    query: CourseQuery, results: CourseResults, first: date
) -> tuple[CourseResults, dict[date, list[Entry]]]:
    """Return the courses that have anything in a month, and by day what."""
    rows = dated(results.version, first)
    found = engine.search(
        replace(query, only=frozenset(rows), sort=Sort.START, page=1, page_size=MOST_COURSES)
    )
    asked = beginning(query, results.reading)
    return found, by_day(found.hits, rows, asked, first, query.today)


def _limits(today: date) -> tuple[date, date]:
    return date(today.year - BACK, 1, 1), date(today.year + AHEAD, 12, 1)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _name(first: date) -> str:
    return date_format(first, "F Y")


def _link(first: date, query: CourseQuery) -> MonthLink:
    return MonthLink(_name(first), with_view(address(query), AskedMonth(first)))


def with_view(url: str, asked: AskedMonth | None) -> str:
    """Return an address with the view that it is seen in."""
    return f"{url}{'' if url.endswith('?') else '&'}{asked.kept}" if asked else url


def _day(day: date, first: date, entries: dict[date, list[Entry]], query: CourseQuery) -> Day:
    all_of_it = entries.get(day, [])
    happens = [entry for entry in all_of_it if not entry.goes_on]
    begins = sum(not entry.is_deadline for entry in happens)
    days = (day, day) if begins > MOST_OF_A_DAY else None
    return Day(
        date=day,
        is_within=day.month == first.month,
        is_today=day == query.today,
        happens=_part(happens, days, query),
        goes_on=_going_on([entry for entry in all_of_it if entry.goes_on], query),
    )


def _going_on(entries: list[Entry], query: CourseQuery) -> Part:
    """Return what goes on; the rest of it stands among what began on the same days."""
    since = [entry.since for entry in entries[MOST_OF_A_DAY:] if entry.since]
    return _part(entries, (min(since), max(since)) if since else None, query)


def _part(entries: list[Entry], days: tuple[date, date] | None, query: CourseQuery) -> Part:
    """Return the first of some entries; the rest begins on ``days``, or is found by deadlines."""
    more = len(entries) - MOST_OF_A_DAY
    if more <= 1:  # one more takes the room of the line that says so
        return Part(entries)
    to = {"days": days} if days else {"sort": Sort.DEADLINE}
    return Part(entries[:MOST_OF_A_DAY], more, address(replace(query, **to, page=1)))


def _upcoming(first: date, query: CourseQuery, results: CourseResults) -> MonthLink | None:
    """Return the next month in which any of the courses begins, else the last before."""
    return next(_links_from(_months(query, results), first, query), None)


def _months(query: CourseQuery, results: CourseResults) -> list[str]:
    """Return the months in which any of the courses begins, the first one first."""
    chosen = query.choices.get(FacetKey.START)
    counts = results.counts.get(FacetKey.START, {})
    return sorted(
        value for value, count in counts.items() if count and (not chosen or value in chosen)
    )


def _first_of(value: str) -> date:
    return date.fromisoformat(f"{value}-01")


def _links_from(months: list[str], first: date, query: CourseQuery) -> Iterator[MonthLink]:
    earliest, latest = _limits(query.today)
    later = [value for value in months if value > month_of(first)]
    earlier = [value for value in reversed(months) if value < month_of(first)]
    for value in [*later, *earlier]:
        day = _first_of(value)
        if earliest <= day <= latest:
            yield _link(day, query)
