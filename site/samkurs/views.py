"""Views of the whole site."""

import sys
from http import HTTPStatus

from django.conf import settings
from django.contrib.sitemaps import views as sitemap_views
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalogue.outward import absolute
from regions.needs.typed import typed_in
from regions.secret_links import keep_secret

#: What browsers in Norway ask for beside Bokmål; the interface is in Bokmål for all of them.
_NORWEGIAN = {"no": "nb", "nn": "nb"}
#: How Django begins the reasons against a form that did not come from a page of ours.
_OF_ELSEWHERE = ("Origin checking failed", "Referer checking failed")
#: How drivers say that the database does not answer.
DATABASE_AWAY = (OperationalError, InterfaceError)
#: Seconds after which it is worth asking again.
AWAY_TIME = "30"
#: Seconds for which others may use an answer without asking again.
HOUR, DAY = 60 * 60, 24 * 60 * 60


@require_safe
def to_language(request: HttpRequest) -> HttpResponse:
    """Send a reader who names no language to the front page in the one their browser prefers."""
    response = HttpResponseRedirect(f"/{_preferred(request)}/")
    patch_vary_headers(response, ("Accept-Language",))
    return response


def _preferred(request: HttpRequest) -> str:
    ours = dict(settings.LANGUAGES)
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        base = code.split("-")[0]
        language = _NORWEGIAN.get(base, base)
        if language in ours:
            return language
    return settings.LANGUAGE_CODE


@require_safe
@cache_control(public=True, max_age=DAY)
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines where the pages are listed, and what is not for them."""
    closed = [settings.ADMIN_PATH, *(f"/{code}/account/" for code, _name in settings.LANGUAGES)]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {absolute(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap_index(request: HttpRequest, sitemaps: dict) -> HttpResponse:
    """Answer with the list of sitemaps."""
    return sitemap_views.index(request, sitemaps, sitemap_url_name="sitemap_part")


@require_safe
@cache_control(public=True, max_age=HOUR)
def sitemap_part(request: HttpRequest, sitemaps: dict, section: str) -> HttpResponse:
    """Answer with one sitemap, or the page of it that is asked for."""
    return sitemap_views.sitemap(request, sitemaps, section=section)


def not_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer 404 for the addresses of Wagtail's private pages, which no page of ours can be."""
    raise Http404


# Django's own views of these ask for the token in the body, and would fail anew of a body that
# cannot be read: a 404 or 400 would become a 500. No page of ours needs that.
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that no page or form of ours sends this, by a page that depends on nothing."""
    page = loader.get_template("400.html").render()
    return HttpResponse(page, status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the person may not see the page."""
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say why a form was not taken; what was typed into a need's is given back to be copied.

    Only to whoever had our own page open: another site's form has nothing to say here.
    """
    elsewhere = reason.startswith(_OF_ELSEWHERE)
    why = "elsewhere" if elsewhere else "no_cookie" if reason == REASON_NO_CSRF_COOKIE else "stale"
    context: dict[str, object] = {"why": why}
    match = request.resolver_match
    about_needs = match is not None and match.namespace == "needs"
    if about_needs and not elsewhere:
        context |= {"typed": typed_in(request.POST), "again": request.path}
    page = render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)
    return keep_secret(page) if about_needs else page


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is not here."""
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """Say that something failed, by a page that depends on nothing.

    A database that is away, or has too much to do, is no fault of the request: it may come again.
    """
    if isinstance(sys.exception(), DATABASE_AWAY):
        page = loader.get_template("503.html").render()
        headers = {"Retry-After": AWAY_TIME}
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)
    page = loader.get_template("500.html").render()
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)
