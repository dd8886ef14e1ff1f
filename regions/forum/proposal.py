"""What fits down the forum's order: the proposal that the outcomes begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from .models import Outcome, PlanningRound, RoundItem

PERCENT = 100


def proposed_outcomes(
    planning_round: PlanningRound, order: Sequence[str], items: Mapping[str, RoundItem]
) -> dict[str, str]:
    """Return what fits down the list: prioritised, or reserve where it does not fit.

    The rules are those of the selection in the count: with a budget an item of unknown cost is
    left to the meeting (no proposal), and each pot pays for its own size; without one the first
    places are taken. ``order`` holds ranked needs only.
    """
    left = _pots(planning_round)
    taken = 0
    proposed = {}
    for reference in order:
        facts = items[reference].facts
        cost, pot = facts["cost_total"], facts["size"]
        if left and cost is None:
            proposed[reference] = ""
            continue
        if left:
            fits = Fraction(Decimal(cost)) <= left[pot]
            left[pot] -= Fraction(Decimal(cost)) if fits else 0
        else:
            fits = planning_round.places is None or taken < planning_round.places
        taken += fits
        proposed[reference] = Outcome.PRIORITISED if fits else Outcome.RESERVE
    return proposed


def _pots(planning_round: PlanningRound) -> dict[str, Fraction]:
    """Return the kroner in each pot; empty without a budget."""
    if planning_round.envelope_amount is None:
        return {}
    whole = Fraction(planning_round.envelope_amount)
    small = whole * planning_round.small_pct / PERCENT
    return {"small": small, "ordinary": whole - small}
