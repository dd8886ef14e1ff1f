"""Who is told of a step of a round."""

from django.utils import timezone

from regions.lifecycle import Step, Teller
from regions.models import ChainedLog, SeatHolder
from regions.outbox import tell

from .guards import quorum_of
from .models import PlanningRound


def seats(kind: str) -> Teller:
    """Tell everyone who holds a seat of the round today, deputies too."""

    def teller(planning_round: PlanningRound, step: Step, entry: ChainedLog) -> None:
        tell_seats(planning_round, kind, event=f"round-log:{entry.pk}")

    return teller


def extended(planning_round: PlanningRound, step: Step, entry: ChainedLog) -> None:
    """Tell the seats that the ballots are open again, and for want of what.

    Asked now: by the time the mail goes out more ballots may be here.
    """
    quorum = quorum_of(planning_round)
    facts = {"few": quorum.submitted < quorum.needed}
    tell_seats(planning_round, "ballot_extended", event=f"round-log:{entry.pk}", facts=facts)


def tell_seats(
    planning_round: PlanningRound,
    kind: str,
    *,
    event: str,
    seat_ids: list[int] | None = None,
    facts: dict[str, object] | None = None,
) -> None:
    """Tell the holders of the round's seats (or of ``seat_ids``) once for ``event``."""
    keys = seat_ids
    if keys is None:
        keys = list(planning_round.seats.values_list("seat", flat=True))
    said = {"round": planning_round.pk, **(facts or {})}
    holders = SeatHolder.objects.in_force(timezone.localdate()).filter(seat__in=keys)
    for user in holders.order_by("user").values_list("user", flat=True).distinct():
        tell(kind, to=f"user:{user}", event=event, facts=said)
