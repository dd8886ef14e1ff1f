"""Two at once: what each sees of the other must not leave both wrong.

Rows are committed here, since threads see only what is, and taken away again. SQLite lets one
write at a time, so there the same tests say little; on PostgreSQL they fail without the locks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.utils import timezone

from regions.clock import LEASE, ClockBusyError, tick
from regions.models import (
    Attempt,
    ClockLease,
    Forum,
    Membership,
    Municipality,
    Region,
    RegionGroup,
    Role,
    User,
)
from regions.throttle import attempts, count_attempt
from tests import factories

from .bare import bare_region

HOUR = timedelta(hours=1)


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Let the tests here write for good, in place of a transaction that is undone."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture
def committed(db: None) -> Iterator[Region]:
    """Return a region that other connections see, and take it away with all that hangs on it."""
    region = bare_region("Samtidig")
    yield region
    Membership.objects.filter(region=region).delete()
    Forum.objects.filter(region=region).delete()
    groups = list(region.groups.values_list("group", flat=True))
    RegionGroup.objects.filter(region=region).delete()
    Group.objects.filter(pk__in=groups).delete()
    Municipality.objects.filter(region=region).delete()
    User.objects.filter(email__endswith="@together.example").delete()
    region.delete()
    Attempt.objects.filter(pk__gt=0).delete()
    ClockLease.objects.filter(pk__gt=0).delete()


def together(*actions: Callable[[], object]) -> list[object]:
    """Run ``actions`` at the same time, each with a connection of its own; return what came."""
    barrier = Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(position: int) -> None:
        barrier.wait(timeout=10)
        try:
            results[position] = actions[position]()
        except (ClockBusyError, ObjectDoesNotExist) as error:
            results[position] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=[position]) for position in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    return results


def slowly(action: Callable[[], object]) -> Callable[[], None]:
    """Do ``action`` in a transaction that stays open a while after it."""

    def run() -> None:
        with transaction.atomic():
            action()
            time.sleep(0.2)

    return run


def person() -> User:
    return factories.make_user(email=f"{time.monotonic_ns()}@together.example")


def test_a_role_held_twice_and_ended_twice_at_once_leaves_no_group(committed: Region) -> None:
    user = person()
    rows = [
        Membership.objects.create(
            user=user,
            region=committed,
            role=Role.EDITOR,
            municipality=factories.make_municipality(committed),
        )
        for _ in range(2)
    ]
    assert user.groups.count() == 1
    together(*(slowly(row.delete) for row in rows))
    assert not Membership.objects.filter(user=user).exists()
    assert user.groups.count() == 0


def test_two_roles_given_at_once_are_both_derived(committed: Region) -> None:
    user = person()

    def give(role: str) -> Callable[[], None]:
        return slowly(lambda: Membership.objects.create(user=user, region=committed, role=role))

    together(give(Role.EDITOR), give(Role.RESOURCE_AUTHOR))
    assert set(user.groups.values_list("region_group__role", flat=True)) == {
        "editor",
        "resource_author",
    }


def test_no_attempt_is_lost(committed: Region) -> None:
    counts = together(
        *(lambda: [count_attempt("a", "x", window=HOUR) for _ in range(5)] for _ in range(4))
    )
    assert sorted(number for each in counts for number in each) == list(range(1, 21))
    assert attempts("a", "x", window=HOUR) == 20


def test_one_clock_ticks(committed: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []

    def job() -> None:
        ran.append(1)
        time.sleep(0.3)

    monkeypatch.setattr("regions.clock.JOBS", [("job", job)])
    ClockLease.objects.create(name=LEASE, held_until=timezone.now())
    write = ClockLease.save

    def hesitate(self: ClockLease, **fields: object) -> None:
        time.sleep(0.2)
        write(self, **fields)

    monkeypatch.setattr(ClockLease, "save", hesitate)
    results = together(tick, tick, tick)
    assert ran == [1]
    assert sum(isinstance(each, ClockBusyError) for each in results) == 2
