"""Points for what a course is, beside its words: (points, "key:value")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import points as worth
from .wishes import AMOUNT, Wish, amount


def own_credits(wishes: Sequence[Wish]) -> Iterator[tuple[int, str]]:
    """Yield the points for credits of the kind that was typed."""
    for wish in wishes:
        if wish.number is not None and len(wish.systems) > 1:
            value = amount(wish.number, wish.systems[0])
            yield worth.OWN_CREDITS, f"{AMOUNT}:{value}"


def states() -> tuple[tuple[int, str], ...]:
    """Return the points for what can still be joined."""
    return tuple((number, f"state:{state}") for state, number in worth.STATES.items())


def read_alike(*languages: str) -> tuple[str, ...]:
    """Return languages and those that are read alike: the two Norwegian ones."""
    found = dict.fromkeys(languages)
    if found.keys() & {"nb", "nn"}:
        found |= dict.fromkeys(("nb", "nn"))
    return tuple(found)
