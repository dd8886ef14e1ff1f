"""The listing follows whatever changes what readers may find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from catalogue.models import CatalogueIndexPage, CoursePage
from regions.models import Region
from search.models import CourseEntry
from search.query import CourseQuery, FacetKey
from search.sync import engine
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Callable) -> Callable:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def found(**fields: object) -> list[str]:
    query = CourseQuery(language="nb", today=timezone.localdate(), **fields)
    return [hit.summary.title for hit in engine.search(query).hits]


@pytest.fixture
def course(region: Region, committed: Callable) -> CoursePage:
    with committed():
        return factories.make_offering(region, title="Demens")


def test_publishing_shows_and_taking_down_hides(course: CoursePage, committed: Callable) -> None:
    assert found() == ["Demens"]
    with committed():
        course.unpublish()
    assert found() == []
    assert not CourseEntry.objects.exists()
    with committed():
        course.save_revision().publish()
    assert found() == ["Demens"]


def test_a_draft_changes_nothing(course: CoursePage, committed: Callable) -> None:
    course.title = "Utkast"
    with committed():
        course.save_revision()
    assert found() == ["Demens"]
    assert found(text="utkast") == []


def test_an_edit_is_found_by_its_new_words(course: CoursePage, committed: Callable) -> None:
    course.title = "Palliasjon"
    with committed():
        course.save_revision().publish()
    assert found(text="palliasjon") == ["Palliasjon"]
    assert found(text="demens") == []


def test_deleting(course: CoursePage, committed: Callable) -> None:
    with committed():
        CoursePage.objects.get(pk=course.pk).delete()
    assert found() == []
    assert found(text="demens") == []


def test_moving_to_another_region(course: CoursePage, committed: Callable) -> None:
    other = factories.make_region()
    target = CatalogueIndexPage.objects.get(pk=factories.index_page(other).pk)
    with committed():
        course.move(target, pos="last-child")
    assert found(scope={FacetKey.REGION: frozenset({other.slug})}) == ["Demens"]
    assert found(scope={FacetKey.REGION: frozenset({"fjellregionen"})}) == []


def test_a_new_address_of_the_listing_is_that_of_its_courses(
    course: CoursePage, committed: Callable, region: Region
) -> None:
    index = factories.index_page(region)
    index.slug = "tilbud"
    with committed():
        index.save_revision().publish()
    query = CourseQuery(language="nb", today=timezone.localdate())
    (hit,) = engine.search(query).hits
    assert "/tilbud/" in hit.summary.url
    assert hit.summary.url == CoursePage.objects.get(pk=course.pk).url


def test_expiry_by_the_clock(course: CoursePage, committed: Callable) -> None:
    CoursePage.objects.filter(pk=course.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    with committed():
        call_command("publish_scheduled")
    assert found() == []


def test_an_occasion_and_whom_it_is_open_to(course: CoursePage, committed: Callable) -> None:
    def state() -> str:
        query = CourseQuery(language="nb", today=timezone.localdate())
        return str(engine.search(query).hits[0].status.state)

    assert state() == "unscheduled"
    with committed():
        occasion = factories.make_occasion(course)
    assert state() == "open"
    with committed():
        occasion.delete()
    assert state() == "unscheduled"


@pytest.mark.parametrize("what", ["provider", "topics"])
def test_a_new_name_is_found(course: CoursePage, committed: Callable, what: str) -> None:
    row = course.provider if what == "provider" else course.topics.first()
    if what == "provider":
        row.name = "Høgskolen i Fjellet"
    else:
        row.name_nb = "Høgskolen i Fjellet"
    with committed():
        row.save()
    assert found(text="fjellet") == ["Demens"]


def test_a_new_municipality_and_a_renamed_region(
    course: CoursePage, committed: Callable, region: Region
) -> None:
    with committed():
        distance = factories.make_distance_course(region, title="På nett")
    with committed():
        municipality = factories.make_municipality(region)
    choice = {FacetKey.MUNICIPALITY: frozenset({municipality.slug})}
    assert found(choices=choice) == ["På nett"]
    region.name = "Dalregionen"
    with committed():
        region.save()
    query = CourseQuery(language="nb", today=timezone.localdate())
    assert {hit.summary.region for hit in engine.search(query).hits} == {"Dalregionen"}
    assert distance.live


def test_a_closed_section_is_not_found(course: CoursePage, committed: Callable) -> None:
    with committed():
        closed = PageViewRestriction.objects.create(
            page=course.get_parent(), restriction_type=PageViewRestriction.LOGIN
        )
    assert found() == []
    with committed():
        closed.delete()
    assert found() == ["Demens"]


def test_what_is_rolled_back_is_not_found(course: CoursePage) -> None:
    course.title = "Angret"
    course.save_revision().publish()  # nothing is committed
    assert found() == ["Demens"]


def test_a_rebuild_mends_whatever_is_wrong(
    course: CoursePage, region: Region, capsys: pytest.CaptureFixture
) -> None:
    CourseEntry.objects.update(title="Feil", values="")
    gone = factories.make_offering(region, title="Borte", live=False)
    call_command("rebuild_search")
    assert found(text="demens") == ["Demens"]
    assert found(scope={FacetKey.REGION: frozenset({region.slug})}) == ["Demens"]
    assert not CourseEntry.objects.filter(pk=gone.pk).exists()
    told = capsys.readouterr().out
    assert "2 of 2 courses" in told
    assert "1 courses can be found" in told
    CourseEntry.objects.update(title="Feil")
    call_command("rebuild_search", if_empty=True)
    assert CourseEntry.objects.get().title == "Feil"
