"""The place where `search` puts the listing that stands under a catalogue index page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from .models import CatalogueIndexPage

Listing = Callable[["CatalogueIndexPage", HttpRequest], HttpResponse]
_listings: list[Listing] = []


def register(listing: Listing) -> None:
    """Let ``listing`` answer for every catalogue index page; the last one registered does."""
    _listings.append(listing)


def serve_listing(page: CatalogueIndexPage, request: HttpRequest) -> HttpResponse | None:
    """Return the registered listing's answer, or None where none is registered."""
    return _listings[-1](page, request) if _listings else None
