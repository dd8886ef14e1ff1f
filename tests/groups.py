"""Lets tests of one ``xdist_group`` run in one process.

pytest-xdist 3.8 writes the group behind a test's id, where its scheduler looks for it. It does so
by an attribute that pytest 9.2 no longer reads, so that groups were spread over all processes. Here
the id itself is set; with a version that does it by itself nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest


def keep_together(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Write each test's groups behind its id, as ``--dist loadgroup`` asks for."""
    if not config.getoption("loadgroup", default=False):
        return
    for item in items:
        groups = sorted({str(mark.args[0]) for mark in item.iter_markers("xdist_group")})
        suffix = f"@{'_'.join(groups)}"
        if groups and not item.nodeid.endswith(suffix):
            item._id = type(item._id).parse(f"{item.nodeid}{suffix}")
