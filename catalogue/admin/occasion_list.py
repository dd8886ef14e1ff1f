"""The list of course occasions: columns, filters, order."""

from typing import ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BaseColumn, Column, TitleColumn

from regions.admin.scoped import ScopedFilterSet, ScopedIndexView

from ..models import CourseOccasion, CoursePage
from ..states import OccasionState
from .occasion_facts import where_and_when


class WordsColumn(Column):
    """A cell with the occasion in words, drawn by a template of its own."""

    def __init__(self, name: str, *, template: str, **kwargs: object) -> None:
        super().__init__(name, **kwargs)
        self.cell_template_name = f"catalogue/admin/{template}.html"

    def get_value(self, instance: CourseOccasion) -> object:
        """Return the occasion in words."""
        return where_and_when(instance)


class OccasionFilterSet(ScopedFilterSet):
    """By course, by state of today, by days."""

    course = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Course"),
        queryset=CoursePage.objects.filter(
            pk__in=CourseOccasion.objects.order_by().values("course")
        ).order_by("title", "pk"),
        widget=forms.Select,
        empty_label=gettext_lazy("All courses"),
    )
    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"),
        choices=OccasionState.choices,
        method="in_states",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CourseOccasion
        fields: ClassVar = {"starts_on": ["gte", "lte"]}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["starts_on__gte"].label = gettext_lazy("First day from")
        self.filters["starts_on__lte"].label = gettext_lazy("First day until")
        self.filters = {
            name: self.filters[name]
            for name in ("state", "course", "starts_on__gte", "starts_on__lte")
        }

    def in_states(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """Keep those in any of the chosen states."""
        return queryset.in_states(value)


class OccasionIndexView(ScopedIndexView):
    """Occasions with the state of today: what is ahead first, then the past."""

    filterset_class = OccasionFilterSet
    export_headings: ClassVar = {
        "state_label": gettext_lazy("State"),
        "open_to_label": gettext_lazy("Open to"),
        "start_time": gettext_lazy("From (time)"),
        "end_time": gettext_lazy("To (time)"),
        "cancel_reason": gettext_lazy("Why cancelled"),
    }

    def get_base_queryset(self) -> QuerySet:
        """Return the scoped rows with their courses and municipalities, in two queries."""
        return super().get_base_queryset().prefetch_related("open_to")

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Order as asked, else what is ahead first."""
        return super().order_queryset(queryset) if self.ordering else queryset.nearest_first()

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """The columns; the first names the course and leads to the occasion."""
        column = self._get_title_column_class(TitleColumn)
        course = column(
            "course",
            label=gettext_lazy("Course"),
            accessor="course.title",
            sort_key="course__title",
            get_url=self.get_edit_url,
            classname="desk-course",
        )
        return [course, *super().columns]

    def get_list_more_buttons(self, instance: CourseOccasion) -> list[MenuItem]:
        """Add moving and cancelling where the state allows them."""
        buttons = super().get_list_more_buttons(instance)
        if not self.user_has_permission("change"):
            return buttons
        if instance.may_move:
            url = reverse("occasion:move", args=[instance.pk])
            buttons.append(MenuItem(gettext_lazy("Move"), url, icon_name="date", priority=20))
        if not instance.cancelled:
            url, label = reverse("occasion:cancel", args=[instance.pk]), CANCEL
            buttons.append(MenuItem(label, url, icon_name="cross", priority=25))
        return buttons

    def get_delete_url(self, instance: CourseOccasion) -> str | None:
        """Offer no deletion of what readers have seen."""
        return None if instance.is_published else super().get_delete_url(instance)


CANCEL = pgettext_lazy("occasion", "Cancel")
COLUMNS = [
    WordsColumn(
        "when",
        label=gettext_lazy("When and where"),
        sort_key="starts_on",
        template="occasion_when_cell",
    ),
    WordsColumn("state", label=gettext_lazy("State"), template="occasion_state_cell"),
    Column("seats", label=gettext_lazy("Seats taken"), accessor="seats_label"),
    Column("open_to", label=gettext_lazy("Open to"), accessor="open_to_label"),
    Column("code", label=gettext_lazy("Code"), sort_key="code"),
]
EXPORTED = [
    "course",
    "code",
    "starts_on",
    "ends_on",
    "start_time",
    "end_time",
    "continuous",
    "venue",
    "cohort",
    "state_label",
    "cancel_reason",
    "apply_from",
    "apply_by",
    "late_apply_by",
    "seats_total",
    "seats_taken",
    "min_seats",
    "price_per_seat",
    "open_to_label",
    "notice",
    "notice_on",
    "moved_from",
    "moved_on",
]
