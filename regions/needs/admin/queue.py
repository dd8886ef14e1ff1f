"""The queue of needs: what waits for a coordinator, and how long."""

from typing import ClassVar

import django_filters
from django import forms
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.admin.widgets.button import HeaderButton

from regions.admin.scoped import ScopedFilterSet, ScopedIndexView
from regions.models import Municipality, ServiceArea, User
from regions.policy import Action, policy_for, standing_of

from ..deadlines import LONGEST_WAITING, is_late
from ..models import Driver, Level, Need, NeedState
from ..similar import Corpus, text_of
from .words import heading_of, name_of, reach_of, urgency_view


class Show(models.TextChoices):
    """The tiles above the queue."""

    WAITING = "waiting", gettext_lazy("To process")
    LATE = "late", gettext_lazy("Over the deadline")
    RETURNED = "returned", gettext_lazy("Returned, waits for an answer")
    UNCONFIRMED = "unconfirmed", gettext_lazy("E-mail not confirmed")
    ALL = "all", gettext_lazy("All, done ones too")


def condition_of(show: str) -> Q:
    """Return the filter for what a tile counts."""
    waiting = Q(state__in=[NeedState.SUBMITTED, NeedState.IN_MODERATION])
    conditions = {
        Show.WAITING: waiting,
        Show.LATE: waiting & is_late(timezone.localdate()),
        Show.RETURNED: Q(state=NeedState.RETURNED),
        Show.UNCONFIRMED: Q(state=NeedState.UNCONFIRMED),
    }
    return conditions.get(show, Q())


def counted(needs: QuerySet) -> dict[str, int]:
    """Return what the tiles show for ``needs``, in one statement."""
    shown = [each for each in Show if each != Show.ALL]
    return needs.order_by().aggregate(
        **{str(each): Count("pk", filter=condition_of(each)) for each in shown}
    )


def counts_for(user: User) -> dict[str, int]:
    """Return what waits for ``user``, kept for the request: menu, panel and tiles ask."""
    known = getattr(user, "_waiting_needs", None)
    if known is None:
        known = counted(policy_for(Need).rows(user))
        user._waiting_needs = known  # noqa: SLF001  a cache on the request's own user object
    return known


class LabelledColumn(Column):
    """A cell that says what it is where a narrow screen shows no heads of columns."""

    cell_template_name = "needs/admin/labelled_cell.html"


class QueueColumn(Column):
    """A cell that a template of its own draws from ``value``."""

    def __init__(self, name: str, *, value: object, **kwargs: object) -> None:
        super().__init__(name, **kwargs)
        self._value = value
        self.cell_template_name = f"needs/admin/queue_{name}_cell.html"

    def get_value(self, instance: Need) -> object:
        """Return what the cell shows."""
        return self._value(instance)


class QueueFilterSet(ScopedFilterSet):
    """What the queue can be narrowed to."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show"),
        choices=Show.choices,
        method="in_tile",
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("What waits; everything when searching"),
    )
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[each for each in NeedState.choices if each[0] != NeedState.DRAFT],
        widget=forms.CheckboxSelectMultiple,
    )
    municipality = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Municipality"),
        queryset=Municipality.objects.order_by("name"),
        widget=forms.Select,
    )
    service_area = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Service area"),
        queryset=ServiceArea.objects.all(),
        widget=forms.Select,
    )
    level = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Concerns"), choices=Level.choices, widget=forms.CheckboxSelectMultiple
    )
    driver = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Driver"), choices=Driver.choices, widget=forms.CheckboxSelectMultiple
    )
    mine = django_filters.ChoiceFilter(
        label=gettext_lazy("Claimed"),
        choices=[("me", gettext_lazy("by me")), ("nobody", gettext_lazy("by nobody"))],
        method="claimed",
        widget=forms.RadioSelect,
        empty_label=gettext_lazy("by anybody or nobody"),
    )

    class Meta:
        model = Need
        fields: ClassVar = []

    def in_tile(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what the tile counts."""
        return queryset.filter(condition_of(value))

    def claimed(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Keep one's own, or what nobody has claimed."""
        if value == "me":
            return queryset.filter(claimed_by=self.request.user)
        return queryset.filter(claimed_by=None)


class QueueView(ScopedIndexView):
    """The needs of one's own region, those first whose answer is due."""

    filterset_class = QueueFilterSet
    page_title = gettext_lazy("Needs")
    template_name = "needs/admin/queue.html"
    results_template_name = "needs/admin/queue_results.html"
    table_classname = "listing need-queue"

    def scoped(self) -> QuerySet:
        """Leave out drafts: nobody has sent them yet."""
        return super().scoped().exclude(state=NeedState.DRAFT)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Show what waits, unless something else is asked for."""
        queryset = super().filter_queryset(queryset)
        asked = any(self.request.GET.get(name) for name in ("show", "state"))
        return queryset if asked or self.is_searching else queryset.to_moderate()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Order as asked, else those first who have waited longest for an answer."""
        if self.ordering:
            return super().order_queryset(queryset)
        return queryset.order_by(*LONGEST_WAITING)

    @cached_property
    def _corpus(self) -> Corpus:
        """What the page's needs are compared with: fetched once, for all of them."""
        standing = standing_of(self.request.user)
        return Corpus.of_regions(None if standing.is_admin else standing.desk_regions)

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """The columns; the first leads to the need."""
        today, me = timezone.localdate(), self.request.user
        return [
            QueueColumn("need", label=_("Need"), value=self._told),
            LabelledColumn("municipality", label=_("Municipality"), accessor="municipality.name"),
            QueueColumn(
                "answer",
                label=_("Our answer"),
                sort_key="waiting_since",
                value=lambda need: urgency_view(need, today),
            ),
            LabelledColumn(
                "state",
                label=_("Status"),
                accessor=lambda need: capfirst(need.get_state_display()),
                sort_key="state",
            ),
            QueueColumn("similar", label=_("Similar"), value=self._similar),
            LabelledColumn(
                "claimed_by",
                label=_("Assigned"),
                accessor=lambda need: (
                    _("Me")
                    if need.claimed_by_id == me.pk
                    else name_of(need.claimed_by) or _("Nobody")
                ),
            ),
        ]

    def _told(self, need: Need) -> dict[str, object]:
        parts = (need.reference, reach_of(need), need.get_driver_display())
        return {
            "need": need,
            "title": heading_of(need),
            "url": reverse("need_desk:inspect", args=[need.pk]),
            "line": " · ".join(str(part) for part in parts if part),
        }

    def _similar(self, need: Need) -> dict[str, object]:
        return {
            "number": len(self._corpus.like(text_of(need))),
            "need": need,
            "url": reverse("need_desk:inspect", args=[need.pk]) + "#similar",
        }

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Offer to report on behalf of somebody."""
        if not policy_for(Need).may(self.request.user, Action.ADD):
            return []
        label, url = _("Report on behalf"), reverse("need_desk:report")
        return [HeaderButton(label, url=url, icon_name="plus")]

    def get_context_data(self, *args: object, **kwargs: object) -> dict:
        """Return the context with the tiles."""
        context = super().get_context_data(*args, **kwargs)
        counts, index = counts_for(self.request.user), reverse("need_desk:index")
        chosen = self.request.GET.get("show") or ("" if self.is_searching else str(Show.WAITING))
        context["tiles"] = [
            {
                "label": each.label,
                "number": counts[each],
                "url": f"{index}?show={each}",
                "current": chosen == each,
            }
            for each in Show
            if each != Show.ALL
        ]
        return context
