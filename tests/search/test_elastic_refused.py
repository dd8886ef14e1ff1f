"""A document that the real search server refuses for good: its course is found all the same."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.test import Client
from django.utils import timezone

from catalogue.models import CoursePage
from search import pending, reconcile
from search.engines.elastic import index, keeping, mapping
from search.engines.elastic.client import ServerFailedError, ask
from search.engines.elasticsearch import BehindError
from search.engines.fallback import FallbackEngine
from search.models import CourseEntry, PendingIndexing
from search.query import FacetKey, Likeness
from tests import factories

from . import brute
from .elastic_asked import a_query, command, titles
from .random_choices import check_same, queries

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("elastic")]

SAID = "strict_dynamic_mapping_exception"


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Return the pages whose documents have a field that the server does not know."""
    pages: set[int] = set()

    def document(entry: CourseEntry, shown: list[str]) -> dict:
        whole = mapping_document(entry, shown)
        return whole | {"surprise": "hemmelig"} if entry.page_id in pages else whole

    mapping_document = mapping.document
    monkeypatch.setattr(mapping, "document", document)
    return pages


@pytest.fixture
def refused(
    elastic: FallbackEngine, courses: list[CoursePage], odd: set[int], committed: Callable
) -> CoursePage:
    """Return a course that was published with such a document; the clock has ticked since."""
    other = factories.make_region(name="Dalregionen", slug="dalregionen")
    for title in ("Hygiene", "Sorg"):
        factories.make_offering(other, title=title)
    factories.index_courses()
    reconcile.keep_server()
    course = courses[0].specific
    odd.add(course.pk)
    publish(course, "Palliasjon", committed)
    # Nobody knows yet what is at fault: everything is the database's.
    assert elastic.search(a_query(scope=within("dalregionen"))).engine == "database"
    assert pending.refused() == {}
    reconcile.keep_server()
    return course


def publish(course: CoursePage, title: str, committed: Callable) -> None:
    course.title = title
    with committed():
        course.save_revision().publish()


def within(region: str) -> dict:
    return {FacetKey.REGION: frozenset({region})}


def test_it_is_set_aside_and_readers_find_it_by_whoever_has_it(
    elastic: FallbackEngine, refused: CoursePage, caplog: pytest.LogCaptureFixture
) -> None:
    assert pending.refused() == {refused.pk: SAID}
    assert refused.pk not in keeping._held(index.alias())  # nor as it was before
    found = elastic.search(a_query(text="palliasjon"))
    assert (found.engine, found.total) == ("database", 1)
    assert elastic.search(a_query(scope=within("fjellregionen"))).engine == "database"
    elsewhere = a_query(scope=within("dalregionen"), text="hygiene")
    assert elastic.search(elsewhere).engine == "elasticsearch"
    told = [each for each in caplog.get_records("setup") if each.name.startswith("search")]
    (line,) = [each.getMessage() for each in told if each.levelno == logging.ERROR]
    assert line.endswith(f"refuses 1 documents: [{refused.pk}] ({SAID})")
    assert not any("hemmelig" in each.getMessage() for each in told)
    said = Client().get("/health/").json()
    part = said["search_server"]
    assert (said["status"], part["status"]) == ("degraded", "incomplete")
    assert (part["refused"], part["waiting"]) == (1, 0)


