"""The screens of shared needs: the list, one of them, and the change of its words."""

from typing import ClassVar

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BaseColumn, TitleColumn
from wagtail.admin.views import generic

from regions.admin.forms import DeskForm
from regions.admin.scoped import ScopedEditView, ScopedFilterSet, ScopedIndexView, ScopedRows
from regions.lifecycle import RefusedError
from regions.models import ServiceArea
from regions.policy import Action, colleagues, policy_for

from ..guards import PUBLIC_WORDS
from ..lifecycle import NEED, SHARED_NEED
from ..models import (
    Need,
    SharedNeed,
    SharedNeedState,
    co_signing,
    not_yet_confirmed,
    number_co_signing,
)
from ..personal_data import names_in
from ..services import resolve
from ..shared_effects import CHANGEABLE, CHANGEABLE_MANY, WORDING
from .queue import LabelledColumn
from .step_links import step_links
from .steps import SharedStepScreen
from .words import log_of, reach_of


class SharedFilterSet(ScopedFilterSet):
    """What shared needs can be narrowed to."""

    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Status"),
        choices=SharedNeedState.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    service_areas = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Service area"),
        queryset=ServiceArea.objects.all(),
        widget=forms.Select,
    )

    class Meta:
        model = SharedNeed
        fields: ClassVar = []


