"""Taking a step: its form, what it does, what it lacks; and opening deferred needs again."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages

from regions.admin.guard import row_keys
from regions.lifecycle import Actor, RefusedError
from regions.needs.lifecycle import SHARED_NEED
from regions.needs.models import SharedNeed, SharedNeedState
from regions.policy import Action

from ..candidates import candidates_of, deferred_of
from ..lifecycle import ROUND
from ..models import ITEMS_MAX, RoundState
from ..standing import Standing, how_it_stands, may_be_counted
from ..steps import DOES, FreezeForm, StepForm, begins_with, form_class, what_is_missing
from .base import RoundPage

_TEMPLATES = {
    "freeze": "forum/admin/freeze.html",
    "override": "forum/admin/override.html",
    "settle": "forum/admin/settle.html",
}


class StepView(RoundPage):
    """One step of a round."""

    scope_action = Action.CHANGE

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Find the step; nothing is here for who may never take it, and nothing to do too late."""
        self.step = ROUND.lines.get(kwargs["step"])
        actor = Actor(request.user, ROUND.parties_of(request.user, self.round))
        if self.step is None or not self.step.who & actor.given:
            raise Http404("No such step")
        if request.method == "GET" and self.round.state not in self.step.sources:
            messages.info(request, ROUND.already(self.round))
            return redirect(self.screen_url)
        self.actor = actor
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        """Return the step's words."""
        return str(self.step.label)

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the path, with the step at its end."""
        self.page_title = self.step.label
        return super().get_breadcrumbs_items()

    def get_template_names(self) -> list[str]:
        """Return the template of the step's form."""
        return [_TEMPLATES.get(self.step.name, "forum/admin/step.html")]

    @cached_property
    def standing(self) -> Standing | None:
        """How the round stands, for steps that speak of places."""
        speaks = self.step.name in {"override", "settle"} and may_be_counted(self.round)
        return how_it_stands(self.round) if speaks else None

    def make_form(self, data: QueryDict | None = None) -> StepForm:
        """Return the step's form."""
        return form_class(self.step.name)(
            self.round,
            self.step.name,
            data,
            initial=self._initial(),
            order=self.standing.order if self.standing else (),
        )

    def _initial(self) -> dict[str, object]:
        """Return what the form begins with."""
        if self.step.name == "freeze":
            chosen = self.request.GET.getlist("items")
            ready = [str(each.shared.pk) for each in self.candidates if not each.refusals]
            return {"items": chosen or ready[:ITEMS_MAX]}
        return begins_with(self.round, self.step.name, self.standing)

    @cached_property
    def candidates(self) -> Sequence[object]:
        """The needs that the round can take up."""
        return candidates_of(self.round)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Take the step, or show the form again with why not and what was typed."""
        form = self.make_form(request.POST)
        taken = form.take(request.user)
        if taken is None:
            messages.error(request, _("Nothing was changed. See below what is missing."))
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, _("Done: %(step)s.") % {"step": self.step.label})
        back = reverse("round_desk:meeting", args=[taken.pk])
        return redirect(back if self.step.name in {"override", "settle"} else self.screen_url)

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context with the form, what the step does and what it lacks."""
        form = kwargs.pop("form", None) or self.make_form()
        context = {
            **super().get_context_data(**kwargs),
            "form": form,
            "step": self.step,
            "does": DOES[self.step.name],
            "missing": [] if form.is_bound else what_is_missing(self.round, self.step, self.actor),
            "standing": self.standing,
            "screen_url": self.screen_url,
            "is_danger": self.step.name in {"cancel", "publish", "withdraw_item"},
        }
        if isinstance(form, FreezeForm):
            chosen = {str(value) for value in form["items"].value() or ()}
            context |= {
                "candidates": [(each, str(each.shared.pk) in chosen) for each in self.candidates],
                "deferred": deferred_of(self.round),
                "items_max": ITEMS_MAX,
                "edit_url": reverse("round_desk:edit", args=[self.round.pk]),
            }
        return context


class ReopenView(RoundPage):
    """Opens needs that an earlier round deferred, so that this one can take them up."""

    scope_action = Action.CHANGE

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Lead to where they are chosen: reading changes nothing."""
        return redirect(reverse("round_desk:step", args=[self.round.pk, "freeze"]))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Open the chosen ones and lead back, with what was ticked for the freeze."""
        keys = row_keys(request.POST.getlist("reopen")) or []
        rows = SharedNeed.objects.filter(
            pk__in=keys, region=self.round.region_id, state=SharedNeedState.DEFERRED
        )
        opened = []
        if self.round.state == RoundState.SCREENING:
            for row in rows.order_by("pk"):
                try:
                    SHARED_NEED.apply(row, "reopen", by=request.user)
                except RefusedError as error:
                    messages.error(request, f"{row}: {error.message}")
                else:
                    opened.append(row)
        if opened:
            names = ", ".join(str(row) for row in opened)
            messages.success(request, _("Open again: %(needs)s.") % {"needs": names})
        else:
            messages.info(request, _("Choose which deferred needs to open again."))
        ticked = row_keys(request.POST.getlist("items")) or []
        query = urlencode([("items", key) for key in [*ticked, *(row.pk for row in opened)]])
        address = reverse("round_desk:step", args=[self.round.pk, "freeze"])
        return redirect(f"{address}?{query}" if query else address)
