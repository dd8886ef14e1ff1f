"""The pairs as searches use them: one value in each worker's memory, valid for one token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from ..analysis import analyse_word, fold
from .meeting import meet
from .models import Synonym, SynonymVersion, telling

Words = tuple[str, ...]
#: Answers kept, so that frequent words cost nothing.
MOST_ASKED = 20_000


@dataclass(frozen=True)
class Saying:
    """What is said for ``words``; ``readers`` is the language it is kept to, empty for all."""

    words: Words
    other: Words
    readers: str = ""

    def is_for(self, language: str) -> bool:
        """Return whether it holds for who reads in ``language``; nynorsk readers read bokmål."""
        return not self.readers or self.readers.replace("nn", "nb") == language.replace("nn", "nb")


class Synonyms:
    """Which other words each phrase has."""

    def __init__(self, sayings: Iterable[Saying] = (), token: UUID | None = None) -> None:
        self.token = token
        self._sayings = tuple(sayings)
        self._by_form: dict[str, list[int]] = {}
        self._asked: dict[tuple[Words, str], tuple[Words, ...]] = {}
        for number, saying in enumerate(self._sayings):
            for form in analyse_word(saying.words[0]).forms:
                self._by_form.setdefault(form, []).append(number)
        #: Words of the longest phrase: no longer run of words need be asked for.
        self.longest = max((len(saying.words) for saying in self._sayings), default=0)

    @cached_property
    def single(self) -> dict[str, str]:
        """The phrases that are one word: folded, with how they are written."""
        words = (saying.words[0] for saying in self._sayings if len(saying.words) == 1)
        return {fold(word): word for word in words}

    def has(self, form: str) -> bool:
        """Return whether a form, folded or not, begins what is said otherwise."""
        return form in self._by_form

    def of(self, words: Words, language: str = "") -> list[Words]:
        """Return the other sayings for normalised words in a row, in whatever inflection.

        ``language`` is the reader's; pairs that are kept to readers of one language hold for no
        others.
        """
        if not words or len(words) > self.longest:
            return []
        found = self._asked.get((words, language))
        if found is None:
            found = self._find(words, language)
            if len(self._asked) < MOST_ASKED:
                self._asked[words, language] = found
        return list(found)

    def _find(self, words: Words, language: str) -> tuple[Words, ...]:
        numbers = {
            number
            for form in analyse_word(words[0]).forms
            for number in self._by_form.get(form, ())
        }
        found = (self._sayings[number] for number in sorted(numbers))
        sayings = (
            saying.other
            for saying in found
            if meet(words, saying.words) and saying.is_for(language) and saying.other != words
        )
        return tuple(dict.fromkeys(sayings))


def sayings_of(row: Synonym) -> list[Saying]:
    """Return what a row says: one saying, or one each way."""
    one, other = telling(row.words), telling(row.other_words)
    kept = row.own_readers_only
    sayings = [Saying(one, other, row.words_language if kept else "")]
    if row.both_ways:
        sayings.append(Saying(other, one, row.other_language if kept else ""))
    return sayings


def load(
    token: UUID | None = None, *, but: int | None = None, plus: Synonym | None = None
) -> Synonyms:
    """Return the pairs in the database, ``but`` one, ``plus`` one that is not stored. One query."""
    rows = [*Synonym.objects.exclude(pk=but).order_by("pk"), *([plus] if plus else ())]
    return Synonyms((saying for row in rows for saying in sayings_of(row)), token)


_held: Synonyms | None = None
_instead: ContextVar[Synonyms | None] = ContextVar("synonyms", default=None)


def current() -> Synonyms:
    """Return the pairs as they are now. One query, and one more after a change."""
    global _held  # noqa: PLW0603  the worker's memory
    instead = _instead.get()
    if instead is not None:
        return instead
    # The token is read before the rows: rows that are newer than their token are read once more.
    token = SynonymVersion.current()
    held = _held
    if held is None or held.token != token:
        held = load(token)
        _held = held
    return held


@contextmanager
def using(synonyms: Synonyms) -> Iterator[None]:
    """Let the searches inside use other pairs, as when an editor tries one."""
    token = _instead.set(synonyms)
    try:
        yield
    finally:
        _instead.reset(token)
