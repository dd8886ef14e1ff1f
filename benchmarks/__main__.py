"""The benchmark: `make bench`, `make bench COURSES="10000 50000"`, `make bench COURSES=0`.

First the demo's pages: weight and statements (P6, P7). Then, for each number of courses and each
database, a catalogue of that size: stock and ours must count the same, then hello, stock and ours
take turns under load. Everything is kept in a throw-away folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests import elastic
from tests.postgres import PostgresMissingError, temporary_postgres

from .figures import as_text, read
from .report import across_sizes, write_docs

ROOT = Path(__file__).resolve().parents[1]
ALL_MET = "\nThe binding goals (P6, P7) are all met."


def say(line: str = "") -> None:
    """Show ``line`` at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database, there for the duration."""
    if name == "postgres":
        with temporary_postgres() as url:
            yield url
    elif name == "elasticsearch":
        with elastic.server(elastic.LASTING) as server:
            os.environ |= {"ELASTICSEARCH_URL": server, "ELASTICSEARCH_REPLICAS": "0"}
            try:
                yield f"sqlite:///{folder}/samkurs.db"
            finally:
                del os.environ["ELASTICSEARCH_URL"]
    else:
        yield f"sqlite:///{folder}/samkurs.db"


def run(module: str, folder: Path, url: str, options: Sequence[str]) -> dict:
    """Run a part in a process of its own and return what it found.

    Raises ``CalledProcessError`` where it fails.
    """
    out = folder / "found.json"
    environment = os.environ | {"BENCHMARK_FOLDER": str(folder), "BENCHMARK_DATABASE_URL": url}
    command = [sys.executable, "-m", f"benchmarks.{module}", *options, "--out", str(out)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603  our own command
    return json.loads(out.read_text())


def measure(name: str, courses: int, options: argparse.Namespace) -> dict:
    """Measure one database with so many courses, or the demo where there are none."""
    kept = Path(options.keep) / f"{name}-{courses}" if options.keep and courses else None
    with tempfile.TemporaryDirectory(prefix="samkurs-bench-") as thrown:
        folder = kept or Path(thrown)
        folder.mkdir(parents=True, exist_ok=True)
        with database(name, folder) as url:
            if not courses:
                return run("pages", folder, url, [])
            more = [
                *("--courses", str(courses), "--seconds", str(options.seconds)),
                *("--questions", str(options.questions)),
            ]
            return run("catalogue", folder, url, more + ["--no-words"] * options.no_words)


def main() -> int:
    """Measure everything that is asked for; return 1 where a binding goal is missed."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--courses", type=int, nargs="*", default=[10_000])
    parser.add_argument("--databases", nargs="*", default=["sqlite", "postgres", "elasticsearch"])
    parser.add_argument("--seconds", type=float, default=4, help="of load, each turn")
    parser.add_argument("--questions", type=int, default=1000, help="compared with brute force")
    parser.add_argument("--no-words", action="store_true", help="ask stock for no words: quicker")
    parser.add_argument("--keep", help="a folder in which SQLite catalogues stay for the next run")
    parser.add_argument("--write", action="store_true", help="put the figures into the docs")
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    say(f"The load of the machine before the run: {busy:.1f}")
    say("== The demo's pages ==")
    found = [measure("sqlite", 0, options)]
    say(as_text(read(found[0]["figures"])))
    for courses in filter(None, options.courses):
        for name in options.databases:
            say(f"\n== {courses:,} courses, {name} ==")
            try:
                found.append(measure(name, courses, options))
            except (PostgresMissingError, elastic.ElasticsearchMissingError) as missing:
                say(f"Skipped: {missing}")
                continue
            say()
            say(as_text(read(found[-1]["figures"])))
    growth = across_sizes(found)
    if growth:
        say("\n== As the catalogue grows ==")
        say(as_text(growth))
    if options.write:
        say(f"\nWritten: {write_docs(found, growth, busy)}")
    missed = [
        f"  {part['database']}: {each.goal} {each.what}: {each.value}, {each.wanted}"
        for part in found
        for each in read(part["figures"])
        if each.failed
    ]
    say("\n".join(["\nBinding goals (P6, P7) that are missed:", *missed] if missed else [ALL_MET]))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
