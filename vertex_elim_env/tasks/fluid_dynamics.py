"""Roe's approximate Riemann solver for the Euler equations, in one and three dimensions.

P. L. Roe, "Approximate Riemann solvers, parameter vectors, and difference schemes", Journal of
Computational Physics 43 (1981) 357-372; in the notation of E. F. Toro, "Riemann Solvers and
Numerical Methods for Fluid Dynamics", 3rd edition (Springer 2009), chapter 11.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

GAMMA = 1.5
"""Ratio of specific heats. The published programs multiply by 1 - gamma = -1/2 where the equation of
state has gamma - 1; the sign is kept, for it changes neither structure nor counts."""

Array = jax.Array


def _roe_average(left: Array, right: Array, weight: Array, a: Array, b: Array) -> Array:
    """Average of two values weighted by the square roots of the densities."""
    return (jnp.sqrt(left) * a + jnp.sqrt(right) * b) / weight


class State1d(NamedTuple):
    """Conserved variables of a gas in one dimension: density, momentum, total energy."""

    density: Array
    momentum: Array
    energy: Array


def _pressure_1d(state: State1d) -> Array:
    """The pressure, with the published program's sign."""
    kinetic = 0.5 * state.momentum**2 / state.density
    return (1.0 - GAMMA) * (state.energy - kinetic)


def _velocity_and_enthalpy_1d(state: State1d) -> tuple[Array, Array, Array]:
    velocity = state.momentum / state.density
    pressure = _pressure_1d(state)
    return velocity, pressure, (state.energy + pressure) / state.density


def _flux_1d(state: State1d, pressure: Array) -> State1d:
    velocity = state.momentum / state.density
    return State1d(
        state.momentum,
        pressure + state.momentum * velocity,
        velocity * (pressure + state.energy),
    )


def roe_flux_1d() -> Callable[..., tuple[Array, Array, Array]]:
    """Return the numerical flux between two cells of a gas in one dimension."""

    def flux(
        ul0: Array, ul1: Array, ul2: Array, ur0: Array, ur1: Array, ur2: Array
    ) -> tuple[Array, Array, Array]:
        left, right = State1d(ul0, ul1, ul2), State1d(ur0, ur1, ur2)
        density_jump = right.density - left.density
        mean_density = jnp.sqrt(left.density * right.density)
        weight = jnp.sqrt(left.density) + jnp.sqrt(right.density)

        velocity_l, pressure_l, enthalpy_l = _velocity_and_enthalpy_1d(left)
        velocity_r, pressure_r, enthalpy_r = _velocity_and_enthalpy_1d(right)
        pressure_jump = pressure_r - pressure_l
        velocity_jump = velocity_r - velocity_l

        velocity = _roe_average(left.density, right.density, weight, velocity_l, velocity_r)
        enthalpy = _roe_average(left.density, right.density, weight, enthalpy_l, enthalpy_r)
        squared_velocity = velocity**2
        squared_sound = (1.0 - GAMMA) * (enthalpy - 0.5 * squared_velocity)
        sound = jnp.sqrt(squared_sound)

        speed_plus, speed_0, speed_minus = (
            jnp.abs(velocity + sound),
            jnp.abs(velocity),
            jnp.abs(velocity),
        )
        impedance = sound * mean_density
        # Strengths of the three waves, each times the speed of its wave.
        entropy = (density_jump - pressure_jump / squared_sound) * speed_0
        plus = (velocity_jump + pressure_jump / impedance) * speed_plus
        minus = (velocity_jump - pressure_jump / impedance) * speed_minus

        flux_l, flux_r = _flux_1d(left, pressure_l), _flux_1d(right, pressure_r)
        sums = [a + b for a, b in zip(flux_l, flux_r, strict=True)]
        scale = 0.5 * mean_density / sound
        dissipation = (
            entropy + scale * plus - scale * minus,
            entropy * velocity
            + scale * plus * (velocity + sound)
            - scale * minus * (velocity - sound),
            entropy * 0.5 * squared_velocity
            + scale * plus * (enthalpy + velocity * sound)
            - scale * minus * (enthalpy - velocity * sound),
        )
        return tuple(0.5 * (total - waves) for total, waves in zip(sums, dissipation, strict=True))  # type: ignore[return-value]

    return flux