class SharedIndexView(ScopedIndexView):
    """The region's shared needs: the open ones, unless another state is asked for."""

    filterset_class = SharedFilterSet
    page_title = gettext_lazy("Shared needs")
    results_template_name = "needs/admin/shared_results.html"
    table_classname = "listing need-queue"
    export_headings: ClassVar = {
        "municipalities": gettext_lazy("Municipalities"),
        "created_at": gettext_lazy("Created"),
    }

    def get_base_queryset(self) -> QuerySet:
        """Return the scoped rows with how many municipalities count behind each."""
        return super().get_base_queryset().annotate(municipalities=number_co_signing())

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Leave out what was merged or is empty, unless it is asked for."""
        queryset = super().filter_queryset(queryset)
        if self.request.GET.get("state") or self.is_searching:
            return queryset
        return queryset.exclude(state__in=[SharedNeedState.ABSORBED, SharedNeedState.VOID])

    @cached_property
    def columns(self) -> list[BaseColumn]:
        """The columns; the first leads to the shared need."""
        return [
            TitleColumn(
                "title",
                label=_("Shared need"),
                sort_key="title",
                get_url=lambda row: reverse("shared_need_desk:inspect", args=[row.pk]),
                classname="desk-course",
            ),
            LabelledColumn("reference", label=_("Reference"), sort_key="reference"),
            LabelledColumn(
                "state", label=_("Status"), accessor="get_state_display", sort_key="state"
            ),
            LabelledColumn("municipalities", label=_("Municipalities"), sort_key="municipalities"),
            LabelledColumn("est_seats", label=_("Estimated seats"), sort_key="est_seats"),
        ]


class SharedNeedScreen(ScopedRows, generic.InspectView):
    """One shared need, its needs, who stands behind it, and its log. No contact data."""

    page_title = gettext_lazy("Shared need")
    template_name = "needs/admin/shared.html"

    def get_fields(self) -> list[str]:
        """Return nothing: the template tells the shared need itself."""
        return []

    def scoped(self) -> QuerySet:
        """Return the own region's shared needs with what the screen shows."""
        accepted = Need.objects.accepted().select_related("municipality").order_by("accepted_at")
        rows = super().scoped().select_related("region", "merged_into")
        return rows.prefetch_related(
            "service_areas", "topics", Prefetch("needs", accepted, to_attr="standing"), "absorbed"
        )

    def get_object(self, queryset: QuerySet | None = None) -> SharedNeed:
        """Return the shared need, if it is of one's own region."""
        return get_object_or_404(self.scoped(), pk=self.pk)

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the shared need in words."""
        shared, user = self.object, self.request.user
        reads_needs = policy_for(Need).rows(user, Action.VIEW).filter(region=shared.region_id)
        readable = {need.pk for need in shared.standing} if reads_needs.exists() else set()
        known = {**SharedStepScreen.forms, "change": None}
        return super().get_context_data(**kwargs) | {
            "shared": shared,
            "leads_to": resolve(shared) if shared.merged_into_id else None,
            "needs": [
                {
                    "need": need,
                    "reach": reach_of(need),
                    "url": need.pk in readable and reverse("need_desk:inspect", args=[need.pk]),
                    "out_url": self._out_url(need),
                }
                for need in shared.standing
            ],
            "co_signing": list(co_signing(shared)),
            "unconfirmed": list(not_yet_confirmed(shared)),
            "steps": step_links(
                SHARED_NEED, shared, user, known, namespace="shared_need_desk", first=("change",)
            ),
            "log": log_of(
                shared.log.all(), SHARED_NEED, colleagues(user).values_list("pk", flat=True)
            ),
        }

    def _out_url(self, need: Need) -> str:
        """Return where this need is moved out; empty where that cannot be done."""
        open_ = self.object.state == SharedNeedState.OPEN
        if not open_ or not self._may_move:
            return ""
        return reverse("need_desk:move", args=[need.pk])

    @cached_property
    def _may_move(self) -> bool:
        """Whether the person may move needs: asked of one, since all are of one region."""
        standing = self.object.standing
        return bool(standing) and NEED.may(standing[0], "move", self.request.user)


class SharedNeedForm(DeskForm):
    """The words and figures that the forum will rank by."""

    class Meta:
        model = SharedNeed
        fields = (*CHANGEABLE, *CHANGEABLE_MANY)


class SharedNeedEditView(ScopedEditView):
    """A change of an open shared need, through its table of steps and logged with what was."""

    page_title = gettext_lazy("Change the shared need")
    success_message = gettext_lazy("“%(object)s” is saved.")

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Lead back with a word once nothing can be changed any more."""
        self.object = self.get_object()
        if not SHARED_NEED.may(self.object, "change", request.user):
            messages.warning(request, SHARED_NEED.already(self.object))
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """Return the screen of the shared need."""
        return reverse("shared_need_desk:inspect", args=[self.object.pk])

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        """Save, or show the form again with the reason."""
        try:
            return super().form_valid(form)
        except RefusedError as refused:
            errors = refused.errors or {"": [refused.message]}
            for name, texts in errors.items():
                form.add_error(name if name in form.fields else None, texts)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)

    def save_instance(self) -> SharedNeed:
        """Take the step "change" with what stands there before and afterwards."""
        form = self.form
        texts = "\n".join(str(form.cleaned_data.get(name) or "") for name in PUBLIC_WORDS)
        names = ", ".join(names_in(texts, frozenset({self.object.region.name})))
        if names:
            messages.warning(
                self.request,
                _("“%(found)s” looks like a name. Change it if it is somebody’s.")
                % {"found": names},
            )
        stored = SharedNeed.objects.get(pk=self.object.pk)
        names = [name for name in form.changed_data if name in form.Meta.fields]
        if not names:
            return stored
        values = {name: form.cleaned_data[name] for name in names}
        before = {name: _logged(getattr(stored, name)) for name in names}
        after = {name: _logged(value) for name, value in values.items()}
        return SHARED_NEED.apply(
            stored,
            "change",
            by=self.request.user,
            seen=form.cleaned_data["expected_version"],
            values=values,
            changed=names,
            before=_without(before, WORDING),
            after=_without(after, WORDING),
            wording_before=_only(before, WORDING),
            wording_after=_only(after, WORDING),
        )


def _only(said: dict[str, str], names: frozenset[str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if name in names}


def _without(said: dict[str, str], names: frozenset[str]) -> dict[str, str]:
    return {name: text for name, text in said.items() if name not in names}


def _logged(value: object) -> str:
    """Return a value as the log keeps it: texts and figures as they are, rows by their names."""
    rows = value.all() if hasattr(value, "all") else value
    if isinstance(rows, QuerySet):
        return ", ".join(sorted(str(row) for row in rows))
    return "" if value is None else str(value)
