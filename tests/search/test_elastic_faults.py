"""Whatever the search server does: readers and editors are served in time, and nothing is lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.test.testcases import TestCase
from django.utils import timezone

from catalogue.models import CoursePage
from regions.models import Region
from regions.needs.suggestions import suggest
from search import reconcile
from search.engines import elasticsearch, fallback
from search.engines.breaker import FAILURES, Breaker, Position
from search.engines.elastic import client, keeping
from search.engines.elastic.client import ServerFailedError, ask
from search.engines.fallback import FallbackEngine
from search.models import PendingIndexing
from search.query import CourseQuery
from tests import factories

from .conftest import install, server_settings
from .standin import MODES, StandIn, standing_in

pytestmark = [pytest.mark.once, pytest.mark.xdist_group("faults")]

#: Seconds of patience in the table: that the usual ones are kept, a test of its own shows.
SHORT = 0.15
LISTING = "/nb/courses/?q=demens"


@dataclass
class World:
    region: Region
    course: CoursePage
    other: CoursePage


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: object) -> Iterator[World]:
    """Two courses, made once, in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        region = factories.make_region(name="Fjellregionen", slug="fjellregionen")
        courses = [factories.make_offering(region, title=title) for title in ("Demens", "Vann")]
        factories.index_courses()
        yield World(region, *courses)
        transaction.set_rollback(True)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with standing_in() as server:
        yield server


@pytest.fixture
def engine(
    world: World,
    stand_in: StandIn,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    db: None,
) -> FallbackEngine:
    """The engine of the whole site, on the server that misbehaves."""
    settings.ELASTICSEARCH = server_settings(stand_in.url)
    engine = FallbackEngine()
    install(engine, monkeypatch)
    return engine


def found(text: str = "") -> list[str]:
    """Return what the database finds."""
    query = CourseQuery(language="nb", today=timezone.localdate(), text=text)
    return sorted(hit.summary.title for hit in FallbackEngine().database.search(query).hits)


def read(url: str) -> None:
    response = Client().get(url)
    assert response.status_code == 200
    assert response["X-Search-Engine"] == "database"
    assert "Demens" in response.content.decode()


def search(world: World) -> None:
    read(LISTING)


def listing(world: World) -> None:
    read(factories.index_page(world.region).get_url())


def suggesting(world: World) -> None:
    assert [each.title for each in suggest("demens på sykehjem", world.region, 3)] == ["Demens"]


def course(world: World) -> None:
    response = Client().get(world.course.get_url())
    assert (response.status_code, "Demens" in response.content.decode()) == (200, True)


def publish(world: World) -> None:
    page = CoursePage.objects.get(pk=world.course.pk).specific
    page.title = "Palliasjon"
    with TestCase.captureOnCommitCallbacks(execute=True):
        page.save_revision().publish()
    assert found() == ["Palliasjon", "Vann"]
    assert PendingIndexing.objects.filter(pk=page.pk).exists()


def unpublish(world: World) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        CoursePage.objects.get(pk=world.course.pk).specific.unpublish()
    assert found() == ["Vann"]
    assert PendingIndexing.objects.filter(pk=world.course.pk).exists()


def delete(world: World) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        CoursePage.objects.get(pk=world.course.pk).delete()
    assert found() == ["Vann"]
    assert PendingIndexing.objects.filter(pk=world.course.pk).exists()


def rename(world: World) -> None:
    """Rename what many courses show."""
    world.region.name = "Dalregionen"
    with TestCase.captureOnCommitCallbacks(execute=True):
        world.region.save()
    assert PendingIndexing.objects.count() == 2


def rebuild(world: World) -> None:
    with pytest.raises(CommandError, match="The search server failed"):
        call_command("rebuild_search", stdout=StringIO())
    assert found() == ["Demens", "Vann"]


OPERATIONS = (search, listing, suggesting, course, publish, unpublish, delete, rename, rebuild)


