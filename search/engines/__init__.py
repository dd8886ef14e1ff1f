"""Engines that answer a ``CourseQuery``: one protocol, so that none of them is special."""

from collections.abc import Callable, Sequence
from typing import Protocol

from ..query import CourseQuery, CourseResults, Hit, LikeCourses, Likeness, Wording


class Engine(Protocol):
    """What finds courses. Every engine gives the same hits and counts for the same query."""

    name: str

    def search(self, query: CourseQuery) -> CourseResults:
        """Return the page of hits that ``query`` asks for, with totals and facet counts."""
        ...

    def several(self, queries: Sequence[CourseQuery]) -> list[CourseResults]:
        """Answer queries of one day as of one moment: no more statements than for one of them."""
        ...

    def update(self, page_ids: Sequence[int]) -> None:
        """Bring the index up to date with these pages, whatever became of them."""
        ...

    def beside(self, likeness: Likeness) -> LikeCourses:
        """Return what stands beside a course: others like it, and its translations."""
        ...

    def about(self, wording: Wording) -> list[Hit]:
        """Return the courses that a longer text may be about, the likeliest first."""
        ...

    def rebuild(self, progress: Callable[[int, int], None], *, resume: bool = False) -> None:
        """Build the index anew beside the one that readers use, then put it in its place.

        ``progress`` is told how many of how many pages are done.
        """
        ...
