"""Canvas: lines, discs, boxes and text on an array, smooth and without another package."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.render import font

Colour = tuple[int, int, int]
NUM_PIECES = 16
"""Straight pieces of a curve."""


class Canvas:
    """A picture in the making.

    Attributes:
        pixels: red, green and blue in 0 to 255, float32 (height, width, 3).
    """

    def __init__(self, width: int, height: int, background: Colour) -> None:
        self.pixels = np.empty((height, width, 3), np.float32)
        self.pixels[:] = background

    def to_array(self) -> NDArray[np.uint8]:
        """Return the picture, uint8 (height, width, 3), fresh."""
        return (self.pixels + np.float32(0.5)).astype(np.uint8)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """Fill a box; its sides are rounded to whole pixels."""
        rows = slice(max(0, round(top)), max(0, round(bottom)))
        columns = slice(max(0, round(left)), max(0, round(right)))
        self.pixels[rows, columns] = colour

    def curves(
        self,
        starts: NDArray[np.float64],
        ends: NDArray[np.float64],
        colour: Colour,
        *,
        opacity: float = 1.0,
        width: int = 1,
    ) -> None:
        """Draw curves that leave and arrive level.

        Args:
            starts, ends: x and y in pixels, float64 (E, 2).
            colour: of all.
            opacity: of one; where curves cross it adds up.
            width: in pixels.
        """
        if not len(starts):
            return
        t = np.linspace(0, 1, NUM_PIECES + 1)[:, None]
        x = starts[:, 0] + (ends[:, 0] - starts[:, 0]) * t
        y = starts[:, 1] + (ends[:, 1] - starts[:, 1]) * (3 - 2 * t) * t * t
        x, y = _points(x[:-1].ravel(), y[:-1].ravel(), x[1:].ravel(), y[1:].ravel())
        offsets = np.arange(width) - (width - 1) / 2
        y = (y + offsets[:, None]).ravel()
        self._blend(*self._coverage(np.tile(x, width), y), colour, opacity)

    def _coverage(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Share every point among the four pixels around it: return pixels and what they got."""
        height, width = self.pixels.shape[:2]
        left, top = np.floor(x).astype(np.intp), np.floor(y).astype(np.intp)
        is_inside = (left >= 0) & (top >= 0) & (left < width - 1) & (top < height - 1)
        left, top, x, y = left[is_inside], top[is_inside], x[is_inside], y[is_inside]
        right_share, low_share = x - left, y - top
        place = top * width + left
        first = place.min(initial=height * width)
        places = np.concatenate([place, place + 1, place + width, place + width + 1]) - first
        upper, lower = 1 - low_share, low_share
        shares = [(1 - right_share) * upper, right_share * upper]
        shares += [(1 - right_share) * lower, right_share * lower]
        total = np.bincount(places, np.concatenate(shares)).astype(np.float64)
        touched = np.flatnonzero(total)
        return touched + first, total[touched]

    def _blend(
        self,
        places: NDArray[np.intp],
        coverage: NDArray[np.float64],
        colour: Colour,
        opacity: float,
    ) -> None:
        share = 1 - (1 - opacity) ** coverage if opacity < 1 else coverage.clip(0, 1)
        flat = self.pixels.reshape(-1, 3)
        before = flat[places]
        after = before + share[:, None] * (np.asarray(colour) - before)
        flat[places] = after

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Draw a disc with a smooth edge around a pixel."""
        share = _disc(radius)
        reach = len(share) // 2
        top, left = round(y) - reach, round(x) - reach
        part = self.pixels[max(0, top) : top + len(share), max(0, left) : left + len(share)]
        share = share[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]]
        part += share * (np.asarray(colour, np.float32) - part)

    def text(
        self, x: float, y: float, text: str, colour: Colour, *, size: int = 1, align: str = "left"
    ) -> None:
        """Write text whose top is at y; ``align`` says whether x is its left or its right side."""
        dots = font.glyphs(text).repeat(size, axis=0).repeat(size, axis=1)
        left, top = round(x), round(y)
        if align == "right":
            left -= dots.shape[1] - size  # the last column of a glyph is a gap
        part = self.pixels[top : top + dots.shape[0], max(0, left) : max(0, left + dots.shape[1])]
        part[
            dots[: part.shape[0], dots.shape[1] - part.shape[1] if left < 0 else 0 :][
                :, : part.shape[1]
            ]
        ] = colour


@lru_cache(maxsize=64)
def _disc(radius: float) -> NDArray[np.float32]:
    """How far a disc covers the pixels around its centre, float32 (side, side, 1)."""
    reach = int(radius + 1.5)
    ticks = np.arange(-reach, reach + 1)
    distance = np.hypot(ticks, ticks[:, None])
    return np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)[..., None]


def _points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    x_end: NDArray[np.float64],
    y_end: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points on straight pieces, one a pixel."""
    counts = np.ceil(np.hypot(x_end - x, y_end - y)).astype(np.intp).clip(1)
    firsts = np.cumsum(counts) - counts
    t = (np.arange(counts.sum()) - np.repeat(firsts, counts)) / np.repeat(counts, counts)
    return (
        np.repeat(x, counts) + np.repeat(x_end - x, counts) * t,
        np.repeat(y, counts) + np.repeat(y_end - y, counts) * t,
    )
