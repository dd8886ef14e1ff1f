"""Are the answers right? Asserted before anything is timed."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from django.utils import timezone

from search.query import Choices, CourseQuery, CourseResults, FacetKey, Sort
from search.sync import engine
from tests.search import brute

from .asked import random_queries
from .stock import FACETS, StockEngine

Counts = dict[FacetKey, dict[str, int]]


class WrongAnswerError(Exception):
    """Two ways of counting disagree: nothing is worth timing."""


def common(results: CourseResults) -> Counts:
    """Return the counts that both sides make, without zeros."""
    found = {
        key: {value: number for value, number in results.counts.get(key, {}).items() if number}
        for key in FACETS
    }
    state = found[FacetKey.STATE]
    found[FacetKey.STATE] = {value: state[value] for value in state if value == "open"}
    return found


def same_as_stock(sets: Iterable[Choices]) -> int:
    """Assert that totals, counts and the newest twenty are stock's; return how many were asked.

    Raises ``WrongAnswerError``.
    """
    stock, asked = StockEngine(), 0
    for language in ("nb", "sv"):
        for choices in sets:
            query = CourseQuery(language, timezone.localdate(), choices=choices, sort=Sort.NEWEST)
            theirs, ours = stock.search(query), engine.search(query)
            asked += 1
            for name, one, other in (
                ("total", theirs.total, ours.total),
                ("counts", common(theirs), common(ours)),
                ("hits", _ids(theirs), _ids(ours)),
            ):
                if one != other:
                    raise WrongAnswerError(
                        f"{language} {dict(choices)}: {name} of stock {one}, ours {other}"
                    )
    return asked


def _ids(results: CourseResults) -> list[int]:
    return [hit.page_id for hit in results.hits]


def against_brute_force(number: int) -> int:
    """Assert that hits and every count of random filters are brute force's; return how many.

    Raises ``WrongAnswerError``.
    """
    catalogue = brute.load()
    for query in sorted(random_queries(number), key=lambda query: query.today):
        ours = engine.search(query)
        hits = catalogue.hits(query)
        pages = max(ceil(len(hits) / query.page_size), 1)
        first = (min(query.page, pages) - 1) * query.page_size
        counts = {
            str(key): {value: each for value, each in found.items() if each}
            for key, found in ours.counts.items()
        }
        for name, one, other in (
            ("total", len(hits), ours.total),
            ("hits", hits[first : first + query.page_size], _ids(ours)),
            (
                "counts",
                catalogue.counts(query),
                {key: each for key, each in counts.items() if each},
            ),
        ):
            if one != other:
                raise WrongAnswerError(f"{query}: {name} by brute force {one}, ours {other}")
    return number
