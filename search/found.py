"""What feeds say of the pages that were found, beyond their cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from wagtail.models import Page

from catalogue.calendars import changed_at
from catalogue.models import RegionPage
from catalogue.presenters.courses import occasions_by_key

from .query import Hit


@dataclass(frozen=True)
class FoundPage:
    """A page's lasting key, when it was published and changed, and the zone of its region."""

    key: UUID
    published: datetime | None
    updated: datetime | None
    timezone: str


def pages_of(hits: Iterable[Hit]) -> dict[int, FoundPage]:
    """Return the pages of hits by their id. Two queries."""
    zones = dict(RegionPage.objects.values_list("path", "region__timezone"))
    fields = ("pk", "translation_key", "first_published_at", "last_published_at", "path")
    rows = Page.objects.filter(pk__in=[hit.page_id for hit in hits]).values_list(*fields)
    return {
        pk: FoundPage(key, published, updated, _zone(path, zones))
        for pk, key, published, updated, path in rows
    }


def _zone(path: str, zones: dict[str, str]) -> str:
    steps = range(Page.steplen, len(path) + 1, Page.steplen)
    return next((zones[path[:end]] for end in steps if path[:end] in zones), settings.TIME_ZONE)


def changes_of(pages: Iterable[FoundPage]) -> dict[UUID, datetime | None]:
    """Return by key when a course's occasions were last changed, None for never. Three queries."""
    keys = [page.key for page in pages]
    by_key = occasions_by_key(keys)
    changed = changed_at(each for occasions in by_key.values() for each in occasions)
    return {
        key: max(filter(None, (changed.get(each.pk) for each in by_key.get(key, ()))), default=None)
        for key in keys
    }
