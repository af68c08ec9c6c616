"""Least squares and minimization: problems of the MINPACK-2 and Moré-Garbow-Hillstrom collections.

J. J. Moré, B. S. Garbow, K. E. Hillstrom, "Testing unconstrained optimization software", ACM Trans. Math.
Softw. 7 (1981) 17-41, problems 15, 16, 19, 20 and 35; B. M. Averick, R. G. Carter, J. J. Moré, G.-L. Xue, "The
MINPACK-2 test problem collection", Argonne MCS-P153-0692 (1992): enzyme reaction, exponential data
fitting II, Lennard-Jones clusters, superconductors.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

ENZYME_RATES = (
    *(0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246),
)
ENZYME_DOSES = (4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625)


def enzyme_reaction(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, ...]:
    """Return eleven residuals of Kowalik and Osborne's reaction rates: Moré et al., problem 15."""
    return tuple(
        rate - a * (dose * dose + dose * b) / (dose * dose + dose * c + d)
        for rate, dose in zip(ENZYME_RATES, ENZYME_DOSES, strict=True)
    )


def enzyme_reaction_args() -> tuple[np.ndarray, ...]:
    """The standard start."""
    return float32_arrays(0.25, 0.39, 0.415, 0.39)


def brown_dennis(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, ...]:
    """Return twenty residuals, each a sum of two squares: Moré et al., problem 16."""
    times = [k / 5 for k in range(1, 21)]
    return tuple(
        (a + t * b - float(np.exp(t))) ** 2 + (c + d * float(np.sin(t)) - float(np.cos(t))) ** 2
        for t in times
    )


def brown_dennis_args() -> tuple[np.ndarray, ...]:
    """The standard start."""
    return float32_arrays(25.0, 5.0, -5.0, -1.0)


PEAKS = np.array(
    [
        *(1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679),
        *(0.608, 0.655, 0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644),
        *(0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.5, 0.423, 0.395, 0.375, 0.372, 0.391),
        *(0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668),
        *(0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.71, 0.729, 0.72, 0.636, 0.581),
        *(0.428, 0.292, 0.162, 0.098, 0.054),
    ]
)
"""Osborne's second set of measurements, (65,), at times 0, 0.1, ..., 6.4."""


def exponential_fit(*x: Array) -> Array:
    """Return 65 residuals of a decay and three peaks, eleven parameters: Moré et al., problem 19."""
    times = jnp.asarray(np.arange(65) / 10, x[0].dtype)
    model = x[0] * jnp.exp(-times * x[4])
    for k in range(3):
        shifted = times - x[8 + k]
        model = model + x[1 + k] * jnp.exp(-shifted * shifted * x[5 + k])
    return jnp.asarray(PEAKS, x[0].dtype) - model


def exponential_fit_args() -> tuple[np.ndarray, ...]:
    """The standard start."""
    return float32_arrays(1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5)


def watson(*x: Array) -> tuple[Array, ...]:
    """Return residuals of a differential equation solved by a polynomial: Moré et al., problem 20.

    Six coefficients; every third of the 29 places and the two conditions at the start.
    """
    residuals = []
    for place in range(1, 30, 3):
        t = place / 29
        slope, value = x[1], x[0] + t * x[1]
        for k in range(2, len(x)):
            slope = slope + (k * t ** (k - 1)) * x[k]
            value = value + t**k * x[k]
        residuals.append(slope - value * value - 1.0)
    return *residuals, 1.0 * x[0], x[1] - x[0] * x[0] - 1.0


def watson_args() -> tuple[np.ndarray, ...]:
    """Near the solution with six coefficients."""
    return float32_arrays(-0.016, 1.012, -0.233, 1.260, -1.514, 0.993)


def chebyquad(*x: Array) -> tuple[Array, ...]:
    """Return the errors of Chebyshev quadrature with six nodes: Moré et al., problem 35."""
    n = len(x)
    shifted = [2.0 * node - 1.0 for node in x]
    before: list[Array] = [jnp.ones_like(t) for t in shifted]
    now = shifted
    errors = []
    for degree in range(1, n + 1):
        mean = now[0]
        for value in now[1:]:
            mean = mean + value
        exact = 0.0 if degree % 2 else -1.0 / (degree**2 - 1)
        errors.append(mean / n - exact)
        now, before = (
            [2.0 * t * a - b for t, a, b in zip(shifted, now, before, strict=True)],
            now,
        )
    return tuple(errors)


def chebyquad_args() -> tuple[np.ndarray, ...]:
    """The standard start: nodes at equal distances."""
    return float32_arrays(*(np.arange(1, 7) / 7))


def lennard_jones(*places: Array) -> Array:
    """Return the energy of five atoms, fifteen coordinates: MINPACK-2."""
    atoms = [places[k : k + 3] for k in range(0, 15, 3)]
    energy = None
    for k, a in enumerate(atoms):
        for b in atoms[:k]:
            square = None
            for p, q in zip(a, b, strict=True):
                distance = p - q
                term = distance * distance
                square = term if square is None else square + term
            assert square is not None
            power = 1.0 / (square * square * square)
            pair = power * (power - 2.0)
            energy = pair if energy is None else energy + pair
    assert energy is not None
    return energy


def lennard_jones_args() -> tuple[np.ndarray, ...]:
    """A double pyramid, a little out of shape."""
    places = [[0, 0, 0.8], [0, 0, -0.8], [0.6, 0, 0.05], [-0.3, 0.55, 0], [-0.3, -0.5, -0.1]]
    return float32_arrays(*np.ravel(places))


def superconductor(*values: Array) -> Array:
    """Return the free energy of a superconductor in layers, three by three points: MINPACK-2.

    At every point of a periodic grid real and imaginary part of the order parameter and the two
    components of the vector potential.
    """
    size, field, kappa2 = 3, 0.4, 25.0
    re, im, along, across = (
        [values[9 * part + k : 9 * part + k + size] for k in range(0, 9, size)] for part in range(4)
    )
    energy = None
    for i in range(size):
        for j in range(size):
            right, up = (i + 1) % size, (j + 1) % size
            square = re[i][j] * re[i][j] + im[i][j] * im[i][j]
            condensed = 0.5 * square * square - square
            kinetic = _hopping(re[i][j], im[i][j], re[right][j], im[right][j], along[i][j])
            kinetic = kinetic + _hopping(re[i][j], im[i][j], re[i][up], im[i][up], across[i][j])
            curl = across[right][j] - across[i][j] - (along[i][up] - along[i][j]) - field
            density = condensed + kinetic + kappa2 * curl * curl
            energy = density if energy is None else energy + density
    assert energy is not None
    return energy


def _hopping(re: Array, im: Array, next_re: Array, next_im: Array, potential: Array) -> Array:
    """The squared difference of neighbours, the first one's phase turned by the potential."""
    cos, sin = jnp.cos(potential), jnp.sin(potential)
    difference_re = next_re - (re * cos - im * sin)
    difference_im = next_im - (re * sin + im * cos)
    return difference_re * difference_re + difference_im * difference_im


def superconductor_args() -> tuple[np.ndarray, ...]:
    """A state with a vortex."""
    k = np.arange(9)
    return float32_arrays(*np.cos(k), *(0.5 * np.sin(2 * k)), *(0.2 * np.sin(k + 1)), *(0.1 * k))
