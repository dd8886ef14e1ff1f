"""What the search server has yet to be told, on either database and without a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from catalogue.models import CoursePage
from catalogue.services import make_region_page
from regions.models import Region
from search import pending
from search.engines.database import DatabaseEngine
from search.models import CatalogueVersion, PendingIndexing
from tests import factories

from .conftest import server_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(region: Region, settings: object) -> list[int]:
    """A course in two languages, and another one; nobody was told of them."""
    make_region_page(region, "en")
    course = factories.make_offering(region, title="Demens")
    other = factories.make_offering(region, title="Vann")
    copy = course.specific.copy_for_translation(Locale.objects.get(language_code="en"))
    copy.save_revision().publish()
    settings.ELASTICSEARCH = server_settings("http://127.0.0.1:1")
    return [course.pk, copy.pk, other.pk]


def test_a_change_waits_with_its_translations_and_the_latest_counts(family: list[int]) -> None:
    assert not pending.standing().behind
    course, copy, other = family
    engine = DatabaseEngine()
    engine.update([course])
    first = CatalogueVersion.objects.get().change
    assert pending.waiting(10) == {course: first, copy: first}
    assert pending.standing() == (CatalogueVersion.current(), True, False)
    engine.update([copy, other])
    second = CatalogueVersion.objects.get().change
    assert second > first
    assert pending.waiting(10) == dict.fromkeys(family, second)
    assert list(pending.waiting(1, [other])) == [other]
    # Told of as of the first change: all have changed since.
    pending.done(dict.fromkeys(family, first))
    assert pending.backlog()[0] == 3
    pending.done({course: second, other: first})
    assert set(pending.waiting(10)) == {copy, other}


def test_what_is_rolled_back_does_not_wait(family: list[int]) -> None:
    point = transaction.savepoint()
    DatabaseEngine().update(family)
    assert pending.backlog()[0] == 3
    transaction.savepoint_rollback(point)
    assert pending.backlog() == (0, None, 0)


def test_when_a_page_goes_its_translations_wait_too(
    family: list[int], django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks() as afterwards:
        CoursePage.objects.get(pk=family[0]).delete()
    # From the deletion on: its row went with it, so the server must not answer for a moment.
    at_first = pending.waiting(10)
    assert set(at_first) == set(family[:2])
    for callback in afterwards:
        callback()
    assert set(pending.waiting(10)) == set(family[:2])
    assert all(change > at_first[page] for page, change in pending.waiting(10).items())


def test_without_a_server_nothing_is_written(family: list[int], settings: object) -> None:
    settings.ELASTICSEARCH = None
    DatabaseEngine().update(family)
    assert not PendingIndexing.objects.exists()


def test_what_is_refused_for_good_rests_longer_each_time_and_nobody_waits_with_it(
    family: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    course, copy, other = family
    engine = DatabaseEngine()
    engine.update([course, other])
    change = CatalogueVersion.objects.get().change
    pending.done({course: change})
    pending.set_aside({copy: change, other: change - 1}, {copy: "odd", other: "odd"})
    assert pending.refused() == {copy: "odd"}  # the other one has changed since
    assert pending.standing()[1:] == (True, True)
    pending.done({other: change})
    assert pending.standing()[1:] == (False, True)
    assert pending.backlog() == (0, None, 1)
    now, rests = timezone.now(), []
    monkeypatch.setattr(timezone, "now", lambda: now)
    for _ in range(12):
        pending.set_aside({copy: change}, {copy: "odd"})
        due = PendingIndexing.objects.get().again_at
        rests.append((due - now) / timedelta(minutes=1))
        assert pending.waiting(10) == pending.waiting(10, again=True) == {}
        now = due
        assert pending.waiting(10, again=True) == {copy: change}
    assert rests == [10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440, 1440, 1440]
    pending.set_aside({copy: change}, {copy: "odd"})
    pending.try_again()
    assert pending.waiting(10, again=True) == {copy: change}
    engine.update([course])  # whatever changes of it, or of its translations
    assert pending.refused() == {}
    assert pending.waiting(10).keys() == {course, copy}


def test_a_change_comes_after_what_was_mended_on_a_host_whose_clock_is_ahead(
    family: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its document would be refused as the older one, and be taken for done."""
    course = family[0]
    with monkeypatch.context() as ahead:
        later = timezone.now() + timedelta(seconds=30)
        ahead.setattr(timezone, "now", lambda: later)
        pending.mark([course])
    mended = pending.waiting(10)[course]
    DatabaseEngine().update([course])
    assert pending.waiting(10)[course] > mended
