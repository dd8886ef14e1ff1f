"""Run the suite on SQLite, and again on PostgreSQL where there is one: `python -m tests.run`.

A service that is not installed skips its tests with the reason; with `REQUIRE_SERVICES=1` (as in
CI) it fails them instead.
"""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import PostgresMissingError, temporary_postgres

ROOT = Path(__file__).resolve().parents[1]


def run(arguments: list[str], environment: dict[str, str]) -> int:
    """Run pytest with ``arguments`` and return its exit code."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", *arguments]
    return subprocess.call(command, cwd=ROOT, env=environment)  # noqa: S603  our own command


def main(arguments: list[str]) -> int:
    """Run both suites; return the first exit code that is not zero."""
    required = os.environ.get("REQUIRE_SERVICES") == "1"
    print("== SQLite ==", flush=True)  # noqa: T201  a runner speaks
    embedded = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    codes = [run(arguments, embedded)]
    with ExitStack() as stack:
        try:
            url = os.environ.get("TEST_POSTGRES_URL") or stack.enter_context(temporary_postgres())
        except PostgresMissingError as missing:
            print(f"== PostgreSQL: skipped, {missing} ==")  # noqa: T201
            codes.append(int(required))
        else:
            print("== PostgreSQL ==", flush=True)  # noqa: T201
            # Pages look and sound the same whatever the database, and what asks none does not care.
            suite = [*arguments, "-m", "not browser and not once"]
            codes.append(run(suite, {**os.environ, "DATABASE_URL": url}))
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
