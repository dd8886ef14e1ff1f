"""Which courses a saved search finds, and which courses are not as they were at the last look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from uuid import UUID

from django.utils import timezone

from catalogue.states import OccasionState

from ..models import CourseEntry
from ..query import CourseQuery, FacetKey, Sort
from ..runs import looks
from ..sync import engine
from ..timeline import at
from .models import SeenCourse

#: A search that finds more is too wide to be followed: it says nothing of what a reader wants.
MOST_COURSES = 5000
#: States in which a course that is found for the first time is no news.
NO_NEWS = frozenset({OccasionState.FINISHED, OccasionState.CANCELLED})
#: Rows that are read or written at once.
AT_ONCE = 1000


def found_now(query: CourseQuery) -> frozenset[UUID]:
    """Return the keys of all courses that a query finds, at most ``MOST_COURSES`` of them."""
    return _found(query)


def unwanted(query: CourseQuery) -> frozenset[OccasionState]:
    """Return the states of courses that are no news: those in which a course is no use.

    Who chose such a state wants to hear of it.
    """
    chosen = query.choices.get(FacetKey.STATE, ())
    return frozenset(state for state in NO_NEWS if str(state) not in chosen)


def found_among(query: CourseQuery, pages: frozenset[int]) -> frozenset[UUID]:
    """Return the keys of those of ``pages`` that a query finds and that are news.

    Asks again for each 5,000.
    """
    ordered, found = sorted(pages), frozenset()
    for start in range(0, len(ordered), MOST_COURSES):
        batch = frozenset(ordered[start : start + MOST_COURSES])
        found |= _found(replace(query, only=batch), but=unwanted(query))
    return found


def _found(query: CourseQuery, *, but: frozenset[OccasionState] = frozenset()) -> frozenset[UUID]:
    """Return the keys of the courses that hold all that is asked.

    A listing that finds little shows courses that hold some of the words too; a mail does not. The
    embedded engine is asked: it reads the very rows that are compared, so nothing that changed can
    be missing in it, and it has all night.
    """
    asked = replace(query, strict=True, sort=Sort.STATE, page=1, page_size=MOST_COURSES)
    embedded = getattr(engine, "database", engine)
    hits = embedded.search(asked).hits
    pages = [hit.page_id for hit in hits if hit.status.state not in but]
    rows = CourseEntry.objects.read().filter(page__in=pages)
    return frozenset(rows.values_list("translation_key", flat=True))


def note_changes(now: datetime, today: date) -> int:
    """Compare every live course with how it was at the last look; return how many differ.

    Whatever the reason: published, other dates, a term renamed, a state that the day brings. What
    is gone is forgotten, so that it is changed when it comes back.
    """
    before = dict(SeenCourse.objects.values_list("page_id", "digest"))
    changed = (
        SeenCourse(page_id=page, digest=digest, changed_at=max(now, timezone.now()))
        for page, digest in _digests(today)
        if before.pop(page, None) != digest
    )
    count = 0
    while batch := list(islice(changed, AT_ONCE)):
        SeenCourse.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["page_id"],
            update_fields=["digest", "changed_at"],
        )
        count += len(batch)
    gone = sorted(before)
    for start in range(0, len(gone), AT_ONCE):
        SeenCourse.objects.filter(page_id__in=gone[start : start + AT_ONCE]).delete()
    return count


def changed_since(since: datetime) -> frozenset[int]:
    """Return the pages that were found changed after a moment. One statement."""
    rows = SeenCourse.objects.filter(changed_at__gt=since)
    return frozenset(rows.values_list("page_id", flat=True))


def _digests(today: date) -> Iterator[tuple[int, str]]:
    """Yield for each live course what tells it from before: all its row says, and today's states.

    A row's own digest stands for its texts, which are long.
    """
    rows = CourseEntry.objects.read().values_list("page_id", "digest", "moments", "runs")
    for page, digest, moments, runs in rows.iterator(chunk_size=AT_ONCE):
        states = [at(moments, today).status.state]
        states += [look.state for look in looks(runs, today.isoformat())] if runs else []
        said = " ".join(map(str, (digest, *states)))
        yield page, sha256(said.encode()).hexdigest()
