"""The texts of the demo's needs as they stand in their files. Pure: no database."""

import re
from datetime import date, timedelta

import pytest

from catalogue.demo.content import REGIONS, read
from catalogue.demo.needs import FIELDS
from catalogue.demo.times import Diary
from regions.models import Region

#: What would belong to the other language or to a typewriter.
FOREIGN = {
    "kongsbergregionen": re.compile(r"[”“\"'äöÄÖ]"),
    "vasternorrland": re.compile(r"[«»“\"'æøÆØ]"),
}
SHOWN = {*FIELDS, "title", "public_summary", "asked", "answer", "alternative", "text"} - {
    "level",
    "driver",
    "size",
}


@pytest.mark.parametrize("region", REGIONS)
def test_texts_are_in_their_language_and_no_text_stands_twice(region: str) -> None:
    needs = read(f"needs/{region}")["needs"]
    said = [need[name] for need in needs for name in SHOWN if isinstance(need.get(name), str)]
    for text in said:
        assert not FOREIGN[region].search(text), text
    challenges = [need["challenge"] for need in needs]
    assert len(set(challenges)) == len(challenges)
    assert len({need["key"] for need in needs}) == len(needs)


@pytest.mark.parametrize("region", REGIONS)
def test_rounds_name_needs_seats_and_courses_that_are_there(region: str) -> None:
    content = read(f"needs/{region}")
    keys = {need["key"] for need in content["needs"]}
    courses = set(read(f"{region}/region")["courses"])
    for row in content["rounds"]:
        assert set(row.get("items", ())) <= keys
        for marks in row.get("grades", {}).values():
            assert len(marks) == len(content["forum"]["seats"])
        assert set(row.get("outcomes", row.get("items", ()))) == set(row.get("items", ()))
    assert set(content["answers"]) <= courses
    assert {key for needs in content["answers"].values() for key in needs} <= keys


def test_days_of_rounds_are_workdays_on_every_day_of_a_year() -> None:
    region = Region(timezone="Europe/Oslo")
    rows = read("needs/kongsbergregionen")["rounds"]
    for offset in range(366):
        today = date(2027, 1, 1) + timedelta(days=offset)
        diary = Diary(region, today)
        meetings = []
        for row in rows:
            frozen, opens, closes = (
                diary.workday(days) for days in (row["frozen"], *row["ballots"])
            )
            meeting = diary.workday(row["meeting"])
            assert opens - frozen >= timedelta(days=3)
            assert closes - opens >= timedelta(days=7)
            assert closes < meeting
            assert all(day.weekday() < 5 for day in (frozen, opens, closes, meeting))
            meetings.append((meeting.year, meeting.month > 6))
        # Rounds are called after the half-year of their meeting.
        assert len(set(meetings)) == len(rows), today
        assert diary.workdays_ago(5) == -7 or today.weekday() >= 5
