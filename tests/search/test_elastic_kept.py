"""The real search server is kept in step with the read model: built anew, compared and mended."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from catalogue.models import CoursePage
from search import reconcile
from search.engines.elastic import client, index, keeping
from search.engines.elastic.client import LONG, ask
from search.engines.fallback import FallbackEngine
from search.models import CatalogueVersion, CourseEntry, PendingIndexing

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

    def test_of_two_that_begin_at_once_one_goes_on(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        # Nobody is seen, and another one begins at that moment.
        then_once(monkeypatch, index, "holders", lambda _found, server, _name: index.create(server))
        with pytest.raises(keeping.RebuildTakenOverError):
            keeping.rebuild(lambda done, total: None)
        held = ask(lambda server: list(server.indices.get(index=f"{prefix()}*")))
        assert len(held) == 2  # the live one, and that of who goes on
        keeping.rebuild(lambda done, total: None, resume=True)
        assert titles(elastic) == ["Demens", "Språk", "Vann"]

    def test_one_that_is_put_in_place_meanwhile_is_not_taken_away(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        first = ask(index.create, LONG)
        keeping.fill([course.pk for course in courses])
        # Who is being filled is seen, and put in place at that moment.
        then_once(
            monkeypatch,
            index,
            "holders",
            lambda _found, server, _: index.put_in_place(server, first),
        )
        with pytest.raises(keeping.RebuildTakenOverError):
            keeping.rebuild(lambda done, total: None)
        assert ask(lambda server: index.holders(server, index.alias())) == [first]
        with pytest.raises(keeping.RebuildTakenOverError):  # who had gone on with it comes late
            keeping._alone(lambda server: index.put_in_place(server, first))
        assert titles(elastic) == ["Demens", "Språk", "Vann"]
        assert index.leftovers(client.client()) == []
        ask(lambda server: server.indices.create(index=f"{first[:-6]}aaaaaa"), LONG)
        assert index.leftovers(client.client()) == []  # somebody may be about to name it
        ask(lambda server: server.indices.delete(index=f"{first[:-6]}aaaaaa"), LONG)

    def test_a_deletion_on_its_way_while_the_alias_moves_is_not_lost(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        committed: Callable,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        held = index.held
        ask(index.create, LONG)
        keeping.fill([course.pk for course in courses])

        def in_place(found: dict[str, str], server: object) -> None:
            """Let a rebuild that had read the row put its index in place."""
            index.put_in_place(server, found[index.building()])

        then_once(monkeypatch, index, "held", in_place)
        with committed():
            courses[0].delete()
        assert index.held is held
        reconcile.keep_server()
        assert titles(elastic) == ["Språk", "Vann"]
        assert keeping.differences().pages == []

    def test_the_server_knows_of_deletions_for_longer_than_a_write_takes(
        self, elastic: FallbackEngine, courses: list[CoursePage]
    ) -> None:
        (one,) = ask(lambda server: server.indices.get_settings(index=index.alias())).values()
        assert one["settings"]["index"]["gc_deletes"] == "1h"

    def test_indexes_of_older_forms_go_and_what_is_not_ours_stays(
        self, elastic: FallbackEngine, courses: list[CoursePage]
    ) -> None:
        old, others = f"{prefix()}courses-0123abcd-20260101000000-abcdef", f"{prefix()}courses"
        for name in (old, others):
            aliases = {f"{name[:-22]}": {}} if name == old else {}
            ask(lambda server, n=name, a=aliases: server.indices.create(index=n, aliases=a), LONG)
        keeping.rebuild(lambda done, total: None)
        left = ask(lambda server: list(server.indices.get(index=f"{prefix()}*")))
        ask(lambda server: server.indices.delete(index=others), LONG)
        assert (old in left, others in left, len(left)) == (False, True, 2)


def prefix() -> str:
    return index.alias().rsplit("-", 2)[0] + "-"


def then_once(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, happens: Callable
) -> None:
    """Let something happen once, with its answer, when a function has given it."""
    answer = getattr(module, name)

    def patched(*asked: object) -> object:
        found = answer(*asked)
        monkeypatch.setattr(module, name, answer)
        happens(found, *asked)
        return found

    monkeypatch.setattr(module, name, patched)


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

    def test_what_changes_during_a_comparison_is_no_difference(
        self,
        elastic: FallbackEngine,
        courses: list[CoursePage],
        committed: Callable,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        first, second, third = (course.specific for course in courses)

        def published(_expected: dict[int, int]) -> None:
            """Publish one and delete one, which the server is told."""
            first.title = "Palliasjon"
            with committed():
                first.save_revision().publish()
            with committed():
                second.delete()

        then_once(monkeypatch, keeping, "expected", published)
        assert keeping.differences() == keeping.Differences()
        (document,) = [each for _page, each in keeping.documents_of([third.pk])]
        changed = {third.pk: document | {"digest": 1}}
        later = CatalogueVersion.objects.get().change + 1
        ask(lambda server: index.write(server, changed, {third.pk: later}))
        assert keeping.differences() == keeping.Differences(other=[third.pk])
