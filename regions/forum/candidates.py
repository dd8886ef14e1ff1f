"""Which shared needs a round can take up, with what the coordinator must know of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from regions.models import Municipality
from regions.needs.models import CoSign, Level, Need, NeedState, SharedNeed, SharedNeedState

from .freezing import heads
from .models import PlanningRound


@dataclass(frozen=True)
class Candidate:
    """An open shared need before the freeze.

    ``refusals`` keep it out of a round; ``warnings`` are for the forum to know.
    """

    shared: SharedNeed
    co_signers: tuple[str, ...]
    not_yet_confirmed: tuple[str, ...]
    headcount: int
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]


def candidates_of(planning_round: PlanningRound) -> list[Candidate]:
    """Return the region's open shared needs, those that are ready first; four statements."""
    accepted = Need.objects.filter(state=NeedState.ACCEPTED).select_related("municipality")
    rows = SharedNeed.objects.candidates().filter(region=planning_round.region_id)
    rows = rows.prefetch_related(
        Prefetch("needs", queryset=accepted, to_attr="accepted_rows"),
        Prefetch("co_signs", queryset=CoSign.objects.select_related("municipality")),
    )
    return sorted(
        (_candidate(row) for row in rows), key=lambda each: (bool(each.refusals), str(each.shared))
    )


def _candidate(shared: SharedNeed) -> Candidate:
    needs: list[Need] = shared.accepted_rows
    backed = {need.municipality for need in needs if need.backed_at}
    signing = backed | {each.municipality for each in shared.co_signs.all()}
    waiting = {need.municipality for need in needs} - signing
    refusals = []
    if not needs:
        refusals.append(_("No accepted need stands behind it."))
    elif len(needs) == 1 and needs[0].level == Level.INDIVIDUAL:
        refusals.append(_("It concerns single people. Merge it with its neighbours' first."))
    warnings = []
    if not signing:
        warnings.append(_("No municipality has confirmed it: it has no points for reach."))
    if shared.est_cost_total is None:
        warnings.append(_("The cost is unknown: the meeting must speak of it."))
    return Candidate(
        shared=shared,
        co_signers=_names(signing),
        not_yet_confirmed=_names(waiting),
        headcount=heads(needs, shared.co_signs.all())[0],
        refusals=tuple(refusals),
        warnings=tuple(warnings),
    )


def _names(places: set[Municipality]) -> tuple[str, ...]:
    return tuple(sorted(place.name for place in places))


def deferred_of(planning_round: PlanningRound) -> list[SharedNeed]:
    """Return what earlier rounds deferred: those first in line first."""
    rows = SharedNeed.objects.filter(
        region=planning_round.region_id, state=SharedNeedState.DEFERRED
    ).prefetch_related("round_items__round")
    for row in rows:
        last = max(row.round_items.all(), key=lambda item: item.pk, default=None)
        row.last_item = last
    return sorted(
        rows, key=lambda row: (not (row.last_item and row.last_item.outcome == "reserve"), str(row))
    )
