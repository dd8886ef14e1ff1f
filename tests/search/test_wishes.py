"""Numbers, dates and forms of study in what is typed are filters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from search.query import CourseQuery, FacetKey
from search.reading import Reading
from search.runs import beginning
from search.wish import values_of
from search.wishes import WishKind, wishes_of

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "kind", "first", "last", "rest"),
    [
        ("vår 2027", WishKind.TERM, date(2027, 1, 1), date(2027, 6, 30), ""),
        ("demens høsten 2027", WishKind.TERM, date(2027, 8, 1), date(2027, 12, 31), "demens"),
        ("uke 5", WishKind.WEEK, date(2027, 2, 1), date(2027, 2, 7), ""),
        ("vecka 49 2026", WishKind.WEEK, date(2026, 11, 30), date(2026, 12, 6), ""),
        ("legemiddel 2027", WishKind.YEAR, date(2027, 1, 1), date(2027, 12, 31), "legemiddel"),
        ("i år", WishKind.YEAR, date(2026, 1, 1), date(2026, 12, 31), ""),
        ("2027 våren", WishKind.TERM, date(2027, 1, 1), date(2027, 6, 30), ""),
        ("vår 27", WishKind.TERM, date(2027, 1, 1), date(2027, 6, 30), ""),
        # What names no year is the next there is, the running one included.
        ("demens høsten", WishKind.TERM, date(2026, 8, 1), date(2026, 12, 31), "demens"),
        ("neste høst", WishKind.TERM, date(2027, 8, 1), date(2027, 12, 31), ""),
        ("våren", WishKind.TERM, date(2027, 1, 1), date(2027, 6, 30), ""),
        ("november", WishKind.MONTH, date(2026, 11, 1), date(2026, 11, 30), ""),
        ("i februar", WishKind.MONTH, date(2027, 2, 1), date(2027, 2, 28), ""),
        ("in may", WishKind.MONTH, date(2027, 5, 1), date(2027, 5, 31), ""),
        ("jan 2027", WishKind.MONTH, date(2027, 1, 1), date(2027, 1, 31), ""),
        ("neste måned", WishKind.MONTH, date(2026, 12, 1), date(2026, 12, 31), ""),
        ("nov. – februar", WishKind.MONTH, date(2026, 11, 1), date(2027, 2, 28), ""),
        ("10. desember", WishKind.DAY, date(2026, 12, 10), date(2026, 12, 10), ""),
        ("29 feb", WishKind.DAY, date(2028, 2, 29), date(2028, 2, 29), ""),
        ("1/2-2027", WishKind.DAY, date(2027, 2, 1), date(2027, 2, 1), ""),
        ("2027-02-01", WishKind.DAY, date(2027, 2, 1), date(2027, 2, 1), ""),
        ("uke5", WishKind.WEEK, date(2027, 2, 1), date(2027, 2, 7), ""),
        ("uke 2 - 4", WishKind.WEEK, date(2027, 1, 11), date(2027, 1, 31), ""),
        ("v. 50–2", WishKind.WEEK, date(2026, 12, 7), date(2027, 1, 17), ""),
        ("vecka 5 till 7 2028", WishKind.WEEK, date(2028, 1, 31), date(2028, 2, 20), ""),
        ("neste uke", WishKind.WEEK, date(2026, 12, 7), date(2026, 12, 13), ""),
        ("i mars 2027", WishKind.MONTH, date(2027, 3, 1), date(2027, 3, 31), ""),
        ("december 2026", WishKind.MONTH, date(2026, 12, 1), date(2026, 12, 31), ""),
        ("08.02.27", WishKind.DAY, date(2027, 2, 8), date(2027, 2, 8), ""),
        # What says that it begins then is no word to look for.
        ("demens som starter i uke 5", WishKind.WEEK, date(2027, 2, 1), date(2027, 2, 7), "demens"),
        ("oppstart våren 2027", WishKind.TERM, date(2027, 1, 1), date(2027, 6, 30), ""),
        ("startar i februari", WishKind.MONTH, date(2027, 2, 1), date(2027, 2, 28), ""),
        ("starting on 1 march 2027", WishKind.DAY, date(2027, 3, 1), date(2027, 3, 1), ""),
        # One end, up to today or the end of a year to come.
        ("fra februar", WishKind.FROM, date(2027, 2, 1), date(2030, 12, 31), ""),
        ("hlr starter etter uke 5", WishKind.FROM, date(2027, 2, 8), date(2030, 12, 31), "hlr"),
        ("från och med 1 mars 2027", WishKind.FROM, date(2027, 3, 1), date(2030, 12, 31), ""),
        ("før sommeren", WishKind.UNTIL, TODAY, date(2027, 5, 31), ""),
        ("innen 1. mars 2027", WishKind.UNTIL, TODAY, date(2027, 3, 1), ""),
        ("fra januar til mars", WishKind.MONTH, date(2027, 1, 1), date(2027, 3, 31), ""),
        ("før 1. mars 2020", WishKind.DAY, date(2020, 3, 1), date(2020, 3, 1), "før"),
        ("til høsten", WishKind.TERM, date(2026, 8, 1), date(2026, 12, 31), ""),
        # Holidays, by what begins before or after them.
        ("demens før jul", WishKind.UNTIL, TODAY, date(2026, 12, 23), "demens"),
        (
            "kurs som starter etter jul",
            WishKind.FROM,
            date(2026, 12, 27),
            date(2029, 12, 31),
            "kurs",
        ),
        ("efter påsk 2028", WishKind.FROM, date(2028, 4, 18), date(2031, 12, 31), ""),
        ("before easter", WishKind.UNTIL, TODAY, date(2027, 3, 24), ""),
        ("etter jul 2027", WishKind.FROM, date(2027, 12, 27), date(2030, 12, 31), ""),
        ("etter juli", WishKind.FROM, date(2027, 8, 1), date(2030, 12, 31), ""),
    ],
)
def test_terms_are_days(text: str, kind: WishKind, first: date, last: date, rest: str) -> None:
    (wish,), left = wishes_of(text, TODAY)
    assert (wish.kind, wish.first, wish.last, left.strip()) == (kind, first, last, rest)


@pytest.mark.parametrize(
    ("today", "before", "after"),
    [
        (date(2026, 12, 23), date(2026, 12, 23), date(2026, 12, 27)),
        (date(2026, 12, 25), date(2027, 12, 23), date(2026, 12, 27)),
        (date(2027, 1, 5), date(2027, 12, 23), date(2027, 1, 5)),
        (date(2027, 3, 1), date(2027, 12, 23), date(2027, 12, 27)),
    ],
)
def test_a_holiday_is_the_next_or_has_just_been(today: date, before: date, after: date) -> None:
    (until,), _rest = wishes_of("før jul", today)
    (since,), _rest = wishes_of("etter jul", today)
    assert (until.last, since.first) == (before, after)


@pytest.mark.parametrize("text", ["jul", "påskepynt", "til jul", "før julebord", "før jul 2020"])
def test_a_holiday_by_itself_or_of_the_past_is_a_word(text: str) -> None:
    assert not [wish for wish in wishes_of(text, TODAY)[0] if wish.kind != WishKind.MONTH]


def test_several_weeks_are_each_one_and_within_the_year_that_is_named() -> None:
    wishes, rest = wishes_of("uke 5, 7 og 8", TODAY)
    assert [wish.text for wish in wishes] == ["uke 5", "7", "og 8"]
    assert not rest.strip()
    assert [wish.text for wish in wishes_of("uke 5 og 3 hp", TODAY)[0]] == ["uke 5", "3 hp"]
    query = CourseQuery(language="nb", today=TODAY)
    asked = beginning(query, Reading(wishes=(*wishes, *wishes_of("2027", TODAY)[0])))
    assert [first for first, _last in asked.windows] == [
        date.fromisocalendar(2027, week, 1) for week in (5, 7, 8)
    ]


@pytest.mark.parametrize(
    "text",
    [
        *("1.–15. mars 2027", "1-15 mars 2027", "1. til 15. mars 2027", "1 to 15 march 2027"),
        *("mellan 1 och 15 mars 2027", "fra 1. til 15. mars 2027", "starter 1.–15. mars 2027"),
    ],
)
def test_days_of_one_month_are_a_range(text: str) -> None:
    (wish,), rest = wishes_of(text, TODAY)
    assert not rest.strip()
    assert (wish.first, wish.last) == (date(2027, 3, 1), date(2027, 3, 15))


@pytest.mark.parametrize("text", ["15.–1. mars", "uke 5 og 6. mars", "30–31 februar"])
def test_what_is_no_range_of_days_is_none(text: str) -> None:
    found = wishes_of(text, TODAY)[0]
    assert not any(wish.kind == WishKind.DAY and wish.first != wish.last for wish in found)


@pytest.mark.parametrize(
    "text",
    [
        *("fra 1. februar 2027 til 28. februar 2027", "fra uke 5 til uke 8"),
        *("starter fra uke 5 til 8", "mellom uke 5 og 8", "mellan 1 februari och 28 februari 2027"),
    ],
)
def test_two_ends_are_the_days_between(text: str) -> None:
    wishes, rest = wishes_of(text, TODAY)
    assert not rest.strip()
    query = CourseQuery(language="nb", today=TODAY)
    asked = beginning(query, Reading(wishes=tuple(wishes)))
    assert asked.windows == ((date(2027, 2, 1), date(2027, 2, 28)),)


def test_a_term_can_be_the_end() -> None:
    wishes, _rest = wishes_of("fra våren 2027 til høsten 2027", TODAY)
    asked = beginning(CourseQuery(language="nb", today=TODAY), Reading(wishes=tuple(wishes)))
    assert asked.windows == ((date(2027, 1, 1), date(2027, 12, 31)),)


def test_of_several_numbers_of_credits_any_will_do() -> None:
    wishes, _rest = wishes_of("3 yhp eller 5 yhp gratis", TODAY)
    assert values_of(wishes) == [{"amount:3-yhp", "amount:5-yhp"}, {"price:free"}]


def test_what_is_the_readers_language_tells_words_apart() -> None:
    assert wishes_of("spring", TODAY, language="en")[0]
    assert wishes_of("january 27", TODAY, language="nb")[0][0].last == date(2027, 1, 31)
    assert [wish.text for wish in wishes_of("january 27", TODAY, language="en")[0]] == ["january"]


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        # Both are sixty a year: who asks for one means the other too.
        ("3 hp", {"3-hp", "3-stp"}),
        ("7,5 studiepoeng", {"7.5-hp", "7.5-stp"}),
        ("3 högskolepoäng", {"3-hp", "3-stp"}),
        ("3 sp", {"3-hp", "3-stp"}),
        ("30 fagskolepoeng", {"30-fstp"}),
        ("30 yhp", {"30-yhp"}),
        ("7.50 hp", set()),
        ("10 ects", {"10-hp", "10-stp"}),
    ],
)
def test_credits_are_so_many_of_a_kind(text: str, amounts: set[str]) -> None:
    wishes, _rest = wishes_of(text, TODAY)
    values = {value for wish in wishes for value in wish.values}
    assert values == {f"amount:{amount}" for amount in amounts}
    assert all(
        wish.number == Decimal(text.split(maxsplit=1)[0].replace(",", ".")) for wish in wishes
    )


@pytest.mark.parametrize(
    "text",
    [
        *("uke 60", "vår 1027", "3 epler", "uke 0", "31.02.2027", "2027-13-01"),
        # Other words, numbers that are no years, and what is part of something longer.
        *("march", "may", "fall", "vår", "i vår kommune", "jan", "spring", "mai-feiring"),
        *("1989", "2025", "2030", "covid 19", "kap. 4 a", "2027-2028", "x-2027"),
        *("fallforebygging", "sommerferie", "«våren 2027»", "12.2027"),
    ],
)
def test_what_is_no_wish_is_words(text: str) -> None:
    assert wishes_of(text, TODAY) == ([], text)


@pytest.mark.parametrize(
    ("text", "values", "rest"),
    [
        ("gratis legemiddel", {"price:free"}, "legemiddel"),
        ("kostnadsfria kurser", {"price:free"}, "kurser"),
        ("hlr med studiepoeng", {"credits:3", "credits:7.5", "credits:more"}, "hlr"),
        ("halvfart", {"pace:50"}, ""),
        # Alone it is what courses give; beside other words it is one, with synonyms.
        ("studiepoeng", {"credits:3", "credits:7.5", "credits:more"}, ""),
        ("hlr uten studiepoeng", {"credits:none"}, "hlr"),
        ("juridik 25 %", {"pace:25"}, "juridik"),
        ("på nett", {"place:distance"}, ""),
        ("hlr kurs på nett", {"place:distance"}, "hlr"),
    ],
)
def test_forms_are_filters(text: str, values: set[str], rest: str) -> None:
    (wish,), left = wishes_of(text, TODAY)
    assert (wish.kind, wish.values, left.strip()) == (WishKind.FORM, values, rest)


def test_what_can_be_joined_is_a_state_of_the_occasion_that_is_asked_for() -> None:
    for text in ("ledige plasser", "åpne kurs", "lediga platser", "open for registration"):
        (wish,), left = wishes_of(text, TODAY)
        assert (wish.states, left.strip()) == ({"open", "late"}, ""), text
    wishes, rest = wishes_of("åpne kurs legemiddel uke 5", TODAY)
    assert rest.strip() == "legemiddel"
    query = CourseQuery(language="nb", today=TODAY)
    asked = beginning(query, Reading(wishes=tuple(wishes)))
    assert asked.is_dated
    assert asked.states == {"open", "late"}
    assert not beginning(query, Reading(wishes=tuple(wishes)), wishes=False).states
    # What the text and a choice ask for at once is not to be had: not all there is.
    full = replace(query, choices={FacetKey.STATE: frozenset({"full"})})
    assert beginning(full, Reading(wishes=tuple(wishes))).states == {""}


@pytest.mark.parametrize(
    "text",
    [
        "trygg på nett",
        "åpne data",
        "plasser",
        "free",
        "smoke-free",
        "studiepoeng demens",
        "100 %",
        "5 %",
    ],
)
def test_what_is_no_form_is_words(text: str) -> None:
    assert wishes_of(text, TODAY) == ([], text)
    assert wishes_of("free first aid", TODAY, language="en")[0]
