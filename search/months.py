"""A month of a listing: on which days its courses begin, and until when one applies."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from catalogue.outward import printable
from catalogue.presenters.states import foreign, state_view
from catalogue.presenters.values import StateView

from .facets import month_of
from .models import CourseEntry
from .presenters import address
from .query import CourseQuery, CourseResults, FacetKey, HiddenKey, Hit, Sort
from .runs import Beginning, beginning, runs_of
from .sync import engine

#: Key and value of the address; the key of the month.
VIEW, CALENDAR, MONTH = "view", "calendar", "month"
#: Courses of a month whose days are shown, and entries of a day.
MOST_COURSES = 500
MOST_OF_A_DAY = 3
#: Years before and after today's that a month can be of.
BACK, AHEAD = 3, 10
#: By page, its days, whether each is a deadline, and when; and what is kept of its occasions.
Dated = dict[int, tuple[list[tuple[bool, date]], str]]
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
class Entry:
    """A course on a day: it begins, or one applies until then."""

    title: str
    url: str
    is_deadline: bool
    lang: str = ""
    #: Of what begins: the state of that occasion.
    state: StateView | None = None


@dataclass(frozen=True)
class Day:
    """A day with its first entries, how many more there are, and where they stand."""

    date: date
    is_within: bool
    is_today: bool
    entries: list[Entry]
    more: int = 0
    more_url: str = ""


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
    dated = _dated(results.version, first)
    found = engine.search(
        replace(query, only=frozenset(dated), sort=Sort.START, page=1, page_size=MOST_COURSES)
    )
    asked = beginning(query, results.reading)
    return found, _by_day(found.hits, dated, asked, query.today)


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


@lru_cache(maxsize=32)
def _dated(version: UUID | None, first: date) -> Dated:
    """Return by page its days within a month, each with whether it is a deadline.

    One query once for a month of a catalogue version: it looks at every row.
    """
    wanted = {
        f"{key}:{month_of(first)}-": key == HiddenKey.DEADLINE
        for key in (HiddenKey.DAY, HiddenKey.DEADLINE)
    }
    some = Q()
    for begin in wanted:
        some |= Q(values__contains=begin)
    rows = CourseEntry.objects.read().filter(some).values_list("page_id", "values", "runs")
    return {
        page: (
            [
                (is_deadline, date.fromisoformat(name.partition(":")[2]))
                for name in values.split()
                for begin, is_deadline in wanted.items()
                if name.startswith(begin)
            ],
            runs,
        )
        for page, values, runs in rows
    }


def _days_of(page: int, dated: Dated, asked: Beginning, today: date) -> list[tuple[bool, date]]:
    """Return the days of a course, of its occasions only those that meet what is asked."""
    days, text = dated.get(page, ([], ""))
    if not text or not (asked.is_dated or asked.states):
        return [each for each in days if each[0] or asked.has(each[1].isoformat())]
    runs = [run for run in runs_of("", (), text) if asked.meets(run, today)]
    met = {(False, run.day) for run in runs}
    met |= {(True, each.deadline) for run in runs for each in run.stretches if each.deadline}
    return [each for each in days if each in met]


def _by_day(
    hits: list[Hit], dated: Dated, asked: Beginning, today: date
) -> dict[date, list[Entry]]:
    """Return the entries of each day: what begins, then until when one applies."""
    found = [
        (
            is_deadline,
            day,
            Entry(
                hit.summary.title,
                hit.summary.url,
                is_deadline,
                lang,
                None if is_deadline else _state(hit, day, dated, today),
            ),
        )
        for hit in hits
        for lang in [foreign(hit.summary.language)[0]]
        for is_deadline, day in _days_of(hit.page_id, dated, asked, today)
    ]
    entries: dict[date, list[Entry]] = {}
    for _is_deadline, day, entry in sorted(found, key=lambda each: each[0]):
        entries.setdefault(day, []).append(entry)
    return entries


def _state(hit: Hit, day: date, dated: Dated, today: date) -> StateView:
    """Return the state of the best occasion that begins on a day; of the only one the course's."""
    _days, text = dated[hit.page_id]
    runs = [run.on(today).status for run in runs_of("", (), text) if run.day == day] if text else []
    return state_view(min(runs, key=lambda status: status.sort_key, default=hit.status))


def _day(day: date, first: date, entries: dict[date, list[Entry]], query: CourseQuery) -> Day:
    all_of_it = entries.get(day, [])
    more = len(all_of_it) - MOST_OF_A_DAY
    if more == 1:
        more = 0  # one more takes the room of the line that says so
    shown = all_of_it[: MOST_OF_A_DAY if more > 0 else None]
    begins = sum(not entry.is_deadline for entry in all_of_it)
    to = (
        replace(query, days=(day, day), page=1)
        if begins > MOST_OF_A_DAY
        else replace(query, sort=Sort.DEADLINE, page=1)
    )
    return Day(
        date=day,
        is_within=day.month == first.month,
        is_today=day == query.today,
        entries=shown,
        more=max(more, 0),
        more_url=address(to) if more > 0 else "",
    )


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
