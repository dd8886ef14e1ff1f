"""Pages behind secret links: who opens one, what the browser must not keep, and dead links."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regions.place import stand
from regions.secret_links import DeadLinkError, keep_secret

from .models import Need, NeedToken
from .typed import typed_in

_BESIDE = ("region", "municipality", "network", "service_area", "shared_need", "contact")

View = Callable[..., HttpResponse]


def open_link(secret: str, purpose: str) -> Need:
    """Return the need that a link opens, with all that its pages show. One statement.

    Raises ``DeadLinkError``.
    """
    rows = NeedToken.objects.matching(secret, purpose)
    token = rows.select_related(*(f"need__{name}" for name in _BESIDE)).first()
    if token is None:
        raise DeadLinkError(
            HTTPStatus.NOT_FOUND,
            _("The address may have been cut off in the mail, or the case was closed and erased."),
        )
    if token.is_over:
        raise DeadLinkError(HTTPStatus.GONE, _("The link has expired."))
    return token.need


def behind_link(purpose: str) -> Callable[[View], View]:
    """Hand a view the need that its secret opens; answer for dead links; keep the page secret."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, secret: str) -> HttpResponse:
            stand(request, None)
            try:
                need = open_link(secret, purpose)
                stand(request, need.region_id)
                response = view(request, need, secret)
            except DeadLinkError as dead:
                response = dead_link(request, dead)
            return keep_secret(response)

        return inner

    return decorate


def dead_link(request: HttpRequest, dead: DeadLinkError) -> HttpResponse:
    """Say that a link opens nothing, why that may be, and how to get a new one.

    What was typed meanwhile is shown, to be copied.
    """
    context = {"reason": dead.message, "typed": typed_in(request.POST)}
    return render(request, "needs/dead_link.html", context, status=dead.status)
