"""Writes the read model and the text index, one page or all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from time import sleep
from uuid import UUID, uuid4

from django.db import transaction

from catalogue.models import CoursePage

from .. import pending
from ..digests import SAID, row_digest
from ..documents import CourseDocument, documents, stored_summary
from ..models import CatalogueVersion, CourseEntry, entry_key
from .text import text_index
from .vocabulary import forget_but, learn, words_of_rows, words_of_slot

_FIELDS = (*SAID, "digest")

#: Pages that are written in one transaction: on SQLite nobody else writes meanwhile.
AT_ONCE = 100
#: The same in a rebuild, which makes the rows before.
FILLED = 250
#: Rows that are taken away at once, and the seconds in which others get their turn after that.
CLEANED = 500
PAUSE = 0.02

#: Told how many of how many pages are done.
Progress = Callable[[int, int], None]


def update(page_ids: Iterable[int]) -> None:
    """Write the rows of pages that readers may see, and take those of others away.

    While the other slot is being filled both are written, so that no change is lost on the way.
    Without pages too the catalogue is another: what its values are called may have changed.
    """
    ids = sorted(set(page_ids))
    for start in range(0, max(len(ids), 1), AT_ONCE):
        with transaction.atomic():
            batch = ids[start : start + AT_ONCE]
            version = CatalogueVersion.locked()
            _replace(batch, version.written_slots)
            text_index().settle()
            version.advance(batch)
            pending.mark(batch, version.change)


def stale(page_ids: Iterable[int]) -> list[int]:
    """Return the pages whose row is not what it should be: missing, needless or another.

    As many queries for each batch as ``update`` has reads.
    """
    ids, found = sorted(set(page_ids)), []
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        rows = {row.page_id: row for row in CourseEntry.objects.read().filter(page_id__in=batch)}
        wanted = {each.page_id: _entry(each, 0) for each in documents(batch)}
        found += [page for page in batch if not _same(rows.get(page), wanted.get(page))]
    return found


def _same(row: CourseEntry | None, wanted: CourseEntry | None) -> bool:
    if row is None or wanted is None:
        return row is wanted
    # What the row says now, not only what was noted when it was written.
    return row.digest == wanted.digest == row_digest(row)


class RebuildTakenOverError(Exception):
    """Another rebuild has begun: it goes on alone."""


def rebuild(progress: Progress, *, resume: bool = False) -> None:
    """Fill the slot that readers do not see from the pages, then let them see it.

    Can be interrupted at any time: readers keep what they had. ``resume`` goes on with what an
    interrupted rebuild had filled. Raises ``RebuildTakenOverError`` if another one has begun.
    """
    slot, own, kept = _begin(resume=resume)
    entries = CourseEntry.objects.filter(slot=slot)
    done = set(entries.values_list("page_id", flat=True)) if kept else set()
    ids = sorted(set(CoursePage.objects.values_list("pk", flat=True)) - done)
    total = len(ids) + len(done)
    for start in range(0, len(ids), FILLED):
        batch = ids[start : start + FILLED]
        _fill(batch, slot, own)
        progress(len(done) + start + len(batch), total)
    text_index().settle()
    words = words_of_slot(slot)
    learn(words)
    with transaction.atomic():
        version = _still(own)
        version.advance(slot=slot, rebuild=None)
    _clean_up(read=slot)
    forget_but(words)


def _fill(batch: Sequence[int], slot: int, own: UUID) -> None:
    """Write rows of a slot. They are made while others may write: should anybody have, once more.

    To make them is most of the work, so others wait for little.
    """
    seen = CatalogueVersion.read()
    rows = _rows(batch, (slot,))
    with transaction.atomic():
        if _still(own).token == seen:
            _write(rows, batch, (slot,))
        else:
            _replace(batch, (slot,))


def is_rebuilding() -> bool:
    """Whether a rebuild has begun that did not come to its end."""
    return CatalogueVersion.objects.filter(pk=1, rebuild__isnull=False).exists()


def _begin(*, resume: bool) -> tuple[int, UUID, bool]:
    """Return the slot to fill, the mark of who fills it, and whether it holds what is done already.

    From now on changes are written to that slot as well. What a rebuild that was given up has left
    there goes before: nobody writes while it does.
    """
    own = uuid4()
    with transaction.atomic():
        version = CatalogueVersion.locked()
        kept = resume and version.rebuild is not None
        if not kept:
            CourseEntry.objects.filter(slot=version.other_slot).delete()
            text_index().clear(version.other_slot)
        version.rebuild = own
        version.save()
    return version.other_slot, own, kept


def _still(own: UUID) -> CatalogueVersion:
    """Return the locked version while nobody else has begun to rebuild."""
    version = CatalogueVersion.locked()
    if version.rebuild != own:
        raise RebuildTakenOverError
    return version


def _clean_up(read: int) -> None:
    """Take away what the slot that nobody reads any more holds, in batches: no reader has to wait.

    Not when the next rebuild has begun to fill it: it has emptied it itself.
    """
    left = list(CourseEntry.objects.exclude(slot=read).values_list("pk", flat=True))
    for start in range(0, len(left), CLEANED):
        batch = left[start : start + CLEANED]
        with transaction.atomic():
            version = CatalogueVersion.locked()
            if version.rebuild or version.slot != read:
                return
            CourseEntry.objects.filter(pk__in=batch).delete()
            text_index().remove(batch)
        sleep(PAUSE)


def _replace(page_ids: Sequence[int], slots: Sequence[int]) -> None:
    """Write the rows of pages as they are now, and learn their words."""
    rows = _rows(page_ids, slots)
    _write(rows, page_ids, slots)
    learn(words_of_rows((row.tokens, row.values) for row in rows))


def _rows(page_ids: Sequence[int], slots: Sequence[int]) -> list[CourseEntry]:
    return [_entry(document, slot) for document in documents(page_ids) for slot in slots]


def _write(rows: Sequence[CourseEntry], page_ids: Sequence[int], slots: Sequence[int]) -> None:
    """Write the rows of pages, and take away those of the pages that have none."""
    # Who deletes one of them meanwhile waits, or we do: a row never points at a page that is gone.
    pages = CoursePage.objects.filter(pk__in=page_ids).order_by("pk").values_list("pk", flat=True)
    there = set(pages.select_for_update(of=("self",), no_key=True))
    live = [row for row in rows if row.page_id in there]
    gone = set(page_ids) - {row.page_id for row in live}
    entries = [entry_key(page_id, slot) for page_id in sorted(gone) for slot in slots]
    CourseEntry.objects.filter(pk__in=entries).delete()
    text_index().remove(entries)
    CourseEntry.objects.bulk_create(
        live, update_conflicts=True, unique_fields=["id"], update_fields=_FIELDS
    )
    text_index().write(live)


def _entry(document: CourseDocument, slot: int) -> CourseEntry:
    entry = CourseEntry(
        id=entry_key(document.page_id, slot),
        slot=slot,
        page_id=document.page_id,
        translation_key=document.translation_key,
        language=document.language,
        is_source=document.is_source,
        title=document.summary.title,
        newest_at=document.newest_at,
        values=" ".join(
            f"{key}:{value}"
            for key, found in sorted({**document.values, **document.hidden}.items())
            for value in sorted(found)
        ),
        moments=document.moments,
        runs=document.runs,
        summary=stored_summary(document.summary),
        tokens=" ".join(sorted(document.tokens)),
    )
    entry.digest = row_digest(entry)
    return entry
