"""Draws the demo's pictures in the product's lines: thin ones join a thick one with a dot.

No photograph shows these courses, and a stock photograph would show somebody else's. Drawn at
double size and scaled down, since Pillow's lines have no smooth edges of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from wagtail.models import Collection

from catalogue.models import Picture
from regions.models import User

WIDTH, HEIGHT = 1600, 900
SCALE = 2
PETROL, CLOUDBERRY, PALE = "#0B4F6C", "#F6B73C", "#EFF5F7"
INK = "#14232C"
THIN, THICK, DOT = 7, 22, 46

Point = tuple[float, float]
Line = list[Point]
#: Thin lines, the thick one, in which they end; the dot stands where the thick one ends.
Composition = tuple[list[Line], Line]


def ensure_picture(
    name: str, *, title: str, description: str, collection: Collection, by: User
) -> Picture:
    """Return the picture ``title`` of ``collection``, drawn and saved if it is not there."""
    known = Picture.objects.filter(title=title, collection=collection).first()
    if known:
        return known
    picture = Picture(
        title=title, description=description, collection=collection, uploaded_by_user=by
    )
    picture.file.save(f"samkurs-{name}.png", ContentFile(draw(name)), save=False)
    picture.full_clean()
    picture.save()
    return picture


def draw(name: str) -> bytes:
    """Return the composition ``name`` of ``COMPOSITIONS`` as a PNG of 1600 × 900."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), PALE)
    canvas = ImageDraw.Draw(image)
    thin, thick = COMPOSITIONS[name]()
    for line in thin:
        _stroke(canvas, line, THIN, PETROL)
    _stroke(canvas, thick, THICK, PETROL)
    _disc(canvas, thick[-1], DOT + 8, INK)
    _disc(canvas, thick[-1], DOT, CLOUDBERRY)
    if name == "signals":
        for line in thin:
            _disc(canvas, line[len(line) // 3], 16, PETROL)
            _disc(canvas, line[len(line) // 3], 9, PALE)
    buffer = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _seven() -> Composition:
    """Seven lines from the left, evenly spaced, as in the region's figure."""
    thin = [
        _bend(
            (0, 120 + 110 * row),
            (420 + 70 * abs(row - 3), 120 + 110 * row),
            (840 + 70 * abs(row - 3), 450),
        )
        for row in range(7)
    ]
    return thin, [(840, 450), (1330, 450)]


def _letters() -> Composition:
    """Crooked lines on the left that run straight together."""
    thin = []
    for row in range(9):
        start = 90 + 90 * row
        crooked = [
            (x, start + 30 * math.sin(x / 38 + row) * max(0.0, 1 - x / 620))
            for x in range(0, 621, 6)
        ]
        thin.append(crooked + _bend((620, start), (700, start), (1040, 450)))
    return thin, [(1005, 450), (1400, 450)]


def _bridge() -> Composition:
    """Lines that rise from below like the cables of a bridge and end on its deck."""
    thin = [_curve((60 + 150 * n, 900), (60 + 150 * n, 560), (700 + 60 * n, 380)) for n in range(7)]
    return thin, [(640, 380), (1380, 380)]


def _signals() -> Composition:
    """Two groups from left and right, with small rings on the lines, joining downwards."""
    left = [_curve((0, 110 + 120 * n), (520, 110 + 120 * n), (800, 520)) for n in range(4)]
    right = [_curve((1600, 170 + 120 * n), (1080, 170 + 120 * n), (800, 520)) for n in range(3)]
    return left + right, [(800, 520), (800, 760)]


def _minds() -> Composition:
    """Waves that meet one after the other."""
    thin = []
    for row in range(7):
        meets = 640 + 75 * row
        wave = [
            (x, 450 + (130 * (row - 3) + 36 * math.sin(x / 90 + row)) * _ease(1 - x / meets))
            for x in range(0, meets + 1, 6)
        ]
        thin.append(wave)
    return thin, [(640, 450), (1380, 450)]


def _meeting() -> Composition:
    """A group from the upper left and one from the lower left, meeting at the dot."""
    upper = [_curve((200 + 130 * n, 0), (240 + 130 * n, 330), (960, 430)) for n in range(4)]
    lower = [_curve((140 + 130 * n, 900), (180 + 130 * n, 560), (960, 430)) for n in range(3)]
    return upper + lower, [(960, 430), (1300, 430)]


def _steps() -> Composition:
    """Lines that come down in steps."""
    thin = [
        [(0, 100 + 90 * n), (860 - 120 * n, 100 + 90 * n), (860 - 120 * n, 680), (1020, 680)]
        for n in range(6)
    ]
    return thin, [(860, 680), (1340, 680)]


def _calm() -> Composition:
    """Three lines that swing widely, and less and less, until they are one and still."""
    thin = [
        [
            (x, 450 + (300 - 90 * row) * math.cos(x / 110 + row / 2) * _ease(1 - x / 1080))
            for x in range(0, 1081, 6)
        ]
        for row in range(3)
    ]
    return thin, [(900, 450), (1380, 450)]


COMPOSITIONS: dict[str, Callable[[], Composition]] = {
    "seven": _seven,
    "letters": _letters,
    "bridge": _bridge,
    "signals": _signals,
    "minds": _minds,
    "meeting": _meeting,
    "steps": _steps,
    "calm": _calm,
}


def _bend(start: Point, bend: Point, end: Point) -> Line:
    """Return a straight line to ``bend``, then an even S-shaped curve into ``end``."""
    middle = (bend[0] + end[0]) / 2
    return [start, *_cubic(bend, (middle, bend[1]), (middle, end[1]), end)]


def _curve(start: Point, control: Point, end: Point) -> Line:
    """Return a quadratic curve."""
    return [
        tuple(
            (1 - t) ** 2 * a + 2 * (1 - t) * t * b + t**2 * c
            for a, b, c in zip(start, control, end, strict=True)
        )
        for t in _steps_of_one()
    ]


def _cubic(start: Point, first: Point, second: Point, end: Point) -> Line:
    return [
        tuple(
            (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
            for a, b, c, d in zip(start, first, second, end, strict=True)
        )
        for t in _steps_of_one()
    ]


def _steps_of_one() -> Iterable[float]:
    return (step / 80 for step in range(81))


def _ease(share: float) -> float:
    """Fall slowly at first and land softly: no corner where a line joins."""
    return share * share * (3 - 2 * share)


def _stroke(canvas: ImageDraw.ImageDraw, line: Line, width: int, colour: str) -> None:
    points = [(x * SCALE, y * SCALE) for x, y in line]
    canvas.line(points, fill=colour, width=width * SCALE, joint="curve")


def _disc(canvas: ImageDraw.ImageDraw, centre: Point, radius: float, colour: str) -> None:
    x, y = centre[0] * SCALE, centre[1] * SCALE
    reach = radius * SCALE
    canvas.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)
