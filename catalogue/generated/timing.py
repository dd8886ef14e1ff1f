"""When generated occasions are: any state, seen from today, with the demo's own rules for days."""

from dataclasses import asdict
from datetime import date
from random import Random

from catalogue.states import OccasionState

from ..demo.dates import Timing, days_for

#: How often an occasion is in a state.
WEIGHTS = {
    OccasionState.OPEN: 26,
    OccasionState.LATE: 5,
    OccasionState.ANNOUNCED: 13,
    OccasionState.FULL: 8,
    OccasionState.RUNNING: 13,
    OccasionState.CLOSED: 6,
    OccasionState.UNSCHEDULED: 6,
    OccasionState.FINISHED: 18,
    OccasionState.CANCELLED: 5,
}
#: Weeks from this one to the first day, by state; what is over is counted from its last day.
WEEKS = {
    OccasionState.OPEN: (4, 40),
    OccasionState.LATE: (2, 6),
    OccasionState.ANNOUNCED: (8, 56),
    OccasionState.FULL: (3, 30),
    OccasionState.CLOSED: (1, 3),
    OccasionState.CANCELLED: (3, 26),
    OccasionState.FINISHED: (1, 150),
}
STUDY_WEEKS = (5, 9, 10, 15, 20)
SHORT_DAYS = (1, 1, 1, 2, 3)


def any_state(pick: Random) -> OccasionState:
    """Return a state, as often as its weight says."""
    return pick.choices(list(WEIGHTS), WEIGHTS.values())[0]


def occasion_days(
    pick: Random, state: OccasionState, today: date, *, study: bool
) -> dict[str, date | None]:
    """Return the days of an occasion that is in ``state`` on ``today``.

    ``study``: it lasts for weeks, as courses with credits do. What is running does in any case.
    """
    if state == OccasionState.UNSCHEDULED:
        return asdict(days_for(Timing(state), today))
    length = pick.choice(STUDY_WEEKS) if study or state == OccasionState.RUNNING else 0
    if state == OccasionState.RUNNING:
        weeks = -pick.randint(1, length - 1)
    else:
        weeks = pick.randint(*WEEKS[state])
        if state == OccasionState.FINISHED:
            weeks = -weeks - length
    timing = Timing(
        state,
        weeks=weeks,
        weekday=1 if length else pick.randint(1, 4),
        days=pick.choice(SHORT_DAYS),
        study_weeks=length,
    )
    return asdict(days_for(timing, today))
