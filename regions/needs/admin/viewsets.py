"""The desks of needs and of shared needs: routes, menu, lists."""

from typing import ClassVar

from django.db.models import Model
from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.sidebar import LinkMenuItem

from regions.admin.forms import desk_form
from regions.admin.guard import hide
from regions.admin.scoped import ScopedModelViewSet
from regions.policy import Action, policy_for

from ..models import Need, SharedNeed
from ..shared_effects import CHANGEABLE, CHANGEABLE_MANY
from .need import NeedScreen
from .on_behalf import OnBehalfScreen
from .queue import QueueView, Show, counts_for
from .shared import SharedIndexView, SharedNeedEditView, SharedNeedForm, SharedNeedScreen
from .step_forms import NEED_FORMS
from .steps import EraseScreen, NeedStepScreen, SharedStepScreen


class ReadersMenuItem(MenuItem):
    """A way to screens, for those to whom they open."""

    model: ClassVar[type[Model]]

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the person reads such rows."""
        return policy_for(self.model).may(request.user, Action.VIEW)


class SharedMenuItem(ReadersMenuItem):
    """The way to the shared needs."""

    model = SharedNeed


class QueueMenuItem(ReadersMenuItem):
    """The way to the queue, with how many needs wait."""

    model = Need

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        """Return the link with its number, which is said as a part of its name."""
        item = super().render_component(request)
        waiting = counts_for(request.user)[Show.WAITING]
        if waiting:
            item.label = _("Needs (%(number)s)") % {"number": waiting}
        return item


class StepRoutes(ScopedModelViewSet):
    """Screens on which rows are read, and changed by steps alone: nothing is added or deleted."""

    inspect_view_enabled = True
    add_to_admin_menu = True
    # Rows that nothing but the desk shows have no use screens to feed.
    add_to_reference_index = False
    #: Routes of the generic screens that stay.
    kept: ClassVar[frozenset[str]] = frozenset({"index", "index_results", "inspect"})
    step_view_class: ClassVar[type]
    steps: ClassVar[tuple[str, ...]] = ()

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Return what all views share, without the screens that are closed."""
        closed = {f"{name}_url_name": None for name in ("add", "edit", "delete", "history")}
        return super().get_common_view_kwargs(**{**closed, **kwargs})

    @property
    def url_finder_class(self) -> type:
        """Lead from anywhere to the screen on which a row is read."""
        return type(
            "_ReadingURLFinder",
            (super().url_finder_class,),
            {"edit_url_name": self.get_url_name("inspect")},
        )

    def on_register(self) -> None:
        """Hide the routes from whoever reads no such rows: what is not theirs is not there."""
        super().on_register()
        hide(self.model, *(f"{self.url_namespace}:{each.name}" for each in self.get_urlpatterns()))

    def get_urlpatterns(self) -> list:
        """Return the screens that stay, and one for each step."""
        kept = [route for route in super().get_urlpatterns() if route.name in self.kept]
        return [*kept, *(self._step_route(name) for name in self.steps)]

    def _step_route(self, name: str) -> object:
        view = self.construct_view(self.step_view_class, action=name)
        return path(f"{name}/<int:pk>/", view, name=name)


class NeedViewSet(StepRoutes):
    """The queue."""

    model = Need
    icon = "mail"
    menu_label = gettext_lazy("Needs")
    menu_name = "needs"
    menu_order = 150
    menu_item_class = QueueMenuItem
    index_view_class = QueueView
    inspect_view_class = NeedScreen
    step_view_class = NeedStepScreen
    steps = tuple(NEED_FORMS)
    form_fields: ClassVar = []
    index_template_name = QueueView.template_name
    index_results_template_name = QueueView.results_template_name
    inspect_template_name = NeedScreen.template_name
    list_select_related = ("municipality", "claimed_by", "region")
    search_fields: ClassVar = ["reference", "challenge", "title", "public_summary"]
    # The submitter's own words stay here: they may name somebody.
    list_export: ClassVar = [
        "reference",
        "title",
        "municipality",
        "state",
        "service_area",
        "level",
        "headcount",
        "headcount_of",
        "driver",
        "size",
        "submitted_at",
        "answered_at",
        "accepted_at",
        "backed_at",
        "shared_need",
    ]

    def get_urlpatterns(self) -> list:
        """Add the form on behalf of somebody, and forgetting who reported."""
        on_behalf = self.construct_view(OnBehalfScreen)
        erase = self.construct_view(EraseScreen, action="erase")
        return [
            *super().get_urlpatterns(),
            path("report/", on_behalf, name="report"),
            path("erase/<int:pk>/", erase, name="erase"),
        ]


class SharedNeedViewSet(StepRoutes):
    """Shared needs."""

    model = SharedNeed
    icon = "group"
    menu_label = gettext_lazy("Shared needs")
    menu_name = "shared-needs"
    menu_order = 151
    menu_item_class = SharedMenuItem
    index_view_class = SharedIndexView
    inspect_view_class = SharedNeedScreen
    edit_view_class = SharedNeedEditView
    step_view_class = SharedStepScreen
    steps = tuple(SharedStepScreen.forms)
    kept = StepRoutes.kept | {"edit"}
    index_results_template_name = SharedIndexView.results_template_name
    inspect_template_name = SharedNeedScreen.template_name
    list_select_related = ("region",)
    search_fields: ClassVar = ["reference", "title", "public_summary", "needs__reference"]
    list_export: ClassVar = [
        "reference",
        "title",
        "public_summary",
        "state",
        "municipalities",
        "service_areas",
        "topics",
        "local_supplements",
        "statutory_points",
        "statutory_reference",
        "est_cost_total",
        "est_seats",
        "size",
        "created_at",
    ]

    def get_common_view_kwargs(self, **kwargs: object) -> dict:
        """Return what all views share; the words of an open one can be changed."""
        return super().get_common_view_kwargs(edit_url_name=self.get_url_name("edit"), **kwargs)

    def get_form_class(self, for_update: bool = False) -> type:
        """Return the form of what can be changed."""
        return desk_form(SharedNeed, [*CHANGEABLE, *CHANGEABLE_MANY], SharedNeedForm)
