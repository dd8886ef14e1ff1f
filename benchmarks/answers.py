"""Are the answers right? Asserted before anything is timed."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from search.engines import Engine
from search.engines.elastic import client
from search.engines.fallback import FallbackEngine
from search.query import Choices, CourseQuery, CourseResults, FacetKey, Sort
from search.runs import OVER
from search.sync import engine
from tests.search import brute, random_choices

from .stock import FACETS, StockEngine

#: Of the random questions.
SEED = 20270301
#: Seconds that a search server has to answer one of them.
PATIENT = 10.0
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
    """Assert that totals, counts and the newest are stock's; return how many were asked.

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
                ("hits", *_newest(theirs, ours)),
            ):
                if one != other:
                    raise WrongAnswerError(
                        f"{language} {dict(choices)}: {name} of stock {one}, ours {other}"
                    )
    return asked


def _newest(theirs: CourseResults, ours: CourseResults) -> tuple[list[int], list[int]]:
    """Return the newest courses of each; ours puts what is over behind all else, stock does not."""
    newest = [hit.page_id for hit in theirs.hits if hit.status.state not in OVER]
    return newest, [hit.page_id for hit in ours.hits[: len(newest)]]


def against_brute_force(number: int) -> int:
    """Assert that the answers to random questions are brute force's; return how many had hits.

    Raises ``AssertionError`` with the question.
    """
    slow = brute.load()
    asked_engine: Engine = engine
    if isinstance(engine, FallbackEngine):
        # The server itself, with as much time as it takes: its answers are compared, not its speed.
        engine.rebuild(lambda _done, _total: None)
        client.PATIENCE, asked_engine = PATIENT, engine.server
    asked = random_choices.queries(slow, count=number, seed=SEED, today=timezone.localdate())
    return sum(random_choices.check(asked_engine, slow, query).hits > 0 for query in asked)
