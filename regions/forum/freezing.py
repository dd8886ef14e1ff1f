"""How a shared need looks when a round freezes it."""

from collections.abc import Iterable

from django.utils import timezone

from regions.models import Municipality
from regions.needs.models import CoSign, Need, SharedNeed, co_signing

from .models import PlanningRound, RoundItem
from .scoring import reach_points


def freeze_item(planning_round: PlanningRound, shared: SharedNeed) -> RoundItem:
    """Return the item that keeps ``shared`` as it is now: words and fact points."""
    needs = list(shared.accepted_needs().select_related("municipality"))
    confirmed = list(co_signing(shared).prefetch_related("codes"))
    own = Municipality.objects.filter(pk__in=[need.municipality_id for need in needs])
    own = list(own.prefetch_related("codes"))
    headcount, headcount_of = heads(needs, shared.co_signs.all())
    places = {_code(place): place.name for place in [*own, *confirmed]}
    return RoundItem(
        round=planning_round,
        shared_need=shared,
        title=shared.title,
        summary=shared.public_summary,
        facts={
            "reference": shared.reference,
            "statutory": shared.statutory_points,
            "statutory_reference": shared.statutory_reference,
            "reach": reach_points(len(confirmed), planning_round.region.municipalities.count()),
            "co_signers": sorted(_code(place) for place in confirmed),
            "own": sorted(_code(place) for place in own),
            "places": dict(sorted(places.items())),
            "headcount": headcount,
            "headcount_of": headcount_of,
            "supplements": shared.local_supplements,
            "cost_total": None if shared.est_cost_total is None else str(shared.est_cost_total),
            "seats": shared.est_seats,
            "accepted_at": min(need.accepted_at for need in needs).isoformat(),
            "size": shared.size,
        },
    )


def heads(needs: Iterable[Need], co_signs: Iterable[CoSign]) -> tuple[int, int]:
    """Return how many need it, and of how many; the latter is 0 where not all have said it.

    Who signs with others says how many need it, never of how many: then there is no whole. Where
    they have a need of their own here, moved in since, they are counted once.
    """
    counted = [need for need in needs if need.headcount]
    places = {need.municipality_id for need in counted}
    added = [
        each.headcount for each in co_signs if each.headcount and each.municipality_id not in places
    ]
    known = not added and all(need.headcount_of for need in counted)
    return (
        sum(need.headcount for need in counted) + sum(added),
        sum(need.headcount_of for need in counted) if known else 0,
    )


def _code(place: Municipality) -> str:
    """Return the municipality's code of today; its address where none is on file."""
    return place.code_on(timezone.localdate()) or place.slug
