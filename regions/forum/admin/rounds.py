"""The list of rounds, and the form of a round's rules."""

from typing import ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn
from wagtail.log_actions import log

from regions.admin.scoped import (
    ScopedCreateView,
    ScopedEditView,
    ScopedHistoryView,
    ScopedIndexView,
    ScopedModelViewSet,
)
from regions.policy import Action, policy_for

from ..lifecycle import ROUND
from ..models import Ballot, PlanningRound, RoundPass, RoundSeat
from ..timetable import next_date
from .meeting import MeetingView
from .round_form import OVER, PANELS, TAKEN_OVER
from .screen import RoundScreen
from .step_views import ReopenView, StepView


def with_progress(rows: QuerySet) -> QuerySet:
    """Add the close in force, the filled seats, and how many of them have sent a ballot."""
    last = RoundPass.objects.filter(round=OuterRef("pk")).order_by("-pass_no")
    seats = RoundSeat.objects.filter(round=OuterRef("pk"), was_filled=True)
    sent = Ballot.objects.current().filter(
        round=OuterRef("pk"),
        pass_no=Subquery(
            RoundPass.objects.filter(round=OuterRef("round"))
            .order_by("-pass_no")
            .values("pass_no")[:1]
        ),
    )
    return rows.annotate(
        closes=Subquery(last.values("closes")[:1]),
        seats_filled=_count(seats),
        seats_sent=_count(sent),
    )


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().values("round").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class NextDateColumn(Column):
    """What happens next, and when."""

    cell_template_name = "forum/admin/next_date_cell.html"

    def get_value(self, instance: PlanningRound) -> object:
        """Return what comes next."""
        return next_date(instance, instance.closes)


class SentColumn(Column):
    """How many of the filled seats have sent a ballot, once ballots were open."""

    def get_value(self, instance: PlanningRound) -> str:
        """Return "5 of 9"; nothing before the ballots opened."""
        if instance.closes is None:
            return ""
        return _("%(sent)d of %(seats)d") % {
            "sent": instance.seats_sent,
            "seats": instance.seats_filled,
        }


class RoundIndexView(ScopedIndexView):
    """Rounds with their phase and what comes next, the latest first."""

    def get_base_queryset(self) -> QuerySet:
        """Return the scoped rows with their progress, in one query."""
        return with_progress(super().get_base_queryset())

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """The columns; the title leads to the round's screen."""
        column = self._get_title_column_class(TitleColumn)
        title = column(
            "title",
            label=gettext_lazy("Round"),
            sort_key="title",
            get_url=lambda row: reverse("round_desk:show", args=[row.pk]),
            classname="desk-course",
        )
        return [title, *super().columns]

    def get_edit_url(self, instance: PlanningRound) -> str | None:
        """Offer the rules only where something of them can still change."""
        return None if instance.state in OVER else super().get_edit_url(instance)


class ToRound:
    """After saving: to the round's screen."""

    def get_success_url(self) -> str:
        """Return the address of the screen."""
        return reverse("round_desk:show", args=[self.object.pk])


class RoundCreateView(ToRound, ScopedCreateView):
    """A new round; ``?after=`` names one whose rules it takes over."""

    @cached_property
    def model_round(self) -> PlanningRound | None:
        """The round of the address, if the person may arrange it."""
        key = self.request.GET.get("after", "")
        rows = policy_for(PlanningRound).rows(self.request.user, Action.CHANGE)
        return rows.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None  # noqa: PLR2004

    def get_initial_form_instance(self) -> PlanningRound:
        """Return a round with the rules of the one it follows."""
        fresh = PlanningRound()
        if self.model_round is not None:
            for name in TAKEN_OVER:
                setattr(fresh, name, getattr(self.model_round, name))
        return fresh

    def get_add_url(self) -> str:
        """Return this address, so that a form with errors keeps what it began with."""
        return self.request.get_full_path()

    def save_instance(self) -> PlanningRound:
        """Begin the round and its log; it must be one the person may arrange."""
        user = self.request.user
        with transaction.atomic():
            instance = ROUND.begin(self.form.save(commit=False), by=user)
            if not policy_for(PlanningRound).may_on(user, Action.ADD, instance):
                raise PermissionDenied
            log(instance=instance, action="wagtail.create", user=user, content_changed=True)
        return instance


class RoundEditView(ToRound, ScopedEditView):
    """A change of a round's rules, as far as its phase allows."""

    template_name = "forum/admin/round_edit.html"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Lead back from a round of which nothing changes any more."""
        self.object = self.get_object()
        if self.object.state in OVER:
            messages.info(
                request,
                _("This round is %(state)s: its rules stay as they were.")
                % {"state": self.object.get_state_display()},
            )
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)


class RoundViewSet(ScopedModelViewSet):
    """Rounds of one's own region."""

    model = PlanningRound
    icon = "list-ol"
    menu_label = gettext_lazy("Rounds")
    menu_order = 240
    add_to_admin_menu = True
    index_view_class = RoundIndexView
    add_view_class = RoundCreateView
    edit_view_class = RoundEditView
    history_view_class = ScopedHistoryView
    index_results_template_name = "forum/admin/round_results.html"
    edit_handler = PANELS
    list_display: ClassVar = [
        Column("state", label=gettext_lazy("Phase"), accessor="get_state_display"),
        NextDateColumn("next", label=gettext_lazy("Next")),
        SentColumn("sent", label=gettext_lazy("Ballots sent")),
        Column("region", label=gettext_lazy("Region"), accessor="region"),
    ]
    list_filter: ClassVar = ["region", "state"]
    list_select_related = ("region",)
    search_fields: ClassVar = ["title", "case_no"]
    list_export: ClassVar = [
        "title",
        "region",
        "state",
        "year_from",
        "year_to",
        "collecting_from",
        "collecting_to",
        "ballot_from",
        "ballot_to",
        "meeting_on",
        "case_no",
    ]

    def get_urlpatterns(self) -> list:
        """Add the round's screen, its steps and the view for the meeting."""
        build = self.construct_view
        return [
            *super().get_urlpatterns(),
            path("show/<int:pk>/", build(RoundScreen), name="show"),
            path("step/<int:pk>/<slug:step>/", build(StepView), name="step"),
            path("reopen/<int:pk>/", build(ReopenView), name="reopen"),
            path("meeting/<int:pk>/", build(MeetingView), name="meeting"),
        ]
