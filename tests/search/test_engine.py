"""What every engine must give: the hits and counts of brute force, for any choice of facets."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale

from catalogue.choices import Level, Place
from catalogue.models import CoursePage
from catalogue.services import make_region_page
from regions.models import Region, ServiceArea, TargetGroup, Topic
from search.engines import snapshot
from search.engines.database import DatabaseEngine
from search.models import CatalogueVersion, CourseEntry
from search.query import CourseQuery, FacetKey, Sort
from tests import factories, worlds

from . import brute

pytestmark = pytest.mark.django_db

WORDS = ("omsorg", "ledelse", "vannmiljø", "språk", "budsjett")


@pytest.fixture
def engine() -> DatabaseEngine:
    return DatabaseEngine()


def a_query(**fields: object) -> CourseQuery:
    return CourseQuery(**{"language": "nb", "today": timezone.localdate()} | fields)


@worlds.layer
def catalogue(region: Region) -> list[CoursePage]:
    """Two regions of courses that differ in everything, some of them translated."""
    pick = random.Random(7)
    other = factories.make_region(country="SE")
    terms = {
        model: [factories.make_term(model) for _ in range(4)]
        for model in (ServiceArea, TargetGroup, Topic)
    }
    providers = [factories.make_provider() for _ in range(3)]
    courses = []
    for number in range(24):
        make = pick.choice([factories.make_distance_course, factories.make_offering])
        credits_ = pick.choice([None, 0, Decimal(3), Decimal("7.5"), Decimal(15)])
        fields = {
            "title": f"{pick.choice(WORDS).capitalize()} {number}",
            "summary": f"Om {pick.choice(WORDS)} i praksis.",
            "credits": credits_,
            "credit_system": "stp" if credits_ else "none",
            "level": pick.choice(Level.values),
            "language": pick.choice(["nb", "nn", "sv"]),
            "provider": pick.choice(providers),
        }
        if make is factories.make_distance_course:
            fields["pace_percent"] = pick.choice([10, 25, 26, 50, 100])
        else:
            fields["place"] = pick.choice(Place.values)
        course = make(pick.choice([region, other]), **fields)
        course.service_areas.set(pick.sample(terms[ServiceArea], 2))
        course.target_groups.set(pick.sample(terms[TargetGroup], pick.randint(1, 3)))
        course.topics.set(pick.sample(terms[Topic], pick.randint(1, 2)))
        course.save_revision().publish()
        for _ in range(pick.randint(0, 3)):
            _occasion(course, pick)
        courses.append(course)
    make_region_page(region, "en")
    for course in courses[:3]:
        if course.locale.language_code == "nb":
            _translate(course)
    factories.make_offering(region, title="Kladd", live=False)
    return courses


@worlds.layer
def few(region: Region) -> list[CoursePage]:
    """One distance course and six offerings."""
    return [
        factories.make_distance_course(region, title="Omsorg på nett"),
        *(factories.make_offering(region, title=f"Omsorg {number}") for number in range(6)),
    ]


def _occasion(course: CoursePage, pick: random.Random) -> None:
    first = factories.in_days(pick.randint(-90, 90))
    factories.make_occasion(
        course,
        starts_on=first,
        ends_on=first + timedelta(days=pick.randint(1, 60)),
        apply_by=pick.choice([None, first - timedelta(days=pick.randint(1, 30))]),
        seats_total=pick.choice([None, 10]),
        seats_taken=pick.choice([0, 0, 10]),
        **pick.choice([{}, {}, {}, {"cancelled": True, "cancel_reason": "Få påmeldte"}]),
    )


def _translate(course: CoursePage) -> None:
    index = course.get_parent()
    english = Locale.objects.get(language_code="en")
    if not index.has_translation(english):
        return
    copy = course.specific.copy_for_translation(english)
    copy.title = f"{course.title} in English"
    copy.save_revision().publish()


def index_all(engine: DatabaseEngine) -> None:
    engine.update(list(CoursePage.objects.values_list("pk", flat=True)))


def found(engine: DatabaseEngine, query: CourseQuery) -> list[int]:
    """Return every hit, gathered page by page."""
    pages = engine.search(query).pages
    return [
        hit.page_id
        for number in range(1, pages + 1)
        for hit in engine.search(replace(query, page=number)).hits
    ]


def no_zeros(counts: dict) -> dict:
    some = {
        str(key): {value: number for value, number in values.items() if number}
        for key, values in counts.items()
    }
    return {key: values for key, values in some.items() if values}


def rest_of(query: CourseQuery, dropped: FacetKey) -> dict:
    return {key: values for key, values in query.choices.items() if key != dropped}


def random_choices(pick: random.Random, engine: DatabaseEngine) -> dict:
    offered = engine.search(a_query()).counts
    keys = pick.sample(list(FacetKey), pick.randint(0, 3))
    return {
        key: frozenset(
            pick.sample(sorted(offered[key]), pick.randint(1, min(2, len(offered[key]))))
        )
        for key in keys
        if offered.get(key)
    }


def test_random_choices_give_the_hits_and_counts_of_brute_force(
    engine: DatabaseEngine, catalogue: list, region: Region
) -> None:
    index_all(engine)
    slow = brute.load()
    pick = random.Random(11)
    some_hits = 0
    for _ in range(25):
        query = a_query(
            language=pick.choice(["nb", "sv", "en"]),
            choices=random_choices(pick, engine),
            scope=pick.choice([{}, {FacetKey.REGION: frozenset({region.slug})}]),
            sort=pick.choice([Sort.STATE, Sort.NEWEST]),
            text=pick.choice(["", "", *WORDS]),
            today=factories.in_days(pick.randint(-100, 100)),
            page_size=5,
        )
        assert found(engine, query) == slow.hits(query), query
        results = engine.search(query)
        assert no_zeros(results.counts) == slow.counts(query), query
        assert results.without_text == len(slow.hits(replace(query, text=""))), query
        assert results.without == {
            key: len(slow.hits(replace(query, choices=rest_of(query, key))))
            for key in query.choices
        }, query
        some_hits += bool(slow.hits(query))
    assert some_hits > 5


def test_a_facets_own_choice_does_not_narrow_its_counts(engine: DatabaseEngine, few: list) -> None:
    index_all(engine)
    open_counts = engine.search(a_query()).counts[FacetKey.TYPE]
    chosen = a_query(choices={FacetKey.TYPE: frozenset({"distance"})})
    assert engine.search(chosen).counts[FacetKey.TYPE] == open_counts
    assert engine.search(chosen).total == open_counts["distance"]


@pytest.mark.parametrize("page", [-1, 0, 99, 10**30])
def test_an_odd_page_is_the_nearest_there_is(engine: DatabaseEngine, few: list, page: int) -> None:
    index_all(engine)
    results = engine.search(a_query(page=page, page_size=5))
    assert results.page in {1, results.pages}
    assert results.hits


@pytest.mark.parametrize("text", ['"', "'", "\x00", "%", "NEAR(", "a" * 10_000, "!", "🙂"])
def test_any_text_is_only_text(engine: DatabaseEngine, few: list, text: str) -> None:
    index_all(engine)
    assert engine.search(a_query(text=text)).total == 0


def test_blanks_are_no_text(engine: DatabaseEngine, few: list) -> None:
    index_all(engine)
    assert engine.search(a_query(text=" \x1f\t ")).total == len(few)


def test_a_value_that_nobody_has_finds_nothing(engine: DatabaseEngine, few: list) -> None:
    index_all(engine)
    query = a_query(choices={FacetKey.TOPIC: frozenset({"finnes-ikke"})})
    assert engine.search(query).total == 0


def test_without_courses_there_is_an_empty_page(engine: DatabaseEngine, db: None) -> None:
    results = engine.search(a_query())
    assert (results.total, results.page, results.pages, results.hits) == (0, 1, 1, [])


def test_inflected_words_meet_and_the_title_weighs_most(
    engine: DatabaseEngine, region: Region
) -> None:
    body = factories.make_offering(region, title="Noe annet", summary="For ledere i kommunene.")
    title = factories.make_offering(region, title="Lederen og kommunen")
    factories.make_offering(region, title="Hygiene")
    index_all(engine)
    query = a_query(text="ledere kommuner", sort=Sort.RELEVANCE)
    assert found(engine, query) == [title.pk, body.pk]


def test_as_many_statements_however_many_courses(
    engine: DatabaseEngine, few: list, django_assert_max_num_queries: Callable
) -> None:
    index_all(engine)
    engine.search(a_query(text="hygiene"))  # builds what a worker keeps
    with django_assert_max_num_queries(2):
        engine.search(a_query(choices={FacetKey.TYPE: frozenset({"distance"})}))
    with django_assert_max_num_queries(4):
        engine.search(a_query(text="omsorg"))


def test_several_at_once_in_the_statements_of_one(
    engine: DatabaseEngine, few: list, django_assert_num_queries: Callable
) -> None:
    index_all(engine)
    queries = [
        a_query(choices={FacetKey.TYPE: frozenset({"offering"})}, page_size=4),
        a_query(page_size=0),
        a_query(sort=Sort.NEWEST, page=2, page_size=2),
    ]
    alone = [engine.search(query) for query in queries]
    assert [len(results.hits) for results in alone] == [4, 0, 2]
    with django_assert_num_queries(1):  # the cards were shown before
        assert engine.several(queries) == alone
    other = DatabaseEngine()
    other.search(a_query(page_size=0))  # builds what a worker keeps, and shows nothing
    with django_assert_num_queries(2):
        assert other.several(queries) == alone


def test_the_cards_that_are_kept_are_at_most_so_many(
    engine: DatabaseEngine,
    few: list,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable,
) -> None:
    index_all(engine)
    monkeypatch.setattr(snapshot, "MOST_SUMMARIES", 2)
    shown = engine.search(a_query(page_size=2)).hits
    every = engine.search(a_query(page_size=100)).hits  # as a saved search looks for its courses
    assert (every[:2], len(every) > 4) == (shown, True)
    with django_assert_num_queries(1):
        assert engine.search(a_query(page_size=2)).hits == shown
    kept = engine._snapshots.get(timezone.localdate()).summaries
    for page in (2, 3):
        engine.search(a_query(page_size=2, page=page))
        assert len(kept) == 2


def test_a_worker_sees_what_another_wrote(region: Region) -> None:
    one, two = DatabaseEngine(), DatabaseEngine()
    course = factories.make_offering(region)
    assert two.search(a_query()).total == 0
    one.update([course.pk])
    assert two.search(a_query()).total == 1
    course.unpublish()
    one.update([course.pk])
    assert two.search(a_query()).total == 0
    assert not CourseEntry.objects.exists()


def test_midnight_needs_no_update(engine: DatabaseEngine, region: Region) -> None:
    course = factories.make_offering(region)
    factories.make_occasion(course, apply_by=factories.in_days(1))
    engine.update([course.pk])
    version = CatalogueVersion.current()
    states = [
        engine.search(a_query(today=factories.in_days(days))).hits[0].status.state
        for days in (0, 1, 2, 30, 200)
    ]
    assert states == ["open", "open", "closed", "running", "finished"]
    assert CatalogueVersion.current() == version


def test_updating_again_changes_no_answer(engine: DatabaseEngine, few: list) -> None:
    index_all(engine)
    before = (found(engine, a_query()), engine.search(a_query()).counts)
    index_all(engine)
    assert (found(engine, a_query()), engine.search(a_query()).counts) == before


def test_indexing_asks_as_much_for_few_as_for_many(engine: DatabaseEngine, few: list) -> None:
    from django.db import connection  # the one in use

    def statements(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            engine.update(ids)
        return len(queries)

    ids = [course.pk for course in few]
    statements(ids)  # reads what is kept
    distance = [c.pk for c in few if type(c).__name__ == "DistanceCoursePage"]
    offerings = [pk for pk in ids if pk not in distance]
    assert statements([distance[0], offerings[0]]) == statements(ids)
