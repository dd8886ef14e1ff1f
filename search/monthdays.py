"""What stands on which day of a month of a listing: what begins, goes on, or closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from catalogue import formats
from catalogue.presenters.states import foreign, state_view
from catalogue.presenters.values import StateView
from catalogue.states import OccasionStatus

from .facets import month_of
from .models import CourseEntry
from .query import HiddenKey, Hit
from .runs import Beginning, last_day, runs_of

#: What is over within as many days stands on each of them. Of what lasts longer nobody knows on
#: which days it meets, and for months it would hide what begins: its first day says until when.
MOST_DAYS = 7


class Kind(IntEnum):
    """What happens on a day, in the order in which it is told."""

    BEGINS = 0
    CLOSES = 1
    GOES_ON = 2


@dataclass(frozen=True)
class Entry:
    """A course on a day: it begins, one applies until then, or it goes on."""

    kind: Kind
    title: str
    url: str
    lang: str = ""
    #: Of what begins: the state of that occasion.
    state: StateView | None = None
    #: The last day of an occasion of several, and its first.
    until: date | None = None
    since: date | None = None

    @property
    def is_deadline(self) -> bool:
        """Whether one applies until then."""
        return self.kind == Kind.CLOSES

    @property
    def until_day(self) -> str:
        """The last day in words, with its year where it is not that of the first."""
        return formats.day(self.until, self.since) if self.until else ""

    @property
    def goes_on(self) -> bool:
        """Whether it began on a day before."""
        return self.kind == Kind.GOES_ON


class Span(NamedTuple):
    """An occasion: its first and its last day; its status, where it is not the course's."""

    day: date
    last: date
    status: OccasionStatus | None = None

    @property
    def days_after(self) -> list[date]:
        """The days on which it goes on, as far as it stands on each of its days."""
        more = (self.last - self.day).days
        return [self.day + timedelta(days=one) for one in range(1, more + 1) if more < MOST_DAYS]


class Dated(NamedTuple):
    """What a course has in a month: deadlines, its only occasion, else all as ``runs`` has them."""

    deadlines: list[date]
    only: list[Span]
    runs: str


@lru_cache(maxsize=32)
def dated(version: UUID | None, first: date) -> dict[int, Dated]:
    """Return by page what begins, goes on or closes within a month.

    One query once for a month of a catalogue version: it looks at every row.
    """
    month = month_of(first)
    before = {(first - timedelta(days=back)).isoformat() for back in range(1, MOST_DAYS)}
    # A part of a date is enough to look for: some rows more are read.
    starts = {f"{month}-", *(day[:-1] for day in before)}
    some = Q(values__contains=f"{HiddenKey.DEADLINE}:{month}-")
    for begin in starts:
        some |= Q(values__contains=f"{HiddenKey.DAY}:{begin}")
    rows = CourseEntry.objects.read().filter(some)
    found = {}
    for page, values, runs, moments in rows.values_list("page_id", "values", "runs", "moments"):
        days = _days(values, HiddenKey.DAY)
        deadlines = [day for day in _days(values, HiddenKey.DEADLINE) if month_of(day) == month]
        last = None if runs else last_day(moments)
        only = [] if runs else [Span(day, last or day) for day in days]
        each = Dated(deadlines, only, runs)
        if deadlines or any(month_of(day) == month for day in days) or _reaches(each, first):
            found[page] = each
    return found


def _days(values: str, key: HiddenKey) -> list[date]:
    begin = f"{key}:"
    return [
        date.fromisoformat(name[len(begin) :]) for name in values.split() if name.startswith(begin)
    ]


def _reaches(row: Dated, first: date) -> bool:
    return any(day == first for held in _held(row) if held.day < first for day in held.days_after)


def _held(row: Dated, asked: Beginning | None = None, today: date = date.min) -> list[Span]:
    """Return the occasions of a course that meet what is asked."""
    if not row.runs:
        return [each for each in row.only if not asked or asked.has(each.day.isoformat())]
    return [
        Span(run.day, run.last or run.day, run.on(today).status)
        for run in runs_of("", (), row.runs)
        if not asked or asked.meets(run, today)
    ]


def _deadlines(row: Dated, asked: Beginning, today: date) -> list[date]:
    """Return the deadlines of a course; of several occasions, of those that meet what is asked."""
    if not row.runs or not (asked.is_dated or asked.states):
        return row.deadlines
    runs = [run for run in runs_of("", (), row.runs) if asked.meets(run, today)]
    met = {each.deadline for run in runs for each in run.stretches}
    return [day for day in row.deadlines if day in met]


def by_day(
    hits: Iterable[Hit], rows: dict[int, Dated], asked: Beginning, first: date, today: date
) -> dict[date, list[Entry]]:
    """Return the entries of each day of a month: what begins, closes, then what goes on."""
    entries: dict[date, list[Entry]] = {}
    for hit in hits:
        if row := rows.get(hit.page_id):
            for day, entry in _entries(hit, row, asked, today):
                if month_of(day) == month_of(first):
                    entries.setdefault(day, []).append(entry)
    return {day: sorted(some, key=lambda entry: entry.kind) for day, some in entries.items()}


def _entries(hit: Hit, row: Dated, asked: Beginning, today: date) -> Iterator[tuple[date, Entry]]:
    """Yield the days of a course: of what begins on one day the best, of what goes on the last."""
    told = {
        "title": hit.summary.title,
        "url": hit.summary.url,
        "lang": foreign(hit.summary.language)[0],
    }
    begins: dict[date, tuple[OccasionStatus, Span]] = {}
    goes_on: dict[date, Span] = {}
    for held in _held(row, asked, today):
        status = held.status or hit.status
        known = begins.get(held.day)
        if not known or status.sort_key < known[0].sort_key:
            begins[held.day] = (status, held)
        for day in held.days_after:
            goes_on[day] = max(held, goes_on.get(day, held), key=lambda one: one.last)
    for day, (status, held) in begins.items():
        until = held.last if held.last > day else None
        yield day, Entry(Kind.BEGINS, **told, state=state_view(status), until=until, since=day)
    for day in _deadlines(row, asked, today):
        yield day, Entry(Kind.CLOSES, **told)
    for day in goes_on.keys() - begins.keys():
        held = goes_on[day]
        yield day, Entry(Kind.GOES_ON, **told, until=held.last, since=held.day)
