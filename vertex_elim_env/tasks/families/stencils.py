"""Explicit finite differences for the heat and Burgers' equation on a periodic grid.

R. J. LeVeque, "Finite Difference Methods for Ordinary and Partial Differential Equations" (SIAM 2007),
sections 9.1 and 10.1; J. M. Burgers, "A mathematical model illustrating the theory of turbulence", Adv.
Appl. Mech. 1 (1948) 171-199. A step is written once for a cell and its neighbours, and applied to whole
fields or to scalars.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product
from operator import add

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
Neighbours = Sequence[tuple[Array, Array]]
"""For every axis the values before and after the cell."""
Step = Callable[[Array, Neighbours, Array], Array]
"""The cell's next value, of its own, its neighbours' and the diffusivity."""

TIME_STEP, SPACING = 0.01, 0.5


def _heat_step(u: Array, neighbours: Neighbours, diffusivity: Array) -> Array:
    curvature = reduce(add, [before - 2.0 * u + after for before, after in neighbours])
    return u + (TIME_STEP / SPACING**2) * diffusivity * curvature


def _burgers_step(u: Array, neighbours: Neighbours, diffusivity: Array) -> Array:
    slope = reduce(add, [after - before for before, after in neighbours])
    return _heat_step(u, neighbours, diffusivity) - (0.5 * TIME_STEP / SPACING) * u * slope


def _on_fields(step: Step, dimensions: int, steps: int) -> Callable[[Array, Array], Array]:
    def flow(field: Array, diffusivity: Array) -> Array:
        for _ in range(steps):
            neighbours = [
                (jnp.roll(field, 1, axis), jnp.roll(field, -1, axis)) for axis in range(dimensions)
            ]
            field = step(field, neighbours, diffusivity)
        return field

    return flow


def _on_scalars(
    step: Step, dimensions: int, size: int, steps: int
) -> Callable[..., tuple[Array, ...]]:
    places = list(product(range(size), repeat=dimensions))

    def beside(place: tuple[int, ...], axis: int, by: int) -> tuple[int, ...]:
        return (*place[:axis], (place[axis] + by) % size, *place[axis + 1 :])

    def flow(*arguments: Array) -> tuple[Array, ...]:
        *cells, diffusivity = arguments
        for _ in range(steps):
            at = dict(zip(places, cells, strict=True))
            cells = [
                step(
                    at[place],
                    [
                        (at[beside(place, axis, -1)], at[beside(place, axis, 1)])
                        for axis in range(dimensions)
                    ],
                    diffusivity,
                )
                for place in places
            ]
        return tuple(cells)

    return flow


def heat(*, dimensions: int, size: int, steps: int) -> Callable[[Array, Array], Array]:
    """Return the temperature, of shape (size,) * dimensions, after some steps.

    Arguments: the initial temperature, of the same shape, and the diffusivity.
    """
    del size  # it is the argument's shape
    return _on_fields(_heat_step, dimensions, steps)


def burgers(*, dimensions: int, size: int, steps: int) -> Callable[[Array, Array], Array]:
    """Return the speed, of shape (size,) * dimensions, after some steps.

    Arguments: the initial speed, of the same shape, and the viscosity.
    """
    del size
    return _on_fields(_burgers_step, dimensions, steps)


def heat_scalar(*, dimensions: int, size: int, steps: int) -> Callable[..., tuple[Array, ...]]:
    """Return the temperature of every cell after some steps, of all cells and the diffusivity."""
    return _on_scalars(_heat_step, dimensions, size, steps)


def burgers_scalar(*, dimensions: int, size: int, steps: int) -> Callable[..., tuple[Array, ...]]:
    """Return the speed of every cell after some steps, of all cells and the viscosity."""
    return _on_scalars(_burgers_step, dimensions, size, steps)


def field_args(*, dimensions: int, size: int, steps: int) -> tuple[np.ndarray, ...]:
    """A smooth field, and a diffusivity at which the steps are stable."""
    del steps
    waves = np.sin(2.0 * np.pi * np.arange(size) / size + 0.3)
    field = 1.0 + sum(np.meshgrid(*[waves] * dimensions, indexing="ij"))
    return float32_arrays(field, 0.7)


def cell_args(*, dimensions: int, size: int, steps: int) -> tuple[np.ndarray, ...]:
    """The same, cell by cell."""
    field, diffusivity = field_args(dimensions=dimensions, size=size, steps=steps)
    return float32_arrays(*field.ravel(), diffusivity)
