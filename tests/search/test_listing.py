"""The plain listing of a region's courses."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.models import CourseOccasion, CoursePage
from catalogue.presenters.courses import cards, rank
from catalogue.states import OccasionState
from search import forms
from tests import factories, worlds
from tests.catalogue.occasion_cases import CASES, TODAY, Case, as_fields, expected

pytestmark = pytest.mark.django_db

STATES = {
    OccasionState.OPEN: {"apply_by": 5},
    OccasionState.LATE: {"apply_by": -1, "late_apply_by": 5},
    OccasionState.ANNOUNCED: {"apply_from": 5, "apply_by": 8},
    OccasionState.FULL: {"apply_by": 5, "seats_total": 4, "seats_taken": 4},
    OccasionState.RUNNING: {"starts_on": -5, "ends_on": 5, "apply_by": None},
    OccasionState.CLOSED: {"apply_by": -1},
    OccasionState.UNSCHEDULED: {"starts_on": None, "ends_on": None, "apply_by": None},
    OccasionState.FINISHED: {"starts_on": -9, "ends_on": -5, "apply_by": None},
    OccasionState.CANCELLED: {"cancelled": True, "cancel_reason": "Snø"},
}


def course_in(region: object, state: OccasionState, **fields: object) -> object:
    course = factories.make_offering(region, title=state.value, **fields)
    days = {
        name: factories.in_days(value)
        if isinstance(value, int) and not isinstance(value, bool) and not name.startswith("seats")
        else value
        for name, value in STATES[state].items()
    }
    factories.make_occasion(course, **days)
    return course


def shown(region: object, **query: object) -> list[str]:
    factories.index_courses()
    response = Client().get(factories.index_page(region).get_url(), query)
    assert response.status_code == 200
    return [card.title for card in response.context["courses"]]


def test_the_order_is_that_of_the_states(region: object) -> None:
    for state in reversed(OccasionState):
        course_in(region, state)
    assert shown(region) == [state.value for state in OccasionState]


def test_within_a_state_the_nearest_day_comes_first_then_the_title(region: object) -> None:
    for title, days in (("Ø", 5), ("b", 3), ("A", 3), ("Å", 9)):
        course = factories.make_offering(region, title=title)
        factories.make_occasion(course, apply_by=factories.in_days(days))
    assert shown(region) == ["A", "b", "Ø", "Å"]


def test_a_course_stands_once_by_its_best_occasion(region: object) -> None:
    course = course_in(region, OccasionState.CLOSED)
    factories.make_occasion(course, apply_by=factories.in_days(2), cohort="2")
    other = course_in(region, OccasionState.ANNOUNCED)
    assert shown(region) == [course.title, other.title]


def test_only_the_regions_own(region: object) -> None:
    course_in(region, OccasionState.OPEN)
    factories.make_offering(factories.make_region(), title="Andres")
    factories.make_offering(region, title="Utkast", live=False)
    assert shown(region) == ["open"]


def test_nothing_yet(region: object) -> None:
    response = Client().get(factories.index_page(region).get_url())
    assert response.status_code == 200
    assert response.context["courses"].paginator.count == 0


@worlds.layer
def five_courses(region: object) -> object:
    for number in range(5):
        factories.make_offering(region, title=f"Kurs {number}")
    factories.index_courses()
    return region


@pytest.fixture
def three_pages(five_courses: object, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(forms, "PER_PAGE", 2)
    return five_courses


PAGES = [
    ("1", ["Kurs 0", "Kurs 1"]),
    ("2", ["Kurs 2", "Kurs 3"]),
    ("3", ["Kurs 4"]),
    ("4", ["Kurs 4"]),
    (str(10**30), ["Kurs 4"]),
    ("-1", ["Kurs 0", "Kurs 1"]),
    ("0", ["Kurs 0", "Kurs 1"]),
    ("x", ["Kurs 0", "Kurs 1"]),
    ("9e99", ["Kurs 0", "Kurs 1"]),
    ("", ["Kurs 0", "Kurs 1"]),
    ("NaN", ["Kurs 0", "Kurs 1"]),
    ("1.5", ["Kurs 0", "Kurs 1"]),
    ("\x00", ["Kurs 0", "Kurs 1"]),
    ("<script>", ["Kurs 0", "Kurs 1"]),
    (["3", "2"], ["Kurs 2", "Kurs 3"]),
]


@pytest.mark.parametrize(("number", "titles"), PAGES, ids=lambda value: repr(value)[:12])
def test_an_odd_page_number_shows_the_nearest_page(
    three_pages: object, number: object, titles: list[str]
) -> None:
    assert shown(three_pages, page=number) == titles


def test_pages_follow_each_other(three_pages: object) -> None:
    html = Client().get(factories.index_page(three_pages).get_url(), {"page": 2}).content.decode()
    assert 'rel="prev" href="?page=1"' in html
    assert 'rel="next" href="?page=3"' in html


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods(three_pages: object, method: str) -> None:
    response = getattr(Client(), method)(factories.index_page(three_pages).get_url())
    assert response.status_code < 500


def test_a_card_shows_the_state_of_every_case(region: object) -> None:
    """The listing says the same as the function for all that the model takes."""
    page = factories.make_offering(region)
    valid: list[Case] = [case for case in CASES if case.valid]
    for case in valid:
        CourseOccasion.objects.all().delete()
        fields = as_fields(case)
        if fields.get("cancelled"):
            fields["cancel_reason"] = "Snø"
        CourseOccasion.objects.create(course_id=page.pk, **fields)
        (card,) = cards(rank(CoursePage.objects.filter(pk=page.pk), TODAY))
        status = expected(case)
        assert (card.state.code, card.state.date) == (status.state.value, status.day), case.name


def test_packages_stand_below_the_courses_on_the_first_page(
    region: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses = [factories.make_offering(region, title=title) for title in ("A", "B")]
    factories.make_package(region, courses, title="Ledelse i praksis", summary="To kurs.")
    factories.make_package(region, courses[:1], title="Kladd", live=False)
    other = factories.make_region()
    factories.make_package(other, [factories.make_offering(other)], title="Et annet sted")
    url = factories.index_page(region).get_url()
    factories.index_courses()
    response = Client().get(url)
    assert [package.title for package in response.context["packages"]] == ["Ledelse i praksis"]
    text = response.content.decode()
    assert "To kurs." in text
    assert text.index("Ledelse i praksis") > text.index(">B</a>")
    monkeypatch.setattr(forms, "PER_PAGE", 1)
    assert Client().get(url, {"page": 2}).context["packages"] == []


def test_a_package_whose_courses_are_gone_is_not_shown(region: object) -> None:
    course = factories.make_offering(region)
    factories.make_package(region, [course], title="Tom")
    course.unpublish()
    response = Client().get(factories.index_page(region).get_url())
    assert response.context["packages"] == []
