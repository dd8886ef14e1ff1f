"""Saved searches: of two looks at once one tells, and a reader is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from regions.models import Notice
from search.saved import daily, matching, services
from search.saved.models import Follower, KnownCourse, SavedSearch, SeenCourse

from .threads import together

EMAIL = "leder@nordfjell.example"


@pytest.fixture(autouse=True)
def _nothing_is_left(db: None) -> Iterator[None]:
    yield
    Follower.objects.all().delete()
    SeenCourse.objects.all().delete()
    Notice.objects.all().delete()


def ask() -> SavedSearch:
    return services.ask_to_confirm(EMAIL, language="nb", query="q=demens", words="demens")


def due(search: SavedSearch) -> Callable[[], bool]:
    """Return a look for the reader of a search, who is due."""
    now = timezone.now()
    Follower.objects.update(looked_at=now - timedelta(days=1))
    return partial(
        daily._look_for,
        search.follower_id,
        since=now - timedelta(hours=1),
        now=now,
        version=None,
        changed=lambda since: frozenset({1}),
    )


def test_asked_and_confirmed_at_once_it_is_one_reader_with_one_search() -> None:
    together(*[ask] * 5)
    search = SavedSearch.objects.get()
    together(*[partial(services.confirm, search)] * 4)
    assert SavedSearch.objects.running().get().follower == Follower.objects.get()


def test_of_looks_at_once_one_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    search = services.confirm(ask())
    found = frozenset(uuid4() for _ in range(3))
    monkeypatch.setattr(daily, "found_among", lambda query, pages: found)
    assert sum(map(bool, together(*[due(search)] * 4))) == 1
    assert KnownCourse.objects.filter(search=search).count() == 3
    assert Notice.objects.filter(kind="saved_news").count() == 1


def test_stopping_crosses_with_a_look_and_with_saving_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(daily, "found_among", lambda query, pages: frozenset({uuid4()}))

    def confirm(search: SavedSearch) -> None:
        with suppress(ObjectDoesNotExist):  # stopped: the page says so
            services.confirm(search)

    for _ in range(4):
        search = services.confirm(ask())
        look = due(search)
        stop = partial(services.stop_all, search.follower)
        together(look, stop, ask, partial(confirm, search), look)
        assert Follower.objects.count() <= 1
        Follower.objects.all().delete()


def test_changes_are_noted_at_once_without_a_failure(db: None) -> None:
    now = timezone.now()
    SeenCourse.objects.bulk_create(
        SeenCourse(page_id=number, digest="x", changed_at=now) for number in range(1, 50)
    )
    together(*[partial(matching.note_changes, now, now.date())] * 3)
    assert not SeenCourse.objects.exists()
