"""How firm a place is: leave out one ballot at a time and see whether the place moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter

from .ranking import Order, Place, Voter, ranks


def ranges(places: Sequence[Place], scale: int) -> dict[str, tuple[int, int]] | None:
    """Return for each item the best and the worst shown rank when one ballot is left out.

    A range of one number is a firm place. The items ranked stay the same: whether a basis is
    sufficient is not what is tested. None when lines are anonymous, since nobody can tell then
    which of them belong to one ballot. Only the lines a ballot touches are counted again.
    """
    without: dict[Voter, dict[str, Order]] = defaultdict(dict)
    for place in places:
        for voter, order in place.basis.orders_without(scale):
            if voter[1] is None:
                return None
            without[voter][place.ref] = order
    shown = {place.ref: rank for place, rank, _ in ranks(places)}
    best, worst = dict(shown), dict(shown)
    for orders in without.values():
        moved = sorted(
            (replace(place, order=orders.get(place.ref, place.order)) for place in places),
            key=attrgetter("order", "later"),
        )
        for place, rank, _ in ranks(moved):
            best[place.ref] = min(best[place.ref], rank)
            worst[place.ref] = max(worst[place.ref], rank)
    return {ref: (best[ref], worst[ref]) for ref in shown}
