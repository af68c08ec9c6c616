"""Layers and losses of neural networks, one evaluation each, written out in primitives.

GRU: K. Cho et al., EMNLP 2014, arXiv 1406.1078. Peephole LSTM: F. A. Gers, N. N. Schraudolph, J. Schmidhuber,
J. Mach. Learn. Res. 3 (2002) 115-143. Autoencoder: D. P. Kingma, M. Welling, ICLR 2014, arXiv 1312.6114. Flow: L.
Dinh, J. Sohl-Dickstein, S. Bengio, ICLR 2017, arXiv 1605.08803. Gated layer: N. Shazeer, arXiv 2002.05202, with
B. Zhang, R. Sennrich, "Root mean square layer normalization", NeurIPS 2019. Mixture density: C. M. Bishop, Aston
University NCRG/94/004 (1994). Graph attention: P. Veličković et al., ICLR 2018, arXiv 1710.10903. Selective scan:
A. Gu, T. Dao, arXiv 2312.00752. Policy loss: J. Schulman et al., arXiv 1707.06347.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array


def _logistic(x: Array) -> Array:
    return 1.0 / (1.0 + jnp.exp(-x))


def _softmax(x: Array) -> Array:
    """Over the last axis."""
    largest = jax.lax.stop_gradient(jnp.max(x, axis=-1, keepdims=True))
    powers = jnp.exp(x - largest)
    return powers / jnp.sum(powers, axis=-1, keepdims=True)


def _waves(*shape: int, start: float = 0.0, size: float = 0.6) -> np.ndarray:
    """Deterministic numbers of either sign for weights."""
    return size * np.sin(start + 1.7 * np.arange(math.prod(shape))).reshape(shape)


def gru_cell(
    state: Array, inputs: Array, to_update: Array, to_reset: Array, to_candidate: Array
) -> Array:
    """Return the state (4,) of a gated recurrent unit after an input (3,); weights (4, 7)."""
    both = jnp.concatenate([state, inputs])
    update, reset = _logistic(to_update @ both), _logistic(to_reset @ both)
    candidate = jnp.tanh(to_candidate @ jnp.concatenate([reset * state, inputs]))
    return update * state + (1.0 - update) * candidate


def gru_cell_args() -> tuple[np.ndarray, ...]:
    """Weights of order one half."""
    weights = [_waves(4, 7, start=k) for k in range(3)]
    return float32_arrays([0.2, -0.4, 0.6, 0.1], [0.5, -0.3, 0.8], *weights)


def peephole_lstm(*values: Array) -> tuple[Array, ...]:
    """Return the states (2) and cells (2) of a peephole LSTM after two steps, written in scalars.

    States (2), cells (2), an input, and for every gate and the candidate of both units the weights
    of the two states and the input (2 x 4 x 3), then the peepholes (2 x 3).
    """
    hidden, cells, signal = list(values[0:2]), list(values[2:4]), values[4]
    weights, peepholes = values[5:29], values[29:35]
    for _ in range(2):
        new_hidden, new_cells = [], []
        for unit in range(2):
            sums = []
            for gate in range(4):
                w = weights[12 * unit + 3 * gate : 12 * unit + 3 * gate + 3]
                sums.append(w[0] * hidden[0] + w[1] * hidden[1] + w[2] * signal)
            peep = peepholes[3 * unit : 3 * unit + 3]
            opened = _logistic(sums[0] + peep[0] * cells[unit])
            kept = _logistic(sums[1] + peep[1] * cells[unit])
            cell = kept * cells[unit] + opened * jnp.tanh(sums[2])
            new_cells.append(cell)
            new_hidden.append(_logistic(sums[3] + peep[2] * cell) * jnp.tanh(cell))
        hidden, cells = new_hidden, new_cells
    return *hidden, *cells


def peephole_lstm_args() -> tuple[np.ndarray, ...]:
    """Two units, all different."""
    return float32_arrays(0.2, -0.3, 0.4, 0.1, 0.7, *_waves(24), *_waves(6, start=1.0))


def autoencoder_loss(
    data: Array, noise: Array, encoder: Array, to_mean: Array, to_scale: Array, decoder: Array
) -> tuple[Array, Array]:
    """Return reconstruction error and divergence of a variational autoencoder.

    Data (4,), noise (2,), weights (3, 4), (2, 3), (2, 3), (4, 2): Kingma and Welling, section 3.
    """
    hidden = jnp.tanh(encoder @ data)
    mean, log_variance = to_mean @ hidden, to_scale @ hidden
    code = mean + jnp.exp(0.5 * log_variance) * noise
    logits = decoder @ jnp.tanh(code)
    likelihood = data * logits - jnp.log(1.0 + jnp.exp(logits))
    divergence = -0.5 * jnp.sum(1.0 + log_variance - mean * mean - jnp.exp(log_variance))
    return -jnp.sum(likelihood), divergence


def autoencoder_loss_args() -> tuple[np.ndarray, ...]:
    """Bits between 0 and 1."""
    return float32_arrays(
        [0.9, 0.1, 0.7, 0.3],
        [0.5, -0.8],
        _waves(3, 4),
        _waves(2, 3, start=1),
        _waves(2, 3, start=2),
        _waves(4, 2, start=3),
    )


def coupling_flow(point: Array, scales: Array, shifts: Array) -> tuple[Array, Array]:
    """Return where a flow of four affine coupling layers takes a point (4,), and its log density.

    Weights (4, 2, 2) of the scales and of the shifts; halves change roles.
    """
    fixed, moved = point[:2], point[2:]
    log_volume = jnp.zeros_like(point[0])
    for layer in range(4):
        stretch = jnp.tanh(scales[layer] @ fixed)
        moved = moved * jnp.exp(stretch) + shifts[layer] @ fixed
        log_volume = log_volume + jnp.sum(stretch)
        fixed, moved = moved, fixed
    result = jnp.concatenate([fixed, moved])
    return result, log_volume - 0.5 * jnp.sum(result * result)


def coupling_flow_args() -> tuple[np.ndarray, ...]:
    """A point near the origin."""
    return float32_arrays([0.3, -0.5, 0.8, 0.2], _waves(4, 2, 2), _waves(4, 2, 2, start=1))


def gated_layer(x: Array, gain: Array, gate: Array, up: Array, down: Array) -> Array:
    """Return a residual layer with root-mean-square normalization and a SwiGLU gate.

    Input (3, 4), gain (4,), weights (4, 6), (4, 6), (6, 4).
    """
    scale = jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + 1e-5)
    normal = x * scale * gain
    opened = normal @ gate
    return x + (opened * _logistic(opened) * (normal @ up)) @ down


def gated_layer_args() -> tuple[np.ndarray, ...]:
    """Three tokens."""
    weights = [_waves(4, 6), _waves(4, 6, start=1), _waves(6, 4, start=2)]
    return float32_arrays(_waves(3, 4, start=3), [1.0, 0.9, 1.1, 1.2], *weights)


def mixture_density_loss(
    inputs: Array, target: Array, hidden: Array, to_weight: Array, to_mean: Array, to_scale: Array
) -> Array:
    """Return minus the log-likelihood of a target under three Gaussians that a network gives.

    Inputs (3,), weights (4, 3) and three of (3, 4).
    """
    features = jnp.tanh(hidden @ inputs)
    weights = _softmax(to_weight @ features)
    scales = jnp.exp(to_scale @ features)
    distances = (target - to_mean @ features) / scales
    densities = jnp.exp(-0.5 * distances * distances) / (scales * math.sqrt(2.0 * math.pi))
    return -jnp.log(jnp.sum(weights * densities))


def mixture_density_loss_args() -> tuple[np.ndarray, ...]:
    """One example."""
    weights = [_waves(3, 4, start=k) for k in range(3)]
    return float32_arrays([0.4, -0.7, 0.2], 0.3, _waves(4, 3, start=4), *weights)


NEIGHBOURS = np.array([[1, 1, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1], [1, 0, 1, 1]], bool)
"""Who hears whom, themselves included."""


def graph_attention(nodes: Array, weights: Array, hears: Array, speaks: Array) -> Array:
    """Return the features (4, 3) of four nodes on a ring after a layer of attention.

    Features (4, 2), weights (2, 3), attention vectors (3,) of the hearing and of the speaking node.
    """
    features = nodes @ weights
    scores = (features @ hears)[:, None] + (features @ speaks)[None, :]
    leaky = jnp.where(scores > 0, scores, 0.2 * scores)
    masked = jnp.where(jnp.asarray(NEIGHBOURS), leaky, -1e9)
    return jnp.tanh(_softmax(masked) @ features)


def graph_attention_args() -> tuple[np.ndarray, ...]:
    """Nodes with different features."""
    return float32_arrays(_waves(4, 2), _waves(2, 3, start=1), [0.4, -0.6, 0.8], [0.7, 0.2, -0.5])


def selective_scan(
    inputs: Array, log_decay: Array, to_step: Array, to_in: Array, to_out: Array
) -> Array:
    """Return the outputs (3,) of a state space layer with two states whose step depends on its input.

    Inputs (3, 2) over time, logarithms of the decay rates (2, 2), weights (2, 2), (2, 2), (2, 2).
    """
    decay = -jnp.exp(log_decay)
    state = jnp.zeros_like(decay)
    outputs = []
    for time in range(3):
        x = inputs[time]
        step = jnp.log(1.0 + jnp.exp(to_step @ x))
        kept = jnp.exp(step[:, None] * decay)
        state = kept * state + (step * x)[:, None] * (to_in @ x)[None, :]
        outputs.append(jnp.sum(state @ (to_out @ x)))
    return jnp.stack(outputs)


def selective_scan_args() -> tuple[np.ndarray, ...]:
    """Three steps of two channels."""
    weights = [_waves(2, 2, start=k) for k in range(3)]
    return float32_arrays(_waves(3, 2, start=5), [[0.1, -0.3], [0.4, 0.2]], *weights)


def clipped_policy_loss(logits: Array, value: Array, old_log: Array, advantage: Array) -> Array:
    """Return the loss of proximal policy optimization over four actions taken.

    Logits (4, 3), values (4,), log-probabilities when the actions were taken (4,), advantages (4,).
    """
    largest = jax.lax.stop_gradient(jnp.max(logits, axis=-1, keepdims=True))
    shifted = logits - largest
    logs = shifted - jnp.log(jnp.sum(jnp.exp(shifted), axis=-1, keepdims=True))
    taken = jnp.sum(logs * jnp.asarray(np.eye(3)[[0, 2, 1, 0]], logits.dtype), axis=-1)
    ratio = jnp.exp(taken - old_log)
    clipped = jnp.minimum(jnp.maximum(ratio, 0.8), 1.2)
    gain = jnp.mean(jnp.minimum(ratio * advantage, clipped * advantage))
    surprise = jnp.mean((value - advantage) ** 2)
    entropy = -jnp.mean(jnp.sum(jnp.exp(logs) * logs, axis=-1))
    return 0.5 * surprise - gain - 0.01 * entropy


def clipped_policy_loss_args() -> tuple[np.ndarray, ...]:
    """Ratios on both sides of the clip."""
    return float32_arrays(
        _waves(4, 3), [0.5, -0.2, 0.3, 0.1], [-1.0, -0.7, -1.6, -1.2], [0.8, -0.5, 1.2, -0.3]
    )
