"""Trying a search at the desk: how it is read, and what is found with a pair and without it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from ..analysis import words_of
from ..query import CourseQuery, CourseResults, Hit, Sort
from ..sync import engine
from .models import Synonym
from .value import Synonyms, current, load, using

#: Courses shown of each search.
SHOWN = 5


@dataclass(frozen=True)
class PartRead:
    """Words of the search in a row, and what else is looked for in their place."""

    words: str
    others: tuple[str, ...]
    #: What only the pair at hand says.
    new: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """The first courses that a search finds, and how many there are."""

    total: int
    hits: list[Hit] = field(default_factory=list)
    #: Courses that the same search does not show without the pair at hand.
    new: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Tried:
    """A search, as it is now and as it would be. Without a pair at hand there is no ``after``."""

    text: str
    parts: list[PartRead]
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
    before = current()
    now = _search(text, language)
    if row is None:
        return Tried(text, _parts(text, language, before, before), _answered(now))
    tried = load(but=row.pk, plus=row)
    with using(tried):
        after = _search(text, language)
    known = frozenset(hit.page_id for hit in now.hits)
    return Tried(
        text, _parts(text, language, before, tried), _answered(now), _answered(after, known)
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


def _parts(text: str, language: str, before: Synonyms, after: Synonyms) -> list[PartRead]:
    """Return the words one by one, and the runs of words that are said otherwise as one."""
    words = words_of(text)
    longest = max(before.longest, after.longest, 1)
    parts = []
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            run = tuple(words[start:end])
            old, said = before.of(run, language), after.of(run, language)
            if end == start + 1 or said:
                new = [other for other in said if other not in old]
                parts.append(PartRead(" ".join(run), _phrases(said), _phrases(new)))
    return parts


def _phrases(sayings: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(" ".join(saying) for saying in sayings)
