"""A region whose rows are committed, so that every thread's connection sees them.

SQLite lets one write at a time, so there nothing races: these tests are collected where the
database is PostgreSQL (`python -m tests.run` runs the suite on both).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection

from regions import tasks
from regions.models import (
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    Notice,
    ReferenceCounter,
    Region,
    RegionGroup,
    SeatHolder,
    ServiceArea,
    User,
)
from tests.regions.bare import bare_region

ON_POSTGRES = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
collect_ignore_glob = [] if ON_POSTGRES else ["test_*.py"]


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """Let the tests here write for good, in place of a transaction that is undone."""
    with django_db_blocker.unblock():
        yield
        connection.close()


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave notices in the outbox: what races here are rows, not mails."""
    monkeypatch.setattr(tasks, "send_notice", SimpleNamespace(enqueue=lambda key: None))


@pytest.fixture
def region(db: None) -> Iterator[Region]:
    """Return a bare region; afterwards take it away, others that were made, and what hangs on them.

    No page can be among that: what is left over would be there for every test that follows.
    """
    region = bare_region("Samtidig")
    yield region
    tables = ", ".join(
        f'"{model._meta.db_table}"'
        for label in ("needs", "forum")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    )
    with connection.cursor() as cursor:  # logs only grow: no queryset deletes them
        cursor.execute(f"TRUNCATE {tables} CASCADE")
    Notice.objects.all().delete()
    ReferenceCounter.objects.all().delete()
    SeatHolder.objects.all().delete()
    ForumSeat.objects.all().delete()
    Membership.objects.all().delete()
    Forum.objects.all().delete()
    groups = list(RegionGroup.objects.values_list("group", flat=True))
    RegionGroup.objects.all().delete()
    Group.objects.filter(pk__in=groups).delete()
    Municipality.objects.all().delete()
    ServiceArea.objects.all().delete()
    User.objects.filter(email__endswith="@samkurs.example").delete()
    Region.objects.all().delete()
