"""Steps that a page's button takes: opening their address alone takes none."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]


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
