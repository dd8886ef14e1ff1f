"""What floors above add to the demo: they know this one, and not the other way round."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

#: What it makes, and how: from the day on which the demo is loaded, returning how many are new.
DEMO_STEPS: list[tuple[str, Callable[[date], int]]] = []


def add_to_demo(name: str, step: Callable[[date], int]) -> None:
    """Let ``step`` be a part of the demo. Like all of it, it makes what is missing and no more."""
    if (name, step) not in DEMO_STEPS:
        DEMO_STEPS.append((name, step))
