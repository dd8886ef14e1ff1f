"""The states kept from day to day are those that the one function gives on each day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.models import CourseOccasion
from catalogue.states import course_status
from search.courses import Held
from search.timeline import at, timeline
from tests.catalogue.occasion_cases import CASES, TODAY, Case, as_fields, expected

#: Days round those that the cases name, and far away on both sides.
DAYS = [TODAY + timedelta(days=number) for number in range(-70, 71)] + [
    date(1900, 1, 1),
    date(2999, 12, 31),
]


def made(case: Case) -> CourseOccasion:
    return CourseOccasion(**as_fields(case))


def held(occasion: CourseOccasion) -> Held:
    return Held(occasion.dates, cancel_reason=occasion.cancel_reason)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_on_every_day(case: Case) -> None:
    occasion = made(case)
    moments = timeline([held(occasion)])
    assert at(moments, TODAY).status == expected(case)
    for day in DAYS:
        assert at(moments, day).status == occasion.status(day), day


@given(st.lists(st.sampled_from(CASES), max_size=4), st.integers(-70, 70))
def test_several_occasions_give_the_best_of_the_day(cases: list[Case], number: int) -> None:
    occasions = [made(case) for case in cases]
    day = TODAY + timedelta(days=number)
    statuses = [occasion.status(day) for occasion in occasions]
    assert at(timeline([held(each) for each in occasions]), day).status == course_status(statuses)
