"""The listing follows whatever changes what readers may find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase
from django.utils import timezone
from wagtail.models import PageViewRestriction

from catalogue.models import CatalogueIndexPage, CoursePage
from regions.models import Region
from search import reconcile, sync
from search.engines import entries
from search.engines.elastic import keeping
from search.engines.elastic.client import ServerFailedError
from search.engines.text import text_index
from search.models import CatalogueVersion, CatalogueWord, CourseEntry, digest_of
from search.query import CourseQuery, FacetKey
from search.sync import engine
from search.tasks import update_courses
from tests import factories, worlds

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Callable) -> Callable:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def found(**fields: object) -> list[str]:
    query = CourseQuery(language="nb", today=timezone.localdate(), **fields)
    return [hit.summary.title for hit in engine.search(query).hits]


@worlds.layer
def course(region: Region) -> CoursePage:
    with TestCase.captureOnCommitCallbacks(execute=True):
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
    with committed(), committed():  # Wagtail tells of a new address when it is committed
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


def test_a_municipality_that_goes_to_another_region(region: Region, committed: Callable) -> None:
    with committed():
        elsewhere = factories.make_region()
        place = factories.make_municipality(region, name="Ledøya", slug="ledoya")
        factories.make_distance_course(region, title="Demens")
    choices = {FacetKey.MUNICIPALITY: frozenset({"ledoya"})}
    assert found(choices=choices) == ["Demens"]
    with committed():
        place.region = elsewhere
        place.save()
    assert found(choices=choices) == []


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
    assert not CourseEntry.objects.filter(page=gone.pk).exists()
    told = capsys.readouterr().out
    assert "2 of 2 courses" in told
    assert "1 courses can be found" in told
    CourseEntry.objects.update(title="Feil")
    call_command("rebuild_search", if_empty=True)
    assert CourseEntry.objects.get().title == "Feil"


def test_a_term_without_courses_gets_its_name(course: CoursePage, committed: Callable) -> None:
    before = CatalogueVersion.current()
    with committed():
        factories.make_term(factories.Topic)
    assert CatalogueVersion.current() != before


def test_many_courses_are_left_to_a_worker(
    course: CoursePage, committed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "AT_ONCE", 1)
    with committed():
        factories.make_offering(course.region, title="Palliasjon")
    enqueued: list[list[int]] = []
    monkeypatch.setattr(sync, "update_courses", SimpleNamespace(enqueue=enqueued.append))
    course.region.name = "Dalregionen"
    with committed():
        course.region.save()
    assert len(enqueued) == 2
    for batch in enqueued:
        update_courses.enqueue(batch)
    query = CourseQuery(language="nb", today=timezone.localdate())
    assert {hit.summary.region for hit in engine.search(query).hits} == {"Dalregionen"}


# Rebuilt beside what readers see -----------------------------------------------------------------
def rebuild_until(stop: int, **options: object) -> None:
    """Rebuild, interrupted when ``stop`` courses are done."""

    def progress(done: int, total: int) -> None:
        if done == stop:
            raise KeyboardInterrupt

    engine.rebuild(progress, **options)


@pytest.fixture
def several(course: CoursePage, committed: Callable, monkeypatch: pytest.MonkeyPatch) -> list:
    monkeypatch.setattr(entries, "FILLED", 1)
    with committed():
        more = [factories.make_offering(course.region, title=title) for title in ("A", "B")]
    return [course, *more]


def test_readers_see_the_old_index_until_the_new_one_is_whole(several: list) -> None:
    CourseEntry.objects.update(summary={**CourseEntry.objects.first().summary, "title": "Gammelt"})
    version = CatalogueVersion.current()
    with pytest.raises(KeyboardInterrupt):
        rebuild_until(2)
    assert CatalogueVersion.current() == version
    assert found() == ["Gammelt"] * 3
    assert found(text="demens") == ["Gammelt"]
    engine.rebuild(lambda done, total: None)
    assert sorted(found()) == ["A", "B", "Demens"]
    assert CourseEntry.objects.count() == 3


def test_a_change_during_a_rebuild_is_in_both(several: list, committed: Callable) -> None:
    with pytest.raises(KeyboardInterrupt):
        rebuild_until(3)
    course = several[0]
    course.title = "Palliasjon"
    with committed():
        course.save_revision().publish()
    assert sorted(found()) == ["A", "B", "Palliasjon"]
    with committed():
        several[1].unpublish()
    told: list[tuple[int, int]] = []
    engine.rebuild(lambda done, total: told.append((done, total)), resume=True)
    assert told == [(3, 3)]  # the page taken down while it went on; the others were done
    assert sorted(found()) == ["B", "Palliasjon"]
    assert found(text="palliasjon") == ["Palliasjon"]
    assert found(text="demens") == []


@pytest.fixture
def once_made(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Return a way to do something when rows of a page were made, and are not written yet."""
    make = entries._rows

    def when(page: CoursePage, act: Callable[[], object]) -> None:
        waiting = [act]

        def making(page_ids: list[int], slots: tuple[int, ...]) -> list[CourseEntry]:
            rows = make(page_ids, slots)
            if page.pk in page_ids and waiting:
                waiting.pop()()
            return rows

        monkeypatch.setattr(entries, "_rows", making)

    return when


