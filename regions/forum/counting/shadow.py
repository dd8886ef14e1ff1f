"""The shadow list: Method of Equal Shares on the municipal ballots, a check that binds nobody.

Every municipality has an equal purse. An item is bought when those who graded it above nothing can
pay it together, each in proportion to the points it gave (ρ kroner a point, or what is left in
the purse); the item with the lowest ρ is bought first. What is left is spent down the round's
list. Source: Peters, Pierczyński and Skowron, "Proportional Participatory Budgeting with Additive
Utilities" (2021).
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .ballots import Tally
from .ranking import Place
from .selection import Selection, municipal_values, pots
from .values import Settings, Size


@dataclass(frozen=True, slots=True)
class ShadowList:
    """The list the method gives and where it differs from the ordinary selection.

    ``bought``: in the order they were bought. ``filled``: by the round's list with what was left.
    ``added`` are only in the shadow list, ``missing`` only in the selection (in its order).
    """

    bought: tuple[str, ...]
    filled: tuple[str, ...]
    added: tuple[str, ...]
    missing: tuple[str, ...]


def shadow_list(places: Sequence[Place], selection: Selection, tally: Tally) -> ShadowList | None:
    """Return the shadow list; None where everything is taken or no municipality's line counts.

    Small needs and unknown costs are left out. Without an envelope every item costs one of the
    K places, and there is one list.
    """
    given = municipal_values(tally)
    budget = _budget(tally.settings)
    if budget is None or not given:
        return None
    prices = _prices(places, tally.settings)
    purses = {code: budget / len(given) for code in given}
    bought = _buy(prices, given, purses)
    left = budget - sum((prices[ref] for ref in bought), Fraction())
    filled = []
    for ref, price in prices.items():
        if ref not in bought and price <= left:
            filled.append(ref)
            left -= price
    shadow = {*bought, *filled}
    return ShadowList(
        bought=tuple(bought),
        filled=tuple(filled),
        added=tuple(ref for ref in prices if ref in shadow and ref not in selection.ordinary),
        missing=tuple(ref for ref in selection.ordinary if ref not in shadow),
    )


def _budget(settings: Settings) -> Fraction | None:
    if settings.envelope is not None:
        return pots(settings)[Size.ORDINARY]
    return None if settings.capacity is None else Fraction(settings.capacity)


def _prices(places: Sequence[Place], settings: Settings) -> dict[str, Fraction]:
    """Return the price of each item that takes part, in the round's order."""
    if settings.envelope is None:
        return {place.ref: Fraction(1) for place in places}
    items = [place.basis.item for place in places]
    return {
        item.ref: item.cost_total
        for item in items
        if item.size is Size.ORDINARY and item.cost_total is not None
    }


def _buy(
    prices: Mapping[str, Fraction],
    given: Mapping[str, Mapping[str, int]],
    purses: dict[str, Fraction],
) -> list[str]:
    """Buy until nobody can; empties ``purses``.

    Purses only shrink, so ρ only grows: an item is asked again only when its last ρ is the lowest
    on the heap, and one that cannot be paid never can be later.
    """
    supporters = {
        ref: {code: values[ref] for code, values in given.items() if values.get(ref, 0) > 0}
        for ref in prices
    }
    heap = [(Fraction(), place, ref) for place, ref in enumerate(prices)]
    bought: list[str] = []
    while heap:
        _, place, ref = heapq.heappop(heap)
        rho = _rho(prices[ref], supporters[ref], purses)
        if rho is None:
            continue
        if heap and (rho, place) > heap[0][:2]:
            heapq.heappush(heap, (rho, place, ref))
            continue
        for code, points in supporters[ref].items():
            purses[code] -= min(purses[code], rho * points)
        bought.append(ref)
    return bought


def _rho(
    price: Fraction, supporters: Mapping[str, int], purses: Mapping[str, Fraction]
) -> Fraction | None:
    """Return the least ρ at which the supporters can pay; None when they cannot."""
    by_strain = sorted(supporters, key=lambda code: purses[code] / supporters[code])
    missing, points = price, sum(supporters.values())
    for code in by_strain:
        if missing * supporters[code] <= purses[code] * points:
            return missing / points
        missing -= purses[code]
        points -= supporters[code]
    return None
