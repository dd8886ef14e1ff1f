"""The trunk of the page tree: front pages, regions and their listings, read in one statement.

There are a few of them for each region, and nearly every public page needs them: to find what an
address leads to, for the header, the crumbs and the languages. Read anew for each request, since
one statement costs less than knowing when a copy has become old. Its text is kept: writing it took
Django six times as long as the database takes to answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from operator import itemgetter
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from wagtail.models import Page

from regions.models import Municipality

from .models import CatalogueIndexPage, HomePage, RegionPage
from .tree import readable

#: Depth of the pages in treebeard's count: the root is 1.
HOME_DEPTH, REGION_DEPTH, INDEX_DEPTH = 2, 3, 4


@dataclass(frozen=True)
class Branch:
    """A page of the trunk. ``readable``: published, and in no private section."""

    pk: int
    path: str
    depth: int
    title: str
    url: str
    language: str
    translation_key: UUID
    readable: bool
    region_id: int | None = None
    region_slug: str = ""
    region_name: str = ""
    #: The region's own language, currency and zone, and how many municipalities it has.
    region_language: str = ""
    currency: str = ""
    timezone: str = ""
    municipality_count: int = 0

    @property
    def is_home(self) -> bool:
        """Whether this is a front page."""
        return self.depth == HOME_DEPTH

    @property
    def is_region(self) -> bool:
        """Whether this is a region's page."""
        return self.depth == REGION_DEPTH

    @property
    def is_index(self) -> bool:
        """Whether this is a region's listing."""
        return self.depth == INDEX_DEPTH


class Trunk:
    """The front pages, regions and listings of the site."""

    def __init__(self, branches: list[Branch]) -> None:
        self.branches = branches
        self._by_path = {branch.path: branch for branch in branches}

    @cached_property
    def _by_url(self) -> dict[str, Branch]:
        return {branch.url: branch for branch in self.branches}

    def at(self, url: str) -> Branch | None:
        """Return the branch at an address of this site, readable or not."""
        return self._by_url.get(url)

    def above(self, path: str) -> list[Branch]:
        """Return the branches above the page at ``path``, the front page first."""
        steps = range(2 * Page.steplen, len(path), Page.steplen)
        return [self._by_path[path[:end]] for end in steps if path[:end] in self._by_path]

    def branch(self, path: str) -> Branch | None:
        """Return the branch that stands at ``path`` itself."""
        return self._by_path.get(path)

    def region_of(self, path: str) -> Branch | None:
        """Return the region's page at or above ``path``."""
        branch = self._by_path.get(path[: REGION_DEPTH * Page.steplen])
        return branch if branch and branch.is_region else None

    def index_below(self, region: Branch) -> Branch | None:
        """Return the readable listing of a region's page."""
        return next(
            (
                branch
                for branch in self.branches
                if branch.is_index and branch.readable and branch.path.startswith(region.path)
            ),
            None,
        )

    def translations(self, branch: Branch) -> Iterator[Branch]:
        """Yield the readable pages that say the same in another language, and the page itself."""
        for each in self.branches:
            if each.translation_key == branch.translation_key and each.readable:
                yield each

    def regions(self, language: str) -> list[Branch]:
        """Return a readable page of each region by title: that in ``language``, else its own."""
        chosen: dict[int, Branch] = {}
        for branch in sorted(self.branches, key=lambda branch: branch.title):
            if not branch.is_region or not branch.readable or branch.region_id is None:
                continue
            known = chosen.get(branch.region_id)
            own = branch.language == branch.region_language
            if known is None or branch.language == language or (own and known.language != language):
                chosen[branch.region_id] = branch
        return sorted(chosen.values(), key=lambda branch: branch.title)


#: What the statement reads of each page, in its order.
_COLUMNS = (
    "pk",
    "path",
    "depth",
    "title",
    "slug",
    "translation_key",
    "language",
    "is_readable",
    "region",
    "region_slug",
    "region_name",
    "region_language",
    "currency",
    "timezone",
    "municipality_count",
)


def read_trunk() -> Trunk:
    """Read the trunk. One statement."""
    statement, parameters = _statement(connection.vendor, _content_types())
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = [dict(zip(_COLUMNS, row, strict=True)) for row in cursor]
    return Trunk(list(_branches(rows)))


@lru_cache
def _statement(_vendor: str, content_types: tuple[int, ...]) -> tuple[str, tuple]:
    """Return the statement with its parameters, which are the same for every reader."""
    pages = Page.objects.filter(depth__lte=INDEX_DEPTH, content_type__in=content_types)
    municipalities = (
        Municipality.objects.filter(region=OuterRef("regionpage__region"))
        .order_by()
        .values("region")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = (
        pages.annotate(
            is_readable=Exists(readable(Page.objects.filter(pk=OuterRef("pk")))),
            municipality_count=Coalesce(Subquery(municipalities, output_field=IntegerField()), 0),
            language=F("locale__language_code"),
            region=F("regionpage__region"),
            region_slug=F("regionpage__region__slug"),
            region_name=F("regionpage__region__name"),
            region_language=F("regionpage__region__default_language"),
            currency=F("regionpage__region__currency"),
            timezone=F("regionpage__region__timezone"),
        )
        # Sorted here: asked for in order, SQLite walks through every page of the site.
        .order_by()
        .values_list(*_COLUMNS)
    )
    return rows.query.get_compiler(connection=connection).as_sql()


def trunk_of(request: HttpRequest) -> Trunk:
    """Return the trunk, read once for a request."""
    known = getattr(request, "samkurs_trunk", None)
    if known is None:
        known = request.samkurs_trunk = read_trunk()
    return known


def _content_types() -> tuple[int, ...]:
    from django.contrib.contenttypes.models import ContentType  # known once the apps are

    models = (HomePage, RegionPage, CatalogueIndexPage)
    return tuple(each.pk for each in ContentType.objects.get_for_models(*models).values())


def _branches(rows: Iterable[dict]) -> Iterator[Branch]:
    """Yield branches with their addresses and regions, which come from those above them."""
    above: dict[str, Branch] = {}
    for row in sorted(rows, key=itemgetter("path")):
        parent = above.get(row["path"][: -Page.steplen])
        branch = Branch(
            pk=row["pk"],
            path=row["path"],
            depth=row["depth"],
            title=row["title"],
            url=f"{parent.url}{row['slug']}/" if parent else f"/{row['language']}/",
            language=row["language"],
            # Of a driver that knows no such type it comes as text.
            translation_key=UUID(str(row["translation_key"])),
            readable=bool(row["is_readable"]),
            region_id=row["region"],
            region_slug=row["region_slug"] or "",
            region_name=row["region_name"] or "",
            region_language=row["region_language"] or "",
            currency=row["currency"] or "",
            timezone=row["timezone"] or "",
            municipality_count=row["municipality_count"],
        )
        if parent and parent.is_region:
            branch = replace(branch, **{name: getattr(parent, name) for name in _OF_REGION})
        above[branch.path] = branch
        yield branch


#: What a listing has from its region.
_OF_REGION = (
    "region_id",
    "region_slug",
    "region_name",
    "region_language",
    "currency",
    "timezone",
    "municipality_count",
)
