"""P9: the search server answers a results page with one request, with the database's counts."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from search.engines.elastic import client
from search.engines.fallback import FallbackEngine
from search.query import CourseQuery, Sort
from search.sync import engine

from .answers import WrongAnswerError
from .asked import filter_sets, texts
from .figures import Figure, at_most

#: Texts, filter sets, and texts with filters that are asked.
TEXTS, SETS = 200, 50
#: Seconds that the server has while answers are compared: then they are not timed.
PATIENT = 10.0


class _Requests(logging.Handler):
    """Counts the requests that the client sends: it writes a line for each."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.sent = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count one."""
        self.sent += 1


def server_figures(say: Callable[[str], None]) -> list[Figure]:
    """Return the figures of the server. Raises ``WrongAnswerError`` where the engines differ."""
    if not isinstance(engine, FallbackEngine):
        raise TypeError("No search server is named")
    say("Telling the search server")
    begun = time.perf_counter()
    engine.rebuild(lambda _done, _total: None)
    rebuilt = time.perf_counter() - begun
    queries = _queries()
    kept, client.PATIENCE = client.PATIENCE, PATIENT
    say("Are the answers the same?")
    _compare(engine, queries)
    say(f"  yes: totals, counts, order and widening of {len(queries)} queries")
    client.PATIENCE = kept
    requests, log = _Requests(), logging.getLogger("elastic_transport.transport")
    log.setLevel(logging.INFO)
    log.propagate = False  # a line for each would hide the figures
    log.addHandler(requests)
    taken = []
    for query in queries:
        before = time.perf_counter()
        answer = engine.search(query)
        taken.append((time.perf_counter() - before) * 1000)
        if answer.engine != "elasticsearch":
            raise WrongAnswerError(f"The server did not answer in time: {query}")
    log.removeHandler(requests)
    p95 = statistics.quantiles(taken, n=20)[-1]
    return [
        Figure(
            "P9", "queries with the totals, counts and order of the database", str(len(queries))
        ),
        at_most("P9", "requests to the server for a page", requests.sent / len(queries), 1, ""),
        Figure("P9", "a page of results, median", f"{statistics.median(taken):.0f} ms"),
        at_most("P9", "a page of results, p95", p95, 100, " ms"),
        Figure("P8", "rebuild of read model and server", f"{rebuilt:.0f} s"),
    ]


def _queries() -> list[CourseQuery]:
    plain = CourseQuery("nb", timezone.localdate())
    words = [replace(plain, text=text, sort=Sort.RELEVANCE) for text in texts(TEXTS)]
    filtered = [replace(plain, choices=choices) for choices in filter_sets(SETS, 2)]
    both = [
        replace(one, choices=other.choices) for one, other in zip(words, filtered, strict=False)
    ]
    return [*words, *filtered, *both]


def _compare(engine: FallbackEngine, queries: list[CourseQuery]) -> None:
    for query in queries:
        ours, theirs = engine.server.search(query), engine.database.search(query)
        for name in ("total", "widened", "hits", "without", "without_text"):
            if getattr(ours, name) != getattr(theirs, name):
                raise WrongAnswerError(f"{query}: {name} differs")
        for key, counts in theirs.counts.items():
            held = {value: number for value, number in counts.items() if number}
            told = {value: number for value, number in ours.counts.get(key, {}).items() if number}
            if held != told:
                raise WrongAnswerError(f"{query}: {key} differs")
