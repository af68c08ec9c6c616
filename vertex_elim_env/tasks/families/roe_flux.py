"""Roe's approximate Riemann flux for the Euler equations in any number of dimensions.

P. L. Roe, "Approximate Riemann solvers, parameter vectors, and difference schemes", J. Comput. Phys.
43 (1981) 357-372; wave strengths as in E. F. Toro, "Riemann Solvers and Numerical Methods for Fluid
Dynamics", 3rd edition (Springer 2009), equations 11.58 to 11.70.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

GAMMA = 1.4
"""Ratio of specific heats of air."""


class Gas(NamedTuple):
    """A cell of gas: its conserved variables and what follows from them.

    Attributes:
        density: mass a volume.
        momentum: normal to the face, then along it.
        energy: total energy a volume.
        velocity: as the momentum.
        pressure: of an ideal gas.
        enthalpy: total enthalpy a mass.
    """

    density: Array
    momentum: Sequence[Array]
    energy: Array
    velocity: Sequence[Array]
    pressure: Array
    enthalpy: Array


def _gas(density: Array, *rest: Array) -> Gas:
    *momentum, energy = rest
    velocity = [m / density for m in momentum]
    kinetic = 0.5 * _dot(momentum, velocity)
    pressure = (GAMMA - 1.0) * (energy - kinetic)
    return Gas(density, momentum, energy, velocity, pressure, (energy + pressure) / density)


def _flux(gas: Gas) -> list[Array]:
    """The physical flux through the face."""
    normal = gas.velocity[0]
    momentum = [m * normal for m in gas.momentum]
    momentum[0] = momentum[0] + gas.pressure
    return [gas.momentum[0], *momentum, normal * (gas.energy + gas.pressure)]


def _dot(a: Sequence[Array], b: Sequence[Array]) -> Array:
    return reduce(add, [x * y for x, y in zip(a, b, strict=True)])


def roe_flux(*, dimensions: int) -> Callable[..., tuple[Array, ...]]:
    """Return the flux through a face between two cells, the face normal to the first axis.

    Arguments: density, momentum along each axis and energy of the left cell, then of the right one.
    """
    size = dimensions + 2

    def flux(*states: Array) -> tuple[Array, ...]:
        left, right = _gas(*states[:size]), _gas(*states[size:])
        weight_l, weight_r = jnp.sqrt(left.density), jnp.sqrt(right.density)
        weight = weight_l + weight_r

        def average(a: Array, b: Array) -> Array:
            return (weight_l * a + weight_r * b) / weight

        velocity = [average(a, b) for a, b in zip(left.velocity, right.velocity, strict=True)]
        enthalpy = average(left.enthalpy, right.enthalpy)
        kinetic = 0.5 * _dot(velocity, velocity)
        squared_sound = (GAMMA - 1.0) * (enthalpy - kinetic)
        sound = jnp.sqrt(squared_sound)
        density = weight_l * weight_r

        # Strengths of the waves, each times the speed of its wave.
        u, *along = velocity
        jumps = [b - a for a, b in zip(left.velocity, right.velocity, strict=True)]
        pressure_jump = right.pressure - left.pressure
        density_jump = right.density - left.density
        acoustic = density * sound * jumps[0]
        twice = 2.0 * squared_sound
        minus = jnp.abs(u - sound) * (pressure_jump - acoustic) / twice
        plus = jnp.abs(u + sound) * (pressure_jump + acoustic) / twice
        slow = jnp.abs(u)
        entropy = slow * (density_jump - pressure_jump / squared_sound)
        shears = [slow * density * jump for jump in jumps[1:]]

        all_waves = minus + entropy + plus
        waves = [
            all_waves,
            minus * (u - sound) + entropy * u + plus * (u + sound),
            *(all_waves * v + shear for v, shear in zip(along, shears, strict=True)),
            reduce(
                add,
                [
                    minus * (enthalpy - u * sound),
                    entropy * kinetic,
                    plus * (enthalpy + u * sound),
                    *(shear * v for v, shear in zip(along, shears, strict=True)),
                ],
            ),
        ]
        pairs = zip(_flux(left), _flux(right), waves, strict=True)
        return tuple(0.5 * (a + b - wave) for a, b, wave in pairs)

    return flux


def roe_flux_args(*, dimensions: int) -> tuple[np.ndarray, ...]:
    """Two states of subsonic flow with positive pressure."""
    along = 0.1 * np.arange(1, dimensions)
    return float32_arrays(1.2, 0.5, *along, 2.9, 0.9, 0.3, *-along, 2.3)
