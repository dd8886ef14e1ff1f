"""Who pays what: the self-cost of a measure shared in whole kroner, and seats shared out.

Net = actual costs less external funding, no profit. It is rounded once, half up, and shared by
largest remainder on the combined key, ties by the lower municipality code; the shares sum to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from .values import PERCENT, Amount, distinct, exact, require, whole


class ShareKey(StrEnum):
    """What a cost is shared by; the agreement decides."""

    SEATS = "seats"
    EQUAL = "equal"
    POPULATION = "population"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Participant:
    """A municipality that takes part; it may have no seats."""

    code: str
    seats: int = 0
    population: int = 0

    def __post_init__(self) -> None:
        whole(self.seats, f"the seats of {self.code}")
        whole(self.population, f"the population of {self.code}")


@dataclass(frozen=True)
class Shares:
    """``net`` exact, ``shared`` in whole kroner, ``surplus`` exact, ``shares`` by code.

    With a negative net nobody pays and the surplus is shown; what was paid goes back.
    """

    net: Fraction
    shared: int
    surplus: Fraction
    shares: Mapping[str, int]


def net_cost(costs: Iterable[tuple[Amount, Amount]], funding: Iterable[Amount]) -> Fraction:
    """Return kroner: the sum of quantity × unit price, less the external funding."""
    spent = sum(
        (exact(n, "a quantity") * exact(price, "a price") for n, price in costs), Fraction()
    )
    return spent - sum((exact(amount, "funding") for amount in funding), Fraction())


def share_costs(
    net: Amount,
    participants: Iterable[Participant],
    key: ShareKey = ShareKey.SEATS,
    mixed_equal_pct: int = 0,
) -> Shares:
    """Share ``net`` among the participants.

    ``mixed_equal_pct``: for the mixed key, the part shared equally; the rest goes by seats.
    Raises `CountingError` without participants, or when the key is nothing for all of them.
    """
    listed = sorted(participants, key=lambda each: each.code)
    require(bool(listed), "nobody takes part")
    distinct((each.code for each in listed), "the municipalities that take part")
    whole(mixed_equal_pct, "the part shared equally")
    require(mixed_equal_pct <= PERCENT, "the part shared equally is at most 100 per cent")
    amount = exact(net, "the net cost")
    if amount < 0:
        return Shares(amount, 0, -amount, {each.code: 0 for each in listed})
    shared = math.floor(amount + Fraction(1, 2))
    if not shared:
        return Shares(amount, 0, Fraction(), {each.code: 0 for each in listed})
    weights = _weights(listed, ShareKey(key), mixed_equal_pct)
    return Shares(amount, shared, Fraction(), largest_remainder(shared, weights))


def _weights(listed: list[Participant], key: ShareKey, equal_pct: int) -> dict[str, Fraction]:
    equal = {ShareKey.EQUAL: PERCENT, ShareKey.MIXED: equal_pct}.get(key, 0)
    by = {
        each.code: each.population if key is ShareKey.POPULATION else each.seats for each in listed
    }
    total = sum(by.values())
    require(equal == PERCENT or total > 0, f"nobody has anything to share by: {key}")
    return {
        code: Fraction(equal, PERCENT * len(listed))
        + Fraction(PERCENT - equal, PERCENT) * Fraction(number, total or 1)
        for code, number in by.items()
    }


def largest_remainder(total: int, weights: Mapping[str, Fraction]) -> dict[str, int]:
    """Divide ``total`` in whole numbers by ``weights``, which are not all nothing.

    What the rounding down leaves goes one by one to the largest remainders, equal ones by the
    lower code.
    """
    whole_weight = sum(weights.values(), Fraction())
    quotas = {code: total * weight / whole_weight for code, weight in weights.items()}
    parts = {code: math.floor(quota) for code, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda code: (parts[code] - quotas[code], code))
    for code in by_remainder[: total - sum(parts.values())]:
        parts[code] += 1
    return dict(sorted(parts.items()))


def allot_seats(total: int, wishes: Mapping[str, int]) -> dict[str, int]:
    """Share ``total`` seats by code: one guaranteed to each, the rest by wishes beyond the first.

    Nobody gets more than the wish. Raises `CountingError` when there are fewer seats than
    participants: that is for people to settle.
    """
    whole(total, "the seats")
    for code, wish in wishes.items():
        whole(wish, f"the wish of {code}", least=1)
    require(total >= len(wishes), "fewer seats than participants: the participants must settle it")
    beyond = {code: Fraction(wish - 1) for code, wish in wishes.items()}
    spare = min(total - len(wishes), int(sum(beyond.values())))
    if not spare:
        return dict.fromkeys(sorted(wishes), 1)
    return {code: 1 + more for code, more in largest_remainder(spare, beyond).items()}
