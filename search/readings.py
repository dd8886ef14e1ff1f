"""How queries are read today: with the catalogue's words and the editors' synonyms."""

from __future__ import annotations

from uuid import UUID

from .lexicon import Lexicons
from .query import CourseQuery
from .reading import Reading, read
from .synonyms import current
from .wishes import Wish, wishes_of

lexicons = Lexicons()


def wishes_in(query: CourseQuery) -> list[Wish]:
    """Return what of a query's text is understood as numbers and dates."""
    if query.plain:
        return []
    return wishes_of(query.text, query.today, query.worded, query.language)[0]


def reading_of(query: CourseQuery, version: UUID | None) -> Reading:
    """Return how a query's text is read with the words of a catalogue version."""
    if not query.text.strip():
        return Reading(query.text)
    return read(
        query.text,
        language=query.language,
        today=query.today,
        lexicon=lexicons.get(version),
        sayings=current(),
        plain=query.plain,
        worded=query.worded,
    )
