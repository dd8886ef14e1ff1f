"""Secret links in mails: what is stored of one, and what a page behind one must not leak.

Whoever holds the link is let in, without an account. The floors above say what a link opens.
"""

import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from .place import stand

#: The token in an address never leaves with a link that somebody follows. "no-referrer" would also
#: make browsers send forms with "Origin: null", which the check of forgeries must refuse.
REFERRER_POLICY = "strict-origin"


class DeadLinkError(Exception):
    """A link that opens nothing: unknown or cut off (404), or over (410)."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Link(Protocol):
    """A stored link."""

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        ...


AnyLink = TypeVar("AnyLink", bound=Link)
View = Callable[..., HttpResponse]


def opened(link: AnyLink | None, unknown: str) -> AnyLink:
    """Return a link that was found and still opens something.

    Raises ``DeadLinkError``; ``unknown`` says why there may be none.
    """
    if link is None:
        raise DeadLinkError(HTTPStatus.NOT_FOUND, unknown)
    if link.is_over:
        raise DeadLinkError(HTTPStatus.GONE, _("The link has expired."))
    return link


def behind_secret(
    open_link: Callable[[HttpRequest, str], object],
    dead_link: Callable[[HttpRequest, DeadLinkError], HttpResponse],
) -> Callable[[View], View]:
    """Hand a view what its secret opens, and the secret; keep the page secret.

    ``dead_link`` answers where nothing is opened, by ``open_link`` or by the view.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, secret: str, **more: object) -> HttpResponse:
            stand(request, None)
            try:
                response = view(request, open_link(request, secret), secret, **more)
            except DeadLinkError as dead:
                response = dead_link(request, dead)
            return keep_secret(response)

        return inner

    return decorate


def fresh_secret() -> str:
    """Return a secret that nobody guesses, for an address. It is stored nowhere."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return what is stored of a secret. It is long and random: no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def keep_secret(response: HttpResponse) -> HttpResponse:
    """Keep a page out of caches, search engines and other sites' logs."""
    add_never_cache_headers(response)
    response["Referrer-Policy"] = REFERRER_POLICY
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
