"""Secret links in mails: what is stored of one, and what a page behind one must not leak.

Whoever holds the link is let in, without an account. The floors above say what a link opens.
"""

import hashlib
import secrets
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers

#: The token in an address never leaves with a link that somebody follows. "no-referrer" would also
#: make browsers send forms with "Origin: null", which the check of forgeries must refuse.
REFERRER_POLICY = "strict-origin"


class DeadLinkError(Exception):
    """A link that opens nothing: unknown or cut off (404), or over (410)."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


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
