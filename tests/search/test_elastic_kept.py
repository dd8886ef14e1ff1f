"""The real search server is kept in step with the read model: built anew, compared and mended."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from catalogue.models import CoursePage
from search import reconcile
from search.engines.elastic import index, keeping
from search.engines.elastic.client import LONG, ask
from search.engines.fallback import FallbackEngine
from search.models import CourseEntry, PendingIndexing

from .elastic_asked import a_query, command, tamper, titles

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("elastic")]


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
