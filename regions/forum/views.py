"""The forum's front page for its members, and the order once no ballot can change."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regions.members import for_members

from .models import RoundState
from .order_page import order_page
from .sittings import sitting_or_404
from .standing import may_be_counted
from .workspace import places_of, rounds_of


@for_members
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is open and until when, what comes, and past rounds, of one region."""
    places = places_of(request.user)
    if not places:
        return render(request, "workspace/no_seat.html", status=HTTPStatus.FORBIDDEN)
    wanted = request.GET.get("region")
    place = places[0]
    if wanted is not None:
        place = next((each for each in places if each.region.slug == wanted), None)
        if place is None:
            raise Http404
    context = {
        "places": places,
        "place": place,
        "section": "rounds",
        "lang": place.region.foreign_language,
        **rounds_of(place, request.user),
    }
    return render(request, "workspace/home.html", context)


@for_members
@require_safe
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the round's seats the order and the spread, before all the world sees them."""
    sitting = sitting_or_404(request.user, pk)
    planning_round = sitting.round
    if planning_round.state in {RoundState.PUBLISHED, RoundState.ARCHIVED}:
        return redirect("rounds:result", planning_round.region.slug, planning_round.slug)
    if not may_be_counted(planning_round):
        messages.info(request, _("Nobody sees the order as long as ballots can change."))
        return redirect(f"{reverse('workspace:home')}?region={planning_round.region.slug}")
    context = {
        "sitting": sitting,
        "round": planning_round,
        "page": order_page(planning_round),
        "lang": planning_round.region.foreign_language,
        "section": "rounds",
    }
    return render(request, "workspace/order.html", context)
