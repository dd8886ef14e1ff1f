"""How well the engines rank: `python -m benchmarks.judged`, by the judged queries of the tests.

Each engine has the judged courses alone. The third of the queries that is held out is asked only
with `--held-out`: whoever works on the ranking does not look at it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests import elastic
from tests.postgres import PostgresMissingError, temporary_postgres

from .catalogue import ROOT, say, set_up

ENGINES = ("sqlite", "postgres", "elasticsearch")
NDCG, EMPTY = 0.9, 0.95
ROUNDS = 5


@contextmanager
def surroundings(engine: str) -> Iterator[dict[str, str]]:
    """Yield the environment in which an engine answers, there for the duration.

    Raises ``PostgresMissingError`` or ``ElasticsearchMissingError``.
    """
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="samkurs-judged-"))
        found = {"BENCHMARK_FOLDER": folder, "BENCHMARK_DATABASE_URL": ""}
        if engine == "postgres":
            found["BENCHMARK_DATABASE_URL"] = stack.enter_context(temporary_postgres())
        if engine == "elasticsearch":
            found["ELASTICSEARCH_URL"] = stack.enter_context(elastic.server())
            found["ELASTICSEARCH_REPLICAS"] = "0"
        yield found


def ask(*, held_out: bool) -> bool:
    """Ask the engine that the settings name; return whether every goal is met."""
    set_up()
    from django.core.management import call_command

    from search.engines.elastic import client
    from search.query import CourseQuery, Sort
    from search.sync import engine
    from tests.search.judged import TODAY, evaluate, judged
    from tests.search.judged.load import load

    client.PATIENCE = 10.0  # the ranking is measured here, not the time
    call_command("migrate", verbosity=0)
    keys = load()
    engine.rebuild(lambda _done, _total: None)
    answered = set()

    def rank(text: str, language: str) -> list[str]:
        query = CourseQuery(language=language, today=TODAY, text=text, sort=Sort.RELEVANCE)
        results = engine.search(query)
        answered.add(results.engine)
        return [keys[hit.page_id] for hit in results.hits]

    met = True
    parts = {"development": judged.queries()} | (
        {"held out": judged.held_out()} if held_out else {}
    )
    for name, asked in parts.items():
        scores = evaluate(rank, asked)
        say(
            f"  {name}: nDCG@10 {scores.ndcg:.3f} (≥ {NDCG}), "
            f"{scores.empty:.0%} of what must find nothing finds nothing (≥ {EMPTY:.0%})"
        )
        say("    " + ", ".join(f"{kind} {score:.2f}" for kind, score in scores.by_kind.items()))
        met = met and scores.ndcg >= NDCG and scores.empty >= EMPTY
    say(f"  answered by {', '.join(sorted(answered))}")
    say(f"  {_reading_times()}")
    return met


def _reading_times() -> str:
    """Return how long reading a query takes by itself, warm."""
    from search.models import CatalogueVersion
    from search.reading import read
    from search.readings import lexicons
    from search.synonyms import current
    from tests.search.judged import TODAY, queries

    lexicon, sayings = lexicons.get(CatalogueVersion.current()), current()
    taken = []
    for number in range(ROUNDS):
        for asked in queries():
            begun = time.perf_counter()
            read(asked.text, language="nb", today=TODAY, lexicon=lexicon, sayings=sayings)
            if number:
                taken.append((time.perf_counter() - begun) * 1000)
    slow = statistics.quantiles(taken, n=100)[-1]
    return f"a query is read in {statistics.median(taken):.2f} ms, the slowest hundredth {slow:.2f}"


def main() -> int:
    """Ask each engine in a process of its own; return 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="*", default=ENGINES, choices=ENGINES)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        return int(not ask(held_out=options.held_out))
    codes = []
    for engine in options.engines:
        say(f"== {engine} ==")
        more = ["--held-out"] * options.held_out
        try:
            with surroundings(engine) as environment:
                command = [sys.executable, "-m", "benchmarks.judged", "--here", *more]
                own = os.environ | environment
                codes.append(subprocess.call(command, cwd=ROOT, env=own))  # noqa: S603  this module
        except (PostgresMissingError, elastic.ElasticsearchMissingError) as missing:
            say(f"Skipped: {missing}")
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
