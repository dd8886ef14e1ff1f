"""Keeps the server's index as the read model is: after each change, by the clock, from scratch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from elasticsearch import Elasticsearch

from ... import pending
from ...models import CatalogueVersion, CourseEntry, PendingIndexing
from . import index, mapping
from .client import LONG, Answer, ServerFailedError, ask

logger = logging.getLogger(__name__)

#: Documents of one request: some hundred kilobytes.
AT_ONCE = 200
#: With more documents that are refused for good, it is the index that is wrong, and not they.
MOST_REFUSED = 20

#: Told how many of how many documents are done.
Progress = Callable[[int, int], None]


class RefusedError(ServerFailedError):
    """It refused documents for good, and did well with all others."""


class RebuildTakenOverError(Exception):
    """Another rebuild has begun: it goes on alone."""


def drain(first: Sequence[int] = (), *, seconds: float | None = None) -> int:
    """Tell the server of pages that wait: some with their translations first, then the others.

    With ``seconds`` nobody waits for it: then those that were set aside are told again where their
    time has come, and those whose documents are at fault are set aside. Returns how many pages do
    not wait any more. Raises ``ServerFailedError``, ``RefusedError`` where nothing else failed:
    then they wait on.
    """
    unhurried = seconds is not None
    waiting = pending.waiting(AT_ONCE, first, again=unhurried)
    if not waiting:
        return 0
    documents = dict(documents_of(waiting))
    write = partial(index.write, documents=documents, versions=waiting)
    written = ask(write, seconds)
    if unhurried and written.no_index:
        written = ask(write, seconds)  # another index took the place of the one that was named
    pending.done({page: waiting[page] for page in written.done})
    settled = len(written.done)
    if unhurried and (faulty := written.for_good):
        _set_aside({page: waiting[page] for page in faulty}, faulty, seconds)
        settled += len(faulty)
    if settled < len(waiting):
        only = written.refused.keys() == written.for_good.keys()
        failure = RefusedError if only else ServerFailedError
        raise failure(f"it refused {len(waiting) - settled} of {len(waiting)}: {written.kinds}")
    return settled


def _set_aside(pages: Mapping[int, int], said: Mapping[int, str], seconds: float | None) -> None:
    """Set pages aside as of their changes. The server is to have nothing of them, also no old one.

    Raises ``ServerFailedError`` if it has, or if there are so many that no page is at fault.
    """
    known = pending.refused().keys()
    if len(known | pages.keys()) > MOST_REFUSED:
        raise ServerFailedError(f"it refuses more than {MOST_REFUSED} documents")
    gone = ask(lambda client: index.write(client, dict.fromkeys(pages), pages), seconds)
    pending.set_aside({page: pages[page] for page in gone.done}, said)
    if new := sorted(gone.done - known):
        kinds = ", ".join(sorted({said[page] for page in new}))
        logger.error("the search server refuses %s documents: %s (%s)", len(new), new, kinds)
    if gone.refused:
        raise ServerFailedError(f"it could not forget {len(gone.refused)} pages: {gone.kinds}")


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

    What waits to be written or is set aside is no difference, nor is what changes meanwhile.
    """
    waited = _waiting()
    wanted = expected()
    held = _held(name or index.alias())
    suspects = {
        page for page in wanted.keys() | held.keys() if wanted.get(page) != held.get(page)
    } - waited
    if suspects:
        now = expected()
        suspects = {page for page in suspects if now.get(page) == wanted.get(page)} - _waiting()
    return Differences(
        missing=sorted(suspects - held.keys()),
        other=sorted(suspects & wanted.keys() & held.keys()),
        needless=sorted(suspects - wanted.keys()),
    )


def _waiting() -> set[int]:
    return set(PendingIndexing.objects.values_list("page_id", flat=True))


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
        name = _alone(index.create)
        rows = CourseEntry.objects.read().order_by("page_id")
        todo = list(rows.values_list("page_id", flat=True))
    before = max(CourseEntry.objects.read().count() - len(todo), 0)
    faulty: set[int] = set()
    for start in range(0, len(todo), AT_ONCE):
        batch = todo[start : start + AT_ONCE]
        faulty |= fill(batch)
        if len(faulty) > MOST_REFUSED:
            raise ServerFailedError(f"it refuses more than {MOST_REFUSED} documents")
        progress(before + start + len(batch), before + len(todo))
    if faulty:
        pending.mark(faulty)  # readers wait until it is clear what the new index has of them
    _alone(lambda client: index.put_in_place(client, name))
    pending.try_again()
    drain_all()
    mend(differences().pages)


def _alone(step: Callable[[Elasticsearch], Answer]) -> Answer:
    """Take a step of a rebuild. Raises ``RebuildTakenOverError`` if another one came before."""
    try:
        return ask(step, LONG)
    except ServerFailedError as error:
        if isinstance(error.__cause__, index.TakenOverError):
            raise RebuildTakenOverError from None
        raise


def is_rebuilding() -> bool:
    """Whether a rebuild has begun that did not come to its end. Raises ``ServerFailedError``."""
    return bool(ask(lambda client: index.holders(client, index.building()), LONG))


def fill(page_ids: Sequence[int]) -> set[int]:
    """Write the documents of pages into the next index; return those that it refuses for good.

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
    if written.no_index:
        raise RebuildTakenOverError
    if written.refused.keys() != written.for_good.keys():
        raise ServerFailedError(f"it refused {len(written.refused)}: {written.kinds}")
    return set(written.for_good)


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
