"""The embedded engine: a read model, bits in memory, and the database's own text index."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import ceil
from typing import NamedTuple

from django.db import transaction

from ..analysis import analyse_query
from ..documents import BATCH, CourseDocument, documents, read_summary, stored_summary
from ..models import CatalogueVersion, CourseEntry
from ..query import CourseQuery, CourseResults, FacetKey, Hit, Sort
from . import text
from .snapshot import Bits, Snapshot, Snapshots, bits_of, positions_of


class Found(NamedTuple):
    """The bits that a text matches, and its scores by position; no scores: there was no text."""

    bits: Bits
    scores: dict[int, float]


class DatabaseEngine:
    """Finds and counts without help from outside."""

    name = "database"

    def __init__(self) -> None:
        self._snapshots = Snapshots()

    def search(self, query: CourseQuery) -> CourseResults:
        """Answer a query. At most four statements, however many courses there are."""
        snapshot = self._snapshots.get(query.today)
        found = self._text(query, snapshot)
        scope = _all_of(snapshot.in_language(query.language), snapshot.chosen(query.scope))
        within = found.bits & scope
        chosen = snapshot.chosen(query.choices)
        hits = _all_of(within, chosen)
        total = hits.bit_count()
        pages = max(ceil(total / query.page_size), 1)
        page = min(max(query.page, 1), pages)
        first = (page - 1) * query.page_size
        shown = self._ordered(hits, query, snapshot, found, first)
        return CourseResults(
            hits=_hits(shown, snapshot),
            total=total,
            counts=_counts(snapshot, within, chosen),
            without_text=_all_of(scope, chosen).bit_count(),
            without={key: _all_of(within, chosen, but=key).bit_count() for key in chosen},
            offered={
                key: frozenset(value for value, bits in values.items() if bits & scope)
                for key, values in snapshot.values.items()
            },
            page=page,
            pages=pages,
            engine=self.name,
            version=snapshot.version,
        )

    def update(self, page_ids: Sequence[int]) -> None:
        """Write the rows of pages that readers may see, and take those of others away."""
        ids = sorted(set(page_ids))
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            with transaction.atomic():
                live = list(documents(batch))
                gone = sorted(set(batch) - {document.page_id for document in live})
                CourseEntry.objects.filter(pk__in=gone).delete()
                text.text_index().remove(gone)
                write(live)
                CatalogueVersion.advance()

    def _text(self, query: CourseQuery, snapshot: Snapshot) -> Found:
        everything = (1 << len(snapshot.ids)) - 1
        words = analyse_query(query.text)
        if not words:
            # What was typed holds no word at all: that matches nothing, not everything.
            return Found(0 if query.text.strip() else everything, {})
        scores = {
            snapshot.positions[page_id]: score
            for page_id, score in text.text_index().match(words).items()
            if page_id in snapshot.positions
        }
        return Found(bits_of(scores, len(snapshot.ids)), scores)

    def _ordered(
        self, hits: Bits, query: CourseQuery, snapshot: Snapshot, found: Found, first: int
    ) -> list[int]:
        """Return the positions of the page of hits that begins at ``first``."""
        if query.sort == Sort.NEWEST:
            wanted = set(positions_of(hits))
            ordered = (position for position in snapshot.newest if position in wanted)
        elif query.sort == Sort.RELEVANCE and found.scores:
            ordered = iter(sorted(positions_of(hits), key=lambda each: (-found.scores[each], each)))
        else:
            ordered = positions_of(hits)
        return list(islice(ordered, first, first + query.page_size))


def write(live: Sequence[CourseDocument]) -> None:
    """Put documents into the read model and the text index."""
    CourseEntry.objects.bulk_create(
        [
            CourseEntry(
                page_id=document.page_id,
                translation_key=document.translation_key,
                language=document.language,
                is_source=document.is_source,
                title=document.summary.title,
                newest_at=document.newest_at,
                values=" ".join(
                    f"{key}:{value}"
                    for key, found in sorted(document.values.items())
                    for value in sorted(found)
                ),
                moments=document.moments,
                summary=stored_summary(document.summary),
            )
            for document in live
        ],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=[
            "translation_key",
            "language",
            "is_source",
            "title",
            "newest_at",
            "values",
            "moments",
            "summary",
        ],
    )
    text.text_index().write(live)


def _hits(positions: list[int], snapshot: Snapshot) -> list[Hit]:
    """Return the hits at ``positions``. One query."""
    ids = [snapshot.ids[position] for position in positions]
    summaries = dict(CourseEntry.objects.filter(pk__in=ids).values_list("pk", "summary"))
    return [
        Hit(
            page_id=page_id,
            summary=read_summary(summaries[page_id]),
            status=snapshot.moments[position].status,
            reason=snapshot.moments[position].reason,
        )
        for page_id, position in zip(ids, positions, strict=True)
        if page_id in summaries
    ]


def _all_of(within: Bits, chosen: dict[FacetKey, Bits], *, but: FacetKey | None = None) -> Bits:
    """Return which of ``within`` hold for every facet's choice, ``but`` one."""
    for key, bits in chosen.items():
        if key != but:
            within &= bits
    return within


def _counts(
    snapshot: Snapshot, within: Bits, chosen: dict[FacetKey, Bits]
) -> dict[FacetKey, dict[str, int]]:
    """Return what each value would give, leaving out its own facet's choice."""
    counts = {}
    for key, values in snapshot.values.items():
        rest = _all_of(within, chosen, but=key)
        counts[key] = {value: (bits & rest).bit_count() for value, bits in values.items()}
    return counts
