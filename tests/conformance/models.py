"""Whole models: short functions of the structure that people really differentiate."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import Case, case, rng, uniform

Tree = Any


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return (0.5 * rng(seed).normal(size=shape)).astype(np.float32)


def dense(sizes: tuple[int, ...]) -> list[dict[str, np.ndarray]]:
    """Weights of dense layers."""
    pairs = pairwise(sizes)
    return [{"w": normal(m, n, seed=m + n), "b": normal(m, seed=m)} for n, m in pairs]


def multilayer_perceptron(layers: list[dict[str, jax.Array]], x: jax.Array) -> jax.Array:
    *hidden, last = layers
    for layer in hidden:
        x = jnp.tanh(layer["w"] @ x + layer["b"])
    return last["w"] @ x + last["b"]


def attention(weights: dict[str, jax.Array], x: jax.Array) -> jax.Array:
    """Self-attention with two heads and a residual; x of shape (positions, features)."""
    query, key, value = (jnp.einsum("hdf,pf->hpd", weights[k], x) for k in ("q", "k", "v"))
    scores = jnp.einsum("hpd,hrd->hpr", query, key) / np.sqrt(query.shape[-1])
    heads = jnp.einsum("hpr,hrd->hpd", jax.nn.softmax(scores), value)
    return x + jnp.einsum("hdf,hpd->pf", weights["o"], heads)


def transformer_block(scale: jax.Array, w: jax.Array, u: jax.Array, x: jax.Array) -> jax.Array:
    """Layer normalisation, a GELU layer and a residual; x of shape (positions, features)."""
    centred = x - x.mean(-1, keepdims=True)
    normalized = scale * centred * lax.rsqrt(jnp.mean(centred**2, -1, keepdims=True) + 1e-5)
    return x + jax.nn.gelu(normalized @ w) @ u


def convolutional_network(kernel: jax.Array, head: jax.Array, image: jax.Array) -> jax.Array:
    """Convolution, ReLU, max pooling, a dense head; image of shape (channels, height, width)."""
    features = jax.nn.relu(lax.conv(image[None], kernel, (1, 1), "SAME"))
    pooled = lax.reduce_window(features, -jnp.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")
    return jax.nn.log_softmax(head @ pooled.ravel())


def lstm_cell(w: jax.Array, b: jax.Array, state: Tree, x: jax.Array) -> Tree:
    hidden, cell = state
    gates = w @ jnp.concatenate([x, hidden]) + b
    i, f, g, o = jnp.split(gates, 4)
    cell = jax.nn.sigmoid(f) * cell + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(cell), cell


def gated_recurrent_network(w: jax.Array, u: jax.Array, xs: jax.Array) -> jax.Array:
    """A GRU over time; returns all hidden states."""

    def step(h: jax.Array, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        update, reset = jax.nn.sigmoid(w[:2] @ x + u[:2] @ h)
        candidate = jnp.tanh(w[2] @ x + u[2] @ (reset * h))
        h = (1 - update) * h + update * candidate
        return h, h

    return lax.scan(step, jnp.zeros(u.shape[-1], xs.dtype), xs)[1]


def rotation(axis_angle: jax.Array) -> jax.Array:
    """Rodrigues' formula."""
    angle = jnp.sqrt(axis_angle @ axis_angle)
    x, y, z = axis_angle / angle
    cross = jnp.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return jnp.eye(3) + jnp.sin(angle) * cross + (1 - jnp.cos(angle)) * cross @ cross


def reprojection(camera: jax.Array, point: jax.Array) -> jax.Array:
    """A bundle-adjustment residual; camera of 6 pose and 3 intrinsic parameters."""
    x, y, z = rotation(camera[:3]) @ point + camera[3:6]
    projected = -jnp.stack([x, y]) / z
    radius = projected @ projected
    focal, k1, k2 = camera[6:]
    return focal * (1 + k1 * radius + k2 * radius**2) * projected - np.array([0.1, 0.2], np.float32)


