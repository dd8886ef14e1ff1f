"""How a shared need looks when a round freezes it."""

from django.utils import timezone

from regions.models import Municipality
from regions.needs.models import SharedNeed, co_signing

from .models import PlanningRound, RoundItem


def freeze_item(planning_round: PlanningRound, shared: SharedNeed) -> RoundItem:
    """Return the item that keeps ``shared`` as it is now: words and fact points."""
    needs = list(shared.accepted_needs().select_related("municipality"))
    confirmed = list(co_signing(shared).prefetch_related("codes"))
    own = Municipality.objects.filter(pk__in=[need.municipality_id for need in needs])
    own = list(own.prefetch_related("codes"))
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
            "reach": reach(len(confirmed), planning_round.region.municipalities.count()),
            "co_signers": sorted(_code(place) for place in confirmed),
            "own": sorted(_code(place) for place in own),
            "places": dict(sorted(places.items())),
            "headcount": sum(need.headcount or 0 for need in needs),
            "headcount_of": sum(need.headcount_of or 0 for need in needs),
            "supplements": shared.local_supplements,
            "cost_total": None if shared.est_cost_total is None else str(shared.est_cost_total),
            "seats": shared.est_seats,
            "accepted_at": min(need.accepted_at for need in needs).isoformat(),
            "size": shared.size,
        },
    )


def reach(signing: int, municipalities: int) -> int:
    """Return the points of reach, 0–4: ceil(4·(n − 1)/(N − 1)); 0 for a region of one."""
    if municipalities <= 1 or signing <= 1:
        return 0
    return -(-4 * (signing - 1) // (municipalities - 1))


def _code(place: Municipality) -> str:
    """Return the municipality's code of today; its address where none is on file."""
    return place.code_on(timezone.localdate()) or place.slug
