"""Middleware of the whole site."""

import codecs
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from time import perf_counter
from uuid import uuid4

from csp.constants import HEADER, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import patch_cache_control

from .logs import ACCESS, place, request_id

logger = logging.getLogger(ACCESS)

#: What a proxy may send as a request's id: anything longer or stranger could forge a line.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Charsets a browser can send a form in. Others (utf-7 among them) make Django's own error page
#: parse the body a second time and answer 500.
_FORM_CHARSETS = frozenset(
    codecs.lookup(name).name for name in ("utf-8", "ascii", "iso-8859-1", "cp1252")
)

Handler = Callable[[HttpRequest], HttpResponse]


class RequestLogMiddleware:
    """Give each request an id, send it back, and write one line when the request is answered.

    The line holds no query string, no address of a reader and no name: see ``logs.place``. The
    probes of `/health/` are written only when something is wrong.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer within the id."""
        begun = perf_counter()
        request.request_id = _id_of(request)
        token = request_id.set(request.request_id)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.request_id
            match = request.resolver_match
            if not (match and match.url_name == "health" and response.status_code == HTTPStatus.OK):
                logger.info(
                    "request",
                    extra={
                        "method": request.method,
                        "path": place(request, response.status_code),
                        "status": response.status_code,
                        "milliseconds": round((perf_counter() - begun) * 1000, 1),
                    },
                )
            return response
        finally:
            request_id.reset(token)


def _id_of(request: HttpRequest) -> str:
    """Return the id that our proxy gave the request, or a new one."""
    given = request.headers.get("X-Request-ID", "") if settings.TRUSTED_PROXIES else ""
    return given if _REQUEST_ID.fullmatch(given) else uuid4().hex


class RefuseOddCharsetMiddleware:
    """Answer 415 to a body whose Content-Type names a charset that no browser sends."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or go on."""
        charset = request.content_params.get("charset")
        if charset:
            try:
                known = codecs.lookup(charset).name in _FORM_CHARSETS
            except (LookupError, ValueError):
                known = False
            if not known:
                return HttpResponse("Unsupported charset", status=415, content_type="text/plain")
        return self.get_response(request)


class SiteLocaleMiddleware(LocaleMiddleware):
    """The reader's language; an address that the admin does not have stays a 404.

    Django would send the browser on to the same address under a language, where any path may be a
    page's.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leave what the admin did not find alone."""
        missing = response.status_code == HTTPStatus.NOT_FOUND
        if missing and request.path_info.startswith(settings.ADMIN_PATH):
            return response
        return super().process_response(request, response)


class PrivateWhenSignedInMiddleware:
    """Keep what a signed-in person sees out of shared caches, and checked anew on "back"."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the response unless its view has said how long it keeps."""
        response = self.get_response(request)
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES
        if signed_in and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


class PathScopedCSPMiddleware(CSPMiddleware):
    """The strict policy everywhere, a looser one under the admin's path.

    Wagtail's admin has inline scripts and styles; the public site has none.
    """

    admin_policy = {
        "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "worker-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
    }

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Set the header anew under the admin's path.

        A preview is rendered through an inner request for the page's public address, which has
        set the public policy already: the editor could not show it in its frame.
        """
        if request.path.startswith(settings.ADMIN_PATH):
            response.headers.pop(HEADER, None)
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponse, *, report_only: bool = False
    ) -> PolicyParts:
        """Return the site's policy, with the admin's directives where the path is the admin's."""
        parts = super().get_policy_parts(request, response, report_only=report_only)
        if not report_only and request.path.startswith(settings.ADMIN_PATH):
            parts.replace = self.admin_policy
        return parts
