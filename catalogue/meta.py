"""What the head of a page tells machines: its one address, its languages, what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail.images.shortcuts import get_rendition_or_not_found
from wagtail.models import Page

from .outward import absolute, json_in_script
from .presenters.states import interface_language

if TYPE_CHECKING:
    from .navigation import LanguageLink, Link

LOCALES = {"nb": "nb_NO", "sv": "sv_SE", "en": "en_GB"}
#: Whose page a reader of any other language is led to, where there are several.
DEFAULT_ORDER = ("en", "nb", "sv")
PICTURE = "fill-1200x630|format-jpeg"


@dataclass(frozen=True)
class SharedPicture:
    """A picture in the size that others show beside a link."""

    url: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Meta:
    """What a view says of its page.

    ``url`` is the one address of what is shown, without the site's name; empty for what has none
    yet. What is not ``indexed`` can be read but should not be found by search engines. ``feed`` is
    the address of the page's feed.
    """

    title: str
    url: str
    description: str = ""
    kind: str = "website"
    picture: SharedPicture | None = None
    indexed: bool = True
    feed: str = ""
    structured: tuple[dict, ...] = ()


@dataclass(frozen=True)
class Alternate:
    """The same page in a language, or for any other language ("x-default")."""

    code: str
    url: str


def page_meta(page: Page, request: HttpRequest) -> Meta:
    """Return what any page of the tree says of itself; a preview is for nobody else."""
    described = (page.search_description, getattr(page, "summary", ""), getattr(page, "lead", ""))
    return Meta(
        title=page.seo_title or page.title,
        url=page.url or "",
        description=next(filter(None, described), ""),
        indexed=not getattr(request, "is_preview", False),
    )


def shared_picture(page: Page) -> SharedPicture | None:
    """Return a page's picture for others. One query, where the picture has this size already."""
    if not page.image:
        return None
    rendition = get_rendition_or_not_found(page.image, PICTURE)
    if not rendition.width:
        return None  # its file is gone
    alt = "" if page.image_decorative else page.image_alt
    return SharedPicture(absolute(rendition.url), rendition.width, rendition.height, alt)


def alternates(urls: Mapping[str, str]) -> list[Alternate]:
    """Return a page's addresses by language as others take them, if there is more than one."""
    if len(urls) < 2:  # noqa: PLR2004  one language has no other
        return []
    found = {code: absolute(url) for code, url in urls.items()}
    default = next(code for code in (*DEFAULT_ORDER, *found) if code in found)
    return [Alternate(*each) for each in [*found.items(), ("x-default", found[default])]]


def _translations(url: str, languages: Iterable[LanguageLink]) -> dict[str, str]:
    """Return a page's addresses by language.

    The header's links lead to the page as it was asked for; what was asked is the canonical query.
    """
    query = urlsplit(url).query
    tail = f"?{query}" if query else ""
    return {
        link.code: f"{link.url.partition('?')[0]}{tail}" for link in languages if link.translated
    }


def breadcrumbs(crumbs: Iterable[Link], meta: Meta) -> dict:
    """Return the way down to a page and the page itself, as schema.org has it."""
    steps = [(crumb.title, crumb.url) for crumb in crumbs]
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(url)}
            for number, (name, url) in enumerate([*steps, (meta.title, meta.url)], start=1)
        ],
    }


def head(meta: Meta | None, languages: Iterable[LanguageLink], crumbs: Iterable[Link]) -> dict:
    """Return what ``components/meta.html`` shows; nothing for a page that says nothing."""
    if not meta:
        return {}
    url = absolute(meta.url)
    findable = meta.indexed and meta.url
    return {
        "meta": meta,
        "canonical": url,
        "alternates": alternates(_translations(meta.url, languages)) if findable else [],
        "locale": LOCALES.get(interface_language(), ""),
        "feed": absolute(meta.feed),
        "scripts": _scripts(meta, crumbs),
    }


def _scripts(meta: Meta, crumbs: Iterable[Link]) -> list[SafeString]:
    if not meta.url:
        return []
    above = list(crumbs)
    trail = [breadcrumbs(above, meta)] if above else []
    return [json_in_script(data) for data in [*trail, *meta.structured]]
