"""As what somebody opens a round: the seat they hold in it."""

from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.utils import timezone

from regions.members import key_or_404
from regions.models import ForumSeat, SeatHolder, User

from .models import PlanningRound, RoundPass


@dataclass(frozen=True)
class Sitting:
    """A person on a seat of a round."""

    user: User
    round: PlanningRound
    holder: SeatHolder

    @property
    def seat(self) -> ForumSeat:
        """The seat."""
        return self.holder.seat

    @cached_property
    def current_pass(self) -> RoundPass | None:
        """The pass that is open or was last; read once."""
        return self.round.current_pass

    @cached_property
    def is_open(self) -> bool:
        """Whether a ballot sent now is on time."""
        current = self.current_pass
        return (
            self.round.state == "ballot_open"
            and current is not None
            and current.opens <= timezone.now() <= current.closes
        )

    @cached_property
    def own_code(self) -> str:
        """What the frozen facts call the seat's municipality; empty for an organisation's."""
        place = self.seat.municipality
        if place is None or self.round.frozen_at is None:
            return ""
        return place.code_on(timezone.localdate(self.round.frozen_at)) or place.slug


def seats_of(user: User) -> list[SeatHolder]:
    """Return the seats that ``user`` holds today, by region."""
    held = SeatHolder.objects.in_force().filter(
        user=user, seat__is_active=True, forum__is_active=True
    )
    held = held.select_related("seat__municipality", "forum__region")
    return list(held.order_by("forum__region__name"))


def sitting_or_404(user: User, pk: int) -> Sitting:
    """Return the person's seat in the round. Raises ``Http404`` for a round of other people."""
    held = SeatHolder.objects.in_force().filter(
        user=user, seat__is_active=True, forum__is_active=True, seat__rounds__round=key_or_404(pk)
    )
    holder = held.select_related("seat__municipality", "forum__region").first()
    if holder is None:
        raise Http404
    planning_round = PlanningRound.objects.get(pk=pk)
    planning_round.region = holder.forum.region
    return Sitting(user, planning_round, holder)
