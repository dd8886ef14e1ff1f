"""Run the suite on SQLite, and again on PostgreSQL where there is one: `python -m tests.run`.

A service that is not installed skips its tests with the reason; with `REQUIRE_SERVICES=1` (as in
CI) it fails them instead.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

from tests.postgres import PostgresMissingError, temporary_postgres

ROOT = Path(__file__).resolve().parents[1]
SAID_MAX = 300
"""How much of what a failed test said is repeated."""


def run(arguments: list[str], environment: dict[str, str], report: Path) -> int:
    """Run pytest with ``arguments``, write what happened to ``report``; return its exit code."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup"]
    command += [f"--junit-xml={report}", *arguments]
    return subprocess.call(command, cwd=ROOT, env=environment)  # noqa: S603  our own command


def failures(report: Path, *, required: bool = False) -> list[str]:
    """Return a line for each test of ``report`` that failed: where it is and what it said first.

    Where services are ``required``, a test that was skipped has failed too.
    """
    if not report.exists():
        return ["no report was written"]
    lines, kinds = [], ("failure", "error", *(("skipped",) if required else ()))
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  written by our own pytest
        for outcome in (found for kind in kinds for found in case.iter(kind)):
            said = (outcome.get("message") or "").split("\n", 1)[0]
            lines.append(f"{case.get('classname')}::{case.get('name')} - {said[:SAID_MAX]}")
    return lines


def main(arguments: list[str]) -> int:
    """Run both suites; return the first exit code that is not zero.

    What failed is told once more at the very end: a log that is read from its end, as a CI's is,
    would else show the second suite's success alone.
    """
    required = os.environ.get("REQUIRE_SERVICES") == "1"
    print("== SQLite ==", flush=True)  # noqa: T201  a runner speaks
    embedded = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with ExitStack() as stack:
        reports = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        told = [reports / "SQLite"]
        codes = [run(arguments, embedded, told[0])]
        try:
            url = os.environ.get("TEST_POSTGRES_URL") or stack.enter_context(temporary_postgres())
        except PostgresMissingError as missing:
            print(f"== PostgreSQL: skipped, {missing} ==")  # noqa: T201
            codes.append(int(required))
        else:
            print("== PostgreSQL ==", flush=True)  # noqa: T201
            # Pages look and sound the same whatever the database, and what asks none does not care.
            suite = [*arguments, "-m", "not browser and not once"]
            environment = {**os.environ, "DATABASE_URL": url}
            told.append(reports / "PostgreSQL")
            codes.append(run(suite, environment, told[-1]))
        for report in told:
            for line in failures(report, required=required):
                print(f"FAILED on {report.name}: {line}")  # noqa: T201  a runner speaks
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
