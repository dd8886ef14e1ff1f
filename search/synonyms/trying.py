"""Trying a search at the desk: how it is read, and what is found with a pair and without it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from ..analysis import words_of
from ..query import CourseQuery, CourseResults, Hit, Sort
from ..reading import Reading
from ..sync import engine
from .models import Synonym
from .value import load, using

#: Courses shown of each search.
SHOWN = 5


@dataclass(frozen=True)
class PartRead:
    """Words of the search in a row, and what else is looked for in their place."""

    words: str
    others: tuple[str, ...]
    #: What only the pair at hand says.
    new: tuple[str, ...] = ()
    #: What they are taken for, where nobody writes them so.
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """The first courses that a search finds, and how many there are."""

    total: int
    hits: list[Hit] = field(default_factory=list)
    #: Courses that the same search does not show without the pair at hand.
    new: frozenset[int] = frozenset()

    @property
    def more(self) -> int:
        """How many courses are not among the first."""
        return self.total - len(self.hits)


@dataclass(frozen=True)
class Tried:
    """A search, as it is now and as it would be. Without a pair at hand there is no ``after``."""

    text: str
    parts: list[PartRead]
    #: Little words that nobody looks for, and words that are filters.
    left_out: tuple[str, ...]
    wishes: tuple[str, ...]
    now: Answered
    after: Answered | None = None

    @property
    def is_same(self) -> bool:
        """Whether the pair at hand changes nothing of what is shown."""
        return self.after is not None and (
            [hit.page_id for hit in self.after.hits] == [hit.page_id for hit in self.now.hits]
            and self.after.total == self.now.total
        )


def try_search(text: str, language: str, row: Synonym | None = None) -> Tried:
    """Return what a search finds for readers of ``language``, with ``row`` beside what it is now.

    ``row`` is a pair that is not stored yet, or a stored one as it would be.
    """
    now = _search(text, language)
    if row is None:
        return _tried(now, now, None)
    with using(load(but=row.pk, plus=row)):
        after = _search(text, language)
    known = frozenset(hit.page_id for hit in now.hits)
    return _tried(now, after, _answered(after, known))


def _tried(now: CourseResults, then: CourseResults, after: Answered | None) -> Tried:
    reading = then.reading
    return Tried(
        text=reading.text,
        parts=_parts(now.reading, reading),
        left_out=reading.left_out,
        wishes=tuple(wish.text for wish in reading.wishes),
        now=_answered(now),
        after=after,
    )


def _search(text: str, language: str) -> CourseResults:
    return engine.search(
        CourseQuery(
            language=language,
            today=timezone.localdate(),
            text=text,
            sort=Sort.RELEVANCE,
            page_size=SHOWN,
        )
    )


def _answered(results: CourseResults, known: frozenset[int] | None = None) -> Answered:
    shown = frozenset(hit.page_id for hit in results.hits)
    return Answered(
        results.total, results.hits, shown - known if known is not None else frozenset()
    )


def _parts(now: Reading, then: Reading) -> list[PartRead]:
    """Return the terms of a search, and what else is looked for in the place of each.

    Words in a row that are one saying stand as one term, and also by themselves.
    """
    near = {term.text: term.near for term in then.terms}
    meant = {word for words in near.values() for word in words}
    parts = []
    for words in dict.fromkeys([*near, *(said for said in then.sayings if said not in meant)]):
        keys = (words, *near.get(words, ()))
        said = dict.fromkeys(other for key in keys for other in then.sayings.get(key, ()))
        old = {other for key in keys for other in now.sayings.get(key, ())}
        new = tuple(other for other in said if other not in old)
        parts.append(PartRead(words, tuple(said), new, tuple(near.get(words, ()))))
    order = {word: place for place, word in enumerate(words_of(then.text))}
    return sorted(parts, key=lambda part: order.get(part.words.split(" ")[0], 0))
