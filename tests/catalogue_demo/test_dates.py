"""The demo's dates, for whatever day it is loaded on. Pure: no database."""

from datetime import date, timedelta

import pytest

from catalogue.demo.content import REGIONS, read, read_course
from catalogue.demo.dates import days_for
from catalogue.demo.occasions import timing_of
from catalogue.states import OccasionDates, OccasionState, occasion_status

#: Every day of two years, a leap year among them.
DAYS = [date(2027, 1, 1) + timedelta(days=number) for number in range(730)]


def _rows(region: str) -> list[dict]:
    courses = read(f"{region}/region")["courses"]
    return [row for key in courses for row in read_course(region, key).get("occasions", [])]


def _dates(row: dict, today: date) -> OccasionDates:
    days = days_for(timing_of(row), today)
    return OccasionDates(
        starts_on=days.starts_on,
        ends_on=days.ends_on,
        continuous=row.get("continuous", False),
        apply_from=days.apply_from,
        apply_by=days.apply_by,
        late_apply_by=days.late_apply_by,
        seats_total=row.get("seats"),
        seats_taken=row.get("taken", 0),
        cancelled=row["state"] == OccasionState.CANCELLED,
    )


@pytest.mark.parametrize("region", REGIONS)
def test_every_occasion_is_in_the_state_asked_for_on_any_day(region: str) -> None:
    for today in DAYS:
        for row in _rows(region):
            status = occasion_status(_dates(row, today), today)
            assert status.state == row["state"], f"{row['code']} on {today}"


@pytest.mark.parametrize("region", REGIONS)
def test_days_are_in_order_and_deadlines_on_working_days(region: str) -> None:
    for today in DAYS:
        for row in _rows(region):
            days = days_for(timing_of(row), today)
            if days.starts_on is None:
                continue
            in_order = [days.apply_from, days.apply_by, days.late_apply_by or days.apply_by]
            assert in_order == sorted(in_order), f"{row['code']} on {today}"
            assert in_order[-1] <= days.starts_on <= days.ends_on, f"{row['code']} on {today}"
            assert days.apply_by.isoweekday() <= 5, f"{row['code']} on {today}"


@pytest.mark.parametrize("region", REGIONS)
def test_every_state_occurs(region: str) -> None:
    assert {row["state"] for row in _rows(region)} == set(OccasionState.values)


@pytest.mark.parametrize("region", REGIONS)
def test_one_occasion_has_just_passed_on_any_day(region: str) -> None:
    for today in DAYS:
        ends = [
            days_for(timing_of(row), today).ends_on
            for row in _rows(region)
            if row["state"] == OccasionState.FINISHED
        ]
        assert any(timedelta(0) < today - end <= timedelta(days=60) for end in ends), today


def test_the_seed_dates_come_out_where_the_seeds_have_them() -> None:
    """In the term before, the demo shows the seed set's own dates of 2027."""
    today = date(2026, 11, 21)
    days = {row["code"]: days_for(timing_of(row), today) for row in _rows("vasternorrland")}
    expected = {
        "VN-PSYKPRINCIP-3": ((2027, 1, 18), (2027, 3, 14)),
        "VN-KLINISK-1": ((2027, 3, 22), (2027, 5, 16)),
        "VN-SAMTAL-2": ((2027, 8, 30), (2027, 10, 24)),
        "VN-STRESS-2": ((2027, 10, 25), (2027, 12, 19)),
        "VN-FORVALTNING-2": ((2027, 1, 18), (2027, 3, 14)),
        "VN-METOD-1": ((2027, 3, 22), (2027, 5, 16)),
        "VN-FORDJUPNING-1": ((2027, 8, 30), (2027, 12, 19)),
        "VN-EKONOMI-1": ((2027, 2, 1), (2027, 3, 28)),
    }
    for code, (first, last) in expected.items():
        assert (days[code].starts_on, days[code].ends_on) == (date(*first), date(*last)), code


@pytest.mark.parametrize("region", REGIONS)
def test_weeks_fit_credits_and_pace(region: str) -> None:
    """Weeks are about credits / 1.5 / pace: within ten per cent."""
    checked = 0
    for key in read(f"{region}/region")["courses"]:
        course = read_course(region, key)
        if "credits" not in course:
            continue
        weeks = float(course["credits"]) / 1.5 / (course["pace_percent"] / 100)
        for row in course["occasions"]:
            if "study_weeks" in row:
                assert row["study_weeks"] == pytest.approx(weeks, rel=0.1), row["code"]
                checked += 1
    assert checked
