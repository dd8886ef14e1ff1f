"""The rankings do well on the judged queries of development; all engines read and score alike."""

from __future__ import annotations

import pytest

from search.engines.database import DatabaseEngine
from search.models import CourseEntry
from search.query import CourseQuery, Sort

from .judged import TODAY, evaluate, queries
from .judged.load import load

pytestmark = pytest.mark.django_db


def test_judged_queries_are_answered_well() -> None:
    keys = load()
    engine = DatabaseEngine()
    engine.rebuild(lambda _done, _total: None)
    assert CourseEntry.objects.read().count() == len(keys)

    def rank(text: str, language: str) -> list[str]:
        query = CourseQuery(language=language, today=TODAY, text=text, sort=Sort.RELEVANCE)
        return [keys[hit.page_id] for hit in engine.search(query).hits]

    scores = evaluate(rank, queries())
    assert scores.ndcg >= 0.9, scores.worst()
    assert scores.empty >= 0.95, scores.not_empty
