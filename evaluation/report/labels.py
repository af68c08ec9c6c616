"""Labels: names beside points, each where it covers no other name and no point, as far as there is room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from evaluation.report.drawing import INK, Canvas

SIZE = 8.5
"""Of the letters, in points."""
LETTER = 0.58
"""Mean width of a letter, relative to its size."""
POINT = 5.0
"""Half a marker's width, in points."""


class Box(NamedTuple):
    """Left, lower, right and upper end, in points."""

    left: float
    lower: float
    right: float
    upper: float

    def overlap(self, other: Box) -> float:
        """The area that two boxes share."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.upper, other.upper) - max(self.lower, other.lower)
        return max(0.0, width) * max(0.0, height)


def write_names(canvas: Canvas, points: Mapping[str, tuple[float, float]]) -> None:
    """Write each point's name near it; the axes must have their limits."""
    canvas.figure.draw_without_rendering()
    scale = 72 / canvas.figure.dpi
    frame = canvas.axes.get_window_extent()
    inside = Box(frame.x0 * scale, frame.y0 * scale, frame.x1 * scale, frame.y1 * scale)
    places = {
        name: tuple(scale * canvas.axes.transData.transform(point))
        for name, point in points.items()
    }
    taken = [Box(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in places.values()]
    for name, (x, y) in places.items():
        box = min(_boxes(name, x, y), key=lambda box: _cost(box, taken, inside))
        taken.append(box)
        canvas.axes.annotate(
            name,
            points[name],
            xytext=((box.left + box.right) / 2 - x, (box.lower + box.upper) / 2 - y),
            textcoords="offset points",
            ha="center",
            va="center",
            color=INK,
            fontsize=SIZE,
        )


def _boxes(name: str, x: float, y: float) -> Iterator[Box]:
    """Places for a name, the nicest first."""
    width, height = LETTER * SIZE * len(name), 1.25 * SIZE
    side = POINT + 2 + width / 2
    for lines in (1, 2, 3, 4):
        away = POINT + (lines - 0.5) * height
        for right, up in (
            (0, away),
            (0, -away),
            (side, 0),
            (-side, 0),
            (side, away),
            (-side, away),
        ):
            yield Box(
                x + right - width / 2,
                y + up - height / 2,
                x + right + width / 2,
                y + up + height / 2,
            )


def _cost(box: Box, taken: list[Box], inside: Box) -> float:
    """Area that a box would cover or that would lie outside."""
    area = (box.right - box.left) * (box.upper - box.lower)
    return sum(map(box.overlap, taken)) + 2 * (area - box.overlap(inside))
