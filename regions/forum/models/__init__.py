"""Models of rounds, by role."""

from .ballot import GRADES, Ballot, BallotLine, Recusal
from .item import ITEMS_MAX, FrozenItemError, Outcome, RoundItem
from .result import DecisionOverride, RoundLog, RoundResult
from .round import (
    FrozenRoundError,
    PlanningRound,
    RoundPass,
    RoundSeat,
    RoundState,
    UnionVote,
)

__all__ = [
    "GRADES",
    "ITEMS_MAX",
    "Ballot",
    "BallotLine",
    "DecisionOverride",
    "FrozenItemError",
    "FrozenRoundError",
    "Outcome",
    "PlanningRound",
    "Recusal",
    "RoundItem",
    "RoundLog",
    "RoundPass",
    "RoundResult",
    "RoundSeat",
    "RoundState",
    "UnionVote",
]
