"""Which pages the search server has yet to be told of, and which of them it refuses for good.

A page whose document is refused is set aside: it waits for longer each time, until it changes or an
index is built, and nobody else waits with it (``engines.elastic.lacking``).

Where no server is named nothing is written here: one that is named later is filled by a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, Min, Q, QuerySet, When
from django.utils import timezone

from catalogue.models import CoursePage

from .models import CatalogueVersion, PendingIndexing, micros

#: How long a page that was refused is left alone at first: twice as long each time, up to a most.
FIRST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(days=1)

WAITS, IS_REFUSED = Q(refused=""), ~Q(refused="")


def families(page_ids: Iterable[int]) -> set[int]:
    """Return the pages and their translations: which of them is seen hangs on all. One query."""
    ids = set(page_ids)
    keys = CoursePage.objects.filter(pk__in=ids).values("translation_key")
    return ids | set(
        CoursePage.objects.filter(translation_key__in=keys).values_list("pk", flat=True)
    )


def mark(page_ids: Iterable[int], change: int | None = None) -> None:
    """Let the server be told of these pages and their translations, also of what it refused.

    Belongs into the transaction of the change, whose number it takes; without one nothing changed,
    and the server is to be told once more.
    """
    if not settings.ELASTICSEARCH:
        return
    with transaction.atomic():
        number = _next_change() if change is None else change
        PendingIndexing.objects.bulk_create(
            [PendingIndexing(page_id=page, change=number) for page in sorted(families(page_ids))],
            update_conflicts=True,
            unique_fields=["page_id"],
            update_fields=["change", "refused", "tries", "again_at"],
        )


def mark_going(page_id: int) -> None:
    """Let the server be told of a page that is being deleted, in the transaction that does it.

    Its row goes with it: without this the server would answer with the page until ``mark`` comes
    after the commit, and for longer if the process dies in between. Nobody waits for the version's
    row: the number is later than all that this host knows of, and ``mark`` gives the final one.
    """
    changed = CatalogueVersion.objects.filter(pk=1).values_list("changed_at", flat=True).first()
    mark([page_id], micros(max(filter(None, (timezone.now(), changed)))))


def _next_change() -> int:
    """Return a number that is later than every change so far and earlier than every one to come.

    It is noted as the last one: what changes next on a host whose clock is slow comes after it too.
    """
    version = CatalogueVersion.locked()
    version.changed_at = max(timezone.now(), version.changed_at + timedelta(microseconds=1))
    version.save(update_fields=["changed_at"])
    return version.change


def waiting(most: int, first: Iterable[int] = (), *, again: bool = False) -> dict[int, int]:
    """Return the change of each page that waits: some first, then those that wait longest.

    With ``again`` those too that were set aside, where their time has come.
    """
    soon = When(page_id__in=families(first), then=0) if first else When(page_id=None, then=0)
    due = WAITS | Q(again_at__lte=timezone.now()) if again else WAITS
    rows = PendingIndexing.objects.filter(due)
    rows = rows.order_by(Case(soon, default=1), "refused", "since", "page_id")
    return dict(rows.values_list("page_id", "change")[:most])


def done(pages: Mapping[int, int]) -> None:
    """Forget pages of which the server was told as of a change; not those changed since.

    Rows that somebody else is writing are left: they are being changed.
    """
    with transaction.atomic():
        PendingIndexing.objects.filter(page_id__in=_unchanged(pages)).delete()


def set_aside(pages: Mapping[int, int], said: Mapping[int, str]) -> None:
    """Let pages rest that the server refused as of a change; not those changed since."""
    with transaction.atomic():
        rows = PendingIndexing.objects.in_bulk(_unchanged(pages)).values()
        for row in rows:
            rest = min(FIRST_REST * 2 ** min(row.tries, 20), LONGEST_REST)
            row.refused = said[row.page_id][:100]
            row.tries = min(row.tries + 1, 10_000)
            row.since = timezone.now()
            row.again_at = row.since + rest
        PendingIndexing.objects.bulk_update(rows, ["refused", "tries", "since", "again_at"])


def _unchanged(pages: Mapping[int, int]) -> list[int]:
    """Return and lock those that are as of the change that is named for each. One query."""
    rows = PendingIndexing.objects.filter(page_id__in=pages).order_by("page_id")
    rows = rows.select_for_update(skip_locked=True).values_list("page_id", "change")
    return [page for page, change in rows if change <= pages[page]]


def try_again() -> None:
    """Let the time of all that is set aside come now. One query."""
    PendingIndexing.objects.filter(IS_REFUSED).update(again_at=timezone.now())


def refused_pages() -> QuerySet:
    """Return the query for the pages that are set aside."""
    return PendingIndexing.objects.filter(IS_REFUSED).values("page_id")


def refused() -> dict[int, str]:
    """Return what the server said against each page that is set aside. One query."""
    rows = PendingIndexing.objects.filter(IS_REFUSED).order_by("page_id")
    return dict(rows.values_list("page_id", "refused"))


class Standing(NamedTuple):
    """How the catalogue stands, and whether the server knows all of it."""

    version: UUID | None
    #: Some page waits; some page is set aside.
    behind: bool
    lacking: bool


def standing() -> Standing:
    """Return the token of the catalogue, and whether any page waits or is set aside. One query."""
    waits, lacking = (Exists(PendingIndexing.objects.filter(each)) for each in (WAITS, IS_REFUSED))
    row = CatalogueVersion.objects.filter(pk=1).values_list("token", waits, lacking).first()
    return Standing(*row) if row else Standing(None, behind=False, lacking=False)


class Backlog(NamedTuple):
    """How many pages wait, since when the first does, and how many are set aside."""

    waiting: int
    since: datetime | None
    refused: int


def backlog() -> Backlog:
    """Return what waits and what is set aside. One query."""
    return Backlog(
        **PendingIndexing.objects.aggregate(
            waiting=Count("pk", filter=WAITS),
            since=Min("since", filter=WAITS),
            refused=Count("pk", filter=IS_REFUSED),
        )
    )
