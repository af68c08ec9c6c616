"""Reflectance of a stack of thin films, by transfer matrices in real arithmetic.

F. Abelès, "Recherches sur la propagation des ondes électromagnétiques sinusoïdales dans les milieux
stratifiés", Ann. Phys. 12 (1950) 596-640; M. Born, E. Wolf, "Principles of Optics", 7th edition
(Cambridge 1999), section 1.6.2; H. A. Macleod, "Thin-Film Optical Filters", 4th edition (CRC 2010),
section 2.6.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
Matrix = tuple[Array, Array, Array, Array]
"""(a, b, c, d) means the complex matrix [[a, i b], [i c, d]]; films that absorb nothing have such
matrices, and so have their products."""

AIR, GLASS = 1.0, 1.52
"""Refractive indices on either side of the stack."""


def _film(index: Array, thickness: Array, wavelength: Array) -> Matrix:
    """The characteristic matrix of a film, light falling straight on it."""
    phase = 2.0 * jnp.pi * index * thickness / wavelength
    cos, sin = jnp.cos(phase), jnp.sin(phase)
    return cos, sin / index, index * sin, cos


def _product(p: Matrix, q: Matrix) -> Matrix:
    a, b, c, d = p
    e, f, g, h = q
    return a * e - b * g, a * f + b * h, c * e + d * g, d * h - c * f


def thin_film(*, layers: int) -> Callable[..., Array]:
    """Return the reflectance of a stack on glass.

    Arguments: refractive index and thickness of every film, from the air to the glass, then the
    wavelength; lengths in one unit.
    """

    def reflectance(*arguments: Array) -> Array:
        *films, wavelength = arguments
        stack = _film(films[0], films[1], wavelength)
        for layer in range(1, layers):
            stack = _product(stack, _film(films[2 * layer], films[2 * layer + 1], wavelength))
        a, b, c, d = stack
        # The fields at the air's side are B = a + i b n and C = d n + i c, with n of the glass;
        # r = (n0 B - C) / (n0 B + C), with n0 of the air.
        field_real, field_imaginary = AIR * a, (AIR * GLASS) * b
        current_real, current_imaginary = GLASS * d, c
        reflected = (field_real - current_real) ** 2 + (field_imaginary - current_imaginary) ** 2
        whole = (field_real + current_real) ** 2 + (field_imaginary + current_imaginary) ** 2
        return reflected / whole

    return reflectance


def thin_film_args(*, layers: int) -> tuple[np.ndarray, ...]:
    """High and low index in turn, a quarter of 550 nm thick, lit at 500 nm."""
    indices = np.where(np.arange(layers) % 2, 1.46, 2.35)
    films = np.stack([indices, 550.0 / (4.0 * indices)], axis=1)
    return float32_arrays(*films.ravel(), 500.0)
