"""The admin's home: the needs that wait, oldest first."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.ui.components import Component

from regions.models import Role
from regions.policy import policy_for, standing_of

from ..deadlines import LONGEST_WAITING
from ..models import Need
from .queue import Show, condition_of, counts_for
from .words import heading_of, urgency_view

#: Rows shown; the heading says how many there are.
SHOWN = 8


class NeedsPanel(Component):
    """What waits for the coordinators of a region; nothing for anybody else."""

    name = "needs"
    order = 40
    template_name = "needs/admin/panel.html"

    @staticmethod
    def is_for(request: HttpRequest) -> bool:
        """Return whether the person is a coordinator."""
        return bool(standing_of(request.user).regions({Role.COORDINATOR}))

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the oldest unanswered needs and the numbers."""
        user, today = parent_context["request"].user, timezone.localdate()
        waiting = policy_for(Need).rows(user).filter(condition_of(Show.WAITING))
        oldest = waiting.select_related("municipality").order_by(*LONGEST_WAITING)
        counts, index = counts_for(user), reverse("need_desk:index")
        return {
            "waiting": counts[Show.WAITING],
            "late": counts[Show.LATE],
            "late_url": f"{index}?show={Show.LATE}",
            "queue_url": index,
            "rows": [
                {
                    "need": need,
                    "title": heading_of(need),
                    "url": reverse("need_desk:inspect", args=[need.pk]),
                    "urgency": urgency_view(need, today),
                }
                for need in oldest[:SHOWN]
            ],
        }
