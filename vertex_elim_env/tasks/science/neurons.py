"""Neurons: membranes, spikes, and small networks of them.

A. L. Hodgkin, A. F. Huxley, J. Physiol. 117 (1952) 500-544; C. Morris, H. Lecar, Biophys. J. 35 (1981)
193-213; R. Brette, W. Gerstner, "Adaptive exponential integrate-and-fire model", J. Neurophysiol. 94 (2005)
3637-3642; J. L. Hindmarsh, R. M. Rose, Proc. R. Soc. B 221 (1984) 87-102; H. R. Wilson, J. D. Cowan,
Biophys. J. 12 (1972) 1-24; M. V. Tsodyks, H. Markram, PNAS 94 (1997) 719-723; E. O. Neftci, H. Mostafa, F.
Zenke, "Surrogate gradient learning in spiking neural networks", IEEE Signal Process. Mag. 36:6 (2019) 51-63.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays
from vertex_elim_env.tasks.families.dynamics import State, runge_kutta_step

Array = jax.Array


def _logistic(x: Array) -> Array:
    return 1.0 / (1.0 + jnp.exp(-x))


def hodgkin_huxley(
    v: Array,
    m: Array,
    h: Array,
    n: Array,
    current: Array,
    sodium: Array,
    potassium: Array,
    leak: Array,
) -> State:
    """Return the rates of membrane potential and gates, in 1/ms, potentials in mV from rest at -65.

    Applied current, and the three conductances: Hodgkin and Huxley, in today's sign.
    """
    from_40, from_55 = v + 40.0, v + 55.0
    alpha_m = 0.1 * from_40 / (1.0 - jnp.exp(-0.1 * from_40))
    beta_m = 4.0 * jnp.exp(-(v + 65.0) / 18.0)
    alpha_h = 0.07 * jnp.exp(-0.05 * (v + 65.0))
    beta_h = _logistic(0.1 * (v + 35.0))
    alpha_n = 0.01 * from_55 / (1.0 - jnp.exp(-0.1 * from_55))
    beta_n = 0.125 * jnp.exp(-(v + 65.0) / 80.0)
    n2 = n * n
    ionic = (
        sodium * m * m * m * h * (v - 50.0) + potassium * n2 * n2 * (v + 77.0) + leak * (v + 54.387)
    )
    return (
        current - ionic,
        alpha_m * (1.0 - m) - beta_m * m,
        alpha_h * (1.0 - h) - beta_h * h,
        alpha_n * (1.0 - n) - beta_n * n,
    )


def hodgkin_huxley_args() -> tuple[np.ndarray, ...]:
    """At the foot of a spike."""
    return float32_arrays(-50.0, 0.2, 0.5, 0.4, 10.0, 120.0, 36.0, 0.3)


def hodgkin_huxley_step(
    v: Array,
    m: Array,
    h: Array,
    n: Array,
    current: Array,
    sodium: Array,
    potassium: Array,
    leak: Array,
) -> State:
    """Return the state of the membrane a Runge-Kutta step later."""

    def field(state: State) -> State:
        v, m, h, n = state
        return hodgkin_huxley(v, m, h, n, current, sodium, potassium, leak)

    return runge_kutta_step(field, (v, m, h, n), 0.02)


def hodgkin_huxley_step_args() -> tuple[np.ndarray, ...]:
    """The same state."""
    return hodgkin_huxley_args()


def morris_lecar_step(v: Array, w: Array, current: Array, calcium: Array, speed: Array) -> State:
    """Return potential and potassium gate of a muscle fibre, a Runge-Kutta step later."""

    def field(state: State) -> State:
        v, w = state
        opened = 0.5 * (1.0 + jnp.tanh((v + 1.2) / 18.0))
        settled = 0.5 * (1.0 + jnp.tanh((v - 2.0) / 30.0))
        rate = speed * jnp.cosh((v - 2.0) / 60.0)
        ionic = calcium * opened * (v - 120.0) + 8.0 * w * (v + 84.0) + 2.0 * (v + 60.0)
        return (current - ionic) / 20.0, rate * (settled - w)

    return runge_kutta_step(field, (v, w), 0.1)


def morris_lecar_step_args() -> tuple[np.ndarray, ...]:
    """On the way up."""
    return float32_arrays(-20.0, 0.1, 90.0, 4.4, 0.04)


def adaptive_exponential(
    v: Array, w: Array, current: Array, sharpness: Array, threshold: Array, coupling: Array
) -> tuple[Array, Array]:
    """Return potential and adaptation after six Euler steps below the spike, potentials scaled.

    Brette and Gerstner, equations 1 and 2.
    """
    for _ in range(6):
        spike = sharpness * jnp.exp((v - threshold) / sharpness)
        v_rate = spike - v - w + current
        w_rate = coupling * v - w
        v, w = v + 0.1 * v_rate, w + 0.02 * w_rate
    return v, w


def adaptive_exponential_args() -> tuple[np.ndarray, ...]:
    """Driven towards the threshold."""
    return float32_arrays(0.3, 0.1, 0.8, 0.2, 1.0, 0.4)


def hindmarsh_rose_step(
    x: Array, y: Array, z: Array, current: Array, slowness: Array, gain: Array
) -> State:
    """Return potential, recovery and adaptation of a bursting neuron, a Runge-Kutta step later."""

    def field(state: State) -> State:
        x, y, z = state
        square = x * x
        return (
            y - square * x + 3.0 * square - z + current,
            1.0 - 5.0 * square - y,
            slowness * (gain * (x + 1.6) - z),
        )

    return runge_kutta_step(field, (x, y, z), 0.05)


def hindmarsh_rose_step_args() -> tuple[np.ndarray, ...]:
    """Within a burst."""
    return float32_arrays(0.4, -1.2, 2.0, 3.0, 0.006, 4.0)


def spiking_network(
    potentials: Array, inputs: Array, recurrent: Array, decay: Array, threshold: Array
) -> tuple[Array, Array]:
    """Return potentials and summed spikes of four leaky neurons after four steps, spikes smoothed.

    Potentials (4,), input currents (4, 4) by step, weights (4, 4): Neftci, Mostafa, Zenke,
    the step function replaced by a steep sigmoid.
    """
    spikes = total = _spike(potentials, threshold)
    for step in range(4):
        current = recurrent @ spikes + inputs[step]
        potentials = decay * potentials * (1.0 - spikes) + current
        spikes = _spike(potentials, threshold)
        total = total + spikes
    return potentials, total


def _spike(potential: Array, threshold: Array) -> Array:
    return _logistic(5.0 * (potential - threshold))


def spiking_network_args() -> tuple[np.ndarray, ...]:
    """Neurons near their threshold."""
    k = np.arange(16).reshape(4, 4)
    weights = 0.4 * np.sin(3 * k)
    return float32_arrays([0.2, 0.7, 0.9, 1.1], 0.5 + 0.3 * np.cos(k), weights, 0.9, 1.0)


def synapse_train(
    rest: Array, use: Array, facilitation: Array, recovery: Array, decay: Array, gap: Array
) -> tuple[Array, ...]:
    """Return the responses to five spikes at equal gaps of a synapse that tires and warms up.

    Resources at rest, their use by a spike, three time constants: Tsodyks and Markram.
    """
    warm, refilled, fades = (
        jnp.exp(-gap / facilitation),
        jnp.exp(-gap / recovery),
        jnp.exp(-gap / decay),
    )
    resources, used, response = rest, use, jnp.zeros_like(rest)
    responses = []
    for _ in range(5):
        released = used * resources
        response = response * fades + released
        responses.append(response)
        resources = 1.0 - (1.0 - resources + released) * refilled
        used = use + (used * warm) * (1.0 - use)
    return tuple(responses)


def synapse_train_args() -> tuple[np.ndarray, ...]:
    """A depressing synapse at 20 spikes a second."""
    return float32_arrays(0.9, 0.4, 0.3, 0.5, 0.1, 0.05)


def ring_of_populations(rates: Array, width: Array, strength: Array, gain: Array) -> Array:
    """Return the rates (6,) of populations on a ring after four Euler steps.

    The width and strength of their cosine coupling, and the gain of their response.
    """
    angles = jnp.asarray(2.0 * math.pi * np.arange(6) / 6, rates.dtype)
    coupling = strength * jnp.exp(width * (jnp.cos(angles[:, None] - angles[None, :]) - 1.0))
    for _ in range(4):
        drive = gain * (coupling @ rates - 0.5)
        rates = rates + 0.2 * (_logistic(drive) - rates)
    return rates


def ring_of_populations_args() -> tuple[np.ndarray, ...]:
    """A bump of activity."""
    return float32_arrays([0.2, 0.6, 0.9, 0.7, 0.3, 0.1], 1.5, 0.8, 2.0)
