"""The courses that the index lacks, since the server refuses their documents.

A question that none of them could be an answer to gets the same answer from the server as from the
database, and may be put to it. All others are the database's. What a course is within hangs on
its facet values and not on words, so a few rows tell it; in doubt the database is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from ... import pending
from ...models import CourseEntry
from ...query import Choices, CourseQuery, FacetKey, Likeness
from ...timeline import StoredMoment, at


@dataclass(frozen=True)
class Course:
    """What of a course decides whether it is within a scope."""

    page_id: int
    key: UUID
    #: "key:value", of the day.
    values: frozenset[str]

    def is_within(self, scope: Choices) -> bool:
        """Whether a page of this scope, a region's listing, may hold it on any day."""
        return all(
            any(f"{key}:{value}" in self.values for value in values)
            for key, values in scope.items()
            if values and key != FacetKey.STATE  # one of its occasions may have another
        )


@dataclass(frozen=True)
class Lacking:
    """The courses that the index lacks, as they are on a day."""

    courses: tuple[Course, ...] = ()

    @classmethod
    def on(cls, today: date) -> Self:
        """Return those whose pages are set aside. One query."""
        rows = CourseEntry.objects.read().filter(page_id__in=pending.refused_pages())
        fields = rows.values_list("page_id", "translation_key", "values", "moments")
        return cls(
            tuple(
                Course(page, key, frozenset(values.split()) | {_state(moments, today)})
                for page, key, values, moments in fields
            )
        )

    def concern(self, query: CourseQuery) -> bool:
        """Whether one of them could be found or counted by a query, whatever its words."""
        return any(
            each.is_within(query.scope) and (query.only is None or each.page_id in query.only)
            for each in self.courses
        )

    def stand_beside(self, likeness: Likeness) -> bool:
        """Whether one of them could stand beside a course, or is a page of it."""
        return any(
            each.key == likeness.translation_key or each.is_within(likeness.scope)
            for each in self.courses
        )

    def values(self, key: FacetKey) -> set[str]:
        """Return the values of a facet that one of them has."""
        prefix = f"{key}:"
        return {
            value.removeprefix(prefix)
            for each in self.courses
            for value in each.values
            if value.startswith(prefix)
        }


def _state(moments: Sequence[StoredMoment], today: date) -> str:
    return f"{FacetKey.STATE}:{at(moments, today).status.state}"
