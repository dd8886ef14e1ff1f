"""The real search server: kept in step with the read model, and asked by the site."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from catalogue.models import CoursePage
from catalogue.services import make_region_page
from regions.models import Region
from search import pending, reconcile
from search.engines.elastic import client, index, keeping, queries
from search.engines.elastic.client import LONG, ServerFailedError, ask
from search.engines.elasticsearch import BehindError
from search.engines.fallback import FallbackEngine
from search.models import CatalogueVersion, CourseEntry, PendingIndexing
from search.query import CourseQuery, FacetKey, Likeness, Sort
from tests import elastic as starter
from tests import factories
from tests.services import missing

from . import hostile
from .conftest import PATIENT, install, server_settings
from .random_choices import check_same

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("elastic")]


def a_query(**fields: object) -> CourseQuery:
    return CourseQuery(**{"language": "nb", "today": timezone.localdate()} | fields)


def titles(engine: FallbackEngine, **fields: object) -> list[str]:
    """Return what the server finds, having compared it with what the database does."""
    query = a_query(**fields)
    check_same(engine.server, engine.database, query)
    return [hit.summary.title for hit in engine.server.search(query).hits]


def command(*options: str) -> str:
    said = StringIO()
    call_command("rebuild_search", *options, stdout=said)
    return said.getvalue()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Callable) -> Callable:
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: object) -> Iterator[Region]:
    """Make a region with three courses, once, in a transaction that never ends well."""
    with django_db_blocker.unblock(), transaction.atomic():
        region = factories.make_region(name="Fjellregionen", slug="fjellregionen")
        for title in ("Demens", "Språk", "Vann"):
            factories.make_offering(region, title=title)
        factories.index_courses()
        yield region
        transaction.set_rollback(True)


@pytest.fixture
def courses(made: Region, elastic: FallbackEngine, db: None) -> list[CoursePage]:
    keeping.rebuild(lambda done, total: None)
    return list(CoursePage.objects.order_by("pk"))


def test_the_site_asks_it_and_finds_what_was_published_at_once(
    elastic: FallbackEngine, courses: list[CoursePage], committed: Callable
) -> None:
    assert not PendingIndexing.objects.exists()
    response = Client().get("/nb/courses/?q=demens")
    assert response["X-Search-Engine"] == "elasticsearch"
    assert "Demens" in response.content.decode()
    assert elastic.counts["elasticsearch"] == 1
    course = courses[0].specific
    course.title = "Palliasjon"
    with committed():
        course.save_revision().publish()
    assert titles(elastic, text="palliasjon") == ["Palliasjon"]
    assert titles(elastic, text="demens") == []
    with committed():
        course.unpublish()
    with committed():
        courses[1].delete()
    assert titles(elastic) == ["Vann"]
    assert keeping.differences().pages == []
    said = Client().get("/health/").json()["search_server"]
    assert (said["status"], said["courses"], said["waiting"]) == ("ok", 1, 0)


def test_while_it_has_not_been_told_of_a_change_the_database_answers(
    elastic: FallbackEngine, courses: list[CoursePage]
) -> None:
    elastic.database.update([courses[0].pk])
    assert elastic.search(a_query()).engine == "database"
    keeping.drain_all()
    assert elastic.search(a_query()).engine == "elasticsearch"


def test_each_reader_sees_one_page_of_a_course_whatever_becomes_of_the_others(
    elastic: FallbackEngine, courses: list[CoursePage], committed: Callable, made: Region
) -> None:
    make_region_page(made, "en")
    with committed():
        copy = courses[0].specific.copy_for_translation(Locale.objects.get(language_code="en"))
        copy.title = "Dementia"
        copy.save_revision().publish()
    seen = {language: titles(elastic, language=language) for language in ("nb", "sv", "en")}
    assert seen["nb"] == seen["sv"] == ["Demens", "Språk", "Vann"]
    assert sorted(seen["en"]) == ["Dementia", "Språk", "Vann"]
    like = Likeness(
        translation_key=courses[1].translation_key,
        language="en",
        today=timezone.localdate(),
        topics=frozenset(topic.slug for topic in courses[0].topics.all()),
    )
    assert elastic.server.beside(like) == elastic.database.beside(like)
    assert [hit.summary.title for hit in elastic.server.beside(like).hits] == ["Dementia"]
    own = replace(like, translation_key=courses[0].translation_key)
    assert elastic.server.beside(own) == elastic.database.beside(own)
    with committed():
        courses[0].delete()  # the source: everybody sees the translation now
    assert "Dementia" in titles(elastic, language="nb")
    assert keeping.differences().pages == []


def test_a_page_beyond_the_last_is_the_last_and_what_lies_deep_the_database_answers(
    elastic: FallbackEngine, courses: list[CoursePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in (-1, 0, 2, 3, 4, 10**30):
        check_same(elastic.server, elastic.database, a_query(page=page, page_size=1))
    monkeypatch.setattr(queries, "DEEPEST", 2)
    assert elastic.search(a_query(page=2, page_size=1)).engine == "elasticsearch"
    deep = elastic.search(a_query(page=3, page_size=1))
    assert (deep.engine, deep.page, len(deep.hits)) == ("database", 3, 1)
    assert elastic.counts["failed"] == 0


def test_what_comes_late_is_refused(elastic: FallbackEngine, courses: list[CoursePage]) -> None:
    pk = courses[0].pk
    (old,) = [each for _page, each in keeping.documents_of([pk])]
    for source, version in ((old | {"title": "alt"}, 5), (None, 6)):
        done = ask(lambda server, s=source, v=version: index.write(server, {pk: s}, {pk: v}))
        assert done.done == {pk}
    assert keeping.differences().pages == []


HOSTILE = [
    *('"', "'", "\\", "\x00", "\x1f", "%" * 5000, "a" * 10_000, "🙂" * 300, "\u202eabc", "æ" * 99),
    *("*", "?", "demens*", "de~2", "AND OR NOT", "_exists_:x", "title:demens", "{!x}", "[* TO *]"),
    *('{"match_all": {}}', "../../_search", "demens\r\n\r\n{}", "<script>", "${jndi:x}", "\ud800"),
    " ".join(f"ord{number}" for number in range(500)),
]


def test_any_text_is_only_text(elastic: FallbackEngine, courses: list[CoursePage]) -> None:
    for text in HOSTILE:
        check_same(elastic.server, elastic.database, a_query(text=text, sort=Sort.RELEVANCE))
        value = {FacetKey.TOPIC: frozenset({text}), FacetKey.STATE: frozenset({text, "open"})}
        check_same(elastic.server, elastic.database, a_query(choices=value))


def test_no_text_fails_or_takes_long(
    elastic: FallbackEngine, courses: list[CoursePage], record_property: Callable
) -> None:
    seconds, text = hostile.slowest(elastic.server, timezone.localdate())
    record_property("hostile texts", ["elasticsearch", seconds, text[:60]])
    assert seconds < 1, text
    assert elastic.counts["failed"] == 0


class TestRebuild:
    def test_it_mends_all_and_leaves_one_index(
        self, elastic: FallbackEngine, courses: list[CoursePage]
    ) -> None:
        before = ask(lambda server: index.holders(server, index.alias()))
        tamper(courses)
        assert "3 courses can be found" in command()
        after = ask(lambda server: index.holders(server, index.alias()))
        assert len(after) == 1
        assert after != before
        assert ask(lambda server: list(server.indices.get(index=f"{prefix()}*"))) == after
        assert titles(elastic, text="demens") == ["Demens"]

    def test_readers_keep_the_old_index_and_changes_reach_both(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        committed: Callable,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(keeping, "AT_ONCE", 1)
        seen = []

        def progress(done: int, total: int) -> None:
            seen.append((done, total))
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            keeping.rebuild(progress)
        assert titles(elastic) == ["Demens", "Språk", "Vann"]
        course = courses[0].specific
        course.title = "Palliasjon"
        with committed():
            course.save_revision().publish()
        with committed():
            courses[1].delete()
        assert titles(elastic) == ["Palliasjon", "Vann"]
        monkeypatch.setattr(elastic.database, "rebuild", None)  # it was through
        elastic.rebuild(lambda done, total: seen.append((done, total)), resume=True)
        assert seen == [(1, 3), (2, 3), (2, 2)]
        assert titles(elastic) == ["Palliasjon", "Vann"]
        assert keeping.differences().pages == []

    def test_a_second_one_goes_on_alone(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(keeping, "AT_ONCE", 1)

        def progress(done: int, total: int) -> None:
            if done == 1:
                keeping.rebuild(lambda done, total: None)

        with pytest.raises(keeping.RebuildTakenOverError):
            keeping.rebuild(progress)
        assert titles(elastic) == ["Demens", "Språk", "Vann"]


def prefix() -> str:
    return index.alias().rsplit("-", 2)[0] + "-"


def tamper(courses: list[CoursePage]) -> None:
    """Let one document be missing, one be another and one be needless."""
    first, second, _third = (course.pk for course in courses)
    (document,) = [each for _page, each in keeping.documents_of([second])]
    later = CatalogueVersion.objects.get().change + 1
    changed = {
        first: None,
        second: document | {"digest": 1, "check": 1},
        999_999: document | {"page": 999_999},
    }
    ask(lambda server: index.write(server, changed, dict.fromkeys(changed, later)))


class TestComparing:
    def test_all_is_well(self, elastic: FallbackEngine, courses: list[CoursePage]) -> None:
        assert command("--check") == "All is as it should be.\n"

    def test_what_differs_is_named_and_mended(
        self, elastic: FallbackEngine, courses: list[CoursePage]
    ) -> None:
        tamper(courses)
        first, second, third = (course.pk for course in courses)
        assert keeping.differences() == keeping.Differences([first], [second], [999_999])
        CourseEntry.objects.filter(page=third).update(title="Feil")
        said = StringIO()
        with pytest.raises(CommandError, match=r"^It differs\.$"):
            call_command("rebuild_search", check=True, stdout=said)
        assert said.getvalue().splitlines() == [
            f"1 rows differ from their pages: pages {third}",
            f"1 documents are missing on the search server: pages {first}",
            f"1 documents on the search server differ from their rows: pages {second}",
            "1 documents on the search server are needless: pages 999999",
        ]
        assert "All is as it should be." in command("--repair")
        assert reconcile.check().well
        assert titles(elastic) == ["Demens", "Språk", "Vann"]

    def test_the_clock_mends_by_itself_and_asks_little_where_all_is_well(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        tamper(courses)
        reconcile.keep_server()
        assert keeping.differences().pages == []
        monkeypatch.setattr(keeping, "differences", None)  # nobody need compare each
        reconcile.keep_server()

    def test_the_clock_tells_what_was_left_and_makes_an_index_where_none_is(
        self, elastic: FallbackEngine, courses: list[CoursePage]
    ) -> None:
        elastic.database.update([courses[0].pk])
        reconcile.keep_server()
        assert not PendingIndexing.objects.exists()
        (name,) = ask(lambda server: index.holders(server, index.alias()))
        ask(lambda server: server.indices.delete(index=name))
        assert elastic.search(a_query()).engine == "database"
        assert Client().get("/health/").json()["search_server"]["status"] == "empty"
        with pytest.raises(CommandError):
            command("--check")
        reconcile.keep_server()
        assert titles(elastic) == ["Demens", "Språk", "Vann"]

    def test_an_index_of_another_form_is_replaced(
        self, elastic: FallbackEngine, courses: list[CoursePage]
    ) -> None:
        (name,) = ask(lambda server: index.holders(server, index.alias()))

        def spoil(server: object) -> None:
            server.indices.delete(index=name)
            server.index(index=index.alias(), id="1", document={"moments": [{"first": "x"}]})

        ask(spoil, LONG)
        assert elastic.search(a_query()).engine == "database"
        reconcile.keep_server()
        assert titles(elastic) == ["Demens", "Språk", "Vann"]

    def test_the_clock_mends_rows_too(
        self, courses: list[CoursePage], monkeypatch: pytest.MonkeyPatch, elastic: FallbackEngine
    ) -> None:
        CourseEntry.objects.filter(page=courses[0].pk).update(title="Feil")
        CourseEntry.objects.filter(page=courses[1].pk).delete()
        monkeypatch.setattr(reconcile, "A_SLICE", 2)
        monkeypatch.setattr(reconcile.time, "time", lambda: 0.0)
        reconcile.keep_rows()
        monkeypatch.setattr(reconcile.time, "time", lambda: 60.0)
        reconcile.keep_rows()
        reconcile.keep_server()
        assert titles(elastic) == ["Demens", "Språk", "Vann"]


def test_stopped_and_started_again_it_is_asked_again_and_has_missed_nothing(
    search_node: starter.Node | None,
    elastic: FallbackEngine,
    courses: list[CoursePage],
    committed: Callable,
) -> None:
    if search_node is None:
        pytest.skip("the server that is named is not ours to stop")
    search_node.stop()
    try:
        course = courses[0].specific
        course.title = "Palliasjon"
        with committed():
            course.save_revision().publish()
        with committed():
            courses[1].delete()
        results = elastic.search(a_query())
        assert results.engine == "database"
        assert [hit.summary.title for hit in results.hits] == ["Palliasjon", "Vann"]
        assert pending.backlog()[0] == 2
    finally:
        search_node.start()
    reconcile.keep_server()  # as the clock does each minute
    assert titles(elastic) == ["Palliasjon", "Vann"]
    assert keeping.differences().pages == []
    elastic.breaker.succeeded()
    assert elastic.search(a_query()).engine == "elasticsearch"


@pytest.fixture
def three() -> Iterator[list[starter.Node]]:
    """Start a cluster of three."""
    try:
        with starter.nodes(3) as started:
            yield started
    except starter.ElasticsearchMissingError as reason:
        missing("Elasticsearch", str(reason))


@pytest.mark.cluster
def test_of_three_nodes_any_one_may_end_and_no_search_and_no_document_is_lost(
    three: list[starter.Node],
    made: Region,
    settings: object,
    monkeypatch: pytest.MonkeyPatch,
    committed: Callable,
) -> None:
    urls = ",".join(node.url for node in three)
    settings.ELASTICSEARCH = server_settings(urls, shards=2, replicas=1)
    monkeypatch.setattr(client, "PATIENCE", PATIENT)
    engine = FallbackEngine()
    install(engine, monkeypatch)
    keeping.rebuild(lambda done, total: None)
    courses = list(CoursePage.objects.order_by("pk"))
    for number, node in enumerate(three):
        _green()
        assert len(agreed(engine)) == len(courses)
        node.stop()
        # Each search is answered, by whoever can; each change is kept.
        for _ in range(5):
            assert engine.search(a_query()).total == len(courses)
        course = courses[number].specific
        course.title = f"Palliasjon {number}"
        with committed():
            course.save_revision().publish()
        assert engine.search(a_query(text="palliasjon")).total == number + 1
        # The two that are left go on by themselves.
        reconcile.keep_server()
        assert len(agreed(engine, text="palliasjon")) == number + 1
        node.start()
        _green()
        reconcile.keep_server()
        assert keeping.differences().pages == []
        assert len(agreed(engine, text="palliasjon")) == number + 1


def agreed(engine: FallbackEngine, **fields: object) -> list[str]:
    """Return what the servers find and the database too, as soon as one answers: in a minute."""
    until = time.monotonic() + 60
    while True:
        try:
            return titles(engine, **fields)
        except (ServerFailedError, BehindError):
            assert time.monotonic() < until
            reconcile.keep_server()
            time.sleep(0.5)


def _green() -> None:
    """Wait until every document is where it should be, twice."""
    ask(
        lambda server: server.options(ignore_status=408).cluster.health(
            wait_for_status="green", wait_for_nodes=">=3", timeout="25s"
        ),
        LONG,
    )
