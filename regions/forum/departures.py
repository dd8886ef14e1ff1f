"""The forum's departures from the computed order. Pure: no database, no clock.

The computed order stands; each departure moves one need in the order as it is by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A need that the forum put elsewhere. Places are counted from 1.

    ``from_place`` is None for a need that had no place, since too few had graded it.
    """

    ref: str
    from_place: int | None
    to_place: int


def final_order(
    computed: Sequence[str], wishes: Iterable[tuple[str, int]]
) -> tuple[tuple[str, ...], tuple[Move, ...]]:
    """Return the order after all departures, and what each of them did.

    ``wishes``: reference and place, in the order in which they were decided. A place beyond the
    end is the last one.
    """
    order, moves = list(computed), []
    for ref, place in wishes:
        before = order.index(ref) + 1 if ref in order else None
        if before is not None:
            order.remove(ref)
        to_place = min(max(place, 1), len(order) + 1)
        order.insert(to_place - 1, ref)
        moves.append(Move(ref, before, to_place))
    return tuple(order), tuple(moves)
