"""Recusal: a person who does not grade a need hands it to the other holder of the seat."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import refused
from regions.models import ForumSeat, Membership, Role, SeatHolder, User
from regions.outbox import tell

from .ballots import (
    check_item,
    copy_lines,
    count_edit,
    holders_of,
    make_current,
    new_version,
    note,
    take,
)
from .models import Ballot, BallotLine, PlanningRound, Recusal, RoundItem


@transaction.atomic
def recuse(
    planning_round: PlanningRound, seat: ForumSeat, user: User, item: RoundItem, kind: str
) -> Recusal:
    """Note that ``user`` is recused on ``item``; whoever else holds the seat is told.

    A line on which they had a hand never counts: it goes out of the draft, and a ballot already
    sent is replaced by one without it. What the other holder graded alone stays. Saying so twice is
    saying so once. Raises ``RefusedError``.
    """
    row = take(planning_round, seat, user)
    check_item(row, item)
    if kind not in Recusal.Kind.values:
        raise refused({"kind": [_("Choose why you are recused.")]})
    recusal, made = Recusal.objects.get_or_create(
        item=item, user=user, defaults={"seat": seat, "kind": kind, "decided_by": user}
    )
    if not made:
        return recusal
    own = BallotLine.objects.filter(item=item, ballot__round=row, ballot__seat=seat)
    own = own.touched_by(user)
    for line in own.filter(ballot__state=Ballot.State.DRAFT).select_related("ballot"):
        count_edit(line.ballot)
        line.delete()
    for line in own.filter(ballot__is_current=True).select_related("ballot"):
        _send_without(line.ballot)
    note(row, seat, user, "recuse", at=timezone.now(), item=item, kind=kind)
    for other in others_on(seat, item, user):
        tell(
            "recusal_handed_over",
            to=f"user:{other}",
            event=f"recusal:{recusal.pk}",
            facts={"round": row.pk, "item": item.pk},
        )
    _tell_who_leads(row, recusal)
    return recusal


def _tell_who_leads(planning_round: PlanningRound, recusal: Recusal) -> None:
    """Tell the chair and the coordinators that a seat is recused: never what it graded."""
    leads = Membership.objects.in_force().filter(
        region=planning_round.region_id, role=Role.COORDINATOR
    )
    chairs = SeatHolder.objects.in_force().filter(
        forum__region=planning_round.region_id,
        forum__is_active=True,
        seat__is_chair=True,
        seat__is_active=True,
    )
    people = {*leads.values_list("user", flat=True), *chairs.values_list("user", flat=True)}
    for user in sorted(people - {recusal.user_id}):
        tell(
            "recusal_declared",
            to=f"user:{user}",
            event=f"recusal:{recusal.pk}",
            facts={"round": planning_round.pk, "recusal": recusal.pk},
        )


def others_on(seat: ForumSeat, item: RoundItem, user: User) -> list[int]:
    """Return the keys of those who may grade ``item`` for the seat instead of ``user``."""
    recused = Recusal.objects.filter(item=item)
    others = holders_of(seat).exclude(user=user).exclude(user__in=recused.values("user"))
    return list(others.values_list("user", flat=True))


def _send_without(sent: Ballot) -> None:
    """Replace a sent ballot by one without the lines of who is recused; both are kept.

    It is what was sent then, so it keeps its sender and its time.
    """
    version = new_version(sent)
    # Never a draft: the seat may be filling in one to replace what is sent.
    version.state, version.submitted_at = Ballot.State.SUBMITTED, sent.submitted_at
    version.save()
    copy_lines(sent, version)
    make_current(version, by=sent.cast_by, at=sent.submitted_at)
