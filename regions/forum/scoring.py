"""The counting of a prioritisation round and the sharing of its costs: the public face.

Pure and exact: frozen values in, `fractions.Fraction` out, no database, no clock, no floats.
`compute` takes a round's `RoundInputs` and gives its `RoundResult`; `share_costs` and
`allot_seats` are for the plans that follow. Contradictory inputs raise `CountingError`.

A `RoundResult` made by `compute` is for the forum itself: balance and shadow list give away single
grades. What may be published is in `regions.forum.snapshot`.
"""

from __future__ import annotations

from .counting.ballots import (
    NOTICE,
    CountedLine,
    Quorum,
    Tally,
    ballots_needed,
    ballots_that_count,
    invited_in_time,
    on_time,
    tally,
)
from .counting.ranking import TIE_KEYS, Keys, Mark, Parts, reach_points
from .counting.results import ItemResult, RoundResult, Standing, compute, count, two_decimals
from .counting.selection import CutTie, Exchange, Selection, Taken, take
from .counting.shadow import ShadowList
from .counting.shares import (
    Participant,
    ShareKey,
    Shares,
    allot_seats,
    net_cost,
    share_costs,
)
from .counting.values import (
    STANDARD_CRITERIA,
    STATUTORY_POINTS,
    TOP_GRADE,
    Ballot,
    CountingError,
    Criteria,
    Criterion,
    Item,
    Line,
    NoGrade,
    RoundInputs,
    Seat,
    SeatKind,
    Settings,
    Size,
    UnionVote,
    least_lines,
    starting_rules,
)

__all__ = [
    "NOTICE",
    "STANDARD_CRITERIA",
    "STATUTORY_POINTS",
    "TIE_KEYS",
    "TOP_GRADE",
    "Ballot",
    "CountedLine",
    "CountingError",
    "Criteria",
    "Criterion",
    "CutTie",
    "Exchange",
    "Item",
    "ItemResult",
    "Keys",
    "Line",
    "Mark",
    "NoGrade",
    "Participant",
    "Parts",
    "Quorum",
    "RoundInputs",
    "RoundResult",
    "Seat",
    "SeatKind",
    "Selection",
    "Settings",
    "ShadowList",
    "ShareKey",
    "Shares",
    "Size",
    "Standing",
    "Taken",
    "Tally",
    "UnionVote",
    "allot_seats",
    "ballots_needed",
    "ballots_that_count",
    "compute",
    "count",
    "invited_in_time",
    "least_lines",
    "net_cost",
    "on_time",
    "reach_points",
    "share_costs",
    "starting_rules",
    "take",
    "tally",
    "two_decimals",
]
