"""The real search server, asked by the site: it finds and counts what the database does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from catalogue.models import CoursePage
from catalogue.services import make_region_page
from regions.models import Region
from search.engines.elastic import index, keeping, queries
from search.engines.elastic.client import ask
from search.engines.fallback import FallbackEngine
from search.models import PendingIndexing
from search.query import CourseResults, FacetKey, Likeness, Sort

from . import hostile
from .elastic_asked import a_query, titles
from .random_choices import check_same

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.xdist_group("elastic")]


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


def test_several_questions_are_one_request(
    elastic: FallbackEngine, courses: list[CoursePage], caplog: pytest.LogCaptureFixture
) -> None:
    asked = [a_query(text="demens"), a_query(page_size=0), a_query(sort=Sort.NEWEST, page_size=2)]
    alone = [elastic.database.search(query) for query in asked]
    with caplog.at_level("INFO", logger="elastic_transport.transport"):
        answers = elastic.server.several(asked)
    assert len(caplog.records) == 1
    assert [each.total for each in answers] == [each.total for each in alone]
    assert [titles_of(each) for each in answers] == [titles_of(each) for each in alone]


def titles_of(results: CourseResults) -> list[str]:
    return [hit.summary.title for hit in results.hits]


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
