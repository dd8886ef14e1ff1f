"""Points kept as planes of bits are points: sums, maxima and orders of plain numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.engines.ranking import Scores, at_least
from search.engines.snapshot import bits_of

COURSES = 12
points = st.lists(st.integers(0, 700), min_size=COURSES, max_size=COURSES)


def scores_of(numbers: list[int]) -> Scores:
    found = Scores()
    for position, number in enumerate(numbers):
        found += Scores.each(1 << position, number)
    return found


def numbers_of(scores: Scores) -> list[int]:
    return [
        sum(1 << digit for digit, plane in enumerate(scores._planes) if plane >> position & 1)
        for position in range(COURSES)
    ]


@given(points, points)
def test_sums_and_maxima_are_those_of_numbers(one: list[int], two: list[int]) -> None:
    assert numbers_of(scores_of(one)) == one
    assert numbers_of(scores_of(one) + scores_of(two)) == list(map(int.__add__, one, two))
    assert numbers_of(scores_of(one) | scores_of(two)) == list(map(max, one, two))


@given(points, st.sets(st.integers(0, COURSES - 1)))
def test_the_best_come_first_and_equals_in_their_order(one: list[int], kept: set[int]) -> None:
    bits = bits_of(kept, COURSES)
    assert list(scores_of(one).best_first(bits)) == sorted(
        kept, key=lambda each: (-one[each], each)
    )
    within = scores_of(one).within(bits)
    assert within.having == bits_of((each for each in kept if one[each]), COURSES)


@given(st.lists(st.sets(st.integers(0, COURSES - 1)), max_size=8), st.integers(0, 8))
def test_at_least_so_many_terms(terms: list[set[int]], number: int) -> None:
    everything = (1 << COURSES) - 1
    found = at_least(number, [bits_of(each, COURSES) for each in terms], everything)
    wanted = [
        position for position in range(COURSES) if sum(position in each for each in terms) >= number
    ]
    assert found == bits_of(wanted, COURSES)
