"""What a saved search asks for: as a query, in words, and whether it still means something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue import formats
from catalogue.presenters.states import interface_language

from .. import presenters
from ..analysis import words_of
from ..facets import month_of
from ..forms import WORDS, read_query
from ..labels import facet_title, label
from ..models import CatalogueVersion
from ..query import CourseQuery, FacetKey
from ..readings import reading_of, wishes_in
from ..understood import wish_label, without_wish
from .models import SavedSearch


@dataclass(frozen=True)
class Condition:
    """One thing that a course must have: a question and its answers, any of which will do."""

    title: str
    values: tuple[str, ...]

    @property
    def words(self) -> str:
        """The answers in a row."""
        return ", ".join(self.values)


def canonical(query: CourseQuery) -> str:
    """Return what is kept of a query: no order, no page; a page's own choice is the reader's."""
    choices = dict(query.choices)
    for key, values in query.scope.items():
        choices[key] = choices.get(key, values) & values or values
    plain = replace(query, choices=choices, scope={}, sort=presenters.usual_sort(query), page=1)
    return presenters.address(plain).removeprefix("?")


def query_of(search: SavedSearch, today: date) -> CourseQuery:
    """Return what a saved search asks for on a day."""
    data = QueryDict(search.query)
    return read_query(data, language=search.language, today=today, scope={}).query


def listing_of(query: str) -> str:
    """Return the path of the listing that shows what a saved search finds."""
    return f"{reverse('search:courses')}?{query}"


def conditions(query: CourseQuery, version: UUID | None) -> list[Condition]:
    """Return in the reader's words what a query asks for; what has no name any more is left out."""
    found = []
    wishes = wishes_in(query)
    words = without_wish(query, *wishes).text
    if words_of(words) or (words and not wishes):
        found.append(Condition(_("Words"), (_("“%(text)s”") % {"text": words},)))
    # All of these must hold, so each stands by itself.
    found += [Condition(_("Understood as"), (wish_label(wish),)) for wish in wishes]
    for key, values in query.choices.items():
        names = (label(interface_language(), version, key, value) for value in sorted(values))
        if known := tuple(filter(None, names)):
            found.append(Condition(facet_title(key), known))
    if query.days != (None, None):
        found.append(Condition(_("Starts"), (_between(*query.days),)))
    return found


def _between(first: date | None, last: date | None) -> str:
    if first and last:
        return formats.day_range(first, last)
    words = _("from %(day)s") if first else _("until %(day)s")
    return words % {"day": formats.day(first or last)}


def in_a_row(found: list[Condition]) -> str:
    """Return conditions in a few words."""
    return ", ".join(each.words for each in found)


def name_of(search: SavedSearch, today: date, version: UUID | None) -> str:
    """Return a saved search in a few words; those of the day it was saved where it has ended."""
    if search.ended_on is not None:
        return search.words
    return in_a_row(conditions(query_of(search, today), version)) or search.words


def means_nothing(search: SavedSearch, today: date, version: UUID | None) -> bool:
    """Return whether what a saved search asks for is not there any more.

    One of several values that is gone is no harm. A facet whose last one is gone would let every
    course through, or none: neither is what was asked for. Days that have passed are gone too.
    """
    query = query_of(search, today)
    kept = canonical(query)
    lost = set(parse_qsl(search.query)) - set(parse_qsl(kept))
    if any(name != WORDS for name, _value in lost):  # what is only words is in the text
        return True
    ends = [query.days[1], *(wish.last for wish in reading_of(query, version).wishes)]
    if any(last and last < today for last in ends):
        return True
    return any(
        not any(_is_there(query, version, key, value, today) for value in values)
        for key, values in query.choices.items()
    )


def _is_there(
    query: CourseQuery, version: UUID | None, key: FacetKey, value: str, today: date
) -> bool:
    if key == FacetKey.START and value < month_of(today):
        return False
    return label(query.language, version, key, value) is not None


def current_version() -> UUID | None:
    """Return the catalogue's version, by which names are read. One statement."""
    return CatalogueVersion.current()
