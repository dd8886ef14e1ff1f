"""Reads what generated courses are worded with: TOML files beside this module."""

import tomllib
from functools import cache
from pathlib import Path

from ..demo import content as demo

CONTENT = Path(__file__).parent / "content"
VOCABULARIES = ("service_areas", "target_groups", "topics")


@cache
def read(name: str) -> dict:
    """Return the content of ``content/<name>.toml``; not to be changed."""
    with (CONTENT / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def vocabulary() -> dict[str, dict[str, dict]]:
    """Return the rows of all terms that courses use by vocabulary and address, the demo's first."""
    own, shared = read("vocabulary"), demo.read("vocabulary")
    return {
        name: {row["slug"]: row for row in [*shared[name], *own[name]]} for name in VOCABULARIES
    }


@cache
def providers() -> dict[str, dict]:
    """Return the rows of the providers that courses have by address, the demo's first."""
    rows = [*demo.read("providers")["providers"], *read("providers")["providers"]]
    return {row["slug"]: row for row in rows}
