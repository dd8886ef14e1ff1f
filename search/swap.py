"""The listing's answer to htmx: only what another choice changes, and which address it has."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url, replace_url

from .asked.counting import note_search
from .presenters import page_address, window_title

#: The part of the address that opens the facets' sheet on a phone.
SHEET = "filters"
#: The key by which js/finder.js asks for one facet's values.
FACET = "facet"
#: Pages of a listing that are kept; hardly anybody leafs further.
MOST_PAGES = 10


def answer(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    """Return the whole page; to htmx only what stands in the finder, at the address of the choice.

    What htmx gets is never kept: a browser that goes "back" to the address must find the page.
    """
    swap = wants_swap(request)
    request.samkurs_address = _address(request, context)
    if swap and (facet := _asked_facet(request, context)):
        # No search: somebody looks for a value to choose.
        response = TemplateResponse(request, "components/facet.html", {"facet": facet})
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["HX-Request"])
        return response
    query, number = context["query"], context["courses"].number
    context["window_title"] = window_title(context["heading"], query, number)
    total = context["courses"].paginator.count
    context["asked_for"] = note_search(request, query, total)
    if not swap:
        response = TemplateResponse(request, template, context)
        if _is_kept(request, context):
            response.samkurs_may_be_kept = True
    else:
        response = TemplateResponse(request, "components/finder-answer.html", context)
        response["Cache-Control"] = "no-store"
        _set_address(request, response)
    patch_vary_headers(response, ["HX-Request"])
    response["X-Search-Engine"] = context["engine"]
    return response


def _is_kept(request: HttpRequest, context: dict) -> bool:
    """Return whether others will ask for the same: a plain choice, at its one address."""
    query, number = context["query"], context["courses"].number
    return (
        context["meta"].indexed
        and query.days == (None, None)
        and number <= MOST_PAGES
        and request.get_full_path() == request.path + page_address(query, number)
    )


def _asked_facet(request: HttpRequest, context: dict) -> object | None:
    """Return the facet of which alone the values are asked for."""
    key = request.GET.get(FACET)
    return next((facet for facet in context["facets"] if facet.key == key), None) if key else None


def wants_swap(request: HttpRequest) -> bool:
    """Whether htmx asks, and not for a page that it restores from its history."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request


def _address(request: HttpRequest, context: dict) -> str:
    """Return the one address of what is shown: nothing of what else the reader's had."""
    address = request.path + page_address(context["query"], context["courses"].number)
    if view := context.get("kept_view"):
        address += f"{'&' if '?' in address else '?'}{view}"
    return address


def _set_address(request: HttpRequest, response: HttpResponse) -> None:
    """Say which address stands for the choice.

    A new choice is a new step back. In the open sheet it takes the place of the last one: one step
    back then undoes the visit to the sheet. What stands in the browser already ("back", the same
    search again) is no step.
    """
    address = request.samkurs_address
    try:
        current = urlsplit(request.htmx.current_url_abs_path or "")
    except ValueError:  # no address at all: no browser of ours says that
        current = urlsplit("")
    here = urlunsplit(("", "", current.path, current.query, ""))
    if here in {address, request.get_full_path()}:
        push_url(response, url=False)
    elif current.fragment == SHEET and current.path == request.path:
        replace_url(response, f"{address}#{SHEET}")
    else:
        push_url(response, address)
