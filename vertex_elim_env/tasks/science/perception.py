"""Perception: how colours differ, and from red, green and blue to how light looks.

G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 color-difference formula", Color Res. Appl. 30 (2005) 21-30; IEC
61966-2-1 (1999) and CIE 15 (2004) for sRGB and CIELAB.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.science.vectors import Vector

Array = jax.Array


def color_difference(l1: Array, a1: Array, b1: Array, l2: Array, a2: Array, b2: Array) -> Array:
    """Return the difference CIEDE2000 of two colours in CIELAB: Sharma, Wu, Dalal, equations 2 to 22.

    For hues less than half a turn apart, whose mean is theirs.
    """

    def seventh(x: Array) -> Array:
        cubed = x * x * x
        power = cubed * cubed * x
        return jnp.sqrt(power / (power + 25.0**7))

    stretch = 1.5 - 0.5 * seventh(0.5 * (jnp.sqrt(a1 * a1 + b1 * b1) + jnp.sqrt(a2 * a2 + b2 * b2)))
    red_1, red_2 = stretch * a1, stretch * a2
    chroma_1, chroma_2 = jnp.sqrt(red_1 * red_1 + b1 * b1), jnp.sqrt(red_2 * red_2 + b2 * b2)
    hue_1 = jnp.mod(jnp.arctan2(b1, red_1), 2.0 * math.pi)
    hue_2 = jnp.mod(jnp.arctan2(b2, red_2), 2.0 * math.pi)
    hue_gap = 2.0 * jnp.sqrt(chroma_1 * chroma_2) * jnp.sin(0.5 * (hue_2 - hue_1))
    light, chroma, hue = 0.5 * (l1 + l2), 0.5 * (chroma_1 + chroma_2), 0.5 * (hue_1 + hue_2)
    weight = (
        1.0
        - 0.17 * jnp.cos(hue - math.pi / 6.0)
        + 0.24 * jnp.cos(2.0 * hue)
        + 0.32 * jnp.cos(3.0 * hue + math.radians(6.0))
        - 0.2 * jnp.cos(4.0 * hue - math.radians(63.0))
    )
    from_middle = (light - 50.0) ** 2
    scale_l = 1.0 + 0.015 * from_middle / jnp.sqrt(20.0 + from_middle)
    scale_c, scale_h = 1.0 + 0.045 * chroma, 1.0 + 0.015 * chroma * weight
    blue = (hue - math.radians(275.0)) / math.radians(25.0)
    turn = math.radians(60.0) * jnp.exp(-blue * blue)
    part_l = (l2 - l1) / scale_l
    part_c, part_h = (chroma_2 - chroma_1) / scale_c, hue_gap / scale_h
    mixed = -2.0 * jnp.sin(turn) * seventh(chroma) * part_c * part_h
    return jnp.sqrt(part_l * part_l + part_c * part_c + part_h * part_h + mixed)


def color_difference_args() -> tuple[np.ndarray, ...]:
    """Two blues."""
    return float32_arrays(50.0, 2.7, -79.8, 52.0, -4.0, -75.0)


def lab_of_srgb(red: Array, green: Array, blue: Array) -> Vector:
    """Return lightness and the two colour axes of CIELAB of a screen's colour, each part in (0, 1)."""

    def linear(part: Array) -> Array:
        bright = jnp.exp(2.4 * jnp.log((part + 0.055) / 1.055))
        return jnp.where(part > 0.04045, bright, part / 12.92)

    def response(part: Array) -> Array:
        return jnp.where(
            part > 216.0 / 24389.0, jnp.cbrt(part), (24389.0 / 27.0 * part + 16.0) / 116.0
        )

    r, g, b = linear(red), linear(green), linear(blue)
    x = response((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    y = response(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    z = response((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return 116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)


def lab_of_srgb_args() -> tuple[np.ndarray, ...]:
    """A warm colour."""
    return float32_arrays(0.8, 0.45, 0.2)


def screen_difference(r1: Array, g1: Array, b1: Array, r2: Array, g2: Array, b2: Array) -> Array:
    """Return how different two colours of a screen look, by CIEDE2000."""
    return color_difference(*lab_of_srgb(r1, g1, b1), *lab_of_srgb(r2, g2, b2))


def screen_difference_args() -> tuple[np.ndarray, ...]:
    """Two greens."""
    return float32_arrays(0.2, 0.6, 0.3, 0.3, 0.7, 0.25)
