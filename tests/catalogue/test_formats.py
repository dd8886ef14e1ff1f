"""Dates, times and numbers in the readers' languages."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from catalogue import formats
from catalogue.presenters.values import CourseCard, StateView
from catalogue.templatetags.samkurs_tags import remembered

NBSP = "\u00a0"
TODAY = date(2027, 2, 8)


@pytest.mark.parametrize(
    ("language", "this_year", "next_year"),
    [
        ("nb", "19. februar", "5. januar 2028"),
        ("sv", "19 februari", "5 januari 2028"),
        ("en", "19 February", "5 January 2028"),
    ],
)
def test_a_day(language: str, this_year: str, next_year: str) -> None:
    with translation.override(language):
        assert formats.day(date(2027, 2, 19), TODAY) == this_year.replace(" ", NBSP)
        assert formats.day(date(2028, 1, 5), TODAY) == next_year.replace(" ", NBSP)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Fredag 19. februar"), ("sv", "Fredag 19 februari"), ("en", "Friday 19 February")],
)
def test_a_deadline_has_its_weekday(language: str, words: str) -> None:
    with translation.override(language):
        assert formats.weekday_day(date(2027, 2, 19), TODAY).replace(NBSP, " ") == words


RANGES = [
    ("nb", date(2027, 3, 22), date(2027, 5, 16), "22. mars – 16. mai"),
    ("sv", date(2027, 3, 22), date(2027, 5, 16), "22 mars – 16 maj"),
    ("en", date(2027, 3, 22), date(2027, 5, 16), "22 March – 16 May"),
    ("nb", date(2028, 3, 22), date(2028, 5, 16), "22. mars – 16. mai 2028"),
    ("nb", date(2027, 12, 13), date(2028, 1, 14), "13. desember – 14. januar 2028"),
    ("nb", date(2026, 12, 14), date(2027, 1, 15), "14. desember 2026 – 15. januar"),
    ("sv", date(2028, 12, 11), date(2029, 1, 12), "11 december 2028 – 12 januari 2029"),
    ("nb", date(2027, 3, 22), date(2027, 3, 22), "22. mars"),
    ("nb", date(2027, 3, 22), None, "22. mars"),
]


@pytest.mark.parametrize(("language", "first", "last", "words"), RANGES)
def test_a_range(language: str, first: date, last: date | None, words: str) -> None:
    with translation.override(language):
        text = formats.day_range(first, last, TODAY)
    assert text.replace(NBSP, " ") == words
    assert text.count(" ") == 2 * text.count("–")  # a line breaks at the dash only


@pytest.mark.parametrize(
    ("language", "start", "end"),
    [("nb", "9.00", "12.30"), ("sv", "9.00", "12.30"), ("en", "9:00", "12:30")],
)
def test_times(language: str, start: str, end: str) -> None:
    with translation.override(language):
        assert formats.time_range(time(9), time(12, 30)).endswith(f"{start}–{end}")
        assert formats.time_range(time(9), None).endswith(start)
        assert formats.time_range(None, time(12, 30)) == ""


@pytest.mark.parametrize("end", [time(9), time(12)])
def test_hours_over_several_days_name_the_days(end: time) -> None:
    with translation.override("en"):
        words = formats.time_range(time(12), end)
    assert words == f"from 12:00 on the first day to {end.hour}:00 on the last"


NUMBERS = [
    ("nb", "7.5", "7,5"),
    ("sv", "7.5", "7,5"),
    ("en", "7.5", "7.5"),
    ("nb", "3.0", "3"),
    ("nb", "1200.00", f"1{NBSP}200"),
    ("sv", "12500.50", f"12{NBSP}500,5"),
    ("en", "1200", "1,200"),
    ("nb", "0", "0"),
    ("nb", "100", "100"),
]


@pytest.mark.parametrize(("language", "number", "words"), NUMBERS)
def test_a_number(language: str, number: str, words: str) -> None:
    with translation.override(language):
        assert formats.decimal_local(Decimal(number)) == words


def test_numbers_hold_their_unit() -> None:
    with translation.override("nb"):
        assert formats.credits_short(Decimal("7.5"), "stp") == f"7,5{NBSP}stp"
        assert formats.percent(25) == f"25{NBSP}%"
    with translation.override("en"):
        assert formats.credits_long(Decimal(3), "hp") == "3 Swedish credits (hp)"
        assert formats.credits_long(Decimal(5), "fstp") == "5 vocational college credits (fstp)"


@pytest.mark.parametrize(
    ("pace", "words"),
    [(1, "About 1 hour a week"), (25, "About 10 hours a week"), (100, "About 40 hours a week")],
)
def test_hours_a_week(pace: int, words: str) -> None:
    assert formats.hours_a_week(pace) == words


def test_what_is_remembered_of_this_year_is_written_anew_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = StateView("closed", "Frist ute", "Frist", date(2026, 12, 15))
    card = CourseCard(title="Hygiene", url="/x/", summary="", state=state)
    values = {"course": card, "level": 3, "brief": False, "aside": False}
    written = []
    for today in (date(2026, 12, 31), date(2027, 1, 1)):
        monkeypatch.setattr(timezone, "localdate", lambda *_args, day=today: day)
        with translation.override("nb"):
            written.append(remembered("components/course.html", **values).replace(NBSP, " "))
    assert "2026" not in written[0]
    assert "15. desember 2026" in written[1]
