"""The guard at the admin's door: every route is declared, and says whose rows it may touch.

Wagtail's generic views look objects up without asking where they belong, and some of its lists
count and name what a person may not open. So each admin route has a rule here, asked before the
view runs. A route without a rule is closed to everyone: a new one is declared, or not reachable.

Screens of our own models narrow their querysets themselves (``regions.admin.scoped``); their
routes are declared with the rule ``desk``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ..memberships import sync_groups
from ..policy import Standing, standing_of

#: A rule gets the request, what the person is, and the route's arguments. It returns whether they
#: may go on, or a response to give instead.
Rule = Callable[[HttpRequest, Standing, dict], bool | HttpResponse]


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


def rule_for(route: str) -> Rule | None:
    """Return the rule of a route, None where none is declared."""
    return _rules.get(route)


class AdminGuardMiddleware:
    """Asks the rule of each admin route; whoever may not pass finds nothing there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict
    ) -> HttpResponse | None:
        """Answer 404 to those the route's rule does not let pass.

        Strangers go on to Wagtail's own check, which asks them to sign in. People whose
        memberships changed by date since the clock last ticked get their groups first.
        """
        if not request.path.startswith(settings.ADMIN_PATH):
            return None
        rule = _rules.get(request.resolver_match.view_name)
        if rule is None:
            raise Http404("This route is not declared")
        if not request.user.is_authenticated or rule is anyone:
            return None
        sync_groups(request.user)
        standing = standing_of(request.user)
        if not standing.may_enter_admin:
            raise PermissionDenied
        verdict = rule(request, standing, kwargs)
        if isinstance(verdict, HttpResponse):
            return verdict
        if verdict is not True:
            raise Http404("Nothing of yours here")
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn "other rows still need this" into a kind refusal, whichever route tried it."""
        if not isinstance(exception, ProtectedError):
            return None
        if not request.path.startswith(settings.ADMIN_PATH):
            return None
        text = _("This is still in use by something else and cannot be deleted.")
        if request.headers.get("accept", "").startswith("application/json"):
            return JsonResponse({"detail": text}, status=HTTPStatus.CONFLICT)
        messages.error(request, text)
        return redirect("wagtailadmin_home")
