"""What search engines may find: every page that readers see, and the listings that lead to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from catalogue.calendars import latest
from catalogue.meta import alternates
from catalogue.models import HomePage
from catalogue.tree import readable
from catalogue.trunk import INDEX_DEPTH
from regions.policy import any_of

from .labels import labels
from .models import CatalogueVersion, CourseEntry
from .query import FacetKey
from .terms import KINDS

#: Addresses in one file. The protocol allows 50,000; with their languages that is a heavy answer.
MOST = 5000
#: Length of the paths of pages that show what stands below them.
TRUNK = INDEX_DEPTH * Page.steplen


@dataclass
class Place:
    """An address with when what stands there last changed, and the same page in each language."""

    url: str
    changed: datetime | None
    languages: dict[str, str] = field(default_factory=dict)


def _newest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)


class Files(Paginator):
    """The files of a sitemap."""

    def __init__(self, sitemap: OurSitemap) -> None:
        super().__init__(sitemap.items(), sitemap.limit)
        self._sitemap = sitemap

    def page(self, number: int | str) -> PaginatorPage:
        """Return a file with its places."""
        found = super().page(number)
        found.object_list = self._sitemap.places_of(found.object_list)
        return found


class OurSitemap(Sitemap):
    """Addresses with the site's own name, whatever name the request came by.

    What is listed are keys; only those of the file that is asked for become places.
    """

    limit = MOST

    @property
    def paginator(self) -> Paginator:
        """The files: of each, the keys become places when it is asked for."""
        return Files(self)

    def places_of(self, keys: Sequence) -> list[Place]:
        """Return the places of ``keys``, in their order."""
        raise NotImplementedError

    def location(self, item: Place) -> str:
        """Return the address below the site's name."""
        return item.url

    def lastmod(self, item: Place) -> datetime | None:
        """Return when what stands there changed."""
        return item.changed

    def get_protocol(self, protocol: str | None = None) -> str:
        """Return the site's own."""
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).scheme

    def get_domain(self, site: object = None) -> str:
        """Return the site's own name."""
        return urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc

    def get_urls(self, *args: object, **kwargs: object) -> list[dict]:
        """Add each page's languages, with the one for all others, as its head has them."""
        urls = super().get_urls(*args, **kwargs)
        for url in urls:
            url["alternates"] = [
                {"lang_code": each.code, "location": each.url}
                for each in alternates(url["item"].languages)
            ]
        return urls


class PageSitemap(OurSitemap):
    """The pages of the tree. Those that show others changed when the newest of them did."""

    def items(self) -> list[int]:
        """Return the numbers of every page that all readers see. Two queries."""
        return list(self._pages().values_list("pk", flat=True))

    def get_latest_lastmod(self) -> datetime | None:
        """Return when the newest changed. One query."""
        return self._pages().aggregate(newest=Max("last_published_at"))["newest"]

    @cached_property
    def _homes(self) -> dict[str, str]:
        return {home.url_path: home.url for home in HomePage.objects.select_related("locale")}

    def _pages(self) -> QuerySet:
        below = any_of(Q(url_path__startswith=home) for home in self._homes)
        return readable(Page.objects.filter(below)).order_by("path")

    def places_of(self, keys: Sequence[int]) -> list[Place]:
        """Return the places of pages. Three queries."""
        fields = ("path", "url_path", "translation_key", "locale__language_code")
        rows = list(
            Page.objects.filter(pk__in=keys)
            .order_by("path")
            .values_list(*fields, "last_published_at")
        )
        by_key: dict[object, dict[str, str]] = defaultdict(dict)
        same = self._pages().filter(translation_key__in=[row[2] for row in rows])
        for key, language, url_path in same.values_list(
            "translation_key", "locale__language_code", "url_path"
        ):
            by_key[key][language] = self._url(url_path)
        above = self._newest_below({row[0] for row in rows if len(row[0]) <= TRUNK})
        return [
            Place(self._url(url_path), _newest(changed, above.get(path)), by_key[key])
            for path, url_path, key, _language, changed in rows
        ]

    def _url(self, url_path: str) -> str:
        home = f"/{url_path.split('/')[1]}/"
        return self._homes[home] + url_path.removeprefix(home)

    def _newest_below(self, paths: set[str]) -> dict[str, datetime]:
        """Return when the newest page below each of ``paths`` was published. One query, if any."""
        newest: dict[str, datetime] = {}
        if not paths:
            return newest
        changed = self._pages().filter(last_published_at__isnull=False)
        for path, moment in changed.values_list("path", "last_published_at").iterator():
            for end in range(2 * Page.steplen, min(len(path), TRUNK + 1), Page.steplen):
                if (above := path[:end]) in paths:
                    newest[above] = max(moment, newest.get(above, moment))
        return newest


class ListingSitemap(OurSitemap):
    """Listings that stand on no page, of whatever has a course; an empty one is not for finding."""

    def items(self) -> list[Place]:
        """Return the places themselves: there are as many as there are terms."""
        return self._all

    def places_of(self, keys: Sequence[Place]) -> list[Place]:
        """Return the places."""
        return list(keys)

    def get_latest_lastmod(self) -> datetime | None:
        """Return when the newest changed."""
        return max(filter(None, (place.changed for place in self._all)), default=None)

    @cached_property
    def _all(self) -> list[Place]:
        """Every region's listing, then each kind of term and each of its terms.

        Two queries; those of the labels once for a version of the catalogue.
        """
        newest = self._newest()
        if not newest:
            return []
        names_of = labels(settings.LANGUAGE_CODE, CatalogueVersion.current())
        names = [("search:courses", {}, latest(*newest.values()))]
        for kind, known in KINDS.items():
            names.append(("search:terms", {"kind": kind}, latest(*newest.values())))
            names += [
                ("search:courses_by", {"kind": kind, "slug": slug}, newest[known.facet, slug])
                for slug in sorted(names_of[known.facet])
                if (known.facet, slug) in newest
            ]
        return [place for name in names for place in self._in_each_language(*name)]

    def _newest(self) -> dict[tuple[FacetKey, str], datetime | None]:
        """Return by facet and value when the newest of its courses was published. One query."""
        facets = {str(known.facet): known.facet for known in KINDS.values()}
        newest: dict[tuple[FacetKey, str], datetime | None] = {}
        rows = CourseEntry.objects.read().values_list("values", "page__last_published_at")
        for values, published in rows.iterator():
            for each in values.split():
                key, _colon, value = each.partition(":")
                if key in facets:
                    place = facets[key], value
                    newest[place] = latest(newest.get(place), published)
        return newest

    def _in_each_language(
        self, name: str, kwargs: dict[str, str], changed: datetime | None
    ) -> Iterator[Place]:
        languages = {}
        for code, _name in settings.LANGUAGES:
            with override(code):
                languages[code] = reverse(name, kwargs=kwargs)
        for url in languages.values():
            yield Place(url, changed, languages)


SITEMAPS = {"pages": PageSitemap, "listings": ListingSitemap}
