"""What the clock does with rounds: it moves phases whose time has come, and reminds."""

import logging
from datetime import timedelta

from django.utils import timezone

from regions.lifecycle import Actor, RefusedError

from .lifecycle import ROUND
from .models import Ballot, PlanningRound, RoundState
from .telling import tell_seats

logger = logging.getLogger(__name__)

#: Seats that have not sent their ballot are reminded this long before the close.
REMINDER = timedelta(days=3)
_BY_CLOCK = {
    RoundState.DRAFT: "collect",
    RoundState.COLLECTING: "screen",
    RoundState.FROZEN: "open",
    RoundState.BALLOT_OPEN: "close",
}


def move_phases() -> int:
    """Take every step whose time has come; return how many. What is too early is refused."""
    moved = 0
    for planning_round in PlanningRound.objects.filter(state__in=list(_BY_CLOCK)):
        try:
            ROUND.apply(planning_round, _BY_CLOCK[planning_round.state], by=Actor.clock())
        except RefusedError:
            continue
        except Exception:
            # A round that cannot move keeps no other region's ballots open.
            logger.exception("a round's phase was not moved: %s", planning_round.pk)
            continue
        moved += 1
    return moved


def remind_seats() -> None:
    """Remind the seats without a submitted ballot, once for each close."""
    now = timezone.now()
    for planning_round in PlanningRound.objects.filter(state=RoundState.BALLOT_OPEN):
        current = planning_round.current_pass
        if not current or not now <= current.closes <= now + REMINDER:
            continue
        sent = Ballot.objects.current().filter(round=planning_round, pass_no=current.pass_no)
        waiting = planning_round.seats.exclude(seat__in=sent.values("seat"))
        event = f"round:{planning_round.pk}:{current.pass_no}:{current.closes:%Y%m%d%H%M}"
        tell_seats(
            planning_round,
            "ballot_reminder",
            event=event,
            seat_ids=list(waiting.values_list("seat", flat=True)),
        )


#: Name and job, for the clock.
JOBS = [("phases of rounds", move_phases), ("reminders of ballots", remind_seats)]
