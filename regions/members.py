"""Pages of those who work here without a desk: a forum's seats, municipalities' contacts."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
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
    return _guarded(view, _why_not)


def hidden_from_others(view: View) -> View:
    """Let members in; for anybody else who is signed in the page is not there."""
    return _guarded(view, _not_there)


def _guarded(view: View, refuse: Callable[[HttpRequest], HttpResponse]) -> View:
    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return _signed_out(request)
        if not is_member(standing_of(request.user)):
            return refuse(request)
        request.samkurs_translated = True
        return view(request, *args, **kwargs)

    return guarded


def _why_not(request: HttpRequest) -> HttpResponse:
    return render(request, "workspace/no_seat.html", status=HTTPStatus.FORBIDDEN)


def _not_there(request: HttpRequest) -> HttpResponse:
    raise Http404


def _signed_out(request: HttpRequest) -> HttpResponse:
    """Lead through the sign-in and back; tell a script what a redirect would hide from it.

    What was sent is not kept: the sign-in says so, and leads back to the page it was sent from.
    """
    if request.headers.get("Accept", "").startswith("application/json"):
        said = {"message": _("Not saved: you are signed out.")}
        return JsonResponse(said, status=HTTPStatus.UNAUTHORIZED)
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    sent_from = request.headers.get("Referer", "")
    allowed = {request.get_host()}
    if not url_has_allowed_host_and_scheme(sent_from, allowed, require_https=request.is_secure()):
        sent_from = request.path
    return redirect(f"{reverse('account:login')}?{urlencode({'next': sent_from, 'lost': 1})}")


def key_or_404(key: int) -> int:
    """Return a key that a row can have. Raises ``Http404`` for a larger number."""
    if key > KEY_MAX:
        raise Http404
    return key
