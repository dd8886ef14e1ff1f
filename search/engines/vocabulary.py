"""The words that the catalogue has: learnt as rows are written, forgotten when no row has them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from time import sleep
from typing import TypeVar

from django.db import transaction

from ..analysis import fold
from ..models import CatalogueVersion, CatalogueWord, CourseEntry, digest_of
from ..query import FacetKey
from ..tokens import Field, Strength, mark
from .text import text_index

#: Words that are looked up and added at once, and rows that are read.
AT_ONCE = 1000
#: Words that are taken away at once, while nobody writes, and the seconds in which others get their
#: turn after that.
FORGOTTEN = 100
PAUSE = 0.02

#: A word and its kind, as ``CatalogueWord`` has them.
Pair = tuple[str, str]
#: The tokens and the values of a row.
Said = tuple[str, str]
Each = TypeVar("Each")

#: How tokens begin whose words are in the language of the course; and of the others, their kind.
_OWN = tuple(mark(field, Strength.EXACT, "") for field in (Field.TITLE, Field.SUMMARY, Field.BODY))
_AROUND = mark(Field.AROUND, Strength.EXACT, "")
_SHARED = {
    mark(Field.TOPICS, Strength.EXACT, ""): CatalogueWord.TERM,
    _AROUND: CatalogueWord.TERM,
    mark(Field.CODE, Strength.EXACT, ""): CatalogueWord.CODE,
}
_BEGINS = len(_AROUND)
#: Sorts after all that begin so, and before all others.
_AFTER = f"{_AROUND[:-1]}{chr(ord(_AROUND[-1]) + 1)}"
#: A shorter name is a word like others ("Os").
_SHORTEST_NAME = 3
#: In values, the language, and the addresses of places and of who gives the course: a name of one
#: word is that of its address, but for the marks.
_LANGUAGE = re.compile(rf"(?<!\S){FacetKey.LANGUAGE}:(\S+)")
_PLACES = re.compile(
    rf"(?<!\S)(?:{FacetKey.MUNICIPALITY}|{FacetKey.REGION}|{FacetKey.PROVIDER}):(\S+)"
)


def words_of_rows(rows: Iterable[Said]) -> set[Pair]:
    """Return the words and codes of rows, with their kinds. Tokens stand in their order."""
    by_language: dict[str, set[str]] = defaultdict(set)
    found: set[Pair] = set()
    for tokens, values in rows:
        own = tokens.split()
        by_language["".join(_LANGUAGE.findall(values))].update(own)
        places = set(_PLACES.findall(values))
        # They are sorted, so those of a field stand together.
        names = own[bisect_left(own, _AROUND) : bisect_left(own, _AFTER)]
        found.update(
            (name[_BEGINS:], CatalogueWord.PLACE)
            for name in names
            if len(name) >= _BEGINS + _SHORTEST_NAME and fold(name[_BEGINS:]) in places
        )
    for language, tokens in by_language.items():
        kinds = dict.fromkeys(_OWN, language) | _SHARED
        for token in tokens:
            if (kind := kinds.get(token[:_BEGINS])) is not None:
                found.add((token[_BEGINS:], kind))
    return found


def learn(words: Iterable[Pair]) -> None:
    """Add the words that the catalogue did not have. Two queries for each thousand."""
    for batch in _batches(sorted(words), AT_ONCE):
        known = CatalogueWord.objects.filter(text__in={text for text, _kind in batch})
        new = set(batch) - set(known.values_list("text", "kind"))
        CatalogueWord.objects.bulk_create(
            [
                CatalogueWord(text=text, kind=kind, digest=digest_of(text, kind))
                for text, kind in sorted(new)
            ],
            ignore_conflicts=True,
        )


def words_of_slot(slot: int) -> set[Pair]:
    """Return the words of all rows of a slot. One query."""
    rows = CourseEntry.objects.filter(slot=slot).values_list("tokens", "values")
    return words_of_rows(rows.iterator(chunk_size=AT_ONCE))


def forget_but(held: set[Pair]) -> None:
    """Take away the words that are not held.

    What is held was looked for while others wrote: what seems to go is looked at once more before
    it does, in batches in which nobody writes.
    """
    words = CatalogueWord.objects.values_list("pk", "text", "kind")
    gone = [(pk, text) for pk, text, kind in words if (text, kind) not in held]
    for batch in _batches(gone, FORGOTTEN):
        with transaction.atomic():
            CatalogueVersion.locked()
            asked = [
                tuple(mark(field, Strength.EXACT, text) for field in Field) for _pk, text in batch
            ]
            postings = text_index().postings(asked)
            unheld = [pk for (pk, _text), found in zip(batch, postings, strict=True) if not found]
            CatalogueWord.objects.filter(pk__in=unheld).delete()
        sleep(PAUSE)


def _batches(items: list[Each], size: int) -> Iterator[list[Each]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