def inverse_dynamics(q: jax.Array, v: jax.Array, a: jax.Array) -> jax.Array:
    """Joint torques of a planar chain by the recursive Newton-Euler algorithm."""
    rate = acceleration = jnp.zeros(())
    base = jnp.array([0.0, 9.81])
    links, torques = [], []
    for k in range(q.shape[0]):
        c, s = jnp.cos(q[k]), jnp.sin(q[k])
        turn = jnp.array([[c, s], [-s, c]])
        rate, acceleration = rate + v[k], acceleration + a[k]
        base = turn @ base
        tip = base + jnp.stack([-(rate**2), acceleration])
        links.append((turn, (base + tip) / 2, acceleration))
        base = tip
    force, torque = jnp.zeros(2), jnp.zeros(())
    for turn, centre, acceleration in reversed(links):
        torque = torque + acceleration / 12 + centre[1] / 2 + force[1]
        torques.append(torque)
        force = turn.T @ (force + centre)
    return jnp.stack(torques[::-1])


def two_link_acceleration(state: jax.Array, torque: jax.Array) -> jax.Array:
    """Forward dynamics of a two-link manipulator: a 2 x 2 mass matrix is solved."""
    q, v = state[:2], state[2:]
    c, s = jnp.cos(q[1]), jnp.sin(q[1])
    mass = jnp.array([[3.0 + 2.0 * c, 1.0 + c], [1.0 + c, 1.0]])
    bias = s * jnp.stack([-v[1] * (2 * v[0] + v[1]), v[0] ** 2])
    gravity = 9.81 * jnp.stack([2 * jnp.cos(q[0]) + jnp.cos(q[0] + q[1]), jnp.cos(q[0] + q[1])])
    return jnp.concatenate([v, jnp.linalg.solve(mass, torque - bias - gravity)])


def runge_kutta(field: Callable[[jax.Array], jax.Array], x: jax.Array, dt: float) -> jax.Array:
    a = field(x)
    b = field(x + dt / 2 * a)
    c = field(x + dt / 2 * b)
    return x + dt / 6 * (a + 2 * b + 2 * c + field(x + dt * c))


def lorenz_96(x: jax.Array) -> jax.Array:
    """One step of Lorenz's ring of 1996."""
    return runge_kutta(
        lambda y: (jnp.roll(y, -1) - jnp.roll(y, 2)) * jnp.roll(y, 1) - y + 8.0, x, 0.05
    )


def heat_equation(u: jax.Array, conductivity: jax.Array) -> jax.Array:
    """Three explicit steps of a diffusion with walls, in a loop."""

    def step(_: int, u: jax.Array) -> jax.Array:
        flux = conductivity * jnp.diff(u, prepend=0.0, append=1.0)
        return u + 0.1 * jnp.diff(flux)

    return lax.fori_loop(0, 3, step, u)


def gravitation(positions: jax.Array, masses: jax.Array) -> jax.Array:
    """Accelerations of n bodies; positions of shape (n, 3)."""
    offset = positions[None] - positions[:, None]
    distance = jnp.sum(offset**2, -1) + 0.01
    return jnp.einsum("j,ijd->id", masses, offset * distance[..., None] ** -1.5)


def kalman_step(mean: jax.Array, covariance: jax.Array, observation: jax.Array) -> Tree:
    """Prediction and update with a nonlinear transition."""

    def transition(x: jax.Array) -> jax.Array:
        return x + 0.1 * jnp.stack([x[1], -jnp.sin(x[0]), x[0] * x[1]])

    slope = jax.jacfwd(transition)(mean)
    covariance = slope @ covariance @ slope.T + 0.1 * jnp.eye(3)
    h = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]], np.float32)
    innovation = h @ covariance @ h.T + 0.2 * jnp.eye(2)
    factor = jax.scipy.linalg.cho_factor(innovation)
    gain = jax.scipy.linalg.cho_solve(factor, h @ covariance).T
    predicted = transition(mean)
    return predicted + gain @ (observation - h @ predicted), covariance - gain @ h @ covariance


@jax.custom_jvp
def spike(potential: jax.Array) -> jax.Array:
    return (potential > 0).astype(potential.dtype)


@spike.defjvp
def _surrogate(primals: Any, tangents: Any) -> Any:
    (potential,), (tangent,) = primals, tangents
    return spike(potential), tangent / (1 + 10 * jnp.abs(potential)) ** 2


