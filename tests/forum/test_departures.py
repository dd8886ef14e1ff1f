"""Departures move one need each, in the order as it is by then."""

from __future__ import annotations

import pytest

from regions.forum.departures import Move, final_order

COMPUTED = ("A", "B", "C", "D")


@pytest.mark.parametrize(
    ("wishes", "order", "moves"),
    [
        ([], "ABCD", []),
        ([("D", 1)], "DABC", [Move("D", 4, 1)]),
        ([("A", 3)], "BCAD", [Move("A", 1, 3)]),
        ([("D", 1), ("D", 3)], "ABDC", [Move("D", 4, 1), Move("D", 1, 3)]),
        ([("X", 2)], "AXBCD", [Move("X", None, 2)]),
        ([("A", 99)], "BCDA", [Move("A", 1, 4)]),
        ([("B", 0)], "BACD", [Move("B", 2, 1)]),
    ],
)
def test_each_moves_what_it_names(
    wishes: list[tuple[str, int]], order: str, moves: list[Move]
) -> None:
    assert final_order(COMPUTED, wishes) == (tuple(order), tuple(moves))


def test_nobody_is_lost_or_doubled() -> None:
    order, _moves = final_order(COMPUTED, [("B", 4), ("A", 2), ("C", 1)])
    assert sorted(order) == list(COMPUTED)
