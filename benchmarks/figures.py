"""The figures: what was measured, and what it should be (`P1` to `P8`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """A figure, with its goal beside it.

    ``met`` is None where there is no goal to meet; ``binding`` where missing it fails the run.
    """

    goal: str
    what: str
    value: str
    wanted: str = ""
    met: bool | None = None
    binding: bool = False

    @property
    def mark(self) -> str:
        """Whether the goal is met, in a word."""
        return {None: "", True: "met", False: "MISSED" if self.binding else "missed"}[self.met]

    @property
    def failed(self) -> bool:
        """Whether the run fails by it."""
        return self.binding and self.met is False


def stored(figures: Sequence[Figure]) -> list[dict]:
    """Return figures as JSON keeps them."""
    return [asdict(figure) for figure in figures]


def read(rows: Sequence[dict]) -> list[Figure]:
    """Return the figures that ``stored`` gave."""
    return [Figure(**row) for row in rows]


def at_least(goal: str, what: str, value: float, wanted: float, unit: str) -> Figure:
    """Return a figure that should be ``wanted`` or more."""
    return Figure(goal, what, f"{value:.1f}{unit}", f"≥ {wanted:g}{unit}", value >= wanted)


def at_most(goal: str, what: str, value: float, wanted: float, unit: str) -> Figure:
    """Return a figure that should be ``wanted`` or less."""
    return Figure(goal, what, f"{value:.1f}{unit}", f"≤ {wanted:g}{unit}", value <= wanted)


HEAD = ("", "what", "measured", "goal", "")


def _rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    return [(each.goal, each.what, each.value, each.wanted, each.mark) for each in figures]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as text, columns under each other."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def as_text(figures: Sequence[Figure]) -> str:
    """Return figures as a table for the screen."""
    return table([HEAD, *_rows(figures)])


def as_markdown(figures: Sequence[Figure]) -> str:
    """Return figures as a table for the docs."""
    lines = ["| | what | measured | goal | |", "|---|---|---:|---:|---|"]
    lines += [f"| {' | '.join(row)} |".replace("  ", " ") for row in _rows(figures)]
    return "\n".join(lines)
