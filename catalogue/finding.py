"""The place where ``search`` answers what pages ask of all courses.

The catalogue's pages show courses found by place, state or likeness; finding them is the business
of the floor above, which registers its finder here when it is ready.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from django.http import HttpRequest, HttpResponse

from .presenters.values import CourseCard

if TYPE_CHECKING:
    from .models import CatalogueIndexPage, CoursePage
    from .parts import CourseParts


@dataclass(frozen=True)
class Numbers:
    """How many courses a region has, and how many of them one can apply for today."""

    courses: int = 0
    open: int = 0


@dataclass(frozen=True)
class Overview:
    """What a front page or a region's page says of courses."""

    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    open_now: list[CourseCard] = field(default_factory=list)
    starting_next: list[CourseCard] = field(default_factory=list)


@dataclass(frozen=True)
class Beside:
    """What stands beside a course: courses like it, and its own page by language."""

    related: list[CourseCard] = field(default_factory=list)
    translations: Mapping[str, str] = field(default_factory=dict)


class Finder(Protocol):
    """What pages ask of all courses."""

    def listing(self, page: CatalogueIndexPage, request: HttpRequest) -> HttpResponse:
        """Answer for a region's listing."""
        ...

    def overview(self, region: str | None) -> Overview:
        """Return what is open and what starts next, by region; in one region if its slug is given.

        ``numbers`` are by the region's slug.
        """
        ...

    def beside(self, course: CoursePage, parts: CourseParts, region: str) -> Beside:
        """Return what stands beside a course with these parts; ``region`` is the slug of its."""
        ...


class NoFinder:
    """Knows of no course: what pages ask before there is a finder."""

    def listing(self, page: CatalogueIndexPage, request: HttpRequest) -> HttpResponse | None:
        """Leave the answer to the page."""
        return None

    def overview(self, region: str | None) -> Overview:
        """Return nothing."""
        return Overview()

    def beside(self, course: CoursePage, parts: CourseParts, region: str) -> Beside:
        """Return nothing."""
        return Beside()


_finders: list[Finder | NoFinder] = [NoFinder()]


def register(finder: Finder) -> None:
    """Let ``finder`` answer from now on."""
    _finders.append(finder)


def finder() -> Finder | NoFinder:
    """Return the finder that was registered last."""
    return _finders[-1]
