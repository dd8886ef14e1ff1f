"""What is said of modules in `tests/once.py` is said of modules that are there."""

from __future__ import annotations

import re
from pathlib import Path

from . import once

HERE = Path(__file__).parent
#: Telltales of a test that counts statements.
COUNTS = re.compile(
    r"CaptureQueries|assert_(max_)?num_queries|^def test_\w*(statements|queries)", re.M
)


def test_every_module_that_is_named_is_there() -> None:
    assert {path for path in once.PATHS if not path.is_file()} == set()


def test_what_counts_statements_runs_on_both() -> None:
    """How many statements something takes may differ by the database."""
    found = set()
    for path in once.PATHS:
        for test in re.split(r"\n\n\n+", path.read_text(encoding="utf-8")):
            named = re.search(r"^def (test_\w+)", test, re.M)
            if named and COUNTS.search(test) and "@pytest.mark.both" not in test:
                found.add(f"{path.relative_to(HERE)}: {named[1]}")
    assert found == set()


def test_no_test_is_left_out_by_the_database_in_use() -> None:
    """Where services are required, what is skipped fails: mark it ``once``, or let it tell both."""
    marked = f"pytest.mark.{'skipif'}"
    assert {path.name for path in HERE.rglob("*.py") if marked in path.read_text("utf-8")} == set()
