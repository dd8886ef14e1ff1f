"""Pages behind secret links: who opens one, what the browser must not keep, and dead links."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from regions.place import stand
from regions.secret_links import DeadLinkError, View, behind_secret, opened

from .models import Need, NeedToken
from .typed import typed_in

_BESIDE = ("region", "municipality", "network", "service_area", "shared_need", "contact")


def open_link(secret: str, purpose: str) -> Need:
    """Return the need that a link opens, with all that its pages show. One statement.

    Raises ``DeadLinkError``.
    """
    rows = NeedToken.objects.matching(secret, purpose)
    token = opened(
        rows.select_related(*(f"need__{name}" for name in _BESIDE)).first(),
        _("The address may have been cut off in the mail, or the case was closed and erased."),
    )
    return token.need


def behind_link(purpose: str) -> Callable[[View], View]:
    """Hand a view the need that its secret opens; see ``behind_secret``."""

    def in_its_region(request: HttpRequest, secret: str) -> Need:
        need = open_link(secret, purpose)
        stand(request, need.region_id)
        return need

    return behind_secret(in_its_region, dead_link)


def dead_link(request: HttpRequest, dead: DeadLinkError) -> HttpResponse:
    """Say that a link opens nothing, why that may be, and how to get a new one.

    What was typed meanwhile is shown, to be copied.
    """
    context = {"reason": dead.message, "typed": typed_in(request.POST)}
    return render(request, "needs/dead_link.html", context, status=dead.status)