def test_a_page_published_while_its_row_was_made_is_read_again(
    several: list, committed: Callable, once_made: Callable
) -> None:
    def publish() -> None:
        several[0].title = "Palliasjon"
        with committed():
            several[0].save_revision().publish()

    once_made(several[0], publish)
    engine.rebuild(lambda done, total: None)
    assert sorted(found()) == ["A", "B", "Palliasjon"]
    assert found(text="palliasjon") == ["Palliasjon"]


def test_a_page_deleted_while_its_row_was_made_has_none(several: list, once_made: Callable) -> None:
    once_made(several[1], several[1].delete)  # the version does not tell of it yet
    engine.rebuild(lambda done, total: None)
    rows = CourseEntry.objects.values_list("page_id", flat=True)
    assert sorted(rows) == sorted([several[0].pk, several[2].pk])


def test_a_rebuild_learns_words_and_forgets_them(several: list) -> None:
    CatalogueWord.objects.filter(text="demens").delete()
    CatalogueWord.objects.create(text="borte", kind="nb", digest=digest_of("borte", "nb"))
    engine.rebuild(lambda done, total: None)
    words = set(CatalogueWord.objects.values_list("text", "kind"))
    assert ("demens", "nb") in words
    assert ("borte", "nb") not in words


def test_a_second_rebuild_takes_over(several: list) -> None:
    def progress(done: int, total: int) -> None:
        if done == 1:
            engine.rebuild(lambda done, total: None)

    with pytest.raises(entries.RebuildTakenOverError):
        engine.rebuild(progress)
    assert sorted(found()) == ["A", "B", "Demens"]


def test_an_answer_between_two_rebuilds_is_whole(several: list) -> None:
    assert len(found()) == 3
    kept = engine._snapshots._kept
    engine.rebuild(lambda done, total: None)
    # A worker that read the version just before the rows went.
    current = CatalogueVersion.objects.get().token
    CatalogueVersion.objects.update(token=kept.version)
    assert len(found()) == 3
    CatalogueVersion.objects.update(token=current)
    assert len(found()) == 3


def test_the_command_tells_how_to_go_on(several: list, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "rebuild", interrupt)
    with pytest.raises(CommandError, match="--resume"):
        call_command("rebuild_search")


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (keeping.RebuildTakenOverError(), "Another rebuild has begun; it goes on alone."),
        (ServerFailedError("it is full"), "The search server failed: it is full. Readers are"),
    ],
)
def test_a_repair_that_cannot_go_on_says_why(
    course: CoursePage, monkeypatch: pytest.MonkeyPatch, stop: Exception, said: str
) -> None:
    CourseEntry.objects.all().delete()

    def stopped(findings: reconcile.Findings) -> None:
        raise stop

    monkeypatch.setattr(reconcile, "repair", stopped)
    with pytest.raises(CommandError, match=f"^{said}"):
        call_command("rebuild_search", repair=True, stdout=StringIO())


def test_what_was_written_does_not_wait_beside_the_index(
    several: list, django_assert_num_queries: Callable
) -> None:
    if connection.vendor != "postgresql":  # it has no such list, and nothing to ask
        with django_assert_num_queries(0):
            text_index().settle()
        return

    def waiting() -> int:
        """Return how many pages waited, and wait no more."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_text_words')")
            return cursor.fetchone()[0]

    assert waiting() == 0
    engine.rebuild(lambda done, total: None)
    assert waiting() == 0
    entries._replace([several[0].pk], (0, 1))
    assert waiting() > 0  # so it would be told
