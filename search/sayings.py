"""What a reader of queries asks of the editors' synonyms (``search.synonyms``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol


class Sayings(Protocol):
    """Other words for words, as editors keep them (``search.synonyms``)."""

    @property
    def single(self) -> Mapping[str, str]:
        """The phrases that are one word: folded, with how they are written."""
        ...

    def of(self, words: tuple[str, ...], language: str = "") -> list[tuple[str, ...]]:
        """Return the other sayings for normalised words in a row, for readers of a language."""
        ...

    def has(self, form: str) -> bool:
        """Return whether a form, folded or not, begins what is said otherwise."""
        ...


class NoSayings:
    """Nobody says it otherwise."""

    single: ClassVar[Mapping[str, str]] = {}

    def of(self, words: tuple[str, ...], language: str = "") -> list[tuple[str, ...]]:
        """Return nothing."""
        return []

    def has(self, form: str) -> bool:
        """Return that it is not."""
        return False
