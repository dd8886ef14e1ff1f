"""The forum's front page for its members."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from regions.members import for_members

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
        **rounds_of(place, request.user),
    }
    return render(request, "workspace/home.html", context)
