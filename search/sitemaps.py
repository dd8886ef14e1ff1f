"""What search engines may find: every page that readers see, and the listings that lead to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from catalogue.calendars import latest
from catalogue.meta import alternates
from catalogue.models import HomePage
from catalogue.tree import readable

from .labels import labels
from .listing import KINDS
from .models import CatalogueVersion, CourseEntry
from .query import FacetKey

#: Addresses in one file. The protocol allows 50,000; with their languages that is a heavy answer.
MOST = 5000


@dataclass
class Place:
    """An address with when what stands there last changed, and the same page in each language."""

    url: str
    changed: datetime | None
    languages: dict[str, str] = field(default_factory=dict)


class OurSitemap(Sitemap):
    """Addresses with the site's own name, whatever name the request came by."""

    limit = MOST

    @cached_property
    def places(self) -> list[Place]:
        """Every address, in an order that stays."""
        raise NotImplementedError

    def items(self) -> list[Place]:
        """Return the places."""
        return self.places

    def location(self, item: Place) -> str:
        """Return the address below the site's name."""
        return item.url

    def lastmod(self, item: Place) -> datetime | None:
        """Return when what stands there changed."""
        return item.changed

    def get_latest_lastmod(self) -> datetime | None:
        """Return when the newest changed; a front page above nothing never did."""
        return max(filter(None, (place.changed for place in self.places)), default=None)

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

    @cached_property
    def places(self) -> list[Place]:
        """Every page that all readers see. Two queries."""
        homes = {home.url_path: home.url for home in HomePage.objects.all()}
        fields = ("path", "url_path", "translation_key", "locale__language_code")
        pages = readable(Page.objects.filter(depth__gt=1)).order_by("path")
        by_path: dict[str, Place] = {}
        by_key: dict[object, dict[str, str]] = defaultdict(dict)
        for path, url_path, key, language, changed in pages.values_list(
            *fields, "last_published_at"
        ):
            home = f"/{url_path.split('/')[1]}/"
            if home not in homes:
                continue
            url = homes[home] + url_path.removeprefix(home)
            by_key[key][language] = url
            by_path[path] = Place(url, changed, by_key[key])
            for end in range(2 * Page.steplen, len(path), Page.steplen):
                above = by_path.get(path[:end])
                if above and changed:
                    above.changed = latest(above.changed, changed)
        return list(by_path.values())


class ListingSitemap(OurSitemap):
    """Listings that stand on no page, of whatever has a course; an empty one is not for finding."""

    @cached_property
    def places(self) -> list[Place]:
        """Every region's listing, then that of each area, topic, provider and so on.

        Two queries; those of the labels once for a version of the catalogue.
        """
        newest = self._newest()
        if not newest:
            return []
        names_of = labels(settings.LANGUAGE_CODE, CatalogueVersion.current())
        names = [("search:courses", {}, latest(*newest.values()))]
        for kind, known in KINDS.items():
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
        for values, published in rows:
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
