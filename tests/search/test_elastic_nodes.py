"""Real search servers that end and come back: nothing is lost, and readers are answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from catalogue.models import CoursePage
from regions.models import Region
from search import pending, reconcile
from search.engines.elastic import client, keeping
from search.engines.elastic.client import LONG, ServerFailedError, ask
from search.engines.elasticsearch import BehindError
from search.engines.fallback import FallbackEngine
from tests import elastic as starter
from tests.services import missing

from .conftest import PATIENT, install, server_settings
from .elastic_asked import a_query, titles

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("elastic")]


def test_stopped_and_started_again_it_is_asked_again_and_has_missed_nothing(
    search_node: starter.Node | None,
    elastic: FallbackEngine,
    courses: list[CoursePage],
    committed: Callable,
) -> None:
    if search_node is None:
        pytest.skip("the server that is named is not ours to stop")
    search_node.stop()
    try:
        course = courses[0].specific
        course.title = "Palliasjon"
        with committed():
            course.save_revision().publish()
        with committed():
            courses[1].delete()
        results = elastic.search(a_query())
        assert results.engine == "database"
        assert [hit.summary.title for hit in results.hits] == ["Palliasjon", "Vann"]
        assert pending.backlog()[0] == 2
    finally:
        search_node.start()
    reconcile.keep_server()  # as the clock does each minute
    assert titles(elastic) == ["Palliasjon", "Vann"]
    assert keeping.differences().pages == []
    elastic.breaker.succeeded()
    assert elastic.search(a_query()).engine == "elasticsearch"


@pytest.fixture
def three() -> Iterator[list[starter.Node]]:
    """Start a cluster of three."""
    try:
        with starter.nodes(3) as started:
            yield started
    except starter.ElasticsearchMissingError as reason:
        missing("Elasticsearch", str(reason))


@pytest.mark.cluster
def test_of_three_nodes_any_one_may_end_and_no_search_and_no_document_is_lost(
    three: list[starter.Node],
    made: Region,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    committed: Callable,
) -> None:
    urls = ",".join(node.url for node in three)
    settings.ELASTICSEARCH = server_settings(urls, shards=2, replicas=1)
    monkeypatch.setattr(client, "PATIENCE", PATIENT)
    engine = FallbackEngine()
    install(engine, monkeypatch)
    keeping.rebuild(lambda done, total: None)
    courses = list(CoursePage.objects.order_by("pk"))
    for number, node in enumerate(three):
        _green()
        assert len(agreed(engine)) == len(courses)
        node.stop()
        # Each search is answered, by whoever can; each change is kept.
        for _ in range(5):
            assert engine.search(a_query()).total == len(courses)
        course = courses[number].specific
        course.title = f"Palliasjon {number}"
        with committed():
            course.save_revision().publish()
        assert engine.search(a_query(text="palliasjon")).total == number + 1
        # The two that are left go on by themselves.
        reconcile.keep_server()
        assert len(agreed(engine, text="palliasjon")) == number + 1
        node.start()
        _green()
        reconcile.keep_server()
        assert keeping.differences().pages == []
        assert len(agreed(engine, text="palliasjon")) == number + 1


def agreed(engine: FallbackEngine, **fields: object) -> list[str]:
    """Return what the servers find and the database too, as soon as one answers: in a minute."""
    until = time.monotonic() + 60
    while True:
        try:
            return titles(engine, **fields)
        except (ServerFailedError, BehindError):
            assert time.monotonic() < until
            reconcile.keep_server()
            time.sleep(0.5)


def _green() -> None:
    """Wait until every document is where it should be, twice."""
    ask(
        lambda server: server.options(ignore_status=408).cluster.health(
            wait_for_status="green", wait_for_nodes=">=3", timeout="25s"
        ),
        LONG,
    )
