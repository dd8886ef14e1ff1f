"""Optional programs: without them tests are skipped with the reason, in CI they fail."""

import os
import shutil
from typing import NoReturn

import pytest


def missing(program: str, reason: str) -> NoReturn:
    """Skip the test, or fail it where services are required."""
    text = f"{program} is not installed ({reason})"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(text)
    pytest.skip(text)


def require(program: str, reason: str) -> str:
    """Return the path of ``program``; without it skip, or fail where services are required."""
    return shutil.which(program) or missing(program, reason)
