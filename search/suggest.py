"""The answer to what is typed in a field for words: to script as a list, else as a page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.meta import Meta
from catalogue.outward import etag_of, printable
from catalogue.release import release_mark

from .forms import MAX_TEXT, value_of
from .labels import facet_title
from .models import CatalogueVersion, SynonymVersion, pages_seen
from .query import Choices, FacetKey
from .swap import wants_swap
from .typeahead import SCOPES, Suggested, typeahead


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind under their heading."""

    title: str
    suggestions: list[Suggested]


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Answer with what the words may be the beginning of, whatever the address says.

    People type, take back, and type the same: a browser may use an answer again, having asked
    whether the catalogue, the synonyms, the day and the release are still those that it was of.
    That takes one statement.
    """
    version, sayings = _tokens()
    if not wants_swap(request):
        with pages_seen(version):
            response = _page(request)
    else:
        parts = (version, sayings, timezone.localdate(), release_mark())
        etag = quote_etag(etag_of("|".join(map(str, parts))))
        response = get_conditional_response(request, etag=etag)
        if response is None:
            with pages_seen(version):
                response = render(request, "components/suggestions.html", _suggested(request))
        response["ETag"] = etag
        patch_cache_control(response, public=True, no_cache=True)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _tokens() -> tuple[UUID | None, UUID | None]:
    """Return the tokens of the catalogue and of the synonyms as they are now. One query."""
    sayings = SynonymVersion.objects.filter(pk=1).values("token")
    rows = CatalogueVersion.objects.filter(pk=1).annotate(sayings=Subquery(sayings))
    return rows.values_list("token", "sayings").first() or (None, None)


def _suggested(request: HttpRequest) -> dict:
    text = printable(request.GET.get("q", "")[: MAX_TEXT * 2]).strip()[:MAX_TEXT]
    scope = _scope(request)
    found = typeahead.suggest(text, get_language() or "", scope)
    return {"text": text, "groups": _groups(found), "number": len(found), "kept": _pairs(scope)}


def _page(request: HttpRequest) -> HttpResponse:
    request.samkurs_translated = True
    title, context = _("Suggestions for your search"), _suggested(request)
    words = urlencode([("q", context["text"]), *context["kept"]])
    context |= {
        "title": title,
        "meta": Meta(title, request.path, indexed=False),
        "listing_url": f"{reverse('search:courses')}?{words}",
    }
    return render(request, "pages/suggestions.html", context)


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
