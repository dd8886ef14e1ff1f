"""Pages of those who work here without a desk: a forum's seats, municipalities' contacts."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
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


def by_button(page: str, *along: str) -> Callable[[View], View]:
    """Let a view act on a POST alone, and lead whoever merely opens it to the page with its button.

    Signing in leads back to an address, never into a step: ``page`` says that nothing was done.
    ``along`` are the parts of the address that ``page`` has as well; so is the query.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            if request.method not in {"GET", "HEAD"}:
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            messages.warning(
                request, _("Nothing is done yet. Press the button again if you want it.")
            )
            query = request.GET.urlencode()
            address = reverse(page, kwargs={name: kwargs[name] for name in along})
            return redirect(f"{address}{'?' if query else ''}{query}")

        return inner

    return decorate


def key_or_404(key: int) -> int:
    """Return a key that a row can have. Raises ``Http404`` for a larger number."""
    if key > KEY_MAX:
        raise Http404
    return key
