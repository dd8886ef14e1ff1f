"""The admin's home: which round is under way, its next date, and what is missing."""

from datetime import date, datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from regions.models import User
from regions.policy import Action, policy_for

from ..models import PlanningRound, RoundState
from ..timetable import NextDate, next_date
from .rounds import with_progress
from .screen import offered_steps


class RoundsPanel(Component):
    """The rounds that the person arranges and that are not over; nothing for others."""

    name = "rounds"
    order = 60
    template_name = "forum/admin/panel.html"

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the rounds with their next date and what keeps them from going on."""
        request: HttpRequest = parent_context["request"]
        return {"rounds": rounds_under_way(request.user)}


def rounds_under_way(user: User) -> list[dict[str, object]]:
    """Return the rounds that ``user`` arranges, the nearest date first.

    Of the first it says what keeps it from going on: one that is far off is not prepared yet.
    """
    rows = with_progress(policy_for(PlanningRound).rows(user, Action.CHANGE).under_way())
    coming = [(row, next_date(row, row.closes)) for row in rows.select_related("region")]
    coming.sort(key=lambda pair: (_day(pair[1]), pair[0].pk))
    return [
        {
            "title": row.title,
            "url": reverse("round_desk:show", args=[row.pk]),
            "state": row.get_state_display(),
            "next": following,
            "missing": _missing(row, user) if number == 0 else [],
        }
        for number, (row, following) in enumerate(coming)
    ]


def _day(following: NextDate | None) -> date:
    at = following.at if following else None
    if at is None:
        return date.max
    return timezone.localdate(at) if isinstance(at, datetime) else at


def _missing(planning_round: PlanningRound, user: User) -> list[str]:
    """Return what the steps onward lack; open ballots lack nothing but time."""
    if planning_round.state == RoundState.BALLOT_OPEN:
        return []
    steps = [step for step in offered_steps(planning_round, user) if step.onward]
    return list(dict.fromkeys(text for step in steps for text in step.missing))
