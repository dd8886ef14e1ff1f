"""The list for the meeting, once no ballot can change any more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from regions.policy import Action

from ..standing import how_it_stands, may_be_counted
from .base import RoundPage
from .screen import offered_steps


class MeetingView(RoundPage):
    """The ranked needs with what must be discussed, for whoever arranges the round."""

    scope_action = Action.CHANGE
    page_title = gettext_lazy("The order")
    template_name = "forum/admin/meeting.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the list, or say why it cannot be seen yet."""
        if not may_be_counted(self.round):
            messages.info(request, _("Nobody sees the order as long as ballots can change."))
            return redirect(self.screen_url)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with the list and the steps of the meeting."""
        steps = offered_steps(self.round, self.request.user)
        return {
            **super().get_context_data(**kwargs),
            "standing": how_it_stands(self.round),
            "steps": [step for step in steps if step.name in {"override", "settle", "decide"}],
        }
