"""The embedded engine: a read model, bits in memory, and the database's own text index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import ceil
from typing import NamedTuple

from django.db.models import Q

from ..documents import read_summary
from ..models import CourseEntry, entry_key, page_of
from ..points import points
from ..query import (
    CourseQuery,
    CourseResults,
    FacetKey,
    HiddenKey,
    Hit,
    LikeCourses,
    Likeness,
    Sort,
    Wording,
)
from ..reading import FEW, Reading
from ..readings import reading_of
from ..tokens import Field, Strength, mark
from ..wishes import WishKind
from . import entries
from .likelihood import likelihoods
from .ranking import Scores, asked_of, at_least, met, score
from .snapshot import Bits, Snapshot, Snapshots, bits_of, positions_of
from .text import Asked, text_index


class Found(NamedTuple):
    """The courses that a text finds, with their points; no points: there was no text."""

    bits: Bits
    scores: Scores | None = None
    widened: bool = False


class DatabaseEngine:
    """Finds and counts without help from outside."""

    name = "database"

    def __init__(self) -> None:
        self._snapshots = Snapshots()

    def search(self, query: CourseQuery) -> CourseResults:
        """Answer a query. At most four statements, however many courses there are."""
        return self.several([query])[0]

    def several(self, queries: Sequence[CourseQuery]) -> list[CourseResults]:
        """Answer queries of one day. Without words two statements, however many queries.

        A rebuild may take the rows away between two of them: then once more, from what is there.
        """
        try:
            return self._several(queries)
        except RowsGoneError:
            self._snapshots.forget()
            return self._several(queries)

    def _several(self, queries: Sequence[CourseQuery]) -> list[CourseResults]:
        (today,) = {query.today for query in queries}
        snapshot = self._snapshots.get(today)
        pages = [self._page(query, snapshot) for query in queries]
        summaries = _summaries([each for positions, _ in pages for each in positions], snapshot)
        return [
            replace(results, hits=_hits(positions, snapshot, summaries))
            for positions, results in pages
        ]

    def _page(self, query: CourseQuery, snapshot: Snapshot) -> tuple[list[int], CourseResults]:
        """Return the positions of the hits, and all else that there is to say."""
        reading = reading_of(query, snapshot.version)
        scope = _scope(query, snapshot)
        wished, days = _wished(reading, snapshot), _days(query, snapshot)
        found = _found(reading, query, snapshot, scope & wished & days)
        within = found.bits & wished & days & scope
        chosen = snapshot.chosen(query.choices)
        hits = _all_of(within, chosen)
        total = hits.bit_count()
        pages = max(ceil(total / max(query.page_size, 1)), 1)
        page = min(max(query.page, 1), pages)
        first = (page - 1) * query.page_size
        ordered = _ordered(hits, query, snapshot, found)
        return list(islice(ordered, first, first + query.page_size)), CourseResults(
            hits=[],
            total=total,
            counts=_counts(snapshot, within, chosen),
            without_text=_all_of(scope & days, chosen).bit_count(),
            without={key: _all_of(within, chosen, but=key).bit_count() for key in chosen},
            offered={
                key: frozenset(value for value, bits in values.items() if bits & scope)
                for key, values in snapshot.values.items()
            },
            page=page,
            pages=pages,
            engine=self.name,
            version=snapshot.version,
            reading=reading,
            widened=found.widened,
            without_wishes=_all_of(found.bits & days & scope, chosen).bit_count(),
            without_days=_all_of(found.bits & wished & scope, chosen).bit_count(),
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
        scores = likelihoods(_each_word(wording, snapshot), len(snapshot.ids))
        allowed = set(positions_of(within))
        ranked = sorted(
            (-score, position) for position, score in scores.items() if position in allowed
        )
        best = [position for _score, position in ranked[: wording.page_size]]
        return _hits(best, snapshot, _summaries(best, snapshot))


class RowsGoneError(Exception):
    """A rebuild has taken the rows away that the snapshot knows."""


def _scope(query: CourseQuery, snapshot: Snapshot) -> Bits:
    """Return the courses that the page is about, one page of each."""
    scope = _all_of(snapshot.in_language(query.language), snapshot.chosen(query.scope))
    if query.only is not None:
        keys = (entry_key(page_id, snapshot.slot) for page_id in query.only)
        known = (snapshot.positions[key] for key in keys if key in snapshot.positions)
        scope &= bits_of(known, len(snapshot.ids))
    return scope


def _wished(reading: Reading, snapshot: Snapshot) -> Bits:
    """Return the courses that have what numbers and dates of the text ask for."""
    bits = snapshot.everything
    for wish in reading.wishes:
        if wish.kind == WishKind.CREDITS:
            bits &= snapshot.with_any(HiddenKey.AMOUNT, wish.amounts)
        else:
            bits &= snapshot.on_days(HiddenKey.DAY, wish.first, wish.last)
    return bits


def _days(query: CourseQuery, snapshot: Snapshot) -> Bits:
    """Return the courses that begin within the days that are asked for."""
    if query.days == (None, None):
        return snapshot.everything
    return snapshot.on_days(HiddenKey.DAY, *query.days)


def _found(reading: Reading, query: CourseQuery, snapshot: Snapshot, within: Bits) -> Found:
    """Return what the words find: all of them, or some where few of ``within`` hold all."""
    if reading.says_nothing:
        return Found(0)
    if not reading.terms:
        return Found(snapshot.everything)
    lookup = _look_up(asked_of(reading), snapshot)
    terms = [(term, met(term, lookup.__getitem__)) for term in reading.terms]
    each = [scores.having for _term, scores in terms]
    bits, widened = at_least(len(terms), each, snapshot.everything), False
    if reading.may_widen and not query.strict and (bits & within).bit_count() < FEW:
        some = at_least(reading.least, each, snapshot.everything)
        widened = (some & within) != (bits & within)
        bits = some
    bonuses = [(number, snapshot.having(name)) for number, name in reading.bonuses]
    return Found(bits, score(terms, bonuses), widened)


def _look_up(asked: list[Asked], snapshot: Snapshot) -> dict[Asked, Bits]:
    """Return which courses hold any of each set of tokens. One query, where any is new.

    Of its own: other threads may be told to forget what the snapshot knows.
    """
    kept = snapshot.postings
    known_already = ((tokens, kept.get(tokens)) for tokens in asked)
    found = {tokens: bits for tokens, bits in known_already if bits is not None}
    new = [tokens for tokens in asked if tokens not in found]
    if new:
        for tokens, entries_ in zip(new, text_index().postings(new), strict=True):
            known = (snapshot.positions[each] for each in entries_ if each in snapshot.positions)
            found[tokens] = bits_of(known, len(snapshot.ids))
        snapshot.keep(found)
    return found


#: Where a course says what it is about; its body tells of much besides.
_ABOUT = (Field.TITLE, Field.TOPICS, Field.SUMMARY)


def _each_word(wording: Wording, snapshot: Snapshot) -> list[dict[int, float]]:
    """Return for each word the positions of courses that are about it, with points. One query."""
    levels = [
        [
            (points(field, strength), tuple(mark(field, strength, form) for form in forms))
            for field in _ABOUT
            for strength, forms in (
                (Strength.EXACT, (word.text,)),
                (Strength.FOLDED, (word.folded,)),
                (Strength.STEM, tuple(sorted(word.stems))),
            )
            if forms
        ]
        for word in wording.words
    ]
    lookup = _look_up([tokens for word in levels for _points, tokens in word], snapshot)
    found = []
    for word in levels:
        best: dict[int, float] = {}
        for number, tokens in word:
            for position in positions_of(lookup[tokens]):
                best[position] = max(best.get(position, 0), number)
        found.append(best)
    return found


def _ordered(hits: Bits, query: CourseQuery, snapshot: Snapshot, found: Found) -> Iterator[int]:
    """Yield the positions of the hits in their order."""
    if query.sort == Sort.NEWEST:
        wanted = set(positions_of(hits))
        return (position for position in snapshot.newest if position in wanted)
    if query.sort == Sort.START:
        return _by_day(hits, HiddenKey.DAY, query, snapshot)
    if query.sort == Sort.DEADLINE:
        return _by_day(hits, HiddenKey.DEADLINE, query, snapshot)
    if query.sort == Sort.RELEVANCE and found.scores:
        return found.scores.best_first(hits)
    return positions_of(hits)


def _by_day(hits: Bits, key: HiddenKey, query: CourseQuery, snapshot: Snapshot) -> Iterator[int]:
    """Yield the positions by the next day of a kind that lies ahead; those without one last."""
    first = str(max(query.today, query.days[0] or query.today))
    for day, bits in snapshot.hidden.get(key, {}).items():
        if day >= first and hits & bits:
            yield from positions_of(hits & bits)
            hits &= ~bits
    yield from positions_of(hits)


def _summaries(positions: list[int], snapshot: Snapshot) -> dict[int, dict]:
    """Return what the rows at ``positions`` show, by position. One query, none for none."""
    ids = {snapshot.ids[position]: position for position in positions}
    rows = CourseEntry.objects.filter(pk__in=ids).values_list("pk", "summary")
    summaries = {ids[pk]: summary for pk, summary in rows}
    if ids and not summaries:
        raise RowsGoneError
    return summaries


def _hits(positions: list[int], snapshot: Snapshot, summaries: dict[int, dict]) -> list[Hit]:
    """Return the hits at ``positions`` whose rows are still there."""
    return [_hit(snapshot, each, summaries[each]) for each in positions if each in summaries]


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
