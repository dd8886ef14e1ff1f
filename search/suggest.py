"""The answer to what is typed in a field for words: to script as a list, else as a page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.meta import Meta
from catalogue.outward import printable

from .forms import MAX_TEXT, value_of
from .labels import facet_title
from .query import Choices, FacetKey
from .swap import wants_swap
from .typeahead import SCOPES, Suggested, typeahead

#: Seconds for which a browser may use an answer again: people type, take back, and type the same.
KEPT = 60


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind under their heading."""

    title: str
    suggestions: list[Suggested]


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer with what the words may be the beginning of, whatever the address says."""
    text = printable(request.GET.get("q", "")[: MAX_TEXT * 2]).strip()[:MAX_TEXT]
    scope = _scope(request)
    found = typeahead.suggest(text, get_language() or "", scope)
    context = {"text": text, "groups": _groups(found), "number": len(found)}
    if wants_swap(request):
        response = render(request, "components/suggestions.html", context)
        patch_cache_control(response, public=True, max_age=KEPT)
    else:
        request.samkurs_translated = True
        title = _("Suggestions for your search")
        words = urlencode([("q", text), *_pairs(scope)])
        context |= {
            "title": title,
            "meta": Meta(title, request.path, indexed=False),
            "kept": _pairs(scope),
            "listing_url": f"{reverse('search:courses')}?{words}",
        }
        response = render(request, "pages/suggestions.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def suggest_url(scope: Choices) -> str:
    """Return where the fields of a listing ask for suggestions."""
    within = urlencode(_pairs(scope))
    return reverse("search:suggest") + (f"?{within}" if within else "")


def _pairs(scope: Choices) -> list[tuple[str, str]]:
    return [(str(key), value) for key in SCOPES for value in scope.get(key, ()) if value]


def _scope(request: HttpRequest) -> dict[FacetKey, frozenset[str]]:
    """Return what the suggestions are to be within: one value of one key; odd ones are no scope."""
    for key in SCOPES:
        if value := value_of(request.GET.get(key, "")):
            return {key: frozenset({value})}
    return {}


def _groups(found: list[Suggested]) -> list[Group]:
    """Return suggestions by kind, in the order in which they come."""
    return [
        Group(facet_title(key) if key else _("Courses"), list(some))
        for key, some in groupby(found, key=attrgetter("key"))
    ]
