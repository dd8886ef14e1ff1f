"""Whole listings kept for readers who are not signed in, until anything on them may be another.

A page is kept with the mark of what was public when it was made (``CatalogueVersion.pages``) and
the day. Before it is sent again the mark is read: one statement, so no worker serves a page that
another worker's publishing has made old. Words that were searched for are never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.core.cache import caches
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from catalogue.models import Provider
from catalogue.release import release_mark
from regions.models import (
    Municipality,
    ProfessionalNetwork,
    Region,
    ServiceArea,
    TargetGroup,
    Topic,
)
from search.models import CatalogueVersion, pages_changed, pages_seen

#: Seconds after which a page is made anew in any case: what no signal told of is old no longer.
LONGEST = 600
#: Headers that belong to the page; all others are the middleware's.
HEADERS = ("Content-Type", "Cache-Control", "Vary", "Link", "Last-Modified")
#: Who answered, where nobody was asked: not whoever was when the page was made.
ENGINE, KEPT = "X-Search-Engine", "kept"
#: An address that is longer is of no page that is asked for twice.
LONGEST_ADDRESS = 300
#: "/nb/region/courses/", "/nb/topics/dementia/".
LISTING_STEPS = 3


@dataclass(frozen=True)
class KeptPage:
    """A page as it was sent."""

    mark: UUID
    day: str
    body: bytes
    headers: dict[str, str]


class KeptPagesMiddleware:
    """Send a kept page again while it is as it was. Stands innermost: headers are the others'."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer from what is kept, or keep the answer."""
        if not (settings.KEEP_PAGES and _may_be_kept(request)):
            return self.get_response(request)
        key, day = _key(request), str(timezone.localdate())
        kept: KeptPage | None = caches["pages"].get(key)
        if kept is None and not _may_be_listing(request):
            return self.get_response(request)
        # Before anything else is read: what changes meanwhile makes the page an old one.
        token, mark = CatalogueVersion.marks()
        if kept is not None and (kept.mark, kept.day) == (mark, day):
            response = HttpResponse(kept.body, headers={**kept.headers, ENGINE: KEPT})
            # Whoever is signed in gets another: the view would have looked.
            patch_vary_headers(response, ["Cookie"])
            return response
        with pages_seen(token):
            response = self.get_response(request)
        if mark and _is_keepable(response):
            headers = {name: response[name] for name in HEADERS if name in response}
            page = KeptPage(mark, day, response.content, headers)
            caches["pages"].set(key, page, LONGEST)
        return response


def _is_keepable(response: HttpResponse) -> bool:
    return (
        getattr(response, "samkurs_may_be_kept", False)
        and response.status_code == HTTPStatus.OK
        and not response.cookies
        and not response.streaming
    )


def _may_be_listing(request: HttpRequest) -> bool:
    """Return whether an address can be of a listing: "/nb/courses/", or three steps long.

    For any other page the mark is not worth its statement.
    """
    steps = request.path.strip("/").split("/")
    return len(steps) == LISTING_STEPS or steps[1:] == ["courses"]


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HX-Request" not in request.headers
        and len(request.get_full_path()) <= LONGEST_ADDRESS
    )


def _key(request: HttpRequest) -> str:
    """Return the key of an address, of this release."""
    place = f"{release_mark()} {request.scheme}://{request.get_host()}{request.get_full_path()}"
    return sha256(place.encode()).hexdigest()


def _changed(**_kwargs: object) -> None:
    pages_changed()


def connect() -> None:
    """Follow whatever a listing shows beside its courses. Called once, when the app is ready."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_changed, dispatch_uid="kept pages")
    shown: tuple[type[Model], ...] = (
        Locale,
        Municipality,
        PageViewRestriction,
        ProfessionalNetwork,
        Provider,  # of more than a hundred courses the version changes only with the tasks
        Region,
        ServiceArea,
        Site,
        TargetGroup,
        Topic,
    )
    for model in shown:
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"kept pages {model.__name__}")
    post_delete.connect(_on_page_gone, dispatch_uid="kept pages gone")
    m2m_changed.connect(
        _changed,
        sender=ProfessionalNetwork.service_areas.through,
        dispatch_uid="kept pages networks",
    )


def _on_page_gone(sender: type[Model], **_kwargs: object) -> None:
    if issubclass(sender, Page):
        pages_changed()