def spiking_layer(weights: jax.Array, spikes: jax.Array) -> jax.Array:
    """Leaky integrate-and-fire neurons with a surrogate gradient; spikes of shape (steps, inputs)."""
    potential, fired = jnp.zeros(weights.shape[0], weights.dtype), []
    for current in spikes @ weights.T:
        potential = 0.9 * potential + current
        fired.append(spike(potential - 0.5))
        potential = potential * (1 - fired[-1])
    return jnp.stack(fired)


def mixture_log_likelihood(
    logits: jax.Array, means: jax.Array, factors: jax.Array, x: jax.Array
) -> jax.Array:
    """Of each point under a mixture of Gaussians with full covariances; factors triangular."""
    factors = jnp.tril(factors) + 2 * jnp.eye(2)
    offsets = x[:, None] - means
    solved = jax.vmap(
        lambda factor, offset: jax.scipy.linalg.solve_triangular(factor, offset.T, lower=True),
        in_axes=(0, 1),
    )(factors, offsets)
    log_det = jnp.log(jnp.diagonal(factors, axis1=1, axis2=2)).sum(1)
    densities = -0.5 * (solved**2).sum(1) - log_det[:, None] - np.log(2 * np.pi)
    return jax.nn.logsumexp(jax.nn.log_softmax(logits)[:, None] + densities, axis=0)


def graph_network(w: jax.Array, features: jax.Array) -> jax.Array:
    """One round of messages along the edges of a fixed graph: a gather and a scatter."""
    source, target = np.array([0, 1, 2, 3, 0]), np.array([1, 2, 3, 0, 2])
    messages = jnp.tanh(features[source] @ w)
    return jax.nn.relu(features + jnp.zeros_like(features).at[target].add(messages) - 0.3)


MODELS: dict[str, Case] = {
    "multilayer perceptron": case(multilayer_perceptron, dense((3, 4, 4, 2)), normal(3)),
    "attention with heads": case(
        attention,
        {k: normal(2, 2, 4, seed=n) for n, k in enumerate("qkvo")},
        normal(3, 4, seed=9),
    ),
    "transformer block": case(
        transformer_block, uniform(4) + 1, normal(4, 3, seed=1), normal(3, 4), normal(2, 4, seed=2)
    ),
    "convolutional network": case(
        convolutional_network, normal(2, 1, 3, 3), normal(3, 8, seed=1), normal(1, 4, 4, seed=2)
    ),
    "LSTM cell": case(
        lstm_cell, normal(12, 5), normal(12, seed=1), (normal(3), normal(3, seed=2)), normal(2)
    ),
    "gated recurrent network": case(
        gated_recurrent_network, normal(3, 3, 2), normal(3, 3, 3, seed=1), normal(3, 2, seed=2)
    ),
    "bundle adjustment": case(
        reprojection, np.array([0.3, -0.2, 0.5, 0.1, 0.2, 2, 1.5, 0.1, 0.05], np.float32), normal(3)
    ),
    "inverse dynamics": case(
        inverse_dynamics, normal(3), normal(3, seed=1), normal(3, seed=2), tolerance=5e-5
    ),
    "two-link manipulator": case(two_link_acceleration, normal(4), normal(2), tolerance=5e-5),
    "Lorenz 96": case(lorenz_96, normal(8)),
    "heat equation": case(heat_equation, uniform(5), uniform(6, seed=1)),
    "n bodies": case(gravitation, normal(4, 3), uniform(4)),
    "Kalman step": case(
        kalman_step, normal(3), np.diag(uniform(3)) + 0.05, normal(2, seed=1), tolerance=5e-5
    ),
    "spiking layer": case(
        spiking_layer, uniform(3, 4), (uniform(4, 4, seed=1) > 0.5) * np.float32(0.9)
    ),
    "Gaussian mixture": case(
        mixture_log_likelihood, normal(3), normal(3, 2), 0.3 * normal(3, 2, 2), normal(4, 2, seed=1)
    ),
    "graph network": case(graph_network, normal(2, 2), normal(4, 2, seed=1)),
}
