"""What engines index: the forms of a course's words, each marked with where it stands and how.

A mark is a prefix, so one flat set of tokens says everything: "te_kurs" is *kurs* as it is written
in a title, "bs_legemidl" a stem in a body. Every engine finds a course by this set alone, and so
all of them find the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from .analysis import analyse_word, code_forms, words_of


class Field(StrEnum):
    """Where a word stands.

    Around a course stand its service areas, target groups and provider: the same for many.
    """

    CODE = "c"
    TITLE = "t"
    TOPICS = "o"
    AROUND = "a"
    SUMMARY = "s"
    BODY = "b"


class Strength(StrEnum):
    """How a form stands for a word: as written, without its marks, or as a stem."""

    EXACT = "e"
    FOLDED = "f"
    STEM = "s"


#: Fields of words; a code is no word.
WORDED = (Field.TITLE, Field.TOPICS, Field.SUMMARY, Field.AROUND, Field.BODY)
#: Words of a text beyond these are not indexed.
MOST_WORDS = 4000


def mark(field: Field, strength: Strength, form: str) -> str:
    """Return the token of a form: "te_kurs"."""
    return f"{field}{strength}_{form}"


def form_of(token: str) -> str:
    """Return strength and form of a token, wherever it stands: "e_kurs" of "te_kurs"."""
    return token[1:]


def tokens_of(texts: dict[Field, str], codes: Iterable[str]) -> frozenset[str]:
    """Return the tokens of a course from its texts and the codes of its occasions."""
    found = {mark(Field.CODE, Strength.EXACT, form) for code in codes for form in code_forms(code)}
    for field, text in texts.items():
        words = set(words_of(text)[:MOST_WORDS])
        found.update(*[_marks(field, word) for word in words])
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _marks(field: Field, text: str) -> tuple[str, ...]:
    """Return the tokens of one word in a field: courses share most of their words."""
    word = analyse_word(text)
    return (
        mark(field, Strength.EXACT, word.text),
        mark(field, Strength.FOLDED, word.folded),
        *(mark(field, Strength.STEM, stem) for stem in word.stems),
    )
