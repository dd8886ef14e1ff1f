"""The strip of a need: a dot for each vote along a line from 0 to the most a vote can give.

Pure geometry, in pixels of the drawing. Dots stand in columns, so that equal and nearly equal
votes pile up instead of hiding each other; the mean stands where it exactly is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

#: From the middle of one column to the next; a dot is a little smaller.
STEP = 9.5
#: With the standard weights every vote is a multiple of 2.5 of 70: one column for each.
COLUMNS = 28
PAD, RADIUS = 6, 4
FOOT, TICK = 9, 4


@dataclass(frozen=True)
class Strip:
    """A drawing: ``counted`` is a path of round dots, ``struck`` are centres of hollow ones."""

    width: int
    height: int
    left: str
    right: str
    axis: str
    #: Ends of the ticks, over and under the axis.
    above: str
    below: str
    ticks: tuple[str, str, str]
    counted: str
    struck: tuple[tuple[str, str], ...]
    mean: str


def strip(votes: Sequence[tuple[Fraction, bool]], most: int, mean: Fraction | None) -> Strip:
    """Return the strip of votes (value and whether it is struck, low to high) out of ``most``."""
    columns = [round(value * COLUMNS / most) for value, _struck in votes]
    highest = max(Counter(columns).values(), default=1)
    axis = highest * STEP + RADIUS
    piled: Counter[int] = Counter()
    counted, struck = [], []
    for column, (_value, is_struck) in zip(columns, votes, strict=True):
        x, y = PAD + column * STEP, axis - RADIUS - 1.5 - piled[column] * STEP
        piled[column] += 1
        if is_struck:
            struck.append((f"{x:g}", f"{y:g}"))
        else:
            counted.append(f"M{x:g} {y:g}h0")
    span = COLUMNS * STEP
    triangle = ""
    if mean is not None:
        x = round(PAD + float(mean / most) * span, 1)
        triangle = f"{x - 5:g},{axis + 1:g} {x + 5:g},{axis + 1:g} {x:g},{axis + 7:g}"
    return Strip(
        width=int(span + 2 * PAD),
        height=int(axis + FOOT),
        left=f"{PAD:g}",
        right=f"{PAD + span:g}",
        axis=f"{axis:g}",
        above=f"{axis - TICK:g}",
        below=f"{axis + TICK:g}",
        ticks=(f"{PAD:g}", f"{PAD + span / 2:g}", f"{PAD + span:g}"),
        counted="".join(counted),
        struck=tuple(struck),
        mean=triangle,
    )
