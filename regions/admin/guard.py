"""The guard at the admin's door: every route is declared, and says whose rows it may touch.

Wagtail's generic views look objects up without asking where they belong, and some of its lists
count and name what a person may not open. So each admin route has a rule here, asked before the
view runs. A route without a rule is closed to everyone: a new one is declared, or not reachable.

Screens of our own models narrow their querysets themselves (``regions.admin.scoped``); their
routes are declared with the rule ``desk``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, ProtectedError, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found

from ..memberships import sync_groups
from ..policy import Action, Standing, policy_for, standing_of

#: A rule gets the request, what the person is, and the route's arguments. It returns whether they
#: may go on, or a response to give instead.
Rule = Callable[[HttpRequest, Standing, dict], bool | HttpResponse]


#: More digits than any key has; databases fail on numbers they cannot hold.
MAX_DIGITS = 18


def row_keys(values: Iterable[object]) -> list[int] | None:
    """Return ``values`` from an address as keys of rows; None if one of them cannot be a key."""
    texts = [str(value) for value in values]
    if all(text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS for text in texts):
        return [int(text) for text in texts]
    return None


def all_in(rows: QuerySet, values: Iterable[object]) -> bool:
    """Return whether every one of ``values`` is the key of one of ``rows``."""
    keys = row_keys(values)
    return keys is not None and rows.filter(pk__in=keys).count() == len(set(keys))


def anyone(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let everyone pass: nothing of a region is behind this route."""
    return True


def desk(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let those pass who work in the admin; the view itself narrows what they see."""
    return standing.may_enter_admin


def administrators(request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
    """Let technical administrators pass: the view counts or names rows of every region."""
    return standing.is_admin


@dataclass(frozen=True)
class Both:
    """Let those pass whom every one of ``rules`` lets pass."""

    rules: tuple[Rule, ...]

    def __call__(self, request: HttpRequest, standing: Standing, kwargs: dict) -> bool:
        """Ask each rule in turn."""
        return all(rule(request, standing, kwargs) is True for rule in self.rules)


_rules: dict[str, Rule] = {}


def declare(rule: Rule, *routes: str) -> None:
    """Declare ``rule`` for ``routes`` (view names with their namespaces).

    Raises ``ValueError`` for a route that has another rule already.
    """
    for route in routes:
        if _rules.get(route, rule) is not rule:
            raise ValueError(f"{route} is declared already")
        _rules[route] = rule


_hidden: dict[str, type[Model]] = {}


def hide(model: type[Model], *routes: str) -> None:
    """Let a refusal tell nobody who may read no row of ``model`` that ``routes`` are there."""
    for route in routes:
        _hidden[route] = model


def rule_for(route: str) -> Rule | None:
    """Return the rule of a route, None where none is declared."""
    return _rules.get(route)


def _asks_the_impossible(request: HttpRequest) -> bool:
    """Return whether a filter names a row by what no database can hold.

    The filters of lists hand it on as it is: numbers of thirty digits, and the null character,
    which PostgreSQL refuses in any text.
    """
    asked = [(name, value) for name, values in request.GET.lists() for value in values]
    return any(
        "\x00" in value or (name != "q" and value.isdecimal() and len(value) > MAX_DIGITS)
        for name, value in asked
    )


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """Return what Wagtail itself answers for a row that is not there."""
    return page_not_found(request, Http404(), template_name="wagtailadmin/404.html")


class AdminGuardMiddleware:
    """Asks the rule of each admin route; whoever may not pass finds nothing there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on: everything is asked when the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """Answer 404 to those the route's rule does not let pass.

        Strangers go on to Wagtail's own check, which asks them to sign in. People whose
        memberships changed by date since the clock last ticked get their groups first.
        """
        if not request.path_info.startswith(settings.ADMIN_PATH):
            return None
        rule = rule_for(request.resolver_match.view_name)
        if rule is None:
            return _nothing_here(request)
        if not request.user.is_authenticated or rule is anyone:
            return None
        # Refusals speak the person's language, as the desk itself does; addresses name none here.
        activate(request.user.language)
        if _asks_the_impossible(request):
            return _nothing_here(request)
        sync_groups(request.user)
        standing = standing_of(request.user)
        hidden = _hidden.get(request.resolver_match.view_name)
        if hidden is not None and not policy_for(hidden).may(request.user, Action.VIEW):
            if not standing.may_enter_admin:
                # The page of the public site: the admin's own frame is not theirs.
                raise Http404
            return _nothing_here(request)
        if not standing.may_enter_admin or not request.user.has_perm("wagtailadmin.access_admin"):
            # Without that right Wagtail would send them to sign in, and that page back here.
            raise PermissionDenied
        verdict = rule(request, standing, kwargs)
        if isinstance(verdict, HttpResponse):
            return verdict
        return None if verdict is True else _nothing_here(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn "other rows still need this" into a kind refusal, whichever route tried it."""
        if not isinstance(exception, ProtectedError):
            return None
        if not request.path_info.startswith(settings.ADMIN_PATH):
            return None
        text = _("This is still in use by something else and cannot be deleted.")
        if request.headers.get("accept", "").startswith("application/json"):
            return JsonResponse({"detail": text}, status=HTTPStatus.CONFLICT)
        messages.error(request, text)
        return redirect("wagtailadmin_home")
