"""Pages of those who work here without a desk: a forum's seats, municipalities' contacts."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from .models import Role
from .policy import Standing, standing_of

View = Callable[..., HttpResponse]
#: The largest key a row can have.
KEY_MAX = 2**63 - 1


def is_member(standing: Standing) -> bool:
    """Return whether somebody with this standing holds a seat or is a municipality's contact."""
    return bool(standing.seat_regions or standing.regions({Role.CONTACT}))


def for_members(view: View) -> View:
    """Let members in; lead strangers through the sign-in and back, tell others why not.

    Nothing of these pages is kept by a browser: "back" asks again, so that nobody goes on with
    what another holder of the seat has changed since.
    """

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not is_member(standing_of(request.user)):
            return render(request, "workspace/no_seat.html", status=HTTPStatus.FORBIDDEN)
        request.samkurs_translated = True
        return view(request, *args, **kwargs)

    return guarded


def key_or_404(key: int) -> int:
    """Return a key that a row can have. Raises ``Http404`` for a larger number."""
    if key > KEY_MAX:
        raise Http404
    return key
