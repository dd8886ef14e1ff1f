"""As what somebody opens a round: the seat they hold in it."""

from dataclasses import dataclass, field
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
    current_pass: RoundPass | None
    #: The other people on the seat.
    others: list[SeatHolder] = field(default_factory=list)

    @property
    def seat(self) -> ForumSeat:
        """The seat."""
        return self.holder.seat

    @cached_property
    def is_open(self) -> bool:
        """Whether a ballot sent now is on time."""
        current = self.current_pass
        return current is not None and self.round.takes_ballots(current=current)

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
    """Return the person's seat in the round. Raises ``Http404`` for a round of other people.

    Two queries: everyone on the seat, and the round with its last pass.
    """
    today = SeatHolder.objects.in_force().filter(seat__is_active=True, forum__is_active=True)
    mine = today.filter(user=user, seat__rounds__round=key_or_404(pk))
    on_seat = today.filter(seat__in=mine.values("seat"))
    holders = list(on_seat.select_related("seat__municipality", "forum__region", "user"))
    holder = next((each for each in holders if each.user_id == user.pk), None)
    if holder is None:
        raise Http404
    passes = RoundPass.objects.filter(round=pk).select_related("round").order_by("-pass_no")
    last = passes.first()
    planning_round = last.round if last else PlanningRound.objects.get(pk=pk)
    planning_round.region = holder.forum.region
    others = [each for each in holders if each is not holder]
    return Sitting(user, planning_round, holder, last, others)
