"""A worker has read what searches need before its first reader comes, and starts in any case."""

from __future__ import annotations

import logging

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from search import readings
from search import warm as module
from search.lexicon import Lexicons
from search.sync import engine
from search.warm import warm
from tests import factories

from .test_sync import found


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the connection of the test open."""
    monkeypatch.setattr(module.connections, "close_all", lambda: None)


@pytest.mark.django_db
def test_the_first_reader_finds_all_read(region: object, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_offering(region, title="Demens")
    factories.index_courses()
    engine._snapshots.forget()
    monkeypatch.setattr(readings, "lexicons", Lexicons())
    warm()
    with CaptureQueriesContext(connection) as queries:
        assert found(text="demens") == ["Demens"]
    asked = " ".join(query["sql"] for query in queries)
    assert "search_catalogueword" not in asked
    assert '"search_courseentry"."moments"' not in asked


def test_a_server_starts_without_its_database(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(query: object) -> None:
        raise DatabaseError("secret of the row")

    monkeypatch.setattr(engine, "search", fail)
    with caplog.at_level(logging.WARNING):
        warm()
    assert "DatabaseError" in caplog.text
    assert "secret" not in caplog.text
