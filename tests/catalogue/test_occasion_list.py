"""The list of occasions: its order, filters, columns and export."""

from __future__ import annotations

import csv

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import CourseOccasion, CoursePage
from catalogue.states import OccasionState
from tests import factories
from tests.factories import in_days

from .occasion_cases import CASES, TODAY, as_fields
from .support import LIST, NO_DAYS, cancel, page_of

pytestmark = pytest.mark.django_db


def titles(client: Client, **query: object) -> list[str]:
    """Return the codes of the list, as it shows them."""
    response = client.get(LIST, query)
    return [row.code for row in response.context["object_list"]]


def test_the_list_begins_with_what_is_ahead(desk: object, course: CoursePage) -> None:
    def make(code: str, first: int | None, last: int | None = None, **fields: object) -> None:
        days = {"starts_on": first and in_days(first), "ends_on": last and in_days(last)}
        factories.make_occasion(course, code=code, **NO_DAYS | days, **fields)

    make("long past", -90, -80)
    make("later", 20, 21)
    make("no day", None)
    make("just past", -2)
    make("running", -5, 5)
    make("any time", None, continuous=True)
    make("any time since", -400, continuous=True)
    make("soon", 3)
    order = ["any time since", "running", "soon", "later", "no day", "any time", "just past"]
    assert titles(desk.editor) == [*order, "long past"]


def test_filters_by_state_and_course(
    desk: object, occasion: CourseOccasion, finished: CourseOccasion
) -> None:
    other = factories.make_offering(desk.region, title="Førstehjelp")
    away = factories.make_occasion(other, code="HJE-1")
    cancel(away)
    factories.make_occasion(factories.make_offering(factories.make_region()), code="FREMMED")
    editor = desk.editor
    assert titles(editor, state="open") == ["BRA-1"]
    assert titles(editor, state=["finished", "cancelled"]) == ["HJE-1", "BRA-0"]
    assert titles(editor, state="running") == []
    assert titles(editor, course=other.pk) == ["HJE-1"]
    assert titles(editor, course=other.pk, state="open") == []
    assert titles(editor, q="ørstehj") == ["HJE-1"]
    assert titles(editor, q="BRA-0") == ["BRA-0"]
    page = page_of(editor.get(LIST))
    choices = {option.get_text(strip=True) for option in page.select("select[name=course] option")}
    assert choices == {"All courses", "Brannvern", "Førstehjelp"}


@pytest.mark.parametrize("value", ["nonsense", "x" * 500])
def test_a_filter_that_means_nothing_does_no_harm(desk: object, value: str) -> None:
    assert desk.editor.get(LIST, {"state": value, "course": value}).status_code == 200


def test_the_filter_agrees_with_the_function_of_states(desk: object, course: CoursePage) -> None:
    states = {}
    for case in CASES:
        if case.valid:
            reason = "Snø" if case.state == OccasionState.CANCELLED else ""
            row = CourseOccasion(course_id=course.pk, cancel_reason=reason, **as_fields(case))
            row.save()
            states[row.pk] = case.state
    assert set(states.values()) == set(OccasionState)
    for state in OccasionState:
        kept = CourseOccasion.objects.in_states([state], TODAY)
        assert {row.pk for row in kept} == {pk for pk in states if states[pk] == state}, state


def test_the_list_says_state_and_who_may_come(desk: object, occasion: CourseOccasion) -> None:
    second = factories.make_occasion(occasion.course, code="BRA-2")
    second.open_to.set(desk.municipalities[:1])
    cells = [
        row.get_text(" ", strip=True)
        for row in page_of(desk.editor.get(LIST)).select("#listing-results tbody tr")
    ]
    assert "All municipalities" in cells[0]
    assert "Alvdal" in cells[1]
    assert all("Open" in each for each in cells)


def test_the_list_does_not_ask_more_as_it_grows(desk: object, occasion: CourseOccasion) -> None:
    occasion.open_to.set(desk.municipalities)
    editor = desk.editor
    titles(editor, state="open")
    with CaptureQueriesContext(connection) as few:
        titles(editor, state="open")
    for number in range(6):
        course = factories.make_offering(desk.region)
        made = factories.make_occasion(course, code=f"NY-{number}")
        made.open_to.set(desk.municipalities)
    with CaptureQueriesContext(connection) as many:
        assert len(titles(editor, state="open")) == 7
    assert len(many) == len(few)


def test_the_export_has_headings_that_people_read(desk: object, occasion: CourseOccasion) -> None:
    response = desk.editor.get(LIST, {"export": "csv"})
    text = getattr(response, "content", None) or b"".join(response.streaming_content)
    heads, row = list(csv.reader(text.decode("utf-8-sig").splitlines()))[:2]
    assert heads[:4] == ["Course", "Code", "First day", "Last day"]
    assert not [head for head in heads if "." in head or "_" in head]
    line = dict(zip(heads, row, strict=True))
    assert (line["Course"], line["State"], line["Open to"]) == (
        "Brannvern",
        "Open",
        "All municipalities",
    )
