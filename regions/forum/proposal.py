"""What fits down the forum's order: the proposal that the outcomes begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import counts, scoring
from .models import Outcome, PlanningRound, RoundItem


def proposed_outcomes(
    planning_round: PlanningRound, order: Sequence[str], items: Mapping[str, RoundItem]
) -> dict[str, str]:
    """Return what fits down the list: prioritised, or reserve where it does not fit.

    It is the selection of the count, down the list that the forum's departures have made: an item
    of unknown cost is left to the meeting (no proposal). ``order`` holds ranked needs only.
    """
    settings = counts.settings_of(planning_round)
    found = scoring.take((counts.item_of(items[ref]) for ref in order), settings)
    return {
        **{ref: Outcome.PRIORITISED for refs in found.taken.values() for ref in refs},
        **dict.fromkeys(found.reserve, Outcome.RESERVE),
        **dict.fromkeys(found.meeting, ""),
    }
