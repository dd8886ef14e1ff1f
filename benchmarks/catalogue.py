"""Measure one database with one number of courses: `python -m benchmarks.catalogue`.

Started by ``benchmarks.__main__`` for each of them, since a process has one database.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import platform
import sqlite3
import sys
import time
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = 4
#: Filter sets that are compared with stock in each language.
COMPARED = 10
#: Random questions that are compared with brute force, and courses at which they are.
QUESTIONS, QUESTIONED = 1000, 2000
#: Courses up to which stock is asked for words, and has its index built.
STOCK_SEARCHES = 10_000
_begun = time.monotonic()


def say(line: str = "") -> None:
    """Show ``line`` at once, with the minutes since the start."""
    minutes, seconds = divmod(int(time.monotonic() - _begun), 60)
    sys.stdout.write(f"[{minutes:3}:{seconds:02}] {line}\n")
    sys.stdout.flush()


def set_up() -> None:
    """Load Django with the benchmark's settings."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    sys.path[:0] = [str(ROOT), str(ROOT / "site")]
    import django  # the settings read the environment, which is complete only now

    django.setup()


def fill(courses: int) -> None:
    """Make a catalogue of so many courses where there is none yet."""
    from django.core.management import call_command
    from django.db import connection

    from catalogue.models import CoursePage

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if not CoursePage.objects.exists():
        say("Loading the demo")
        call_command("load_demo", stdout=io.StringIO())
    if CoursePage.objects.count() < courses:
        say(f"Making {courses} courses")
        call_command("generate_catalogue", courses=courses, seed=SEED)
        # What a database does by itself in quiet hours, and what stock needs most.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def few() -> bool:
    """Whether the catalogue is as small as random questions are asked of."""
    from catalogue.models import CoursePage

    return CoursePage.objects.count() <= QUESTIONED * 1.1


def check(number: int) -> dict:
    """Compare the answers to so many random questions with brute force. Return the figure."""
    from catalogue.models import CoursePage

    from .answers import against_brute_force
    from .figures import Figure

    courses = CoursePage.objects.live().count()
    say(f"Are {number} random questions to {courses:,} courses answered as by brute force?")
    hits = against_brute_force(number)
    say(f"  yes, hits, order and every count; {hits} of them had hits")
    what = f"random questions to {courses:,} courses, every count as by brute force"
    return asdict(Figure("P2", what, f"{number:,} of {number:,}"))


def machine() -> str:
    """Return what the figures were measured on."""
    from importlib.metadata import version

    from django.db import connection

    if connection.vendor == "sqlite":
        database = f"SQLite {sqlite3.sqlite_version}"
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    programs = ", ".join(
        f"{name} {version(name.lower())}" for name in ("Django", "Wagtail", "gunicorn")
    )
    return f"{database}, Python {platform.python_version()}, {programs}"


def measure(seconds: float, *, words: bool) -> dict:
    """Return everything that is measured of the catalogue that is there."""
    from django.conf import settings
    from django.db import connection

    from catalogue.models import CoursePage

    from .answers import same_as_stock
    from .asked import filter_sets
    from .elasticsearch import server_figures
    from .figures import Figure, stored
    from .pages import statement_figures
    from .statements import statements_of
    from .timing import STOCK, listings, searches
    from .writing import publishing, rebuilding

    vendor = connection.vendor
    courses = CoursePage.objects.live().count()
    if settings.ELASTICSEARCH:
        beside = f"Elasticsearch beside {machine()}"
        found = {"database": "elasticsearch", "courses": courses, "machine": beside}
        return found | {"figures": stored(server_figures(say))}
    say("Are the counts the same?")
    asked = same_as_stock([{}, *filter_sets(COMPARED, 1), *filter_sets(COMPARED, 3)])
    say(f"  stock and ours agree on {asked} filter sets: totals, counts, hits")
    say("What stock asks of the database:")
    shown = statements_of(STOCK)
    for statement in shown:
        say(f"  {statement}")
    figures = [
        *statement_figures(),
        Figure("P6", "statements of stock's listing", str(len(shown))),
    ]
    more, cost = listings(vendor, seconds, say)
    figures += more
    with_stock = words and courses <= STOCK_SEARCHES * 1.1
    if with_stock:
        say("Rebuilding:")
        more, with_stock = rebuilding(vendor, say)
        figures += more
    say("Words:")
    figures += searches(vendor, say, with_stock=with_stock)
    say("Publishing:")
    more, publish_cost = publishing(say)
    return {
        "database": vendor,
        "courses": courses,
        "machine": machine(),
        "figures": stored(figures + more),
        "cost": cost,
        "publishing": publish_cost,
    }


def main() -> int:
    """Read the options, measure, write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--courses", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--no-words", action="store_true")
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    set_up()
    fill(min(options.courses, QUESTIONED))
    # A catalogue that was kept holds more than brute force answers in a reasonable time.
    checked = check(options.questions) if options.questions and few() else None
    fill(options.courses)
    found = measure(options.seconds, words=not options.no_words)
    found["figures"] = [*filter(None, [checked]), *found["figures"]]
    options.out.write_text(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
