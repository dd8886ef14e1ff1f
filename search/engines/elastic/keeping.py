"""Keeps the server's index as the read model is: after each change, by the clock, from scratch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from elasticsearch import NotFoundError

from ... import pending
from ...models import CatalogueVersion, CourseEntry, PendingIndexing
from . import index, mapping
from .client import LONG, ServerFailedError, ask

logger = logging.getLogger(__name__)

#: Documents of one request: some hundred kilobytes.
AT_ONCE = 200

#: Told how many of how many documents are done.
Progress = Callable[[int, int], None]


class RebuildTakenOverError(Exception):
    """Another rebuild has begun: it goes on alone."""


def drain(first: Sequence[int] = (), *, seconds: float | None = None) -> int:
    """Tell the server of pages that wait: some with their translations first, then the others.

    Returns how many it has taken. Raises ``ServerFailedError``: then they wait on.
    """
    waiting = pending.waiting(AT_ONCE, first)
    if not waiting:
        return 0
    documents = dict(documents_of(waiting))
    written = ask(lambda client: index.write(client, documents, waiting), seconds)
    pending.done({page: waiting[page] for page in written.done})
    if written.refused:
        kinds = ", ".join(sorted(set(written.refused.values())))
        raise ServerFailedError(f"it refused {len(written.refused)} of {len(waiting)}: {kinds}")
    return len(written.done)


def documents_of(page_ids: Iterable[int]) -> Iterator[tuple[int, dict | None]]:
    """Yield the documents of pages as their rows are now, None for a page without a row.

    Three queries.
    """
    ids = list(page_ids)
    rows = {row.page_id: row for row in CourseEntry.objects.read().filter(page_id__in=ids)}
    shown = shown_of(row.translation_key for row in rows.values())
    for page in ids:
        row = rows.get(page)
        yield page, mapping.document(row, shown[page]) if row else None


def shown_of(keys: Iterable[object] | None = None) -> dict[int, list[str]]:
    """Return by page the languages whose readers see it; of some courses, or of all. One query."""
    rows = CourseEntry.objects.read()
    if keys is not None:
        rows = rows.filter(translation_key__in=set(keys))
    families: dict[object, list[mapping.Sibling]] = {}
    fields = ("translation_key", "page_id", "language", "is_source", "title")
    for key, *sibling in rows.values_list(*fields).iterator(chunk_size=5000):
        families.setdefault(key, []).append(mapping.Sibling(*sibling))
    return {
        page: shown
        for family in families.values()
        for page, shown in mapping.shown_to(family).items()
    }


def expected() -> dict[int, int]:
    """Return the digest that the server's document of every page should have. Two queries."""
    shown = shown_of()
    rows = CourseEntry.objects.read().values_list("page_id", "digest")
    return {
        page: mapping.digest_of(digest, shown[page])
        for page, digest in rows.iterator(chunk_size=5000)
        if page in shown  # not one that came between the two
    }


@dataclass(frozen=True)
class Differences:
    """Pages whose document is missing on the server, is another, or should not be there."""

    missing: list[int] = field(default_factory=list)
    other: list[int] = field(default_factory=list)
    needless: list[int] = field(default_factory=list)

    @property
    def pages(self) -> list[int]:
        """All of them."""
        return sorted({*self.missing, *self.other, *self.needless})


def differences(name: str = "") -> Differences:
    """Compare an index, usually the live one, with the rows. Raises ``ServerFailedError``.

    What waits to be written is no difference.
    """
    wanted = expected()
    held = _held(name or index.alias())
    waiting = set(PendingIndexing.objects.values_list("page_id", flat=True))
    return Differences(
        missing=sorted(wanted.keys() - held.keys() - waiting),
        other=sorted(
            page for page in wanted.keys() & held.keys() - waiting if wanted[page] != held[page]
        ),
        needless=sorted(held.keys() - wanted.keys() - waiting),
    )


def _held(name: str) -> dict[int, int]:
    """Return the digests of every document of an index. Each page of them has its own deadline."""
    still = ask(lambda client: index.hold_still(client, name), LONG)
    held: dict[int, int] = {}
    try:
        while found := ask(partial(index.digests, still=still, after=max(held, default=-1)), LONG):
            held |= found
    finally:
        with suppress(ServerFailedError):
            ask(partial(index.let_go, still=still), LONG)
    return held


def rebuild(progress: Progress, *, resume: bool = False) -> None:
    """Fill a new index beside the one that readers ask, then let them ask it.

    Can be interrupted at any time; ``resume`` goes on with what was filled, and writes only what
    differs. Raises ``ServerFailedError``, and ``RebuildTakenOverError``.
    """
    held = ask(lambda client: index.holders(client, index.building()), LONG) if resume else []
    if len(held) == 1:
        name, todo = held[0], differences(held[0]).pages
    else:
        name = ask(index.create, LONG)
        rows = CourseEntry.objects.read().order_by("page_id")
        todo = list(rows.values_list("page_id", flat=True))
    before = max(CourseEntry.objects.read().count() - len(todo), 0)
    for start in range(0, len(todo), AT_ONCE):
        batch = todo[start : start + AT_ONCE]
        fill(batch)
        progress(before + start + len(batch), before + len(todo))
    try:
        ask(lambda client: index.put_in_place(client, name), LONG)
    except ServerFailedError as error:
        if isinstance(error.__cause__, NotFoundError):
            raise RebuildTakenOverError from None
        raise
    drain_all()
    mend(differences().pages)


def is_rebuilding() -> bool:
    """Whether a rebuild has begun that did not come to its end. Raises ``ServerFailedError``."""
    return bool(ask(lambda client: index.holders(client, index.building()), LONG))


def fill(page_ids: Sequence[int]) -> None:
    """Write the documents of pages into the next index.

    Raises ``ServerFailedError``, and ``RebuildTakenOverError`` if there is no next one any more.
    """
    change = current_change()  # before the rows are read: what changes later has a greater one
    documents = dict(documents_of(page_ids))
    write = partial(
        index.write,
        documents=documents,
        versions=dict.fromkeys(documents, change),
        names=[index.building()],
        refresh=False,
    )
    written = ask(write, LONG)
    if index.NO_INDEX in written.refused.values():
        raise RebuildTakenOverError
    if written.refused:
        raise ServerFailedError(f"it refused {sorted(set(written.refused.values()))}")


def current_change() -> int:
    """Return the number of the catalogue's last change."""
    version = CatalogueVersion.objects.filter(pk=1).first()
    return version.change if version else 1


def drain_all() -> int:
    """Tell the server of all that waits; return of how many. Raises ``ServerFailedError``."""
    told = 0
    while taken := drain(seconds=LONG):
        told += taken
    return told


def mend(page_ids: Sequence[int]) -> None:
    """Bring the documents of pages in step with their rows, by way of what waits."""
    for start in range(0, len(page_ids), AT_ONCE):
        batch = page_ids[start : start + AT_ONCE]
        pending.mark(batch)
        drain(batch, seconds=LONG)
    drain_all()
