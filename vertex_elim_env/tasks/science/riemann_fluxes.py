"""Fluxes between two cells of a gas: HLLC, AUSM+, van Leer's splitting, and HLL of a relativistic gas.

E. F. Toro, "Riemann Solvers and Numerical Methods for Fluid Dynamics", 3rd edition (Springer 2009),
chapters 8 and 10; M.-S. Liou, "A sequel to AUSM: AUSM+", J. Comput. Phys. 129 (1996) 364-382; B. van Leer,
"Flux-vector splitting for the Euler equations", Lecture Notes in Physics 170 (1982) 507-512; V. Schneider
et al., "New algorithms for ultra-relativistic numerical hydrodynamics", J. Comput. Phys. 105 (1993) 92-107.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
Flux = tuple[Array, Array, Array, Array]
"""Of mass, momentum across and along the face, and energy."""

GAMMA = 1.4
"""Ratio of specific heats of a diatomic gas."""


class Gas(NamedTuple):
    """State of a gas beside a face: density, speed across and along it, pressure, energy, sound."""

    density: Array
    normal: Array
    tangent: Array
    pressure: Array
    energy: Array
    sound: Array


def _gas(density: Array, normal: Array, tangent: Array, energy: Array) -> Gas:
    """From conserved variables: density, two momenta, energy."""
    u, v = normal / density, tangent / density
    pressure = (GAMMA - 1.0) * (energy - 0.5 * density * (u * u + v * v))
    return Gas(density, u, v, pressure, energy, jnp.sqrt(GAMMA * pressure / density))


def euler_flux(density: Array, normal: Array, tangent: Array, energy: Array) -> Flux:
    """Return the physical flux of the Euler equations across the face."""
    return _flux(_gas(density, normal, tangent, energy))


def _flux(gas: Gas) -> Flux:
    mass = gas.density * gas.normal
    return (
        mass,
        mass * gas.normal + gas.pressure,
        mass * gas.tangent,
        gas.normal * (gas.energy + gas.pressure),
    )


def hllc_flux(
    rho_l: Array,
    mu_l: Array,
    mv_l: Array,
    e_l: Array,
    rho_r: Array,
    mu_r: Array,
    mv_r: Array,
    e_r: Array,
) -> Flux:
    """Return the flux with a contact wave, wave speeds from the pressure: Toro, sections 10.4 to 10.6.

    Conserved variables of the cells left and right: density, two momenta, energy.
    """
    left, right = _gas(rho_l, mu_l, mv_l, e_l), _gas(rho_r, mu_r, mv_r, e_r)
    impedance = 0.25 * (left.density + right.density) * (left.sound + right.sound)
    middle = 0.5 * (left.pressure + right.pressure) - 0.5 * impedance * (right.normal - left.normal)
    slowest = left.normal - left.sound * _shock_factor(middle, left.pressure)
    fastest = right.normal + right.sound * _shock_factor(middle, right.pressure)
    inflow_l = left.density * (slowest - left.normal)
    inflow_r = right.density * (fastest - right.normal)
    contact = (
        right.pressure - left.pressure + left.normal * inflow_l - right.normal * inflow_r
    ) / (inflow_l - inflow_r)
    star_l, star_r = _star(left, slowest, contact), _star(right, fastest, contact)
    return tuple(  # type: ignore[return-value]
        jnp.where(
            slowest >= 0.0,
            from_l,
            jnp.where(contact >= 0.0, at_l, jnp.where(fastest >= 0.0, at_r, from_r)),
        )
        for from_l, at_l, at_r, from_r in zip(
            _flux(left), star_l, star_r, _flux(right), strict=True
        )
    )


def _shock_factor(middle: Array, pressure: Array) -> Array:
    ratio = jnp.maximum(middle / pressure, 1.0)
    return jnp.sqrt(1.0 + (GAMMA + 1.0) / (2.0 * GAMMA) * (ratio - 1.0))


def _star(gas: Gas, wave: Array, contact: Array) -> Flux:
    """The flux between a wave and the contact."""
    inflow = wave - gas.normal
    density = gas.density * inflow / (wave - contact)
    energy = gas.energy / gas.density + (contact - gas.normal) * (
        contact + gas.pressure / (gas.density * inflow)
    )
    mass, across, along, heat = _flux(gas)
    return (
        mass + wave * (density - gas.density),
        across + wave * (density * contact - gas.density * gas.normal),
        along + wave * (density * gas.tangent - gas.density * gas.tangent),
        heat + wave * (density * energy - gas.energy),
    )


def hllc_flux_args() -> tuple[np.ndarray, ...]:
    """Subsonic flow with a contact that moves to the right."""
    return float32_arrays(1.2, 0.5, 0.1, 2.9, 0.9, 0.3, -0.1, 2.3)


def ausm_plus_flux(
    rho_l: Array,
    mu_l: Array,
    mv_l: Array,
    e_l: Array,
    rho_r: Array,
    mu_r: Array,
    mv_r: Array,
    e_r: Array,
) -> Flux:
    """Return the flux split into advection and pressure; the face's sound is a geometric mean."""
    left, right = _gas(rho_l, mu_l, mv_l, e_l), _gas(rho_r, mu_r, mv_r, e_r)
    sound = jnp.sqrt(left.sound * right.sound)
    mach_l, mach_r = left.normal / sound, right.normal / sound
    speed_l, push_l = _split(mach_l, 1.0)
    speed_r, push_r = _split(mach_r, -1.0)
    mach = speed_l + speed_r
    pressure = push_l * left.pressure + push_r * right.pressure
    downstream, upstream = sound * jnp.maximum(mach, 0.0), sound * jnp.minimum(mach, 0.0)
    mass_l, mass_r = downstream * left.density, upstream * right.density
    enthalpy_l = (left.energy + left.pressure) / left.density
    enthalpy_r = (right.energy + right.pressure) / right.density
    return (
        mass_l + mass_r,
        mass_l * left.normal + mass_r * right.normal + pressure,
        mass_l * left.tangent + mass_r * right.tangent,
        mass_l * enthalpy_l + mass_r * enthalpy_r,
    )


