"""Geometry of the figure "many lines become one".

One thin line per municipality runs from its name, bends to the middle and joins a
trunk that grows thicker with every line, and ends in the dot: the course. The names
are ordinary text beside the drawing, one row each, so they grow with the reader's
text size and are read aloud; only the bends are computed here.

Pure functions: no database, no request, no translation. Numbers that go into SVG are
text already: a template would write a float with the reader's decimal comma.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FlowFigure", "Join", "Trunk", "flow"]

# The drawing's unit is a CSS pixel at the default text size: 16 units are 1 rem.
UNITS_PER_REM = 16
# Distance between two names. ``.flow__name`` in figures.css has the same height.
ROW = 32
LINE = 2.0
DOT_RADIUS = 10
# A trunk thicker than this would look like a bar under the dot, not a line into it.
TRUNK_MAX = 8.0
# Below a proportional growth, so that seven lines do not make a trunk of 14 units.
TRUNK_EXPONENT = 0.68


@dataclass(frozen=True, slots=True)
class Trunk:
    """One stretch of the trunk: SVG path data and its thickness in units."""

    path: str
    thickness: str


@dataclass(frozen=True, slots=True)
class Join:
    """The drawing of the bends for one breadth of screen, in units."""

    width: int
    height: int
    lines: str
    trunks: tuple[Trunk, ...]
    dot_x: str
    dot_y: str

    @property
    def view_box(self) -> str:
        """The drawing's own coordinates, as the attribute ``viewBox``."""
        return f"0 0 {self.width} {self.height}"

    @property
    def rem_width(self) -> str:
        """The width on the page, which follows the reader's text size."""
        return f"{_number(self.width / UNITS_PER_REM)}rem"

    @property
    def rem_height(self) -> str:
        """The height on the page: as high as the rows of names."""
        return f"{_number(self.height / UNITS_PER_REM)}rem"


@dataclass(frozen=True, slots=True)
class FlowFigure:
    """Everything ``components/flow.html`` draws: the names and two drawings of the bends.

    ``wide`` is shown from 48em, ``narrow`` below it.
    """

    names: tuple[str, ...]
    wide: Join
    narrow: Join


@dataclass(frozen=True, slots=True)
class _Measures:
    """Where bends begin and end, counted from the end of the longest name."""

    bend: float
    bend_span: float
    join: float
    join_span: float
    dot_gap: float


# Measured in the design's pictures, for three pairs of lines round a middle one.
_WIDE = _Measures(bend=15, bend_span=42, join=63, join_span=72, dot_gap=50)
_NARROW = _Measures(bend=12, bend_span=0, join=41, join_span=36, dot_gap=26)
_PICTURED_LEVELS = 3


def flow(names: Sequence[str]) -> FlowFigure:
    """Return the figure in which ``names`` join, from top to bottom in the order given.

    Any number of names works. From eight names on the bends stand closer, so that the figure
    keeps its breadth. Without names, as in a region that is being set up, nothing is drawn.
    """
    return FlowFigure(
        names=tuple(names), wide=_join(len(names), _WIDE), narrow=_join(len(names), _NARROW)
    )


def _join(rows: int, measures: _Measures) -> Join:
    height = rows * ROW
    middle = height / 2
    # Level 1 is the pair of lines nearest the middle, which joins first.
    levels = rows // 2
    intervals = max(levels, _PICTURED_LEVELS) - 1

    lines: list[str] = []
    joins: list[float] = []
    for level in range(1, levels + 1):
        step = (level - 1) / intervals
        bend_x = measures.bend + measures.bend_span * step
        join_x = measures.join + measures.join_span * step
        joins.append(join_x)
        half = (bend_x + join_x) / 2
        above = level * ROW - (0 if rows % 2 else ROW / 2)
        lines += [
            f"M0 {_number(y)}H{_number(bend_x)}"
            f"C{_number(half)} {_number(y)} {_number(half)} {_number(middle)}"
            f" {_number(join_x)} {_number(middle)}"
            for y in (middle - above, middle + above)
        ]

    dot_x = (joins[-1] if joins else 0) + measures.dot_gap
    if rows % 2:
        lines.append(f"M0 {_number(middle)}H{_number(joins[0] if joins else dot_x)}")

    trunks = []
    for level, (start, end) in enumerate(pairwise([*joins, dot_x]), start=1):
        merged = 2 * level + rows % 2
        thickness = min(TRUNK_MAX, LINE * merged**TRUNK_EXPONENT)
        trunks.append(
            Trunk(
                path=f"M{_number(start)} {_number(middle)}H{_number(end)}",
                thickness=_number(thickness),
            )
        )

    return Join(
        width=round(dot_x) + DOT_RADIUS,
        height=height,
        lines="".join(lines),
        trunks=tuple(trunks),
        dot_x=_number(dot_x),
        dot_y=_number(middle),
    )


def _number(value: float) -> str:
    """Write a coordinate as short as SVG allows: one decimal at most."""
    return f"{round(value, 1):g}"
