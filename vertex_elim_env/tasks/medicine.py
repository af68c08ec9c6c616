"""The human heart dipole: eight equations that locate two dipoles from their moments.

B. M. Averick, R. G. Carter, J. J. Moré, G.-L. Xue, "The MINPACK-2 test problem collection",
Argonne National Laboratory, MCS-P153-0692 (1992), "Human heart dipole"; after J. E. Dennis,
D. M. Gay, P. A. Vu, Rice University, Mathematical Sciences Department, TR 83-16 (1983).
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

MOMENT = 1.0
"""The measured moments, all taken as one: constants don't change the structure."""


def human_heart_dipole() -> Callable[..., tuple[Array, ...]]:
    """Return the residuals for strengths a, b, c, d and positions t, u, v, w of the two dipoles."""

    def residuals(
        a: Array, b: Array, c: Array, d: Array, t: Array, u: Array, v: Array, w: Array
    ) -> tuple[Array, ...]:
        strength_x = a + b - MOMENT
        strength_y = c + d - MOMENT
        first_x = t * a + u * b - v * c - w * d - MOMENT
        first_y = v * a + w * b + t * c + u * d - MOMENT

        # Real part of (t + iv)^2, and of (u + iw)^2.
        real_1, real_2 = t**2 - v**2, u**2 - w**2
        second_x = a * real_1 - 2.0 * c * t * v + b * real_2 - 2.0 * d * u * w - MOMENT
        second_y = c * real_1 - 2.0 * a * t * v + d * real_2 - 2.0 * b * u * w - MOMENT

        def cubed(x: Array, y: Array) -> Array:
            """Real part of (x + iy)^3."""
            return x * (x**2 - 3.0 * y**2)

        t3, v3, u3, w3 = cubed(t, v), cubed(v, t), cubed(u, w), cubed(w, u)
        third_x = a * t3 + c * v3 + b * u3 + d * w3 - MOMENT
        third_y = c * t3 - a * v3 + d * u3 - b * w3 - MOMENT
        return strength_x, strength_y, first_x, first_y, second_x, second_y, third_x, third_y

    return residuals


def human_heart_dipole_args() -> tuple[np.ndarray, ...]:
    """Strengths and positions of order one, all different."""
    return float32_arrays(*np.linspace(0.3, 1.7, 8))
