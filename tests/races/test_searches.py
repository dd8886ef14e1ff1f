"""Searches counted at the same time: none is lost, and none is opened more often than made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from search import synonyms
from search.asked.counting import Asked, Search, count, count_click, monday
from search.models import AskedFor, Synonym, SynonymVersion

from .threads import together

WORKERS, TURNS = 8, 12
DEMENS = Search("demens samtidig", "nb", "fjellet", "helse")


@pytest.fixture
def rows(db: None) -> Iterator[None]:
    yield
    AskedFor.objects.filter(text=DEMENS.text).delete()
    Synonym.objects.filter(note="samtidig").delete()


def test_no_search_is_lost_and_there_is_one_row(rows: None) -> None:
    def ask() -> None:
        for _turn in range(TURNS):
            count(Asked(DEMENS, found=False))
            count_click(DEMENS)
            count_click(DEMENS)

    together(*[ask] * WORKERS)
    row = AskedFor.objects.get(text=DEMENS.text)
    assert row.week == monday(timezone.localdate())
    assert row.total == row.without_hits == WORKERS * TURNS
    assert row.total / 2 < row.with_clicks <= row.total


def test_a_pair_is_made_once_and_seen_by_all(rows: None) -> None:
    def pair(number: int) -> None:
        for turn in range(TURNS):
            words = f"samtidig{number}nr{turn}"
            Synonym.objects.create(words=words, other_words=f"{words}x", note="samtidig")
            assert synonyms.current().of((words,)) == [(f"{words}x",)]

    before = SynonymVersion.current()
    together(*(lambda number=number: pair(number) for number in range(4)))
    assert SynonymVersion.current() != before
    said = synonyms.current()
    kept = Synonym.objects.filter(note="samtidig").values_list("words", "other_words")
    assert len(kept) == 4 * TURNS
    assert all(said.of((words,)) == [(other,)] for words, other in kept)