def roe_flux_3d() -> Callable[..., tuple[Array, Array, Array]]:
    """Return the flux through a face normal to the first axis, between two cells of a gas in 3d.

    Density and energy have shape (1,), momentum (3,). The waves are summed in Toro's form
    (equations 11.59 to 11.70); their speeds stand without absolute values, as in the program.
    """

    def flux(
        ul0: Array, ul: Array, ul4: Array, ur0: Array, ur: Array, ur4: Array
    ) -> tuple[Array, Array, Array]:
        density_jump = ur0 - ul0
        momentum_jump = ur - ul
        jump_1, jump_2, jump_3 = momentum_jump[0:1], momentum_jump[1:2], momentum_jump[2:3]
        energy_jump = ur4 - ul4

        velocity_l, velocity_r = ul / ul0, ur / ur0
        weight = jnp.sqrt(ul0) + jnp.sqrt(ur0)

        velocity = _roe_average(ul0, ur0, weight, velocity_l, velocity_r)
        u, v, w = velocity[0:1], velocity[1:2], velocity[2:3]

        pressure_l, enthalpy_l = _pressure_and_enthalpy_3d(ul0, ul, ul4)
        pressure_r, enthalpy_r = _pressure_and_enthalpy_3d(ur0, ur, ur4)
        enthalpy = _roe_average(ul0, ur0, weight, enthalpy_l, enthalpy_r)
        speed_squared = jnp.sum(velocity**2)
        squared_sound = (1.0 - GAMMA) * (enthalpy - 0.5 * speed_squared)
        sound = jnp.sqrt(squared_sound)
        fast, slow = u + sound, u - sound

        # Wave strengths, each times its speed.
        strength = (
            (1.0 - GAMMA)
            / squared_sound
            * (
                (enthalpy - speed_squared) * density_jump
                + jnp.dot(velocity, momentum_jump)
                - energy_jump
            )
        )
        entropy = strength * u
        shear_3 = (jump_3 / w - jump_1) * u
        shear_2 = (jump_2 / v - density_jump) * u
        rest = density_jump - entropy
        acoustic = (jump_1 - u * density_jump) / sound
        minus = 0.5 * (rest - acoustic) * slow
        plus = 0.5 * (rest + acoustic) * fast

        flux_l = _flux_3d(ul, ul4, velocity_l, pressure_l)
        flux_r = _flux_3d(ur, ur4, velocity_r, pressure_r)
        sums = [a + b for a, b in zip(flux_l, flux_r, strict=True)]

        density_waves = minus + entropy + plus * fast
        normal_waves = minus * slow + entropy * u + plus * fast
        shear_2_waves = minus * v + shear_2 * v + entropy * v + plus * v
        shear_3_waves = minus * w + shear_3 * w + entropy * w + plus * w
        energy_waves = (
            minus * (enthalpy - u * sound)
            + shear_2 * v**2
            + shear_3 * w**2
            + entropy * 0.5 * speed_squared
            + plus * (enthalpy + u * sound)
        )
        momentum_waves = jnp.concatenate([normal_waves, shear_2_waves, shear_3_waves])
        waves = (density_waves, momentum_waves, energy_waves)
        return tuple(0.5 * (total - wave) for total, wave in zip(sums, waves, strict=True))  # type: ignore[return-value]

    return flux


def _pressure_and_enthalpy_3d(
    density: Array, momentum: Array, energy: Array
) -> tuple[Array, Array]:
    kinetic = 0.5 * jnp.sum(momentum**2) / density
    pressure = (1.0 - GAMMA) * (energy - kinetic)
    return pressure, (energy + pressure) / density


def _flux_3d(
    momentum: Array, energy: Array, velocity: Array, pressure: Array
) -> tuple[Array, Array, Array]:
    normal = velocity[0:1]
    pressure_vector = jnp.concatenate([pressure, jnp.zeros(2, pressure.dtype)])
    mass = momentum[0:1]
    return mass, pressure_vector + momentum * velocity, normal * (pressure + energy)


def roe_flux_1d_args() -> tuple[np.ndarray, ...]:
    """Two states with a real speed of sound under the program's signs."""
    return float32_arrays(1.762, 2.994, 0.456, 1.795, 2.445, 1.686)


def roe_flux_3d_args() -> tuple[np.ndarray, ...]:
    """Two states with a real speed of sound under the program's signs: density, momentum, energy."""
    return float32_arrays(
        [2.764], [1.168, 1.161, 2.994], [2.327], [2.266], [1.505, 1.551, 1.924], [1.072]
    )