def _split(mach: Array, side: float) -> tuple[Array, Array]:
    """The part of the Mach number, and of the pressure, that one side contributes."""
    bulge = mach * mach - 1.0
    quarter = 0.25 * (mach + side) ** 2
    slow_speed = side * (quarter + 0.125 * bulge * bulge)
    slow_push = quarter * (2.0 - side * mach) + side * 0.1875 * mach * bulge * bulge
    fast_speed = 0.5 * (mach + side * jnp.abs(mach))
    supersonic = jnp.abs(mach) >= 1.0
    push = jnp.where(supersonic, fast_speed / mach, slow_push)
    return jnp.where(supersonic, fast_speed, slow_speed), push


def ausm_plus_flux_args() -> tuple[np.ndarray, ...]:
    """The same subsonic flow."""
    return hllc_flux_args()


def van_leer_flux(
    rho_l: Array,
    mu_l: Array,
    mv_l: Array,
    e_l: Array,
    rho_r: Array,
    mu_r: Array,
    mv_r: Array,
    e_r: Array,
) -> Flux:
    """Return the sum of what leaves either cell in subsonic flow."""
    left, right = _gas(rho_l, mu_l, mv_l, e_l), _gas(rho_r, mu_r, mv_r, e_r)
    return tuple(a + b for a, b in zip(_leaving(left, 1.0), _leaving(right, -1.0), strict=True))  # type: ignore[return-value]


def _leaving(gas: Gas, side: float) -> Flux:
    mass = side * 0.25 * gas.density * gas.sound * (gas.normal / gas.sound + side) ** 2
    thrust = (GAMMA - 1.0) * gas.normal + side * 2.0 * gas.sound
    heat = thrust * thrust / (2.0 * (GAMMA * GAMMA - 1.0)) + 0.5 * gas.tangent * gas.tangent
    return mass, mass * thrust / GAMMA, mass * gas.tangent, mass * heat


def van_leer_flux_args() -> tuple[np.ndarray, ...]:
    """The same subsonic flow."""
    return hllc_flux_args()


def relativistic_hll_flux(
    rho_l: Array, u_l: Array, p_l: Array, rho_r: Array, u_r: Array, p_r: Array
) -> tuple[Array, Array, Array]:
    """Return the flux of rest mass, momentum and energy; speeds in units of light's.

    Density at rest, speed and pressure left and right; wave speeds from mean speed and sound.
    """
    gamma = 5.0 / 3.0

    def side(
        density: Array, speed: Array, pressure: Array
    ) -> tuple[list[Array], list[Array], Array]:
        squared_lorentz = 1.0 / (1.0 - speed * speed)
        enthalpy = density + gamma / (gamma - 1.0) * pressure
        mass = density * jnp.sqrt(squared_lorentz)
        inertia = enthalpy * squared_lorentz
        conserved = [mass, inertia * speed, inertia - pressure]
        flux = [mass * speed, inertia * speed * speed + pressure, inertia * speed]
        return conserved, flux, jnp.sqrt(gamma * pressure / enthalpy)

    conserved_l, flux_l, sound_l = side(rho_l, u_l, p_l)
    conserved_r, flux_r, sound_r = side(rho_r, u_r, p_r)
    speed, sound = 0.5 * (u_l + u_r), 0.5 * (sound_l + sound_r)
    slowest = jnp.minimum((speed - sound) / (1.0 - speed * sound), 0.0)
    fastest = jnp.maximum((speed + sound) / (1.0 + speed * sound), 0.0)
    return tuple(  # type: ignore[return-value]
        (fastest * f_l - slowest * f_r + fastest * slowest * (c_r - c_l)) / (fastest - slowest)
        for c_l, f_l, c_r, f_r in zip(conserved_l, flux_l, conserved_r, flux_r, strict=True)
    )


def relativistic_hll_flux_args() -> tuple[np.ndarray, ...]:
    """Two streams of a hot gas at a third of the speed of light."""
    return float32_arrays(1.0, 0.3, 0.6, 0.7, -0.1, 0.4)
