"""Who has sent a ballot, and when: never what."""

from dataclasses import dataclass
from datetime import datetime

from .models import Ballot, PlanningRound, RoundSeat


@dataclass(frozen=True)
class SeatProgress:
    """A seat of the round and whether its ballot of the last pass is here."""

    seat: RoundSeat
    submitted_at: datetime | None
    on_paper: bool = False

    @property
    def has_submitted(self) -> bool:
        """Whether it has sent a ballot."""
        return self.submitted_at is not None


def who_has_submitted(planning_round: PlanningRound) -> list[SeatProgress]:
    """Return the round's seats with the time of the ballot each has sent in the last pass."""
    current = planning_round.current_pass
    sent = {}
    if current is not None:
        ballots = Ballot.objects.current().filter(round=planning_round, pass_no=current.pass_no)
        sent = {
            seat: (at, on_paper)
            for seat, at, on_paper in ballots.values_list("seat", "submitted_at", "on_paper")
        }
    return [
        SeatProgress(seat, *sent.get(seat.seat_id, (None, False)))
        for seat in planning_round.seats.all()
    ]
