"""The clock: every job, one tick at a time, and a dead clock holds nobody up for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from regions import clock
from regions.clock import LEASE, LEASE_TIME, ClockBusyError, lease, tick
from regions.management.commands import tick as command
from regions.models import Attempt, ClockLease, Region
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list]:
    """Put the test's own jobs in the place of the clock's."""
    own: list = []
    monkeypatch.setattr(clock, "JOBS", own)
    return own


def run(**options: object) -> str:
    out = StringIO()
    call_command("tick", stdout=out, **options)
    return out.getvalue()


class TestTick:
    def test_each_job_runs_once_in_order(self, jobs: list) -> None:
        seen: list[str] = []
        jobs += [(name, lambda name=name: seen.append(name)) for name in ("a", "b", "c")]
        assert tick() == []
        assert seen == ["a", "b", "c"]

    def test_a_job_that_fails_stops_no_other(
        self, jobs: list, caplog: pytest.LogCaptureFixture
    ) -> None:
        seen: list[str] = []
        jobs += [("first", lambda: 1 / 0), ("second", lambda: seen.append("second"))]
        with pytest.raises(CommandError, match=r"Failed: first\. The log says why\."):
            run()
        assert seen == ["second"]
        assert "a job of the clock failed: first" in caplog.text
        assert "ZeroDivisionError" in caplog.text

    def test_after_a_failure_the_next_tick_may(self, jobs: list) -> None:
        jobs.append(("first", lambda: 1 / 0))
        assert tick() == ["first"]
        jobs[:] = []
        assert tick() == []

    def test_it_is_noted_when(self, jobs: list) -> None:
        before = timezone.now()
        tick()
        assert before <= ClockLease.objects.get(name=LEASE).last_run <= timezone.now()


class TestLease:
    def test_two_at_once_are_one(self, jobs: list) -> None:
        said: list[str] = []
        jobs.append(("a tick within", lambda: said.append(run())))
        assert run() == ""
        assert said == ["Another clock is ticking.\n"]

    def test_it_is_let_go(self, jobs: list) -> None:
        with lease():
            assert ClockLease.objects.get(name=LEASE).held_until > timezone.now()
        assert ClockLease.objects.get(name=LEASE).held_until <= timezone.now()
        with lease():
            pass
        assert ClockLease.objects.count() == 1

    def test_a_dead_clock_holds_the_others_up_only_so_long(self, jobs: list) -> None:
        moment = timezone.now()
        ClockLease.objects.create(name=LEASE, held_until=moment + timedelta(minutes=9))
        with pytest.raises(ClockBusyError):
            tick()
        assert ClockLease.objects.get(name=LEASE).last_run is None
        ClockLease.objects.update(held_until=moment)
        assert tick() == []

    def test_each_job_has_the_whole_time(self, jobs: list) -> None:
        left: list[timedelta] = []

        def wear_down() -> None:
            held = ClockLease.objects.get(name=LEASE)
            left.append(held.held_until - timezone.now())

        jobs += [("one", wear_down), ("two", wear_down)]
        tick()
        assert all(each > LEASE_TIME - timedelta(seconds=30) for each in left)

    def test_whoever_was_too_slow_leaves_the_lease_to_the_next(self, jobs: list) -> None:
        """The second clock's lease is its own: the first neither runs on nor lets it go."""
        later = timezone.now() + timedelta(minutes=30)
        seen: list[str] = []
        jobs += [
            ("slow", lambda: ClockLease.objects.update(held_until=later)),
            ("next", lambda: seen.append("next")),
        ]
        with pytest.raises(ClockBusyError):
            tick()
        assert seen == []
        row = ClockLease.objects.get(name=LEASE)
        assert (row.held_until, row.last_run) == (later, None)


class TestEvery:
    @pytest.mark.parametrize("pause", [0, -1])
    def test_no_pause_is_refused(self, jobs: list, pause: int) -> None:
        jobs.append(("never", lambda: pytest.fail("it ticked")))
        with pytest.raises(CommandError, match=r"--every takes at least one second\."):
            run(every=pause)
        assert not ClockLease.objects.exists()

    def test_what_is_no_number_is_refused(self) -> None:
        with pytest.raises(CommandError, match="--every"):
            call_command("tick", "--every", "soon")

    def test_it_goes_on_whatever_fails(self, jobs: list, monkeypatch: pytest.MonkeyPatch) -> None:
        pauses: list[int] = []
        outcomes: list = [CommandError("Failed: first."), OperationalError("gone"), None]

        def once(self: object) -> None:
            if (outcome := outcomes.pop(0)) is not None:
                raise outcome

        def sleep(seconds: int) -> None:
            pauses.append(seconds)
            if not outcomes:
                raise KeyboardInterrupt

        monkeypatch.setattr(command.Command, "_once", once)
        monkeypatch.setattr(command, "close_old_connections", lambda: None)
        monkeypatch.setattr(command.time, "sleep", sleep)
        err = StringIO()
        call_command("tick", every=7, stderr=err)
        assert pauses == [7, 7, 7]
        assert err.getvalue() == ("Failed: first.\nThe clock could not tick. The log says why.\n")


class TestJobs:
    def test_a_page_is_published_and_taken_down_by_date(
        self, founded: Region, client: Client
    ) -> None:
        page = factories.make_distance_course(founded, live=False, title="Demensomsorg")
        page.go_live_at = timezone.now() + timedelta(hours=1)
        page.save_revision().publish()
        tick()
        page.refresh_from_db()
        assert not page.live
        assert client.get(page.url or page.get_url()).status_code == 404
        revision = page.scheduled_revision
        revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
        revision.content["go_live_at"] = None
        revision.save()
        tick()
        page.refresh_from_db()
        assert page.live
        assert "Demensomsorg" in client.get(page.url).text
        type(page).objects.filter(pk=page.pk).update(
            expire_at=timezone.now() - timedelta(minutes=1)
        )
        tick()
        page.refresh_from_db()
        assert (page.live, page.expired) == (False, True)
        assert client.get(page.url).status_code == 404

    def test_old_sessions_and_attempts_go(self) -> None:
        for age in (timedelta(days=-2), timedelta(days=2)):
            session = SessionStore()
            session.set_expiry(timezone.now() + age)
            session.save()
            Attempt.objects.create(key_hash="a" * 64, window_start=timezone.now() + age)
        tick()
        assert (Session.objects.count(), Attempt.objects.count()) == (1, 1)
