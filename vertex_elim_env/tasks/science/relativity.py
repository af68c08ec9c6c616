"""Relativity: rotating black holes, binaries, lenses, stars and the expanding universe.

Kerr: R. H. Boyer, R. W. Lindquist, J. Math. Phys. 8 (1967) 265-281; J. M. Bardeen, W. H. Press, S. A.
Teukolsky, Astrophys. J. 178 (1972) 347-369, section II. Binaries: L. E. Kidder, Phys. Rev. D 52 (1995)
821-847, section II. Lenses: R. Kormann, P. Schneider, M. Bartelmann, Astron. Astrophys. 284 (1994) 285-299.
Stars: J. R. Oppenheimer, G. M. Volkoff, Phys. Rev. 55 (1939) 374-381. Expansion: D. W. Hogg,
arXiv astro-ph/9905116 (1999), with the dark energy of E. V. Linder, Phys. Rev. Lett. 90 (2003) 091301.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step
from vertex_elim_env.tasks.science.vectors import Vector, add, dot, scale

Array = jax.Array


def kerr_metric(radius: Array, polar: Array, mass: Array, spin: Array) -> tuple[Array, ...]:
    """Return g_tt, g_tp, g_pp, g_rr, g_hh and the contravariant g^tt, g^tp, g^pp, g^rr, g^hh.

    Boyer-Lindquist coordinates (t, r, h, p); spin is angular momentum over mass, as a length.
    """
    sin, cos = jnp.sin(polar), jnp.cos(polar)
    sin2 = sin * sin
    r2, a2 = radius * radius, spin * spin
    sigma = r2 + a2 * cos * cos
    delta = r2 - 2.0 * mass * radius + a2
    drag = 2.0 * mass * radius / sigma
    plane = r2 + a2 + a2 * drag * sin2
    return (
        drag - 1.0,
        -drag * spin * sin2,
        plane * sin2,
        sigma / delta,
        sigma,
        -plane / delta,
        -drag * spin / delta,
        (1.0 - drag) / (delta * sin2),
        delta / sigma,
        1.0 / sigma,
    )


def kerr_metric_args() -> tuple[np.ndarray, ...]:
    """Outside the horizon of a fast hole, off the equator."""
    return float32_arrays(5.0, 1.1, 1.0, 0.8)


def kerr_geodesic(
    radius: Array,
    polar: Array,
    mass: Array,
    spin: Array,
    energy: Array,
    angular: Array,
    carter: Array,
) -> tuple[Array, Array, Array, Array]:
    """Return dt, dr, dh, dp by proper time of a freely falling body, moving outward and southward.

    Energy, angular momentum and Carter's constant per mass: Bardeen, Press, Teukolsky, equation 2.9.
    """
    sin, cos = jnp.sin(polar), jnp.cos(polar)
    sin2, cos2 = sin * sin, cos * cos
    r2, a2 = radius * radius, spin * spin
    sigma = r2 + a2 * cos2
    delta = r2 - 2.0 * mass * radius + a2
    p = energy * (r2 + a2) - angular * spin
    shift = angular - spin * energy
    radial = p * p - delta * (r2 + shift * shift + carter)
    southward = carter - cos2 * (a2 * (1.0 - energy * energy) + angular * angular / sin2)
    time = -spin * (spin * energy * sin2 - angular) + (r2 + a2) * p / delta
    around = angular / sin2 - spin * energy + spin * p / delta
    return (
        time / sigma,
        jnp.sqrt(radial) / sigma,
        jnp.sqrt(southward) / sigma,
        around / sigma,
    )


def kerr_geodesic_args() -> tuple[np.ndarray, ...]:
    """A bound orbit between its turning points."""
    return float32_arrays(8.0, 1.4, 1.0, 0.7, 0.95, 2.8, 2.0)


def binary_inspiral(*values: Array) -> Vector:
    """Return the relative acceleration of two masses to order 2.5 after Newton, spins left out.

    Relative place (3) and velocity (3), total mass, symmetric mass ratio; light's speed and Newton's
    constant are one: Kidder, equations 2.2a to 2.2e.
    """
    place: Vector = (values[0], values[1], values[2])
    velocity: Vector = (values[3], values[4], values[5])
    mass, eta = values[6], values[7]
    distance = jnp.sqrt(dot(place, place))
    normal = scale(1.0 / distance, place)
    v2, rate = dot(velocity, velocity), dot(normal, velocity)
    rate2 = rate * rate
    m = mass / distance
    first_n = -2.0 * (2.0 + eta) * m + (1.0 + 3.0 * eta) * v2 - 1.5 * eta * rate2
    first_v = -2.0 * (2.0 - eta) * rate
    second_n = (
        0.75 * (12.0 + 29.0 * eta) * m * m
        + eta * (3.0 - 4.0 * eta) * v2 * v2
        + 1.875 * eta * (1.0 - 3.0 * eta) * rate2 * rate2
        - 1.5 * eta * (3.0 - 4.0 * eta) * v2 * rate2
        - 0.5 * eta * (13.0 - 4.0 * eta) * m * v2
        - (2.0 + 25.0 * eta + 2.0 * eta * eta) * m * rate2
    )
    second_v = (
        -0.5
        * rate
        * (
            eta * (15.0 + 4.0 * eta) * v2
            - (4.0 + 41.0 * eta + 8.0 * eta * eta) * m
            - 3.0 * eta * (3.0 + 2.0 * eta) * rate2
        )
    )
    loss = 1.6 * eta * m
    loss_n = loss * rate * (18.0 * v2 + 2.0 / 3.0 * m - 25.0 * rate2)
    loss_v = -loss * (6.0 * v2 - 2.0 * m - 15.0 * rate2)
    along_n = 1.0 + first_n + second_n - loss_n
    along_v = first_v + second_v - loss_v
    pull = -m / distance
    return scale(pull, add(scale(along_n, normal), scale(along_v, velocity)))


def binary_inspiral_args() -> tuple[np.ndarray, ...]:
    """A few orbits before the merger."""
    return float32_arrays(9.0, 3.0, -1.0, -0.1, 0.28, 0.05, 1.0, 0.24)


def elliptical_lens(
    x: Array,
    y: Array,
    strength: Array,
    flatness: Array,
    turn: Array,
    shear_1: Array,
    shear_2: Array,
) -> tuple[Array, Array, Array]:
    """Return the source's place (2) and the convergence of a singular ellipsoid with outer shear.

    Image place, Einstein radius, axis ratio, position angle: Kormann, Schneider, Bartelmann, section 3.
    """
    cos, sin = jnp.cos(turn), jnp.sin(turn)
    along, across = cos * x + sin * y, cos * y - sin * x
    minor = jnp.sqrt(1.0 - flatness * flatness)
    radius = jnp.sqrt(flatness * flatness * along * along + across * across)
    factor = strength * jnp.sqrt(flatness) / minor
    bend_along = factor * jnp.arctan(minor * along / radius)
    bend_across = factor * jnp.arctanh(minor * across / (radius + 1e-6))
    bend_x = cos * bend_along - sin * bend_across
    bend_y = sin * bend_along + cos * bend_across
    source_x = x - bend_x - shear_1 * x - shear_2 * y
    source_y = y - bend_y - shear_2 * x + shear_1 * y
    return source_x, source_y, 0.5 * strength * jnp.sqrt(flatness) / radius


def elliptical_lens_args() -> tuple[np.ndarray, ...]:
    """A quadruple image."""
    return float32_arrays(0.9, 0.6, 1.1, 0.7, 0.4, 0.05, -0.03)


def neutron_star_step(
    radius: Array, pressure: Array, enclosed: Array, stiffness: Array, index: Array
) -> State:
    """Return radius, pressure and enclosed mass a Runge-Kutta step further out in a polytrope.

    p = stiffness density^index; light's speed and Newton's constant are one: Oppenheimer and Volkoff,
    equations 9 and 10.
    """

    def field(state: State) -> State:
        r, p, m = state
        density = jnp.exp(jnp.log(p / stiffness) / index)
        energy = density + p / (index - 1.0)
        r2 = r * r
        pull = (energy + p) * (m + 4.0 * math.pi * r2 * r * p) / (r2 - 2.0 * r * m)
        return jnp.ones_like(r), -pull, 4.0 * math.pi * r2 * energy

    return runge_kutta_step(field, (radius, pressure, enclosed), 0.05)


def neutron_star_step_args() -> tuple[np.ndarray, ...]:
    """Halfway out of a star with a stiff core."""
    return float32_arrays(5.0, 8e-4, 0.4, 100.0, 2.0)


GAUSS_LEGENDRE = tuple(zip(*(x.tolist() for x in np.polynomial.legendre.leggauss(6)), strict=True))
"""Nodes and weights on [-1, 1]."""


def distance_modulus(
    redshift: Array, hubble: Array, matter: Array, dark: Array, w0: Array, wa: Array
) -> tuple[Array, Array]:
    """Return distance modulus and angular diameter distance (Mpc) in a curved universe.

    Hubble constant (km/s/Mpc), densities of matter and dark energy, the latter's equation of state
    and its slope: Hogg, sections 4 to 7; an open universe; the integral by six nodes.
    """
    curvature = 1.0 - matter - dark
    half = 0.5 * redshift
    integral = None
    for node, weight in GAUSS_LEGENDRE:
        stretch = 1.0 + half * (1.0 + node)
        square = stretch * stretch
        grown = jnp.exp(3.0 * (1.0 + w0 + wa) * jnp.log(stretch) - 3.0 * wa * (1.0 - 1.0 / stretch))
        rate = jnp.sqrt(matter * square * stretch + curvature * square + dark * grown)
        term = weight / rate
        integral = term if integral is None else integral + term
    assert integral is not None
    horizon = 299792.458 / hubble
    root = jnp.sqrt(curvature)
    comoving = horizon * jnp.sinh(root * half * integral) / root
    luminosity = (1.0 + redshift) * comoving
    modulus = 5.0 / math.log(10.0) * jnp.log(luminosity) + 25.0
    return modulus, comoving / (1.0 + redshift)


def distance_modulus_args() -> tuple[np.ndarray, ...]:
    """A supernova at redshift 0.8 in a slightly open universe."""
    return float32_arrays(0.8, 70.0, 0.3, 0.65, -0.95, 0.1)
