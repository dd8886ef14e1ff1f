"""What probes are told, whatever is wrong."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from wagtail.tasks import update_reference_index_task

from regions.clock import LEASE, tick
from regions.models import ClockLease, Region
from samkurs import health
from search.models import CatalogueVersion
from search.sync import engine
from tests import factories

SECRET = "password authentication failed for user samkurs at 10.0.0.7"
DATABASE_TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def ticked(db: None) -> ClockLease:
    now = timezone.now()
    return ClockLease.objects.create(name=LEASE, held_until=now, last_run=now)


@pytest.fixture
def worker(settings: object) -> None:
    """Leave tasks to a worker, as servers do."""
    settings.TASKS = DATABASE_TASKS


def broken(*args: object, **kwargs: object) -> None:
    raise OperationalError(SECRET)


def work() -> None:
    """Do as `db_worker --batch` does, without taking the signals of this process."""
    db_worker.Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    ).run()


def asked(client: Client, status: int) -> dict:
    """Return what /health/ says, and that it is kept nowhere and tells no secret."""
    response = client.get("/health/")
    assert response.status_code == status
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "no-store"
    assert SECRET not in response.content.decode()
    return response.json()


def test_all_is_well(client: Client, ticked: ClockLease, settings: object) -> None:
    CatalogueVersion.locked().advance()
    said = asked(client, 200)
    assert said.pop("clock")["status"] == "ok"
    assert said == {
        "status": "ok",
        "version": settings.VERSION,
        "database": {"status": "ok", "kind": connection.vendor},
        "cache": {"status": "ok"},
        "search": {
            "status": "ok",
            "engine": "database",
            "version": str(CatalogueVersion.current()),
        },
        "tasks": {"status": "ok", "backend": "immediate"},
    }


def test_it_is_the_same_in_every_language_and_for_head(client: Client, ticked: ClockLease) -> None:
    response = client.get("/health/", headers={"accept-language": "nb"})
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    head = client.head("/health/")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_answers_questions(method: str, db: None) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)("/health/")
    assert response.status_code == 405
    assert response["Cache-Control"] == "no-store"


def test_without_the_database_it_still_answers(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """This test may use no database: what is said here, is said without."""
    monkeypatch.setattr(connection, "cursor", broken)
    said = asked(client, 503)
    assert said["status"] == "down"
    assert said["database"] == {"status": "down"}
    assert [said[name] for name in ("search", "tasks", "clock")] == [{"status": "unknown"}] * 3
    assert SECRET in caplog.text  # why stands in the log


@pytest.mark.parametrize(
    ("name", "function", "status"),
    [
        ("cache", "cache.get", 503),
        ("search", "text_index", 503),
        ("tasks", "DBTaskResult.objects.failed", 200),
        ("clock", "ClockLease.objects.filter", 200),
    ],
)
@pytest.mark.usefixtures("ticked", "worker")
def test_each_part_may_be_down_alone(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    function: str,
    status: int,
) -> None:
    """Readers lose nothing by a worker or clock that is down; the server must not be taken away."""
    monkeypatch.setattr(f"samkurs.health.{function}", broken)
    said = asked(client, status)
    assert said["status"] == ("down" if status == 503 else "degraded")
    down = {part for part in said if isinstance(said[part], dict) and said[part]["status"] != "ok"}
    assert down == {name}


def test_a_read_model_that_was_never_built_is_told(
    client: Client, ticked: ClockLease, region: Region
) -> None:
    CatalogueVersion.objects.all().delete()
    assert asked(client, 200)["search"]["status"] == "ok"  # no course, nothing to find
    course = factories.make_distance_course(region)
    CatalogueVersion.objects.all().delete()
    said = asked(client, 200)
    assert (said["status"], said["search"]["status"]) == ("degraded", "empty")
    engine.update([course.pk])
    assert asked(client, 200)["status"] == "ok"


def test_a_clock_that_never_ticked_or_stopped_is_told(client: Client, db: None) -> None:
    ClockLease.objects.all().delete()
    said = asked(client, 200)
    assert said["status"] == "degraded"
    assert said["clock"] == {"status": "late", "last_run": None, "seconds_since": None}
    tick()
    assert asked(client, 200)["clock"]["status"] == "ok"
    ClockLease.objects.update(last_run=timezone.now() - health.PATIENCE - timedelta(seconds=2))
    said = asked(client, 200)
    assert (said["status"], said["clock"]["status"]) == ("degraded", "late")
    assert said["clock"]["seconds_since"] >= 602


class TestTasks:
    @pytest.fixture(autouse=True)
    def _prepared(self, ticked: ClockLease, worker: None) -> None:
        """Let a clock tick, so that tasks alone make the difference."""

    def enqueue(self, **changes: object) -> None:
        result = update_reference_index_task.enqueue("regions", "region", "0")
        DBTaskResult.objects.filter(pk=result.id).update(**changes)

    def test_none_waits(self, client: Client) -> None:
        assert asked(client, 200)["tasks"] == {
            "status": "ok",
            "backend": "database",
            "oldest_waiting_seconds": None,
            "failed": 0,
        }

    def test_one_waits_too_long(self, client: Client) -> None:
        self.enqueue()
        said = asked(client, 200)
        assert (said["status"], said["tasks"]["status"]) == ("ok", "ok")
        self.enqueue(enqueued_at=timezone.now() - timedelta(minutes=11))
        said = asked(client, 200)
        assert (said["status"], said["tasks"]["status"]) == ("degraded", "late")
        assert 660 <= said["tasks"]["oldest_waiting_seconds"] < 700

    def test_a_worker_runs_it_and_what_failed_is_counted(
        self, client: Client, region: Region, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # A worker of its own process renews its connection; this one is the test's.
        monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
        DBTaskResult.objects.all().delete()
        self.enqueue()  # a region that does not exist
        update_reference_index_task.enqueue("regions", "region", str(region.pk))
        work()
        states = sorted(DBTaskResult.objects.values_list("status", flat=True))
        assert states == ["FAILED", "SUCCESSFUL"]
        said = asked(client, 200)
        assert (said["status"], said["tasks"]["failed"]) == ("ok", 1)

    @pytest.mark.parametrize(
        ("status", "days", "kept"),
        [
            ("SUCCESSFUL", 0, True),
            ("SUCCESSFUL", 2, False),
            ("FAILED", 13, True),
            ("FAILED", 15, False),
            ("READY", 30, True),
        ],
    )
    def test_the_clock_tidies_what_is_done(self, status: str, days: int, kept: bool) -> None:
        DBTaskResult.objects.all().delete()
        then = timezone.now() - timedelta(days=days)
        finished = None if status == "READY" else then
        self.enqueue(status=status, enqueued_at=then, started_at=finished, finished_at=finished)
        assert tick() == []
        assert DBTaskResult.objects.exists() is kept


def test_it_costs_the_same_however_much_there_is(
    client: Client, ticked: ClockLease, worker: None, region: Region
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            asked(client, 200)
        return len(queries)

    factories.make_distance_course(region)
    CatalogueVersion.locked().advance()
    before = count()
    for _ in range(3):
        factories.make_distance_course(region)
        update_reference_index_task.enqueue("regions", "region", str(region.pk))
    assert count() == before <= 8


def test_the_answer_is_plain_json(client: Client, ticked: ClockLease) -> None:
    said = json.loads(client.get("/health/").content)
    for value in said.values():
        flat = value.values() if isinstance(value, dict) else [value]
        assert all(isinstance(each, (str, int, type(None))) for each in flat)
