"""Views of the whole site."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

#: What browsers in Norway ask for beside Bokmål; the interface is in Bokmål for all of them.
_NORWEGIAN = {"no": "nb", "nn": "nb"}


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


def not_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer 404 for the addresses of Wagtail's private pages, which no page of ours can be."""
    raise Http404
