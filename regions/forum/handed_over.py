"""Needs on which somebody of a seat was recused, and which the seat's other holder graded."""

from __future__ import annotations

from .models import Ballot, BallotLine, PlanningRound, Recusal


def graded_by_the_other(planning_round: PlanningRound) -> set[tuple[int, int]]:
    """Return pairs of item and seat: recused, and still with a grade that counts. Three statements.

    Whether, never what: for a round whose ballots are closed.
    """
    recused = Recusal.objects.filter(item__round=planning_round)
    pairs = set(recused.values_list("item", "seat"))
    lines = BallotLine.objects.filter(
        ballot__round=planning_round,
        ballot__is_current=True,
        no_opinion=False,
        benefit__isnull=False,
        urgency__isnull=False,
        regional__isnull=False,
        item__in={item for item, _seat in pairs},
    )
    heard = lines.exclude(pk__in=lines.of_recused().order_by().values("pk"))
    ballots = Ballot.objects.current().filter(round=planning_round).order_by("pass_no")
    # A ballot of the second pass replaces the seat's first whole.
    last = dict(ballots.values_list("seat", "pass_no"))
    return {
        (item, seat)
        for item, seat, number in heard.values_list("item", "ballot__seat", "ballot__pass_no")
        if (item, seat) in pairs and number == last[seat]
    }
