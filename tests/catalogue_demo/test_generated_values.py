"""What generated courses are: always the same, varied, in every state, and what rules ask for."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from uuid import uuid4

import pytest

from catalogue.generated.content import providers, read, vocabulary
from catalogue.generated.keys import MAX_NUMBER, MAX_SEED, is_code_of, key_of, number_of, seed_of
from catalogue.generated.timing import WEIGHTS, occasion_days
from catalogue.generated.values import Place, course_values
from catalogue.generated.writer import path_step
from catalogue.models import CourseOccasion, CoursePage
from catalogue.states import OccasionDates, OccasionState, occasion_status

TODAY = date(2026, 3, 4)
PLACES = [
    Place("nb", "NO", (("aa", "Aa"), ("bo", "Bø"), ("fa", "Få"))),
    Place("sv", "SE", (("sala", "Sala"), ("lund", "Lund"))),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_seed_gives_the_same_course_again_and_another_seed_another(place: Place) -> None:
    first = [course_values(7, number, place, TODAY) for number in range(50)]
    assert first == [course_values(7, number, place, TODAY) for number in range(50)]
    assert first != [course_values(8, number, place, TODAY) for number in range(50)]


def test_another_day_changes_the_days_alone() -> None:
    now = course_values(7, 3, PLACES[0], TODAY)
    later = course_values(7, 3, PLACES[0], TODAY + timedelta(days=30))
    assert (now.fields, now.terms, now.slug) == (later.fields, later.terms, later.slug)
    assert [row["code"] for row in now.occasions] == [row["code"] for row in later.occasions]


@pytest.mark.parametrize("place", PLACES)
def test_courses_differ_and_fit_their_fields(place: Place) -> None:
    courses = [course_values(1, number, place, TODAY) for number in range(800)]
    assert len({each.fields["title"] for each in courses}) > 400
    for name in ("title", "summary", "outcomes", "prerequisites", "byod_instructions"):
        longest = CoursePage._meta.get_field(name).max_length
        assert all(len(each.fields.get(name, "")) <= longest for each in courses), name
    assert len({each.provider for each in courses}) == sum(
        row["country"] == place.country for row in providers().values()
    )
    assert {len(each.occasions) for each in courses} == {0, 1, 2, 3, 4}
    kinds = Counter(each.distance for each in courses)
    assert min(kinds.values()) > 200
    for each in courses:
        assert all(each.terms.values())
        if each.fields.get("credits"):
            assert providers()[each.provider]["is_higher_education"]
        if not each.distance:
            assert each.host in each.participating
            assert len(each.participating) >= 2


def test_a_region_of_one_municipality_shares_nothing() -> None:
    place = Place("nb", "NO", (("aa", "Aa"),))
    assert all(course_values(1, number, place, TODAY).distance for number in range(60))


@pytest.mark.parametrize("state", OccasionState)
def test_an_occasion_is_in_the_state_that_was_picked(state: OccasionState) -> None:
    pick = Random(5)
    for day in range(0, 730, 3):
        today = TODAY + timedelta(days=day)
        for study in (True, False):
            days = occasion_days(pick, state, today, study=study)
            dates = OccasionDates(
                **days,
                seats_total=10,
                seats_taken=10 if state == OccasionState.FULL else 0,
                cancelled=state == OccasionState.CANCELLED,
            )
            assert occasion_status(dates, today).state == state, (today, days)
            occasion = CourseOccasion(code="x", **days)
            occasion.clean()
    assert WEIGHTS[state] > 0


def test_every_address_in_the_content_is_known() -> None:
    topics = read("topics")["topics"]
    assert {row["slug"] for row in topics} == set(vocabulary()["topics"])
    assert len(topics) == 40
    for row in topics:
        assert set(row["areas"]) <= set(vocabulary()["service_areas"])
        assert set(row["targets"]) <= set(vocabulary()["target_groups"])
        for language in ("nb", "sv"):
            assert len(row[language]["subjects"]) == len(row[language]["skills"]) == 3
    assert set(read("nb")) == set(read("sv"))
    assert len(providers()) == 20


def test_a_key_says_seed_and_number_and_lies_apart_from_others() -> None:
    for seed, number in ((0, 0), (1, 9), (MAX_SEED, MAX_NUMBER)):
        key = key_of(seed, number)
        assert (seed_of(key), number_of(key)) == (seed, number)
        assert (key.version, key.variant) == (8, "specified in RFC 4122")
    first, last = key_of(0, 0), key_of(MAX_SEED, MAX_NUMBER)
    assert not any(first <= uuid4() <= last for _ in range(1000))
    for seed, number in ((-1, 0), (MAX_SEED + 1, 0), (0, MAX_NUMBER + 1)):
        with pytest.raises(ValueError, match="No such seed"):
            key_of(seed, number)


def test_a_code_belongs_to_one_course() -> None:
    assert is_code_of("g1-12-1", key_of(1, 12))
    assert not is_code_of("g1-12-1", key_of(1, 1))
    assert not is_code_of("4711-1", key_of(1, 12))


def test_paths_go_on_as_the_tree_writes_them() -> None:
    assert [path_step(number) for number in (1, 35, 36, 36**4 - 1)] == [
        "0001",
        "000Z",
        "0010",
        "ZZZZ",
    ]
    with pytest.raises(OverflowError):
        path_step(36**4)
