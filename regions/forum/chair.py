"""The chair's page: the steps of a round that the chair of the forum decides."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regions.lifecycle import Actor, Party, Transition
from regions.members import for_members, key_or_404
from regions.policy import standing_of

from .lifecycle import ROUND
from .models import PlanningRound
from .standing import Standing, how_it_stands, may_be_counted
from .steps import DOES, SettleForm, StepForm, begins_with, form_class, what_is_missing
from .timetable import next_date


@dataclass(frozen=True)
class ChairStep:
    """A step with its form on the chair's page."""

    step: Transition
    does: object
    form: StepForm
    missing: tuple[str, ...]

    @property
    def is_settling(self) -> bool:
        """Whether the form has three fields for each need."""
        return isinstance(self.form, SettleForm)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the chair may decide now, each step with its form; take the one that is sent."""
    rows = PlanningRound.objects.filter(region__in=standing_of(request.user).seat_regions)
    planning_round = get_object_or_404(rows.select_related("region"), pk=key_or_404(pk))
    parties = ROUND.parties_of(request.user, planning_round)
    if Party.CHAIR not in parties:
        raise Http404("Only the chair decides here")
    actor = Actor(request.user, parties)
    counted = how_it_stands(planning_round) if may_be_counted(planning_round) else None
    sent: StepForm | None = None
    if request.method == "POST":
        step = ROUND.lines.get(request.POST.get("step", ""))
        if step is None or not step.who & parties:
            raise Http404("No such step")
        sent = _form(planning_round, step, counted, request)
        if sent.take(request.user) is not None:
            messages.success(request, _("Done: %(step)s.") % {"step": step.label})
            return redirect(reverse("workspace:chair", args=[planning_round.pk]))
        planning_round.refresh_from_db()
    current = planning_round.current_pass
    offered = _offered(planning_round, actor, counted, request, sent)
    context = {
        "round": planning_round,
        "next": next_date(planning_round, current.closes if current else None),
        "standing": counted,
        "steps": offered,
        "refused": sent,
        "section": "rounds",
        "lang": planning_round.region.foreign_language,
    }
    return render(request, "workspace/chair.html", context)


def _offered(
    planning_round: PlanningRound,
    actor: Actor,
    counted: Standing | None,
    request: HttpRequest,
    sent: StepForm | None,
) -> list[ChairStep]:
    """Return the steps to show; the one that was refused keeps what was typed."""
    allowed = ROUND.allowed(planning_round, actor)
    if sent is not None and ROUND.lines[sent.step] not in allowed:
        # Somebody was faster: the words typed stay to be read all the same.
        allowed = [ROUND.lines[sent.step], *allowed]
    found = []
    for step in allowed:
        if Party.CHAIR not in step.who:
            continue
        own = sent is not None and sent.step == step.name
        form = sent if own else _form(planning_round, step, counted, request, is_sent=False)
        missing = () if own else what_is_missing(planning_round, step, actor)
        found.append(ChairStep(step, DOES[step.name], form, missing))
    return found


def _form(
    planning_round: PlanningRound,
    step: Transition,
    counted: Standing | None,
    request: HttpRequest,
    *,
    is_sent: bool = True,
) -> StepForm:
    return form_class(step.name)(
        planning_round,
        step.name,
        request.POST if is_sent else None,
        initial=begins_with(planning_round, step.name, counted),
        order=counted.order if counted else (),
    )