class Waited:
    """How long the server was waited for, in all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 0.0
        for module in (client, keeping, elasticsearch):
            monkeypatch.setattr(module, "ask", self._timed(module.ask))

    def _timed(self, ask_: Callable) -> Callable:
        def timed(*args: object, **kwargs: object) -> object:
            begun = time.monotonic()
            try:
                return ask_(*args, **kwargs)
            finally:
                self.seconds += time.monotonic() - begun

        return timed


@pytest.mark.parametrize("mode", MODES)
def test_nobody_is_refused_or_waits(  # noqa: PLR0917  fixtures
    mode: str,
    world: World,
    stand_in: StandIn,
    engine: FallbackEngine,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stand_in.mode = mode
    settings.ELASTICSEARCH = server_settings(stand_in.url)
    monkeypatch.setattr(client, "PATIENCE", SHORT)
    monkeypatch.setattr(keeping, "LONG", SHORT)
    waited = Waited(monkeypatch)
    caplog.set_level(logging.INFO)
    for operation in OPERATIONS:
        engine.__init__()  # nobody has failed yet
        waited.seconds = 0.0
        point = transaction.savepoint()
        operation(world)
        transaction.savepoint_rollback(point)
        world.region.refresh_from_db()
        # A page of a course asks twice at most; a commit waits once, whatever it changed.
        assert waited.seconds < SHORT * 2 + 0.2, operation.__name__
        # The needs' suggestions ask the database; a rebuild says so itself; and what says of all
        # courses that they are none, may say so of those beside one.
        quiet = {suggesting, rebuild} | ({course} if mode == "counts wrong" else set())
        assert bool(engine.counts["failed"]) == (operation not in quiet)
    assert "the search server failed" in caplog.text
    told = [each for each in caplog.records if each.name.startswith(("search", "elastic"))]
    assert not any("demens" in each.getMessage().lower() for each in told)


def test_a_reader_waits_for_the_usual_patience_and_no_longer(
    stand_in: StandIn, engine: FallbackEngine
) -> None:
    """However the bytes come; and the threads that waited come back."""
    for mode in ("hanging", "dripping"):
        stand_in.mode = mode
        begun = time.monotonic()
        with pytest.raises(ServerFailedError):
            ask(lambda server: server.cluster.health())
        assert time.monotonic() - begun < client.PATIENCE + 0.3
    until = time.monotonic() + 3
    while client._threads._work_queue.qsize() or any(
        thread.is_alive() and not client._threads._idle_semaphore._value
        for thread in client._threads._threads
    ):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_log_says_what_a_search_was_refused_with(
    stand_in: StandIn, engine: FallbackEngine, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.mode = "index missing"
    engine.search(CourseQuery(language="nb", today=timezone.localdate()))
    assert "the search server failed: it refused a search with 404" in caplog.text


def test_who_fails_again_and_again_is_left_alone_then_tried(
    stand_in: StandIn, engine: FallbackEngine, settings: object
) -> None:
    stand_in.mode = "503"
    now = [0.0]
    engine.breaker = Breaker(clock=lambda: now[0])
    query = CourseQuery(language="nb", today=timezone.localdate())
    for _ in range(FAILURES + 5):
        assert engine.search(query).engine == "database"
    assert (stand_in.asked, engine.breaker.position) == (FAILURES, Position.OPEN)
    now[0] += 2.5
    engine.search(query)
    engine.search(query)
    assert stand_in.asked == FAILURES + 1  # one tried, and has to rest for longer
    now[0] += 2.5
    engine.search(query)
    assert stand_in.asked == FAILURES + 1
    assert engine.counts["database"] == FAILURES + 8


def test_health_tells_what_is_wrong_and_readers_stay(
    stand_in: StandIn, engine: FallbackEngine, world: World
) -> None:
    stand_in.mode = "503"
    PendingIndexing.objects.create(page_id=world.course.pk, change=1)
    response = Client().get("/health/")
    said = response.json()
    assert (response.status_code, said["status"]) == (200, "degraded")
    assert said["search_server"] == {
        "status": "down",
        "breaker": "closed",
        "waiting": 1,
        "refused": 0,
        "oldest_waiting_seconds": 0,
        "answered": 0,
        "answered_by_database": 0,
        "failed": 0,
    }


def test_what_the_database_answered_for_it_is_kept_and_counted_once(
    stand_in: StandIn, engine: FallbackEngine, world: World, settings: object
) -> None:
    settings.KEEP_PAGES = True
    caches["pages"].clear()
    stand_in.mode = "503"
    listing = factories.index_page(world.region).get_url()
    first = Client().get(listing)
    counted = [engine.counts[name] for name in ("database", "elasticsearch", "failed")]
    again = Client().get(listing)
    assert (first["X-Search-Engine"], again["X-Search-Engine"]) == ("database", "kept")
    assert again.content == first.content
    assert "Demens" in again.content.decode()
    assert counted == [engine.counts[name] for name in ("database", "elasticsearch", "failed")]
    assert counted[0] > 0
    assert Client().get("/health/").json()["search_server"]["status"] == "down"
    caches["pages"].clear()


def test_the_clock_does_not_fail_with_the_server(
    stand_in: StandIn, engine: FallbackEngine, caplog: pytest.LogCaptureFixture
) -> None:
    stand_in.mode = "reset"
    reconcile.keep_server()
    assert "could not be brought up to date" in caplog.text


def test_a_commit_tells_a_slow_server_once(
    engine: FallbackEngine, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, told = [0.0], []

    def drain(pages: list[int]) -> int:
        told.append(pages)
        now[0] += 0.4
        return 1

    monkeypatch.setattr(keeping, "drain", drain)
    monkeypatch.setattr(fallback.time, "monotonic", lambda: now[0])
    engine.writing = Breaker(failures=1, clock=lambda: now[0])
    for page in (world.course.pk, world.other.pk):
        engine.update([page])
    assert told == [[world.course.pk]]
    assert PendingIndexing.objects.filter(pk=world.other.pk).exists()
    now[0] += 3
    engine.update([world.other.pk])
    assert len(told) == 2
    assert engine.counts["failed"] == 0


def test_the_key_is_sent_and_told_to_nobody(
    stand_in: StandIn,
    engine: FallbackEngine,
    settings: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    stand_in.mode = "503"
    settings.ELASTICSEARCH = server_settings(stand_in.url, api_key="c2VjcmV0")
    engine.search(CourseQuery(language="nb", today=timezone.localdate()))
    assert "authorization: apikey c2vjcmv0" in stand_in.head.lower()
    assert "c2VjcmV0" not in Client().get("/health/").content.decode() + caplog.text


class TestBreaker:
    """A breaker by itself, with a clock of the test's."""

    def test_failures_have_to_be_in_a_row(self) -> None:
        breaker = Breaker()
        for _ in range(FAILURES * 2):
            assert breaker.allows()
            breaker.failed()
            breaker.succeeded()
        assert breaker.position == Position.CLOSED

    def test_one_tries_for_all_and_a_try_without_news_does_not_hold_up_the_next(self) -> None:
        now = [0.0]
        breaker = Breaker(failures=1, clock=lambda: now[0])
        assert breaker.failed()
        assert not breaker.allows()
        now[0] = 3.0
        assert [breaker.allows(), breaker.allows()] == [True, False]
        assert breaker.position == Position.TRYING
        now[0] = 6.0
        assert breaker.allows()
        breaker.passed()
        assert breaker.allows()
        breaker.succeeded()
        assert [breaker.allows(), breaker.allows()] == [True, True]

    def test_it_rests_for_longer_each_time_up_to_a_most(self) -> None:
        now = [0.0]
        breaker = Breaker(failures=1, clock=lambda: now[0])
        breaker.failed()
        rests = []
        for _ in range(7):
            begun = now[0]
            while not breaker.allows():
                now[0] += 0.5
            rests.append(now[0] - begun)
            breaker.failed()
        assert rests == [2, 4, 8, 16, 30, 30, 30]
