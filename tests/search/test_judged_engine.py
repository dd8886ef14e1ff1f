"""The ranking does well on the judged queries of development, and no text makes it slow."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps

from search.engines.database import DatabaseEngine
from search.models import CourseEntry
from search.query import CourseQuery, Sort
from tests import worlds

from . import hostile
from .judged import TODAY, evaluate, queries
from .judged.load import load

pytestmark = pytest.mark.django_db


@worlds.layer
def judged_courses() -> dict[int, str]:
    """Make the judged courses and index them; return their keys by page."""
    keys = load()
    # A test that commits takes away what migrations wrote.
    import_module("search.migrations.0007_starting_synonyms").add(apps, None)
    DatabaseEngine().rebuild(lambda _done, _total: None)
    return keys


def test_judged_queries_are_answered_well(judged_courses: dict[int, str]) -> None:
    engine = DatabaseEngine()
    assert CourseEntry.objects.read().count() == len(judged_courses)

    def rank(text: str, language: str) -> list[str]:
        query = CourseQuery(language=language, today=TODAY, text=text, sort=Sort.RELEVANCE)
        return [judged_courses[hit.page_id] for hit in engine.search(query).hits]

    scores = evaluate(rank, queries())
    assert scores.ndcg >= 0.9, scores.worst()
    assert scores.empty >= 0.95, scores.not_empty


def test_no_text_fails_or_takes_long(
    judged_courses: dict[int, str], record_property: Callable
) -> None:
    seconds, text = hostile.slowest(DatabaseEngine(), TODAY)
    record_property("hostile texts", ["database", seconds, text[:60]])
    assert seconds < 1, text
