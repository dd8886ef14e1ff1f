"""The real search server, one for the session, and an engine that asks it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import count

import pytest
from django.db import transaction

from catalogue.models import CoursePage
from regions.models import Region
from search import sync
from search.engines import fallback
from search.engines.elastic import client, index, keeping
from search.engines.elastic.client import LONG, ask
from search.engines.fallback import FallbackEngine
from tests import elastic as starter
from tests import factories
from tests.services import missing

#: Modules that may not be imported yet and take the engine when they are.
ENGINE_USERS = (
    "search.management.commands.rebuild_search",
    "search.management.commands.generate_catalogue",
    "search.saved.matching",
    "search.synonyms.trying",
    "samkurs.health",
)
#: Seconds in which a real server answers while a slow machine does much else.
PATIENT = 10.0
#: Each test has indexes of its own.
_NUMBERS = count()


def server_settings(url: str, **changes: object) -> dict:
    """Return the settings of a server as ``samkurs.settings`` gives them."""
    return {
        "hosts": url.split(","),
        "api_key": None,
        "ca_certs": None,
        "prefix": f"test-{os.getpid()}-{next(_NUMBERS)}",
        "shards": 2,
        "replicas": 0,
        "refresh": "1s",
        **changes,
    }


def install(engine: FallbackEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that asks the engine ask this one."""
    # What is imported while another engine is in place would keep it.
    for module in ENGINE_USERS:
        import_module(module)
    before = sync.engine
    for module in list(sys.modules.values()):
        if getattr(module, "engine", None) is before:
            monkeypatch.setattr(module, "engine", engine)


@pytest.fixture(scope="session")
def search_node() -> Iterator[starter.Node | None]:
    """Yield a real node, None where a server is named that is not ours."""
    if os.environ.get("ELASTICSEARCH_URL"):
        yield None
        return
    try:
        with starter.nodes() as (node,):
            yield node
    except starter.ElasticsearchMissingError as reason:
        missing("Elasticsearch", str(reason))


@pytest.fixture(scope="session")
def search_server(search_node: starter.Node | None) -> str:
    """Return the address of a real server."""
    return search_node.url if search_node else os.environ["ELASTICSEARCH_URL"]


@pytest.fixture
def elastic(
    search_server: str, settings: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FallbackEngine]:
    """Yield an engine on an empty index of the real server; the whole site asks it."""
    settings.ELASTICSEARCH = server_settings(search_server)
    monkeypatch.setattr(client, "PATIENCE", PATIENT)
    monkeypatch.setattr(fallback, "SLOW", PATIENT)
    ask(lambda server: index.put_in_place(server, index.create(server)), LONG)
    engine = FallbackEngine()
    install(engine, monkeypatch)
    yield engine
    settings.ELASTICSEARCH = settings.ELASTICSEARCH | {"hosts": search_server.split(",")}
    ask(drop_all, LONG)


def drop_all(server: object) -> None:
    """Take away every index of the prefix in use."""
    for name in (index.alias(), index.building()):
        for held in index.holders(server, name):
            server.indices.delete(index=held)


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Callable) -> Callable:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: object) -> Iterator[Region]:
    """Make a region with three courses, once, in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        region = factories.make_region(name="Fjellregionen", slug="fjellregionen")
        for title in ("Demens", "Språk", "Vann"):
            factories.make_offering(region, title=title)
        factories.index_courses()
        yield region
        transaction.set_rollback(True)


@pytest.fixture
def courses(made: Region, elastic: FallbackEngine, db: None) -> list[CoursePage]:
    keeping.rebuild(lambda done, total: None)
    return list(CoursePage.objects.order_by("pk"))
