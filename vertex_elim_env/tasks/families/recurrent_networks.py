"""Recurrent networks unrolled over time: Elman's and the long short-term memory.

J. L. Elman, "Finding structure in time", Cognitive Science 14 (1990) 179-211; S. Hochreiter, J.
Schmidhuber, "Long short-term memory", Neural Computation 9 (1997) 1735-1780, with the forget gate of
F. A. Gers, J. Schmidhuber, F. Cummins, Neural Computation 12 (2000) 2451-2471. The logistic function
is written out in primitives, as in :mod:`vertex_elim_env.tasks.neural_networks`.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array

GATES = 4
"""Of a long short-term memory: input, forget and output gate, and the candidate."""


def _logistic(x: Array) -> Array:
    return 1.0 / (1.0 + jnp.exp(-x))


def elman(*, steps: int, width: int, features: int) -> Callable[..., Array]:
    """Return the last state of an Elman network, of shape (width,).

    Arguments: initial state (width,), an input (features,) for every step, then the weights of the
    input (width, features), those of the state (width, width), and the bias (width,).
    """
    del width, features  # they are the arguments' shapes

    def last_state(state: Array, *rest: Array) -> Array:
        inputs, (of_input, of_state, bias) = rest[:steps], rest[steps:]
        for x in inputs:
            state = jnp.tanh(of_input @ x + of_state @ state + bias)
        return state

    return last_state


def elman_args(*, steps: int, width: int, features: int) -> tuple[np.ndarray, ...]:
    """A state, inputs and random parameters."""
    return float32_arrays(
        *_states(steps, width, features, num_states=1), *_parameters(width, features, gates=1)
    )


def lstm(*, steps: int, width: int, features: int) -> Callable[..., tuple[Array, Array]]:
    """Return the last state and the last cell of a long short-term memory, each of shape (width,).

    Arguments: initial state and cell (width,), an input (features,) for every step, then for each of
    the four gates the weights of the input (width, features), those of the state (width, width),
    and the bias (width,).
    """
    del width, features

    def last_state(state: Array, cell: Array, *rest: Array) -> tuple[Array, Array]:
        inputs, parameters = rest[:steps], rest[steps:]
        gates = [parameters[k : k + 3] for k in range(0, len(parameters), 3)]
        for x in inputs:
            drives = [of_input @ x + of_state @ state + bias for of_input, of_state, bias in gates]
            enter, keep, show = (_logistic(drive) for drive in drives[:3])
            cell = keep * cell + enter * jnp.tanh(drives[3])
            state = show * jnp.tanh(cell)
        return state, cell

    return last_state


def lstm_args(*, steps: int, width: int, features: int) -> tuple[np.ndarray, ...]:
    """A state, a cell, inputs and random parameters."""
    return float32_arrays(
        *_states(steps, width, features, num_states=2), *_parameters(width, features, gates=GATES)
    )


def _states(steps: int, width: int, features: int, *, num_states: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    states = [rng.normal(0, 0.5, width) for _ in range(num_states)]
    return states + [rng.normal(size=features) for _ in range(steps)]


def _parameters(width: int, features: int, *, gates: int) -> list[np.ndarray]:
    rng = np.random.default_rng(1)
    parameters = []
    for _ in range(gates):
        parameters += [
            rng.normal(0, features**-0.5, (width, features)),
            rng.normal(0, width**-0.5, (width, width)),
            rng.normal(0, 0.1, width),
        ]
    return parameters
