"""Electrical circuits and power: amplifiers, modulators, transistors, grids, machines.

Amplifier and ring modulator: E. Hairer, C. Lubich, M. Roche, "The Numerical Solution of Differential-Algebraic
Systems by Runge-Kutta Methods" (Springer 1989), chapter 9, and E.-H. Horneber (1976), both in F. Mazzia, C.
Magherini, "Test Set for Initial Value Problem Solvers" (Bari 2008). H. K. Gummel, H. C. Poon, Bell Syst. Tech.
J. 49 (1970) 827-852. C. C. Enz, F. Krummenacher, E. A. Vittoz, Analog Integr. Circuits Signal Process. 8 (1995)
83-114. J. J. Grainger, W. D. Stevenson, "Power System Analysis" (McGraw-Hill 1994), chapter 9. P. C. Krause,
O. Wasynczuk, S. D. Sudhoff, "Analysis of Electric Machinery", 2nd edition (IEEE 2002), chapter 4.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step

Array = jax.Array


def transistor_amplifier(
    time: Array,
    y1: Array,
    y2: Array,
    y3: Array,
    y4: Array,
    y5: Array,
    y6: Array,
    y7: Array,
    y8: Array,
) -> tuple[Array, ...]:
    """Return the currents (A) into eight nodes of an amplifier with two transistors."""
    supply, source, resistance, transmitted = 6.0, 1000.0, 9000.0, 0.99

    def base(voltage: Array) -> Array:
        return 1e-6 * (jnp.exp(voltage / 0.026) - 1.0)

    signal = 0.1 * jnp.sin(200.0 * math.pi * time)
    first, second = base(y2 - y3), base(y5 - y6)
    return (
        (y1 - signal) / source,
        (2.0 * y2 - supply) / resistance + (1.0 - transmitted) * first,
        y3 / resistance - first,
        (y4 - supply) / resistance + transmitted * first,
        (2.0 * y5 - supply) / resistance + (1.0 - transmitted) * second,
        y6 / resistance - second,
        (y7 - supply) / resistance + transmitted * second,
        y8 / resistance,
    )


def transistor_amplifier_args() -> tuple[np.ndarray, ...]:
    """Both transistors conducting."""
    return float32_arrays(0.01, 0.05, 3.0, 2.9, 4.5, 3.0, 2.88, 4.2, 0.1)


def ring_modulator(time: Array, *y: Array) -> tuple[Array, ...]:
    """Return the rates of the fifteen voltages and currents of a ring modulator."""
    c, cs, cp = 1.6e-8, 2e-12, 1e-8
    lh, ls1, ls2, ls3 = 4.45, 2e-3, 5e-4, 5e-4
    r, rp, rg1, rg2, rg3, ri, rc = 25e3, 50.0, 36.3, 17.3, 17.3, 50.0, 600.0
    in_1 = 0.5 * jnp.sin(2000.0 * math.pi * time)
    in_2 = 2.0 * jnp.sin(20000.0 * math.pi * time)
    bridge = (
        y[2] - y[4] - y[6] - in_2,
        -y[3] + y[5] - y[6] - in_2,
        y[3] + y[4] + y[6] + in_2,
        -y[2] - y[5] + y[6] + in_2,
    )
    q1, q2, q3, q4 = (40.67286402e-9 * (jnp.exp(17.7493332 * u) - 1.0) for u in bridge)
    return (
        (y[7] - 0.5 * y[9] + 0.5 * y[10] + y[13] - y[0] / r) / c,
        (y[8] - 0.5 * y[11] + 0.5 * y[12] + y[14] - y[1] / r) / c,
        (y[9] - q1 + q4) / cs,
        (-y[10] + q2 - q3) / cs,
        (y[11] + q1 - q3) / cs,
        (-y[12] - q2 + q4) / cs,
        (-y[6] / rp + q1 + q2 - q3 - q4) / cp,
        -y[0] / lh,
        -y[1] / lh,
        (0.5 * y[0] - y[2] - rg2 * y[9]) / ls2,
        (-0.5 * y[0] + y[3] - rg3 * y[10]) / ls3,
        (0.5 * y[1] - y[4] - rg2 * y[11]) / ls2,
        (-0.5 * y[1] + y[5] - rg3 * y[12]) / ls3,
        (-y[0] + in_1 - (ri + rg1) * y[13]) / ls1,
        (-y[1] - (rc + rg1) * y[14]) / ls1,
    )


def ring_modulator_args() -> tuple[np.ndarray, ...]:
    """Small voltages and currents."""
    k = np.arange(7)
    return float32_arrays(1e-4, *(0.1 * np.sin(k + 1)), *(1e-4 * np.cos(np.arange(8))))


def gummel_poon(
    base_emitter: Array,
    base_collector: Array,
    saturation: Array,
    gain: Array,
    reverse_gain: Array,
    early: Array,
    reverse_early: Array,
    knee: Array,
) -> tuple[Array, Array, Array]:
    """Return collector and base current and the stored charge of a bipolar transistor.

    Voltages (V), saturation current (A), ideal gains, Early voltages, knee current.
    """
    thermal = 0.02585
    forward = saturation * (jnp.exp(base_emitter / thermal) - 1.0)
    backward = saturation * (jnp.exp(base_collector / thermal) - 1.0)
    width = 1.0 / (1.0 - base_collector / early - base_emitter / reverse_early)
    crowd = (forward + backward) / knee
    charge = 0.5 * width * (1.0 + jnp.sqrt(1.0 + 4.0 * crowd))
    leak_e = 1e-13 * (jnp.exp(base_emitter / (1.5 * thermal)) - 1.0)
    leak_c = 1e-13 * (jnp.exp(base_collector / (2.0 * thermal)) - 1.0)
    through = (forward - backward) / charge
    base_c = backward / reverse_gain + leak_c
    collector = through - base_c
    base = forward / gain + leak_e + base_c
    depletion = 1e-12 * 0.7 / 0.67 * (1.0 - jnp.exp(0.67 * jnp.log(1.0 - base_collector / 0.75)))
    return collector, base, 3e-10 * forward / charge + depletion


def gummel_poon_args() -> tuple[np.ndarray, ...]:
    """Near the knee."""
    return float32_arrays(0.72, -0.5, 1e-15, 120.0, 4.0, 60.0, 12.0, 0.03)


def enz_mosfet(
    gate: Array,
    source: Array,
    drain: Array,
    threshold: Array,
    body: Array,
    gain: Array,
    clip: Array,
) -> tuple[Array, Array]:
    """Return drain current and slope factor of a transistor from weak to strong inversion.

    Voltages against the substrate, threshold, body factor, current gain, channel-length parameter: Enz,
    Krummenacher, Vittoz, sections 4 and 5.
    """
    thermal, surface = 0.02585, 0.7
    above = gate - threshold + surface + body * math.sqrt(surface)
    half = 0.5 * body
    root = jnp.sqrt(above + half * half)
    pinch = above - surface - body * (root - half)
    slope = 1.0 + body / (2.0 * jnp.sqrt(pinch + surface + 4.0 * thermal))

    def inversion(voltage: Array) -> Array:
        logarithm = jnp.log(1.0 + jnp.exp((pinch - voltage) / (2.0 * thermal)))
        return logarithm * logarithm

    forward, backward = inversion(source), inversion(drain)
    shortened = 1.0 + clip * (drain - source)
    return 2.0 * slope * gain * thermal * thermal * (forward - backward) * shortened, slope


def enz_mosfet_args() -> tuple[np.ndarray, ...]:
    """Moderate inversion."""
    return float32_arrays(0.7, 0.05, 0.6, 0.5, 0.6, 2e-4, 0.08)


LINES = ((0, 1, 3.8, 19.1), (0, 2, 5.2, 25.8), (1, 3, 5.2, 25.8), (2, 3, 3.0, 15.1))
"""A grid of four buses in a ring: ends, conductance and susceptance, per unit."""


def power_flow(*values: Array) -> tuple[Array, ...]:
    """Return active and reactive power into the four buses of a grid: Grainger and Stevenson, section 9.3.

    The magnitudes of the buses' voltages (4), and the phases of all but the first (3).
    """
    size, phases = values[:4], values[4:7]
    active: list[Array | None] = [None] * 4
    reactive: list[Array | None] = [None] * 4

    def inject(bus: int, real: Array, imaginary: Array) -> None:
        before, before_reactive = active[bus], reactive[bus]
        active[bus] = real if before is None else before + real
        reactive[bus] = imaginary if before_reactive is None else before_reactive + imaginary

    for a, b, g, s in LINES:
        angle = -phases[b - 1] if a == 0 else phases[a - 1] - phases[b - 1]
        both = size[a] * size[b]
        in_phase, across = both * jnp.cos(angle), both * jnp.sin(angle)
        for bus, sign in ((a, 1.0), (b, -1.0)):
            square = size[bus] * size[bus]
            charging = 0.05 * square
            inject(
                bus,
                g * (square - in_phase) + sign * s * across,
                s * (square - in_phase) - sign * g * across - charging,
            )
    return tuple(x for x in (*active, *reactive) if x is not None)


def power_flow_args() -> tuple[np.ndarray, ...]:
    """A loaded grid."""
    return float32_arrays(1.0, 0.98, 0.97, 1.02, -0.02, -0.03, 0.03)


def induction_motor_step(
    stator_d: Array, stator_q: Array, rotor_d: Array, rotor_q: Array, speed: Array, load: Array
) -> State:
    """Return fluxes and speed of an induction motor a Runge-Kutta step later, per unit: Krause, chapter 4."""
    resistance_s, resistance_r, leakage, magnetizing = 0.03, 0.04, 0.08, 2.5
    own = leakage + magnetizing
    below = own * own - magnetizing * magnetizing

    def field(state: State) -> State:
        sd, sq, rd, rq, w = state
        current_sd, current_sq = (
            (own * sd - magnetizing * rd) / below,
            (own * sq - magnetizing * rq) / below,
        )
        current_rd, current_rq = (
            (own * rd - magnetizing * sd) / below,
            (own * rq - magnetizing * sq) / below,
        )
        slip = 1.0 - w
        torque = sd * current_sq - sq * current_sd
        return (
            sq - resistance_s * current_sd,
            1.0 - sd - resistance_s * current_sq,
            slip * rq - resistance_r * current_rd,
            -slip * rd - resistance_r * current_rq,
            (torque - load * w * w) / 20.0,
        )

    return runge_kutta_step(field, (stator_d, stator_q, rotor_d, rotor_q, speed), 0.1)


def induction_motor_step_args() -> tuple[np.ndarray, ...]:
    """Running up."""
    return float32_arrays(0.95, -0.05, 0.85, -0.2, 0.8, 0.5)
