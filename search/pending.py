"""Which pages the search server has yet to be told of.

Where no server is named nothing is written here: one that is named later is filled by a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Exists, Min, When
from django.utils import timezone

from catalogue.models import CoursePage

from .models import CatalogueVersion, PendingIndexing, micros


def families(page_ids: Iterable[int]) -> set[int]:
    """Return the pages and their translations: which of them is seen hangs on all. One query."""
    ids = set(page_ids)
    keys = CoursePage.objects.filter(pk__in=ids).values("translation_key")
    return ids | set(
        CoursePage.objects.filter(translation_key__in=keys).values_list("pk", flat=True)
    )


def mark(page_ids: Iterable[int], change: int | None = None) -> None:
    """Let the server be told of these pages and their translations.

    Belongs into the transaction of the change, whose number it takes; without one nothing changed,
    and the server is to be told once more.
    """
    if not settings.ELASTICSEARCH:
        return
    if change is None:
        # Later than the last change, also where another host's clock runs ahead.
        changed = CatalogueVersion.objects.filter(pk=1).values_list("changed_at", flat=True).first()
        change = micros(max(filter(None, (timezone.now(), changed))))
    number = change
    PendingIndexing.objects.bulk_create(
        [PendingIndexing(page_id=page, change=number) for page in sorted(families(page_ids))],
        update_conflicts=True,
        unique_fields=["page_id"],
        update_fields=["change"],
    )


def waiting(most: int, first: Iterable[int] = ()) -> dict[int, int]:
    """Return the change of each page that waits: some first, then those that wait longest."""
    soon = When(page_id__in=families(first), then=0) if first else When(page_id=None, then=0)
    rows = PendingIndexing.objects.order_by(Case(soon, default=1), "since", "page_id")
    return dict(rows.values_list("page_id", "change")[:most])


def done(pages: Mapping[int, int]) -> None:
    """Forget pages of which the server was told as of a change; not those changed since.

    Rows that somebody else is writing are left: they are being changed.
    """
    with transaction.atomic():
        rows = PendingIndexing.objects.filter(page_id__in=pages).order_by("page_id")
        rows = rows.select_for_update(skip_locked=True).values_list("page_id", "change")
        told = [page for page, change in rows if change <= pages[page]]
        PendingIndexing.objects.filter(page_id__in=told).delete()


class Standing(NamedTuple):
    """How the catalogue stands, and whether the server knows all of it."""

    version: UUID | None
    behind: bool


def standing() -> Standing:
    """Return the token of the catalogue, and whether any page waits. One query."""
    row = (
        CatalogueVersion.objects.filter(pk=1)
        .values_list("token", Exists(PendingIndexing.objects.all()))
        .first()
    )
    return Standing(*row) if row else Standing(None, behind=False)


def backlog() -> tuple[int, datetime | None]:
    """Return how many pages wait, and since when the first does. One query."""
    found = PendingIndexing.objects.aggregate(number=Count("pk"), since=Min("since"))
    return found["number"], found["since"]
