"""Ordinary differential equations integrated by the classical Runge-Kutta method, steps unrolled.

W. Kutta, Z. Math. Phys. 46 (1901) 435-453; E. Hairer, S. P. Nørsett, G. Wanner, "Solving Ordinary
Differential Equations I", 2nd edition (Springer 1993), section II.1. Oscillator: B. van der Pol, "On
relaxation-oscillations", Phil. Mag. 2 (1926) 978-992. Convection: E. N. Lorenz, "Deterministic
nonperiodic flow", J. Atmos. Sci. 20 (1963) 130-141. Waves on a circle of latitude: E. N. Lorenz,
"Predictability: a problem partly solved", ECMWF Seminar on Predictability (1996).
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
State = tuple[Array, ...]
Field = Callable[[State], State]
"""The right-hand side of an autonomous system: the rate of change of every part of the state."""

TIME_STEP = 0.05
FORCING = 8.0
"""Of Lorenz-96, at which it is chaotic."""


def _moved(state: State, rates: State, time: float) -> State:
    return tuple(x + time * rate for x, rate in zip(state, rates, strict=True))


def runge_kutta_step(field: Field, state: State, time_step: float) -> State:
    """Return the state a time step later, by the classical method of order four."""
    k1 = field(state)
    k2 = field(_moved(state, k1, time_step / 2))
    k3 = field(_moved(state, k2, time_step / 2))
    k4 = field(_moved(state, k3, time_step))
    means = tuple(a + 2.0 * b + 2.0 * c + d for a, b, c, d in zip(k1, k2, k3, k4, strict=True))
    return _moved(state, means, time_step / 6)


def _integrate(field: Field, state: State, steps: int) -> State:
    for _ in range(steps):
        state = runge_kutta_step(field, state, TIME_STEP)
    return state


def van_der_pol(*, steps: int) -> Callable[..., State]:
    """Return place and speed after some steps, of initial place and speed and the damping."""

    def flow(place: Array, speed: Array, damping: Array) -> State:
        def field(state: State) -> State:
            x, v = state
            return v, damping * (1.0 - x * x) * v - x

        return _integrate(field, (place, speed), steps)

    return flow


def van_der_pol_args(*, steps: int) -> tuple[np.ndarray, ...]:
    """A point near the limit cycle, at moderate damping."""
    del steps
    return float32_arrays(1.5, 0.4, 1.2)


def lorenz(*, steps: int) -> Callable[..., State]:
    """Return (x, y, z) after some steps, of its initial value, Prandtl and Rayleigh number and shape."""

    def flow(x: Array, y: Array, z: Array, prandtl: Array, rayleigh: Array, aspect: Array) -> State:
        def field(state: State) -> State:
            x, y, z = state
            return prandtl * (y - x), x * (rayleigh - z) - y, x * y - aspect * z

        return _integrate(field, (x, y, z), steps)

    return flow


def lorenz_args(*, steps: int) -> tuple[np.ndarray, ...]:
    """A point near the attractor, and Lorenz's parameters."""
    del steps
    return float32_arrays(1.0, 2.0, 20.0, 10.0, 28.0, 8.0 / 3.0)


def lorenz_96(*, variables: int, steps: int) -> Callable[[Array], Array]:
    """Return the state (variables,) after some steps, of the initial one."""
    del variables  # it is the argument's shape

    def flow(state: Array) -> Array:
        def field(states: State) -> State:
            (x,) = states
            advection = (jnp.roll(x, -1) - jnp.roll(x, 2)) * jnp.roll(x, 1)
            return (advection - x + FORCING,)

        return _integrate(field, (state,), steps)[0]

    return flow


def lorenz_96_args(*, variables: int, steps: int) -> tuple[np.ndarray, ...]:
    """A state away from rest."""
    del steps
    return float32_arrays(2.0 + np.sin(np.arange(variables)))


def lorenz_96_scalar(*, variables: int, steps: int) -> Callable[..., State]:
    """Return every variable after some steps, of the initial ones: the same, written in scalars."""

    def flow(*initial: Array) -> State:
        def field(x: State) -> State:
            return tuple(
                (x[(i + 1) % variables] - x[i - 2]) * x[i - 1] - x[i] + FORCING
                for i in range(variables)
            )

        return _integrate(field, initial, steps)

    return flow


def lorenz_96_scalar_args(*, variables: int, steps: int) -> tuple[np.ndarray, ...]:
    """A state away from rest."""
    return float32_arrays(*lorenz_96_args(variables=variables, steps=steps)[0])
