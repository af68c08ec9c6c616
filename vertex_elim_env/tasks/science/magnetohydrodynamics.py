"""The HLLD flux of ideal magnetohydrodynamics: five waves between two cells of a plasma.

T. Miyoshi, K. Kusano, "A multi-state HLL approximate Riemann solver for ideal magnetohydrodynamics", J.
Comput. Phys. 208 (2005) 315-344, sections 3 and 5.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
GAMMA = 5.0 / 3.0


class Plasma(NamedTuple):
    """A state: density, velocity (u, v, w), field along the face (b, c), total pressure, energy."""

    density: Array
    u: Array
    v: Array
    w: Array
    b: Array
    c: Array
    pressure: Array
    energy: Array


Conserved = tuple[Array, ...]
"""Density, three momenta, two fields along the face, energy."""


def _plasma(state: Conserved, normal_field: Array) -> Plasma:
    """From density, velocity, the two fields along the face and the gas pressure."""
    density, u, v, w, b, c, pressure = state
    magnetic = 0.5 * (normal_field * normal_field + b * b + c * c)
    kinetic = 0.5 * density * (u * u + v * v + w * w)
    energy = pressure / (GAMMA - 1.0) + kinetic + magnetic
    return Plasma(density, u, v, w, b, c, pressure + magnetic, energy)


def _conserved(q: Plasma) -> Conserved:
    return q.density, q.density * q.u, q.density * q.v, q.density * q.w, q.b, q.c, q.energy


def _flux(q: Plasma, normal_field: Array) -> Conserved:
    mass = q.density * q.u
    along = q.u * normal_field + q.v * q.b + q.w * q.c
    return (
        mass,
        mass * q.u + q.pressure - normal_field * normal_field,
        mass * q.v - normal_field * q.b,
        mass * q.w - normal_field * q.c,
        q.b * q.u - normal_field * q.v,
        q.c * q.u - normal_field * q.w,
        (q.energy + q.pressure) * q.u - normal_field * along,
    )


def _fast_speed(q: Plasma, pressure: Array, normal_field: Array) -> Array:
    square = normal_field * normal_field
    total = GAMMA * pressure + square + q.b * q.b + q.c * q.c
    root = jnp.sqrt(total * total - 4.0 * GAMMA * pressure * square)
    return jnp.sqrt((total + root) / (2.0 * q.density))


def _outer_star(q: Plasma, wave: Array, middle: Array, pressure: Array, normal: Array) -> Plasma:
    """The state between a fast wave and the Alfven wave."""
    inflow = q.density * (wave - q.u)
    below = inflow * (wave - middle) - normal * normal
    density = inflow / (wave - middle)
    turn = normal * (middle - q.u) / below
    stretch = (inflow * (wave - q.u) - normal * normal) / below
    v, w = q.v - q.b * turn, q.w - q.c * turn
    b, c = q.b * stretch, q.c * stretch
    before = q.u * normal + q.v * q.b + q.w * q.c
    after = middle * normal + v * b + w * c
    energy = (
        (wave - q.u) * q.energy - q.pressure * q.u + pressure * middle + normal * (before - after)
    ) / (wave - middle)
    return Plasma(density, middle, v, w, b, c, pressure, energy)


def _inner_stars(left: Plasma, right: Plasma, normal: Array) -> tuple[Plasma, Plasma]:
    """The states between the Alfven waves, left and right of the contact."""
    sign = jnp.sign(normal)
    root_l, root_r = jnp.sqrt(left.density), jnp.sqrt(right.density)
    total = root_l + root_r
    both = root_l * root_r * sign
    v = (root_l * left.v + root_r * right.v + (right.b - left.b) * sign) / total
    w = (root_l * left.w + root_r * right.w + (right.c - left.c) * sign) / total
    b = (root_l * right.b + root_r * left.b + both * (right.v - left.v)) / total
    c = (root_l * right.c + root_r * left.c + both * (right.w - left.w)) / total
    power = left.u * normal + v * b + w * c

    def energy(q: Plasma, root: Array) -> Array:
        return root * sign * (q.u * normal + q.v * q.b + q.w * q.c - power)

    energy_l = left.energy - energy(left, root_l)
    energy_r = right.energy + energy(right, root_r)
    return (
        Plasma(left.density, left.u, v, w, b, c, left.pressure, energy_l),
        Plasma(right.density, right.u, v, w, b, c, right.pressure, energy_r),
    )


def hlld_flux(normal_field: Array, *states: Array) -> Conserved:
    """Return the flux of mass, momentum, field along the face, and energy.

    The field across the face, then left and right: density, velocity (3), field (2), gas pressure.
    """
    left, right = _plasma(states[:7], normal_field), _plasma(states[7:], normal_field)
    fast_l = _fast_speed(left, states[6], normal_field)
    fast_r = _fast_speed(right, states[13], normal_field)
    fast = jnp.maximum(fast_l, fast_r)
    slowest, fastest = jnp.minimum(left.u, right.u) - fast, jnp.maximum(left.u, right.u) + fast
    inflow_l, inflow_r = left.density * (slowest - left.u), right.density * (fastest - right.u)
    middle = (inflow_r * right.u - inflow_l * left.u - right.pressure + left.pressure) / (
        inflow_r - inflow_l
    )
    pressure = left.pressure + inflow_l * (middle - left.u)
    star_l = _outer_star(left, slowest, middle, pressure, normal_field)
    star_r = _outer_star(right, fastest, middle, pressure, normal_field)
    inner_l, inner_r = _inner_stars(star_l, star_r, normal_field)
    alfven_l = middle - jnp.abs(normal_field) / jnp.sqrt(star_l.density)
    alfven_r = middle + jnp.abs(normal_field) / jnp.sqrt(star_r.density)

    def beyond(
        q: Plasma, outer: Plasma, inner: Plasma, wave: Array, alfven: Array
    ) -> list[Conserved]:
        """The flux before the fast wave, behind it, and behind the Alfven wave."""
        before, u, star, core = (
            _flux(q, normal_field),
            _conserved(q),
            _conserved(outer),
            _conserved(inner),
        )
        behind = tuple(f + wave * (s - x) for f, s, x in zip(before, star, u, strict=True))
        core_flux = tuple(f + alfven * (c - s) for f, c, s in zip(behind, core, star, strict=True))
        return [before, behind, core_flux]

    fluxes_l = beyond(left, star_l, inner_l, slowest, alfven_l)
    fluxes_r = beyond(right, star_r, inner_r, fastest, alfven_r)
    return tuple(
        jnp.where(
            middle >= 0.0,
            jnp.where(slowest >= 0.0, l0, jnp.where(alfven_l >= 0.0, l1, l2)),
            jnp.where(fastest <= 0.0, r0, jnp.where(alfven_r <= 0.0, r1, r2)),
        )
        for l0, l1, l2, r0, r1, r2 in zip(*fluxes_l, *fluxes_r, strict=True)
    )


def hlld_flux_args() -> tuple[np.ndarray, ...]:
    """The states of Miyoshi and Kusano's shock tube 5.2, moved to the right."""
    left = (1.08, 1.2, 0.01, 0.5, 1.01, 0.56, 0.95)
    right = (1.0, 0.3, 0.02, 0.1, 1.13, 0.58, 1.0)
    return float32_arrays(0.56, *left, *right)
