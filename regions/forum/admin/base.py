"""What the screens of one round share: the round of one's own region, and the way back."""

from typing import ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from regions.policy import Action, policy_for

from ..models import PlanningRound


class RoundPage(WagtailAdminTemplateMixin, View):
    """A screen of one round; who may not take ``scope_action`` on it finds nothing there."""

    scope_action: ClassVar[str] = Action.VIEW
    header_icon = "list-ol"

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Find the round."""
        super().setup(request, *args, **kwargs)
        rows = policy_for(PlanningRound).rows(request.user, self.scope_action)
        self.round = rows.select_related("region").filter(pk=kwargs["pk"]).first()
        if self.round is None:
            raise Http404("No such round")

    @cached_property
    def may_arrange(self) -> bool:
        """Whether the person arranges this round, and does not only see how far it is."""
        return self.scope_action == Action.CHANGE or policy_for(PlanningRound).may_on(
            self.request.user, Action.CHANGE, self.round
        )

    @property
    def screen_url(self) -> str:
        """The address of the round's screen."""
        return reverse("round_desk:show", args=[self.round.pk])

    def get_page_subtitle(self) -> str:
        """Return the round's title."""
        return self.round.title

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the path: home, rounds, the round, and this screen where it is another one."""
        items = [
            *self.breadcrumbs_items,
            {"url": reverse("round_desk:index"), "label": gettext_lazy("Rounds")},
        ]
        if not self.page_title:
            return items  # the heading says the rest
        return [
            *items,
            {"url": self.screen_url, "label": self.round.title},
            {"url": "", "label": self.page_title},
        ]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the screen."""
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with the round."""
        return {**super().get_context_data(**kwargs), "round": self.round}
