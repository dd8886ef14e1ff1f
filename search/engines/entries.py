"""Writes the read model and the text index, one page or all of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from time import sleep
from uuid import UUID, uuid4

from django.db import transaction

from catalogue.models import CoursePage

from .. import pending
from ..analysis import fold
from ..digests import SAID, row_digest
from ..documents import CourseDocument, documents, stored_summary
from ..models import CatalogueVersion, CatalogueWord, CourseEntry, digest_of, entry_key
from ..query import FacetKey
from ..tokens import Field, Strength, mark
from .text import text_index

_FIELDS = (*SAID, "digest")

#: Pages that are written in one transaction: on SQLite nobody else writes meanwhile.
AT_ONCE = 100
#: Seconds between two of them in a rebuild, in which others get their turn.
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
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        with transaction.atomic():
            _still(own)
            _replace(batch, (slot,))
        progress(len(done) + start + len(batch), total)
        sleep(PAUSE)
    with transaction.atomic():
        version = _still(own)
        version.advance(slot=slot, rebuild=None)
    _clean_up(read=slot)
    _forget_words(slot)


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
    for start in range(0, len(left), AT_ONCE):
        batch = left[start : start + AT_ONCE]
        with transaction.atomic():
            version = CatalogueVersion.locked()
            if version.rebuild or version.slot != read:
                return
            CourseEntry.objects.filter(pk__in=batch).delete()
            text_index().remove(batch)
        sleep(PAUSE)


def _replace(page_ids: Sequence[int], slots: Sequence[int]) -> None:
    # Who deletes one of them meanwhile waits, or we do: a row never points at a page that is gone.
    pages = CoursePage.objects.filter(pk__in=page_ids).order_by("pk").values_list("pk")
    list(pages.select_for_update(of=("self",), no_key=True))
    live = list(documents(page_ids))
    gone = sorted(set(page_ids) - {document.page_id for document in live})
    entries = [entry_key(page_id, slot) for page_id in gone for slot in slots]
    CourseEntry.objects.filter(pk__in=entries).delete()
    text_index().remove(entries)
    CourseEntry.objects.bulk_create(
        [_entry(document, slot) for document in live for slot in slots],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_FIELDS,
    )
    text_index().write(live, slots)
    _learn(live)


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


#: How tokens begin whose words are in the language of the course; and of the others, their kind.
_OWN = tuple(mark(field, Strength.EXACT, "") for field in (Field.TITLE, Field.SUMMARY, Field.BODY))
_SHARED = {
    mark(Field.TOPICS, Strength.EXACT, ""): CatalogueWord.TERM,
    mark(Field.AROUND, Strength.EXACT, ""): CatalogueWord.TERM,
    mark(Field.CODE, Strength.EXACT, ""): CatalogueWord.CODE,
}

#: A word and its kind, as ``CatalogueWord`` has them.
Pair = tuple[str, str]


#: Facets of what has a name: a name of one word is that of its address, but for the marks.
_PLACES = (FacetKey.MUNICIPALITY, FacetKey.REGION, FacetKey.PROVIDER)
_AROUND = mark(Field.AROUND, Strength.EXACT, "")
#: A shorter name is a word like others ("Os").
_SHORTEST_NAME = 3


def _words(tokens: Iterable[str], language: str, places: Container[str]) -> set[Pair]:
    """Return the words and codes among tokens, with their kinds; ``places`` are addresses."""
    kinds = dict.fromkeys(_OWN, language) | _SHARED
    begins, found = len(_AROUND), set()
    for token in tokens:
        start = token[:begins]
        if (kind := kinds.get(start)) is not None:
            word = token[begins:]
            found.add((word, kind))
            if start == _AROUND and len(word) >= _SHORTEST_NAME and fold(word) in places:
                found.add((word, CatalogueWord.PLACE))
    return found


def _language(values: Iterable[str]) -> str:
    """Return the language in which a course is held, of its values ("language:nb")."""
    names = (value for value in values if value.startswith(f"{FacetKey.LANGUAGE}:"))
    return next(names, ":").partition(":")[2]


def _places(values: Iterable[str]) -> set[str]:
    """Return the addresses of places and providers among the values of a course."""
    pairs = (value.partition(":") for value in values)
    return {value for key, _colon, value in pairs if key in _PLACES}


def _learn(live: Iterable[CourseDocument]) -> None:
    """Add the words that the catalogue did not have. Two queries."""
    words: set[Pair] = set()
    for document in live:
        (language,) = document.values.get(FacetKey.LANGUAGE, {document.language})
        places = {value for key in _PLACES for value in document.values.get(key, ())}
        words |= _words(document.tokens, language, places)
    known = CatalogueWord.objects.filter(text__in={text for text, _kind in words})
    new = words - set(known.values_list("text", "kind"))
    CatalogueWord.objects.bulk_create(
        [
            CatalogueWord(text=text, kind=kind, digest=digest_of(text, kind))
            for text, kind in sorted(new)
        ],
        ignore_conflicts=True,
    )


def _forget_words(slot: int) -> None:
    """Take away the words that no course of a slot holds any more.

    Looked for while others write; what was found is looked at once more before it goes, in batches
    in which nobody writes.
    """
    held: set[Pair] = set()
    rows = CourseEntry.objects.filter(slot=slot).values_list("tokens", "values")
    for tokens, values in rows.iterator(chunk_size=AT_ONCE):
        each = values.split()
        held |= _words(tokens.split(), _language(each), _places(each))
    words = CatalogueWord.objects.values_list("pk", "text", "kind")
    gone = [(pk, text) for pk, text, kind in words if (text, kind) not in held]
    for start in range(0, len(gone), AT_ONCE):
        batch = gone[start : start + AT_ONCE]
        with transaction.atomic():
            CatalogueVersion.locked()
            asked = [
                tuple(mark(field, Strength.EXACT, text) for field in Field) for _pk, text in batch
            ]
            postings = text_index().postings(asked)
            unheld = [pk for (pk, _text), found in zip(batch, postings, strict=True) if not found]
            CatalogueWord.objects.filter(pk__in=unheld).delete()
        sleep(PAUSE)
