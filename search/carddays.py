"""The day that a card tells beside its state: the one asked for, or the one it stands by."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.states import DateKind

from .models import CourseEntry
from .query import CourseQuery, CourseResults, Sort
from .runs import Beginning, beginning, runs_of

#: What the day is by which a course stands, in the orders by days.
_ORDERS = {Sort.START: DateKind.STARTS, Sort.DEADLINE: DateKind.DEADLINE}

#: What it is where the state tells such a day too, of a better occasion.
_NEXT = {
    DateKind.STARTS: gettext_lazy("Next start"),
    DateKind.DEADLINE: gettext_lazy("Next deadline"),
}

#: A day and what it is, in words.
Told = tuple[str, date]


def days_beside(query: CourseQuery, results: CourseResults) -> dict[int, Told]:
    """Return by page what its card tells beside its state; nothing where the state says it.

    In an order by days the day a course stands by, else the start that was asked for, else among
    the newest since when it is here. One statement where days are asked for, or the newest.
    """
    kind = _ORDERS.get(query.sort)
    found = {
        hit.page_id: (
            str(_NEXT[kind] if hit.status.date_kind == kind else kind.label),
            hit.sorted_day,
        )
        for hit in results.hits
        if kind
        and hit.sorted_day
        and (hit.status.date_kind, hit.status.day) != (kind, hit.sorted_day)
    }
    stand = {hit.page_id for hit in results.hits if query.sort == Sort.START and hit.sorted_day}
    left = {hit.page_id: hit for hit in results.hits if hit.page_id not in found.keys() | stand}
    asked = beginning(query, results.reading)
    if not left or not (asked.is_dated or query.sort == Sort.NEWEST):
        return found
    rows = CourseEntry.objects.read().filter(page__in=left)
    for row in rows.only("page_id", "values", "moments", "runs", "newest_at"):
        status = left[row.page_id].status
        day = _start(row, asked, query.today) if asked.is_dated else None
        if day and (status.date_kind, status.day) != (DateKind.STARTS, day):
            found[row.page_id] = (str(DateKind.STARTS.label), day)
        elif not asked.is_dated and row.newest_at:
            found[row.page_id] = (_("Published"), timezone.localdate(row.newest_at))
    return found


def _start(row: CourseEntry, asked: Beginning, today: date) -> date | None:
    """Return when the occasion begins whose state the card shows: the best that meets all."""
    best = asked.best_run(runs_of(row.values, row.moments, row.runs), today)
    return best.day if best else None
