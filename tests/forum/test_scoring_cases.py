"""The golden tests of the method, and every case with the answers of an implementation apart."""

from __future__ import annotations

from fractions import Fraction

import pytest

from regions.forum import scoring as s

from . import cases


def named(kind: str) -> dict[str, object]:
    listed = cases.of_kind(kind)
    assert listed
    return {"argvalues": listed, "ids": [case["case"] for case in listed]}


@pytest.mark.parametrize("case", **named("round"))
def test_round(case: cases.Case) -> None:
    result = s.compute(cases.inputs(case["given"]))
    assert cases.answer(result, case["given"]) == case["expected"]


@pytest.mark.parametrize("case", **named("shares"))
def test_shares(case: cases.Case) -> None:
    shares = cases.shares(case["given"])
    assert {
        "net": str(shares.net),
        "shared": shares.shared,
        "surplus": str(shares.surplus),
        "shares": dict(shares.shares),
    } == case["expected"]


@pytest.mark.parametrize("case", **named("seats"))
def test_seats(case: cases.Case) -> None:
    given = case["given"]
    wishes = {each["code"]: each["wish"] for each in given["municipalities"]}
    assert s.allot_seats(given["seats_total"], wishes) == case["expected"]["seats"]


def test_the_golden_lone_wish_is_trimmed_away() -> None:
    case = next(case for case in cases.CASES if case["case"] == "golden-round")
    item = s.compute(cases.inputs(case["given"])).items["F-2027-02"]
    values = [mark.value for mark in item.marks]
    assert sum(values) / 9 == Fraction(485, 18)
    assert [mark.struck for mark in item.marks] == [True, *[False] * 7, True]
    assert item.standing.score == Fraction(745, 28)
    assert item.grade_counts["benefit"] == (0, 5, 3, 0, 1)


def test_reach_in_a_region_of_seven() -> None:
    assert [s.reach_points(n, 7) for n in range(8)] == [0, 0, 1, 2, 2, 3, 4, 4]
    assert s.reach_points(1, 1) == 0


@pytest.mark.parametrize(
    ("points", "shown"),
    [
        ("1/200", "0.01"),
        ("-1/200", "-0.01"),
        ("-1/300", "0.00"),
        ("1115/14", "79.64"),
        ("5", "5.00"),
    ],
)
def test_two_decimals_half_away_from_zero(points: str, shown: str) -> None:
    assert s.two_decimals(Fraction(points)) == shown
