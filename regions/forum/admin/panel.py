"""The admin's home: which round is under way, its next date, and what is missing."""

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.ui.components import Component

from regions.models import User
from regions.policy import Action, policy_for

from ..models import PlanningRound, RoundState
from ..timetable import NextDate, next_date
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
    """Return the rounds that ``user`` arranges, each with what comes next and what it lacks."""
    rows = policy_for(PlanningRound).rows(user, Action.CHANGE)
    found = []
    for row in rows.under_way().select_related("region").order_by("pk"):
        current = row.current_pass
        coming: NextDate | None = next_date(row, current.closes if current else None)
        missing = []
        if row.state != RoundState.BALLOT_OPEN:
            for step in offered_steps(row, user):
                if step.onward:
                    missing += [text for text in step.missing if text not in missing]
        found.append(
            {
                "title": row.title,
                "url": reverse("round_desk:show", args=[row.pk]),
                "state": row.get_state_display(),
                "next": coming,
                "missing": missing,
            }
        )
    return found
