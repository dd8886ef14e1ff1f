"""Sums of credits, and what the dates should be for credits at a pace."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from catalogue.models import CoursePage
from catalogue.models.package import sum_credits
from catalogue.plausibility import expected_weeks, pace_warning
from catalogue.presenters.packages import summary_line, totals_in_words
from tests import factories, worlds

# A page asks for its content type when it is made.
pytestmark = pytest.mark.django_db

NBSP = "\u00a0"
START = date(2030, 3, 4)


@pytest.mark.parametrize(
    ("number", "pace", "weeks"),
    [
        (3, 25, 8),
        (3, 50, 4),
        (7.5, 25, 20),
        (7.5, 100, 5),
        (15, 50, 20),
        (60, 100, 40),
        (1.5, 1, 100),
    ],
)
def test_expected_weeks(number: float, pace: int, weeks: int) -> None:
    assert expected_weeks(Decimal(str(number)), pace) == weeks


def test_expected_weeks_takes_whole_numbers() -> None:
    assert expected_weeks(3, 25) == 8


def course(number: str | None, system: str) -> CoursePage:
    return CoursePage(credits=None if number is None else Decimal(number), credit_system=system)


@pytest.mark.parametrize(
    ("courses", "totals"),
    [
        ([], {}),
        ([("3", "hp"), ("4.5", "hp")], {"hp": Decimal("7.5")}),
        ([("3", "hp"), ("7.5", "stp")], {"hp": Decimal("10.5")}),
        ([("7.5", "stp"), ("3", "hp")], {"stp": Decimal("10.5")}),
        ([("3", "hp"), ("5", "fstp"), ("2", "yhp")], {"hp": 3, "fstp": 5, "yhp": 2}),
        ([("5", "fstp"), ("3", "hp"), ("5", "fstp"), ("1", "stp")], {"fstp": 10, "hp": 4}),
        ([("0", "hp"), (None, "hp"), (None, "none"), ("3", "none")], {}),
    ],
)
def test_hp_and_stp_are_summed_and_the_others_stand_apart(courses: list, totals: dict) -> None:
    assert sum_credits(course(*each) for each in courses) == totals


def test_sums_in_words() -> None:
    assert totals_in_words({"hp": Decimal("10.5"), "yhp": Decimal(2)}) == [
        f"10.5{NBSP}hp",
        f"2{NBSP}yhp",
    ]
    courses = [course("3", "hp"), course("5", "fstp")]
    assert summary_line(courses) == f"2 courses, together 3{NBSP}hp + 5{NBSP}fstp"
    assert summary_line([course(None, "none")]) == "1 course"


@worlds.layer
def study(desk: object) -> CoursePage:
    """Eight weeks of study: 3 hp at 25 per cent."""
    return factories.make_distance_course(
        desk.region, credits=Decimal(3), credit_system="hp", pace_percent=25
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "warned"),
    [(27, True), (28, False), (56, False), (84, False), (85, True), (7, True), (365, True)],
)
def test_a_warning_beyond_half_more_or_less(study: CoursePage, days: int, warned: bool) -> None:
    last = START + timedelta(days=days - 1)
    occasion = factories.make_occasion(study, starts_on=START, ends_on=last, apply_by=None)
    warning = pace_warning(occasion)
    assert (warning is not None) == warned
    if warned:
        assert "the credits at this pace take about 8" in warning


@pytest.mark.django_db
def test_no_warning_where_nothing_is_known(desk: object, study: CoursePage) -> None:
    far = {"starts_on": START, "ends_on": START + timedelta(days=400), "apply_by": None}
    assert pace_warning(factories.make_occasion(study, **far))
    unscheduled = factories.make_occasion(study, starts_on=None, ends_on=None, apply_by=None)
    assert pace_warning(unscheduled) is None
    vocational = factories.make_distance_course(
        desk.region, credits=Decimal(3), credit_system="yhp"
    )
    none = factories.make_distance_course(desk.region)
    offering = factories.make_offering(desk.region, credits=Decimal(3), credit_system="hp")
    for page in (vocational, none, offering):
        assert pace_warning(factories.make_occasion(page, **far)) is None
