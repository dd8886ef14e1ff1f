"""The embedded engine: a read model, bits in memory, and the database's own text index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import ceil
from typing import NamedTuple

from django.db.models import Q

from catalogue.presenters.values import CourseSummary

from ..documents import read_summary
from ..models import CourseEntry, page_of
from ..points import points
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
from ..reading import FEW, Reading
from ..runs import OF_OCCASIONS, Beginning, runs_of
from ..tokens import Field, Strength, mark
from . import entries
from .begun import (
    Placed,
    by_deadline,
    by_start,
    by_state_first,
)
from .counting import all_of
from .following import Snapshots
from .likelihood import likelihoods
from .narrowing import Narrowed
from .ranking import Scores, asked_of, at_least, met, score
from .snapshot import Bits, Snapshot, positions_of
from .text import Asked, text_index


class Found(NamedTuple):
    """The courses that a text finds, with their points; no points: there was no text."""

    bits: Bits
    scores: Scores | None = None
    widened: bool = False


class _Page(NamedTuple):
    """Which courses a page of results shows, and what was asked of their occasions."""

    placed: list[Placed]
    asked: Beginning


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
        shown = (position for page, _results in pages for position, _day in page.placed)
        summaries = _summaries(shown, snapshot)
        return [
            replace(results, hits=_placed(page, snapshot, summaries)) for page, results in pages
        ]

    def _page(self, query: CourseQuery, snapshot: Snapshot) -> tuple[_Page, CourseResults]:
        """Return which hits are shown, and all else that there is to say."""
        narrowed = Narrowed.by(query, snapshot)
        reading, scope, chosen = narrowed.reading, narrowed.scope, narrowed.chosen
        found = _found(reading, query, snapshot, narrowed.wished & narrowed.begun(but=OF_OCCASIONS))
        within = found.bits & narrowed.wished
        rest = all_of(within, chosen)
        hits = rest & narrowed.met
        total = hits.bit_count()
        pages = max(ceil(total / max(query.page_size, 1)), 1)
        page = min(max(query.page, 1), pages)
        first = (page - 1) * query.page_size
        asked, any_wish = narrowed.asked(), narrowed.begun(wishes=False)
        ordered = _ordered(hits, query, snapshot, found, asked)
        placed = list(islice(ordered, first, first + query.page_size))
        return _Page(placed, asked), CourseResults(
            hits=[],
            total=total,
            counts=narrowed.counts(within, hits),
            without_text=all_of(scope & any_wish, chosen).bit_count(),
            without=narrowed.without(within),
            offered={
                key: frozenset(value for value, count in values.items() if count)
                for key, values in snapshot.counts_within(scope).items()
            },
            page=page,
            pages=pages,
            engine=self.name,
            version=snapshot.version,
            reading=reading,
            widened=found.widened,
            without_wishes=all_of(found.bits & scope & any_wish, chosen).bit_count(),
            without_days=(rest & narrowed.begun(days=False)).bit_count(),
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
                _hit(snapshot, position, read_summary(rows[snapshot.ids[position]].summary))
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
        within = all_of(snapshot.in_language(wording.language), snapshot.chosen(wording.scope))
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


def _found(reading: Reading, query: CourseQuery, snapshot: Snapshot, within: Bits) -> Found:
    """Return what the words find: all of them, or some where few of ``within`` hold all."""
    if reading.says_nothing:
        return Found(0)
    bonuses = [(number, snapshot.having(name)) for number, name in reading.bonuses]
    if not reading.terms:
        return Found(snapshot.everything, score((), bonuses) if bonuses else None)
    lookup = _look_up(asked_of(reading), snapshot)
    terms = [(term, met(term, lookup.__getitem__)) for term in reading.terms]
    each = [scores.having for _term, scores in terms]
    bits, widened = at_least(len(terms), each, snapshot.everything), False
    if reading.may_widen and not query.strict and (bits & within).bit_count() < FEW:
        some = at_least(reading.least, each, snapshot.everything)
        widened = (some & within) != (bits & within)
        bits = some
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
        postings = text_index().postings(new)
        # A word and its stem are often in the same courses: these are looked at once.
        bits = {entries_: snapshot.holding(entries_) for entries_ in set(postings)}
        found |= {tokens: bits[entries_] for tokens, entries_ in zip(new, postings, strict=True)}
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


def _ordered(
    hits: Bits, query: CourseQuery, snapshot: Snapshot, found: Found, asked: Beginning
) -> Iterator[Placed]:
    """Yield the positions of the hits in their order, with the day that it is by, if any."""
    if query.sort == Sort.START:
        return by_start(hits, query, snapshot, asked)
    if query.sort == Sort.DEADLINE:
        return by_deadline(hits, query, snapshot, asked)
    if query.sort == Sort.NEWEST:
        wanted = set(positions_of(hits))
        order = (position for position in snapshot.newest if position in wanted)
    elif query.sort == Sort.RELEVANCE and found.scores:
        order = found.scores.best_first(hits)
    else:
        order = by_state_first(hits, query, snapshot, asked)
    return ((position, None) for position in order)


def _placed(page: _Page, snapshot: Snapshot, summaries: Mapping[int, CourseSummary]) -> list[Hit]:
    """Return hits with the day they stand by, and the state of what meets the days."""
    hits = []
    for position, day in page.placed:
        if position in summaries:
            hit = _hit(snapshot, position, summaries[position])
            text = snapshot.run_texts[position] if page.asked.is_dated else ""
            best = page.asked.best(runs_of("", (), text), snapshot.today) if text else None
            status = best.status if best else hit.status
            hits.append(replace(hit, status=status, sorted_day=day))
    return hits


def _summaries(positions: Iterable[int], snapshot: Snapshot) -> dict[int, CourseSummary]:
    """Return what the cards at ``positions`` say, by position.

    One query, where any was not shown before.
    """
    kept = snapshot.summaries
    keys = {snapshot.ids[position]: position for position in positions}
    found = {key: summary for key in keys if (summary := kept.get(key)) is not None}
    new = keys.keys() - found.keys()
    if new:
        rows = CourseEntry.objects.filter(pk__in=new).values_list("pk", "summary")
        read = {key: read_summary(summary) for key, summary in rows}
        if not read:
            raise RowsGoneError
        snapshot.keep_summaries(read)
        found |= read
    return {keys[key]: summary for key, summary in found.items()}


def _hits(
    positions: list[int], snapshot: Snapshot, summaries: Mapping[int, CourseSummary]
) -> list[Hit]:
    """Return the hits at ``positions`` whose rows are still there."""
    return [_hit(snapshot, each, summaries[each]) for each in positions if each in summaries]


def _hit(snapshot: Snapshot, position: int, summary: CourseSummary) -> Hit:
    return Hit(
        page_id=page_of(snapshot.ids[position]),
        summary=summary,
        status=snapshot.moments[position].status,
        reason=snapshot.moments[position].reason,
    )


def _like(snapshot: Snapshot, likeness: Likeness) -> Iterator[int]:
    """Yield the positions of courses like one: those that share both a topic and a target first."""
    within = all_of(snapshot.in_language(likeness.language), snapshot.chosen(likeness.scope))
    shared = snapshot.chosen({FacetKey.TOPIC: likeness.topics, FacetKey.TARGET: likeness.targets})
    topics, targets = (shared.get(key, 0) & within for key in (FacetKey.TOPIC, FacetKey.TARGET))
    yield from positions_of(topics & targets)
    yield from positions_of(topics & ~targets)
    yield from positions_of(targets & ~topics)