def test_every_answer_of_the_server_is_the_databases(
    elastic: FallbackEngine, refused: CoursePage
) -> None:
    # One value that nothing else has: chosen elsewhere, it counts 0 on both.
    CourseEntry.objects.filter(page=refused.pk).update(
        values=CourseEntry.objects.read().get(page=refused.pk).values + " topic:only-this"
    )
    elastic.database._snapshots.forget()
    only = a_query(
        scope=within("dalregionen"), choices={FacetKey.TOPIC: frozenset({"only-this", "none"})}
    )
    assert check_same(elastic.server, elastic.database, only) == 0
    answered = 0
    asked = list(queries(brute.load(), count=60, seed=7, today=timezone.localdate()))
    for query in [replace(each, scope=within("dalregionen")) for each in asked[:30]] + asked[30:]:
        try:
            check_same(elastic.server, elastic.database, query)
            answered += 1
        except BehindError:
            assert query.scope != within("dalregionen")
    assert 30 <= answered < 60
    pages = {each.title: each.pk for each in CoursePage.objects.all()}
    assert titles(elastic, only=frozenset({pages["Vann"]})) == ["Vann"]
    some_day = within("fjellregionen") | {FacetKey.STATE: frozenset({"finished"})}
    for query in (a_query(only=frozenset(pages.values())), a_query(scope=some_day)):
        with pytest.raises(BehindError):
            elastic.server.search(query)
    like = Likeness(refused.translation_key, "nb", timezone.localdate())
    for likeness in (like, replace(like, scope=within("dalregionen"))):
        with pytest.raises(BehindError):  # its own translations are the database's too
            elastic.server.beside(likeness)
    key = CoursePage.objects.get(pk=pages["Sorg"]).translation_key
    beside = replace(like, translation_key=key, scope=within("dalregionen"))
    assert elastic.server.beside(beside) == elastic.database.beside(beside)


def test_it_is_told_again_when_it_changes_and_by_the_clock_when_its_time_has_come(
    elastic: FallbackEngine,
    refused: CoursePage,
    odd: set[int],
    committed: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "documents_of", None)  # nothing is sent before
        patched.setattr(keeping, "differences", None)  # and nothing need be compared
        reconcile.keep_server()
    PendingIndexing.objects.update(again_at=timezone.now())
    reconcile.keep_server()
    (row,) = PendingIndexing.objects.all()
    assert (row.refused, row.tries) == (SAID, 2)
    assert row.again_at - row.since == timedelta(minutes=10)
    publish(refused, "Sorgarbeid", committed)  # the editor's change did not mend it
    assert pending.standing().behind
    reconcile.keep_server()
    assert PendingIndexing.objects.get().tries == 1
    odd.clear()
    publish(refused, "Palliasjon", committed)
    assert pending.backlog() == (0, None, 0)
    assert titles(elastic, text="palliasjon") == ["Palliasjon"]


def test_a_rebuild_goes_on_without_it_and_a_repair_tells_it_once_more(
    elastic: FallbackEngine, refused: CoursePage, odd: set[int]
) -> None:
    command()
    assert pending.refused() == {refused.pk: SAID}
    assert not pending.standing().behind
    with pytest.raises(CommandError, match=r"^It differs\.$"):
        command("--check")
    with pytest.raises(CommandError, match=r"^It still differs\.$"):
        command("--repair")
    odd.clear()
    said = command("--repair")
    assert f"1 documents are refused by the search server: pages {refused.pk}\n" in said
    assert f"It said: {SAID}\n" in said
    assert said.endswith("All is as it should be.\n")
    assert titles(elastic, text="palliasjon") == ["Palliasjon"]


def test_where_it_refuses_many_it_is_the_index_that_is_wrong(
    elastic: FallbackEngine,
    courses: list[CoursePage],
    odd: set[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(keeping, "MOST_REFUSED", 1)
    odd |= {course.pk for course in courses[:2]}
    pending.mark(odd)
    reconcile.keep_server()
    assert "it refuses more than 1 documents" in caplog.text
    assert (pending.refused(), pending.standing().behind) == ({}, True)
    assert len(keeping._held(index.alias())) == 3  # what it had it keeps
    live = ask(lambda server: index.holders(server, index.alias()))
    with pytest.raises(ServerFailedError, match="more than 1"):
        keeping.rebuild(lambda done, total: None)
    assert ask(lambda server: index.holders(server, index.alias())) == live
    odd.clear()
    reconcile.keep_server()
    assert titles(elastic) == ["Demens", "Språk", "Vann"]
