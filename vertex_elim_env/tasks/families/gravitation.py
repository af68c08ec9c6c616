"""Accelerations of bodies that attract each other.

I. Newton's law with the softening of S. J. Aarseth, "Dynamical evolution of clusters of galaxies", Mon.
Not. R. Astron. Soc. 126 (1963) 223-255; in units in which the gravitational constant is 1.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

SOFTENING = 0.1
"""Length below which the attraction fades."""


def n_body(*, bodies: int, dimensions: int) -> Callable[[Array, Array], Array]:
    """Return accelerations (bodies, dimensions), of places (bodies, dimensions) and masses (bodies,)."""
    del bodies, dimensions  # they are the arguments' shapes

    def accelerations(places: Array, masses: Array) -> Array:
        apart = places[None, :, :] - places[:, None, :]
        squared = jnp.sum(apart * apart, axis=-1) + SOFTENING**2
        pulls = masses[None, :] / (squared * jnp.sqrt(squared))
        return jnp.sum(pulls[:, :, None] * apart, axis=1)

    return accelerations


def n_body_args(*, bodies: int, dimensions: int) -> tuple[np.ndarray, ...]:
    """Bodies at random places, of masses near 1."""
    rng = np.random.default_rng(0)
    return float32_arrays(rng.normal(size=(bodies, dimensions)), rng.uniform(0.5, 1.5, bodies))


def n_body_scalar(*, bodies: int, dimensions: int) -> Callable[..., tuple[Array, ...]]:
    """Return all accelerations, body by body, of all coordinates, body by body, and the masses.

    Every pair is looked at once, as action equals reaction.
    """

    def accelerations(*arguments: Array) -> tuple[Array, ...]:
        masses = arguments[bodies * dimensions :]
        places = [arguments[k * dimensions : (k + 1) * dimensions] for k in range(bodies)]
        terms: list[list[list[Array]]] = [[[] for _ in range(dimensions)] for _ in range(bodies)]
        for i, j in combinations(range(bodies), 2):
            apart = [b - a for a, b in zip(places[i], places[j], strict=True)]
            squared = sum((d * d for d in apart[1:]), apart[0] * apart[0]) + SOFTENING**2
            strength = 1.0 / (squared * jnp.sqrt(squared))
            for axis, d in enumerate(apart):
                pull = strength * d
                terms[i][axis].append(masses[j] * pull)
                terms[j][axis].append(-masses[i] * pull)
        return tuple(sum(rest, first) for body in terms for first, *rest in body)

    return accelerations


def n_body_scalar_args(*, bodies: int, dimensions: int) -> tuple[np.ndarray, ...]:
    """Bodies at random places, of masses near 1."""
    places, masses = n_body_args(bodies=bodies, dimensions=dimensions)
    return float32_arrays(*places.ravel(), *masses)
