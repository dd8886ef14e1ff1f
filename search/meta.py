"""What a listing tells machines: its one address, whether it should be found, and its courses."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse

from catalogue.meta import Meta
from catalogue.outward import absolute

from . import presenters
from .forms import Asked
from .query import CourseQuery, CourseResults

#: More values than these make a listing that nobody looks for: there are thousands of them.
MOST_CHOSEN = 2


@dataclass(frozen=True)
class Follow:
    """The addresses at which a choice can be followed."""

    feed: str
    calendar: str
    #: Where to be told by mail; none where nothing is chosen.
    mail: str = ""


def follow(query: CourseQuery) -> Follow:
    """Return where a choice can be followed; what the page itself sets is chosen there."""
    choices = dict(query.choices)
    for key, values in query.scope.items():
        choices[key] = choices.get(key, values) & values or values
    everywhere = replace(
        query, choices=choices, scope={}, sort=presenters.usual_sort(query), page=1
    )
    tail = _tail(everywhere)
    mail = reverse("search:saved:save") + tail if tail else ""
    return Follow(reverse("search:feed") + tail, reverse("search:calendar") + tail, mail)


def canonical(path: str, query: CourseQuery, page: int) -> str:
    """Return the one address of a listing: keys in their order, no order of courses."""
    tail = _tail(replace(query, sort=presenters.usual_sort(query)))
    if page > 1:
        tail += f"{'&' if tail else '?'}page={page}"
    return path + tail


def _tail(query: CourseQuery) -> str:
    found = presenters.address(query)
    return "" if found == "?" else found


def listing_meta(plain: Meta, asked: Asked, results: CourseResults) -> Meta:
    """Return what a listing says of itself; ``plain`` is that of its page or term.

    Searches, empty results, odd addresses and choices of many values can be read, but would fill
    search engines with pages that nobody asked for.
    """
    query = asked.query
    chosen = sum(map(len, query.choices.values()))
    odd = query.text or any(query.days) or asked.notes or chosen > MOST_CHOSEN or not results.total
    indexed = plain.indexed and not odd
    return replace(
        plain,
        url=canonical(plain.url, query, results.page),
        indexed=indexed,
        feed=follow(query).feed,
        structured=(_item_list(results, query.page_size),) if indexed else (),
    )


def _item_list(results: CourseResults, page_size: int) -> dict:
    first = (results.page - 1) * page_size + 1
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "numberOfItems": results.total,
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": absolute(hit.summary.url)}
            for number, hit in enumerate(results.hits, start=first)
        ],
    }
