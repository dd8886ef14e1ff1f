"""The state of an occasion: the table of cases, and what holds for all of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalogue.models import CourseOccasion
from catalogue.states import (
    RANK,
    DateKind,
    OccasionDates,
    OccasionState,
    OccasionStatus,
    course_status,
    occasion_status,
)
from tests import factories

from .occasion_cases import CASES, TODAY, Case, as_dates, as_fields, expected

#: The states in the order in which time passes; full stands for open while seats are taken.
PHASES = {
    OccasionState.ANNOUNCED: 0,
    OccasionState.OPEN: 1,
    OccasionState.FULL: 1,
    OccasionState.LATE: 2,
    OccasionState.CLOSED: 3,
    OccasionState.RUNNING: 4,
    OccasionState.FINISHED: 5,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert occasion_status(as_dates(case), TODAY) == expected(case)


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
    assert {case.state for case in CASES} == set(OccasionState)
    assert {case.kind for case in CASES} == {None, *DateKind}


@pytest.mark.django_db
def test_the_model_takes_exactly_the_cases_marked_valid(region: object) -> None:
    course = factories.make_offering(region)
    taken = {}
    for case in CASES:
        fields = as_fields(case)
        if fields.get("cancelled"):
            fields["cancel_reason"] = "Ingen påmeldte"
        occasion = CourseOccasion(course_id=course.pk, code=case.name[:30], **fields)
        assert occasion.status(TODAY) == expected(case)
        try:
            occasion.full_clean(validate_unique=False)
        except ValidationError:
            taken[case.name] = False
        else:
            taken[case.name] = True
    assert taken == {case.name: case.valid for case in CASES}


# What holds for any days at all ------------------------------------------------------------------
near = st.none() | st.integers(-12, 12).map(lambda number: TODAY + timedelta(days=number))
any_dates = st.builds(
    OccasionDates,
    starts_on=near,
    ends_on=near,
    continuous=st.booleans(),
    apply_from=near,
    apply_by=near,
    late_apply_by=near,
    seats_total=st.none() | st.integers(0, 3),
    seats_taken=st.integers(0, 4),
    cancelled=st.booleans(),
)


@st.composite
def sensible_dates(draw: st.DrawFn) -> OccasionDates:
    """Days in the order that the model asks for."""
    start = draw(st.integers(-12, 12))
    end = draw(st.none() | st.integers(start, start + 12))
    opens = draw(st.none() | st.integers(start - 12, start))
    latest = start if end is None else end
    by = draw(st.none() | st.integers(start - 12 if opens is None else opens, latest))
    late = None if by is None else draw(st.none() | st.integers(by, by + 6))
    days = [
        None if number is None else TODAY + timedelta(days=number)
        for number in (start, end, opens, by, late)
    ]
    total = draw(st.none() | st.integers(0, 3))
    names = ("starts_on", "ends_on", "apply_from", "apply_by", "late_apply_by")
    return OccasionDates(
        **dict(zip(names, days, strict=True)),
        seats_total=total,
        seats_taken=draw(st.integers(0, total or 0)),
    )


@given(any_dates, near.filter(bool))
def test_always_one_state_and_its_day_is_one_of_its_days(dates: OccasionDates, today: date) -> None:
    status = occasion_status(dates, today)
    assert status.state in OccasionState
    assert (status.day is None) == (status.date_kind is None)
    allowed = {
        None: {None},
        DateKind.DEADLINE: {dates.apply_by, dates.late_apply_by},
        DateKind.OPENS: {dates.apply_from},
        DateKind.STARTS: {dates.starts_on},
        DateKind.ENDS: {dates.ends_on, dates.starts_on},
        DateKind.ENDED: {dates.ends_on, dates.starts_on},
    }
    assert status.day in allowed[status.date_kind]


@given(any_dates, near.filter(bool))
def test_cancelled_wins_and_nothing_else_is_cancelled(dates: OccasionDates, today: date) -> None:
    state = occasion_status(dates, today).state
    assert (state == OccasionState.CANCELLED) == dates.cancelled


@given(any_dates, near.filter(bool))
def test_what_a_day_promises_lies_ahead_and_what_it_tells_lies_behind(
    dates: OccasionDates, today: date
) -> None:
    status = occasion_status(dates, today)
    if status.date_kind == DateKind.ENDED:
        assert status.day < today
    elif status.date_kind in {DateKind.OPENS, DateKind.STARTS}:
        assert status.day > today
    elif status.date_kind is not None:
        assert status.day >= today


@given(any_dates, near.filter(bool))
def test_one_is_only_invited_where_there_is_a_seat(dates: OccasionDates, today: date) -> None:
    state = occasion_status(dates, today).state
    if state in {OccasionState.OPEN, OccasionState.LATE, OccasionState.ANNOUNCED}:
        assert not dates.is_full
    if state == OccasionState.FULL:
        assert dates.is_full


@settings(max_examples=200)
@given(sensible_dates())
@example(OccasionDates(TODAY, TODAY, apply_from=TODAY, apply_by=TODAY))
def test_time_goes_one_way(dates: OccasionDates) -> None:
    days = [TODAY + timedelta(days=number) for number in range(-30, 40)]
    phases = [PHASES[occasion_status(dates, day).state] for day in days]
    assert phases == sorted(phases)
    assert phases[-1] == PHASES[OccasionState.FINISHED]


@settings(max_examples=200)
@given(sensible_dates())
def test_another_day_to_apply_never_closes_a_door(dates: OccasionDates) -> None:
    if dates.apply_by is None:
        return
    longer = OccasionDates(
        **{**dates.__dict__, "apply_by": dates.apply_by + timedelta(days=1), "late_apply_by": None}
    )
    shorter = OccasionDates(**{**dates.__dict__, "late_apply_by": None})
    if occasion_status(shorter, TODAY).state == OccasionState.OPEN:
        assert occasion_status(longer, TODAY).state == OccasionState.OPEN


# A course is as good as its best occasion --------------------------------------------------------
@given(st.lists(any_dates, max_size=6))
def test_a_course_has_the_state_of_its_best_occasion(several: list[OccasionDates]) -> None:
    statuses = [occasion_status(dates, TODAY) for dates in several]
    best = course_status(statuses)
    if not statuses:
        assert best == OccasionStatus(OccasionState.UNSCHEDULED)
        return
    assert best in statuses
    assert RANK[best.state] == min(RANK[status.state] for status in statuses)
    same = [status.day for status in statuses if status.state == best.state and status.day]
    if same:
        nearest = max(same) if best.state == OccasionState.FINISHED else min(same)
        assert best.day == nearest


def test_the_order_of_the_listing() -> None:
    order = ["open", "late", "announced", "full", "running", "closed", "unscheduled"]
    assert [state.value for state in OccasionState] == [*order, "finished", "cancelled"]


def test_of_two_open_ones_a_day_that_is_known_comes_first() -> None:
    dated = OccasionStatus(OccasionState.OPEN, DateKind.DEADLINE, TODAY + timedelta(days=90))
    at_any_time = OccasionStatus(OccasionState.OPEN)
    assert course_status([at_any_time, dated]) == dated
