"""Makers of ballots, each by the services that lead there."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from regions.forum import ballots
from regions.forum.entries import Entry
from regions.forum.models import Ballot, PlanningRound, Recusal, RoundItem
from regions.forum.recusals import recuse
from regions.models import ForumSeat, SeatHolder, User

#: Three digits (benefit, urgency, regional), three numbers, or "recused"; None is no opinion.
Grades = str | tuple[int, int, int] | None
RECUSED = "recused"


def user_on(seat: ForumSeat) -> User:
    """Return who holds the seat today, the holder before the deputy."""
    holders = SeatHolder.objects.in_force().filter(seat=seat).order_by("-kind")
    return holders.first().user


def entry(grades: Grades, comment: str = "", *, public: bool = False) -> Entry:
    if grades is None:
        return Entry(no_opinion=True, comment=comment, comment_public=public)
    return Entry(*(int(grade) for grade in grades), comment=comment, comment_public=public)


def fill_in(
    planning_round: PlanningRound,
    seat: ForumSeat,
    grades_by_item: Mapping[RoundItem, Grades],
    *,
    by: User | None = None,
) -> User:
    """Fill in a seat's draft and leave it unsent; return who did."""
    user = by or user_on(seat)
    ballots.open_draft(planning_round, seat, user)
    for item, grades in grades_by_item.items():
        if grades == RECUSED:
            recuse(planning_round, seat, user, item, Recusal.Kind.PROVIDER)
        else:
            ballots.save_line(planning_round, seat, user, item, entry(grades))
    return user


def cast(
    planning_round: PlanningRound,
    seat: ForumSeat,
    grades_by_item: Mapping[RoundItem, Grades],
    *,
    by: User | None = None,
) -> Ballot:
    """Fill in and send (or replace) a seat's ballot; items left out get no opinion."""
    rest = planning_round.items.filter(withdrawn_at__isnull=True)
    full = {item: None for item in rest if item not in grades_by_item} | dict(grades_by_item)
    user = fill_in(planning_round, seat, full, by=by)
    return ballots.submit(planning_round, seat, user)


def page(planning_round: PlanningRound, name: str = "ballot", number: int = 1) -> str:
    """Return the address of a page of the ballot."""
    args = [planning_round.pk, number] if name in {"ballot", "recused"} else [planning_round.pk]
    return reverse(f"workspace:{name}", args=args)
