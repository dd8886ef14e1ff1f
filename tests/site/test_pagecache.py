"""Listings are kept for readers who are not signed in, and never served when they are old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalogue.models import CatalogueIndexPage, CoursePage
from regions.models import Region, Topic
from tests import factories

pytestmark = pytest.mark.django_db
EVERYWHERE = "/nb/courses/"


@pytest.fixture(autouse=True)
def _kept(settings: object) -> None:
    settings.KEEP_PAGES = True
    caches["pages"].clear()


@pytest.fixture
def course(region: Region) -> CoursePage:
    course = factories.make_offering(region, title="Hygiene")
    factories.index_courses()
    return course


def text_of(address: str = EVERYWHERE, **headers: str) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_a_kept_page_is_the_same_for_one_statement(
    course: CoursePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    listing = CatalogueIndexPage.objects.first().url
    for address in (EVERYWHERE, listing, f"{EVERYWHERE}?place=onsite"):
        first = Client().get(address)
        with django_assert_num_queries(1):
            again = Client().get(address)
        assert again.content == first.content
        for name in ("Content-Type", "Content-Security-Policy", "Vary", "Content-Language"):
            assert again[name] == first[name], name
        assert (first["X-Search-Engine"], again["X-Search-Engine"]) == ("database", "kept")
        assert "Hygiene" in again.content.decode()


@pytest.mark.parametrize(
    "what", ["course", "occasion", "topic", "provider", "region", "listing", "gone"]
)
def test_whatever_changes_is_seen_at_once(
    course: CoursePage,
    what: str,
    django_capture_on_commit_callbacks: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listing = CatalogueIndexPage.objects.first()
    topic = Topic.objects.filter(courses=course).first() or Topic.objects.first()
    address = f"/nb/topics/{topic.slug}/" if what == "topic" else listing.url
    if what == "provider":
        address = f"/nb/providers/{course.provider.slug}/"
    before = text_of(address)
    with django_capture_on_commit_callbacks(execute=True):
        if what == "course":
            course.title = "Handhygiene"
            course.save_revision().publish()
        elif what == "occasion":
            factories.make_occasion(course, starts_on=factories.in_days(40))
        elif what == "topic":
            topic.name_nb = "Et annet navn"
            topic.save()
        elif what == "provider":
            monkeypatch.setattr("search.sync.update_soon", lambda _ids: None)
            course.provider.name = "Et annet navn"
            course.provider.save()
        elif what == "region":
            Region.objects.update(name="Et annet navn")
            Region.objects.get().save()
        elif what == "listing":
            listing.title = "Alle kursene"
            listing.save_revision().publish()
        else:
            course.delete()
    assert text_of(address) != before


def test_another_day_is_another_page(course: CoursePage, monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_occasion(course, starts_on=factories.in_days(20), apply_by=factories.in_days(3))
    factories.index_courses()
    before = text_of()
    later = timezone.localdate() + timedelta(days=5)
    monkeypatch.setattr(timezone, "localdate", lambda *_args: later)
    assert text_of() != before


def test_nobody_is_served_another_persons_page(course: CoursePage, region: Region) -> None:
    person = factories.make_member(region, "coordinator")
    client = Client()
    client.force_login(person)
    own = client.get(EVERYWHERE).content.decode()
    assert own != text_of()
    assert client.get(EVERYWHERE).content.decode() != text_of()


@pytest.mark.parametrize(
    "query",
    ["?q=hygiene", "?q=", "?utm=1", "?page=1", "?place=onsite&place=onsite"],
)
def test_only_the_one_address_of_a_plain_choice_is_kept(course: CoursePage, query: str) -> None:
    text_of(EVERYWHERE + query)
    assert not caches["pages"]._cache


def test_what_htmx_gets_is_not_kept(course: CoursePage) -> None:
    part = text_of(EVERYWHERE, **{"HX-Request": "true"})
    assert not caches["pages"]._cache
    assert text_of() != part
    assert text_of(EVERYWHERE, **{"HX-Request": "true"}) == part
