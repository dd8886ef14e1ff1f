"""The embedded engine: a read model, bits in memory, and the database's own text index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil
from typing import NamedTuple

from django.db.models import Q

from ..analysis import analyse_query
from ..documents import read_summary
from ..models import CourseEntry, page_of
from ..query import (
    CourseQuery,
    CourseResults,
    FacetKey,
    Hit,
    LikeCourses,
    Likeness,
    Sort,
    Wording,
)
from . import entries
from .likelihood import likelihoods
from .snapshot import Bits, Snapshot, Snapshots, bits_of, positions_of
from .text import text_index


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
        """Answer a query. At most four statements, however many courses there are.

        A rebuild may take the rows away between two of them: then once more, from what is there.
        """
        try:
            return self._search(query)
        except RowsGoneError:
            self._snapshots.forget()
            return self._search(query)

    def _search(self, query: CourseQuery) -> CourseResults:
        snapshot = self._snapshots.get(query.today)
        found = self._text(query, snapshot)
        scope = _all_of(snapshot.in_language(query.language), snapshot.chosen(query.scope))
        within = found.bits & scope
        chosen = snapshot.chosen(query.choices)
        hits = _all_of(within, chosen)
        total = hits.bit_count()
        pages = max(ceil(total / max(query.page_size, 1)), 1)
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
        entries.update(page_ids)

    def rebuild(self, progress: entries.Progress, *, resume: bool = False) -> None:
        """Fill the slot that readers do not see, then let them see it."""
        entries.rebuild(progress, resume=resume)

    def beside(self, likeness: Likeness) -> LikeCourses:
        """Return courses like one, and its translations. Two statements; see ``search``."""
        try:
            return self._beside(likeness)
        except RowsGoneError:
            self._snapshots.forget()
            return self._beside(likeness)

    def _beside(self, likeness: Likeness) -> LikeCourses:
        snapshot = self._snapshots.get(likeness.today)
        best = list(islice(_like(snapshot, likeness), likeness.page_size + 1))
        ids = [snapshot.ids[position] for position in best]
        rows = {
            row.pk: row
            for row in CourseEntry.objects.filter(
                Q(pk__in=ids) | Q(translation_key=likeness.translation_key, slot=snapshot.slot)
            ).only("pk", "translation_key", "language", "summary")
        }
        if ids and not rows:
            raise RowsGoneError
        own = [row for row in rows.values() if row.translation_key == likeness.translation_key]
        others = [
            position
            for position, key in zip(best, ids, strict=True)
            if key in rows and rows[key] not in own
        ]
        return LikeCourses(
            hits=[
                _hit(snapshot, position, rows[snapshot.ids[position]].summary)
                for position in others[: likeness.page_size]
            ],
            translations={row.language: row.summary["url"] for row in own},
        )

    def about(self, wording: Wording) -> list[Hit]:
        """Return the courses that a text may be about. Three statements; see ``search``."""
        try:
            return self._about(wording)
        except RowsGoneError:
            self._snapshots.forget()
            return self._about(wording)

    def _about(self, wording: Wording) -> list[Hit]:
        snapshot = self._snapshots.get(wording.today)
        within = _all_of(snapshot.in_language(wording.language), snapshot.chosen(wording.scope))
        for state in wording.without:
            within &= ~snapshot.values.get(FacetKey.STATE, {}).get(state, 0)
        if not within or not wording.words:
            return []
        scores = likelihoods(text_index().match_each(wording.words), len(snapshot.ids))
        allowed = set(positions_of(within))
        ranked = sorted(
            (-score, snapshot.positions[entry])
            for entry, score in scores.items()
            if snapshot.positions.get(entry) in allowed
        )
        return _hits([position for _score, position in ranked[: wording.page_size]], snapshot)

    def _text(self, query: CourseQuery, snapshot: Snapshot) -> Found:
        everything = (1 << len(snapshot.ids)) - 1
        words = analyse_query(query.text)
        if not words:
            # What was typed holds no word at all: that matches nothing, not everything.
            return Found(0 if query.text.strip() else everything, {})
        scores = {
            snapshot.positions[entry]: score
            for entry, score in text_index().match(words).items()
            if entry in snapshot.positions
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


class RowsGoneError(Exception):
    """A rebuild has taken the rows away that the snapshot knows."""


def _hits(positions: list[int], snapshot: Snapshot) -> list[Hit]:
    """Return the hits at ``positions``. One query."""
    ids = [snapshot.ids[position] for position in positions]
    summaries = dict(CourseEntry.objects.filter(pk__in=ids).values_list("pk", "summary"))
    if ids and not summaries:
        raise RowsGoneError
    return [
        _hit(snapshot, position, summaries[entry])
        for entry, position in zip(ids, positions, strict=True)
        if entry in summaries
    ]


def _hit(snapshot: Snapshot, position: int, summary: dict) -> Hit:
    return Hit(
        page_id=page_of(snapshot.ids[position]),
        summary=read_summary(summary),
        status=snapshot.moments[position].status,
        reason=snapshot.moments[position].reason,
    )


def _like(snapshot: Snapshot, likeness: Likeness) -> Iterator[int]:
    """Yield the positions of courses like one: those that share both a topic and a target first."""
    within = _all_of(snapshot.in_language(likeness.language), snapshot.chosen(likeness.scope))
    shared = snapshot.chosen({FacetKey.TOPIC: likeness.topics, FacetKey.TARGET: likeness.targets})
    topics, targets = (shared.get(key, 0) & within for key in (FacetKey.TOPIC, FacetKey.TARGET))
    yield from positions_of(topics & targets)
    yield from positions_of(topics & ~targets)
    yield from positions_of(targets & ~topics)


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
