"""Sealing a round's result."""

from datetime import datetime

from .models import PlanningRound, RoundResult


def seal(planning_round: PlanningRound, *, at: datetime) -> RoundResult:
    """Compute and keep the result of ``planning_round``, chained to the region's one before."""
    raise NotImplementedError
