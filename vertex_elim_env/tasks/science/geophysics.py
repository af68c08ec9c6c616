"""Geophysics: electric and elastic waves in layers, and the faults between them.

J. R. Wait, "On the relation between telluric currents and the earth's magnetic field", Geophysics 19 (1954)
281-289; K. Aki, P. G. Richards, "Quantitative Seismology", 2nd edition (University Science 2002), section 5.2;
K. Mogi, Bull. Earthq. Res. Inst. 36 (1958) 99-134; L. Geiger, Nachr. Ges. Wiss.
Göttingen (1910) 331-349; J. H. Dieterich, J. Geophys. Res. 84 (1979) 2161-2168.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step
from vertex_elim_env.tasks.science.complex_numbers import Complex

Array = jax.Array


def magnetotelluric_sounding(*values: Array) -> tuple[Array, Array]:
    """Return log apparent resistivity and phase over four layers: Wait's recursion from below.

    Logarithms of the resistivities (4) and of the upper layers' thicknesses (3), and the frequency's.
    """
    resistivities = [jnp.exp(x) for x in values[:4]]
    thicknesses = [jnp.exp(x) for x in values[4:7]]
    omega = 2.0 * math.pi * jnp.exp(values[7]) * (4e-7 * math.pi)

    def intrinsic(resistivity: Array) -> tuple[Complex, Complex]:
        """Wave number and impedance; the square root of i is (1 + i) over the root of two."""
        wave = jnp.sqrt(0.5 * omega / resistivity)
        size = jnp.sqrt(0.5 * omega * resistivity)
        return Complex(wave, wave), Complex(size, size)

    _, impedance = intrinsic(resistivities[3])
    for layer in (2, 1, 0):
        wave, own = intrinsic(resistivities[layer])
        decay = wave.times(-2.0 * thicknesses[layer]).exp()
        reflected = (own - impedance) / (own + impedance) * decay
        one = Complex(jnp.ones_like(omega), jnp.zeros_like(omega))
        impedance = own * ((one - reflected) / (one + reflected))
    return jnp.log(impedance.squared_modulus / omega), jnp.arctan2(impedance.im, impedance.re)


def magnetotelluric_sounding_args() -> tuple[np.ndarray, ...]:
    """A conductor between resistive layers."""
    return float32_arrays(*np.log([100.0, 10.0, 500.0, 50.0, 600.0, 1500.0, 4000.0, 0.5]))


def seismic_reflection(
    slowness: Array, p1: Array, s1: Array, density_1: Array, p2: Array, s2: Array, density_2: Array
) -> tuple[Array, Array]:
    """Return the reflections of a longitudinal wave, as itself and as a shear wave, at a boundary.

    The ray's horizontal slowness, then the speeds of both waves and the density on either side: Aki and
    Richards, equation 5.40.
    """
    square = slowness * slowness
    cosines = [jnp.sqrt(1.0 - square * v * v) / v for v in (p1, p2, s1, s2)]
    p_1, p_2, s_1, s_2 = cosines
    rigid_1, rigid_2 = 2.0 * density_1 * s1 * s1 * square, 2.0 * density_2 * s2 * s2 * square
    a = density_2 - rigid_2 - (density_1 - rigid_1)
    b = density_2 - rigid_2 + rigid_1
    c = density_1 - rigid_1 + rigid_2
    d = 2.0 * (density_2 * s2 * s2 - density_1 * s1 * s1)
    e, f = b * p_1 + c * p_2, b * s_1 + c * s_2
    g, h = a - d * p_1 * s_2, a - d * p_2 * s_1
    below = e * f + g * h * square
    pp = ((b * p_1 - c * p_2) * f - (a + d * p_1 * s_2) * h * square) / below
    ps = -2.0 * p_1 * (a * b + c * d * p_2 * s_2) * slowness * p1 / (s1 * below)
    return pp, ps


def seismic_reflection_args() -> tuple[np.ndarray, ...]:
    """Shale over a gas sand, km/s and g/cm^3."""
    return float32_arrays(0.15, 2.9, 1.4, 2.3, 2.5, 1.6, 2.1)


def earthquake_arrivals(
    x: Array, y: Array, depth: Array, origin: Array, speed: Array, gain: Array
) -> Array:
    """Return the misfits (6) of arrival times at six stations, the speed growing linearly with depth.

    Epicenter, depth and origin time; the speed at the surface and its gradient: Geiger; the travel time
    of a circular ray: Aki and Richards, section 9.3.
    """
    angles = 2.0 * np.pi * np.arange(6) / 6 + 0.2
    stations = 20.0 * np.stack([np.cos(angles), np.sin(angles)])
    dx = x - jnp.asarray(stations[0], x.dtype)
    dy = y - jnp.asarray(stations[1], x.dtype)
    below = speed + gain * depth
    square = dx * dx + dy * dy + depth * depth
    bend = 1.0 + gain * gain * square / (2.0 * speed * below)
    travel = jnp.log(bend + jnp.sqrt(bend * bend - 1.0)) / gain
    measured = jnp.asarray([5.1, 4.8, 4.4, 4.6, 5.0, 5.3], x.dtype)
    return origin + travel - measured


def earthquake_arrivals_args() -> tuple[np.ndarray, ...]:
    """A shallow quake within the network."""
    return float32_arrays(2.0, -1.0, 8.0, 0.3, 4.5, 0.08)


def magma_source(
    x: Array, y: Array, depth: Array, volume: Array, tilt_x: Array, tilt_y: Array, poisson: Array
) -> tuple[Array, ...]:
    """Return displacement (3) and tilt (2) of the ground over a swelling magma chamber on a slope.

    Place relative to the source, its depth and change of volume, the ground's slope, Poisson's ratio: Mogi.
    """
    raised = depth + tilt_x * x + tilt_y * y
    square = x * x + y * y + raised * raised
    strength = (1.0 - poisson) * volume / (math.pi * square * jnp.sqrt(square))
    lift = strength * raised
    fall = -3.0 * lift / square
    return strength * x, strength * y, lift, fall * x, fall * y


def magma_source_args() -> tuple[np.ndarray, ...]:
    """Two kilometres beside the source."""
    return float32_arrays(1.5, -1.0, 3.0, 0.2, 0.05, -0.03, 0.25)


def fault_slip_step(*values: Array) -> State:
    """Return stress, log speed and log state of a spring slider a Runge-Kutta step later.

    The state (3), stiffness, direct and evolution effect, and damping: rate and state friction after
    Dieterich, in units of the critical slip and the plate's speed.
    """
    stiffness, direct, evolution, damping = values[3:7]

    def field(state: State) -> State:
        _, log_speed, log_state = state
        speed = jnp.exp(log_speed)
        aging = jnp.exp(-log_state) - speed
        loading = stiffness * (1.0 - speed)
        rate = (loading - evolution * aging) / (direct + damping * speed)
        return loading, rate, aging

    return runge_kutta_step(field, values[:3], 0.05)


def fault_slip_step_args() -> tuple[np.ndarray, ...]:
    """Before a slip event."""
    return float32_arrays(0.6, 0.5, -0.3, 0.8, 0.1, 0.15, 0.02)
