"""GraphNetwork: a score for every action and the value of a state, by messages along the edges.

Permutation-equivariant: vertices share all weights, so that one network serves graphs of every size, and
renumbering the vertices renumbers the scores. The two directions of an edge carry messages of their own,
as a vertex's cost depends on its predecessors times its successors. Messages are dense products with
the adjacency matrix, (V, V) times (V, F), which processors and accelerators are both good at; the matrices
are functions of the observation alone, so that no gradient flows into them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from baselines.networks.view import View
from vertex_elim_env.observation import STRUCTURE_FEATURES, VERTEX_FEATURES, structure_table

ILLEGAL = -1e9
"""Logit of an illegal action; finite, so that entropies and gradients are."""
_EPSILON = 1e-5


class Prediction(NamedTuple):
    """What a network says of a state.

    Attributes:
        logits: of the vertices, ``ILLEGAL`` where they are no legal action, float32 (V,).
        value: of the state, in the units it was trained in, float32 ().
    """

    logits: Array
    value: Array


class Dense(eqx.Module):
    """A linear map of the last axis."""

    weight: Array
    bias: Array

    def __init__(self, num_in: int, num_out: int, key: Array, gain: float = 2.0**0.5) -> None:
        self.weight = jax.nn.initializers.orthogonal(gain)(key, (num_in, num_out), jnp.float32)
        self.bias = jnp.zeros(num_out, jnp.float32)

    def __call__(self, x: Array) -> Array:
        return x @ self.weight + self.bias


class Messages(eqx.Module):
    """One round: every vertex hears from its predecessors, its successors, and the whole graph."""

    enter: Dense
    enter_all: Dense
    send: Dense
    leave: Dense

    def __init__(self, width: int, key: Array) -> None:
        keys = jax.random.split(key, 4)
        self.send = Dense(width, width, keys[0], gain=1.0)
        self.enter = Dense(3 * width, width, keys[1])
        self.enter_all = Dense(width, width, keys[3], gain=1.0)
        self.leave = Dense(width, width, keys[2], gain=0.5)

    def __call__(self, h: Array, edges: Edges, present: Array) -> Array:
        """Return the new features, float32 (V, F); those of absent vertices mean nothing."""
        own = normalised(h)
        plain, weighted = jnp.split(self.send(own), 2, axis=-1)
        heard = [edges.into @ plain, edges.into_weighted @ weighted]
        heard += [edges.out @ plain, edges.out_weighted @ weighted]
        whole = self.enter_all(_mean(own, present))
        return h + self.leave(jax.nn.relu(self.enter(jnp.concatenate([own, *heard], -1)) + whole))


class Edges(NamedTuple):
    """What messages are multiplied by, float32 (V, V) each, one row for each vertex that hears.

    Attributes:
        into, out: means over predecessors and over successors.
        into_weighted, out_weighted: the same, by how much the edges' Jacobians store.
    """

    into: Array
    out: Array
    into_weighted: Array
    out_weighted: Array


class GraphNetwork(eqx.Module):
    """Rounds of messages, then a score a vertex, and the value by pooling.

    Attributes:
        rounds: of messages; so far a score sees.
        hidden: columns of the vertices' features that are taken for zeros.
    """

    embed: Dense
    rounds: tuple[Messages, ...]
    score: tuple[Dense, Dense]
    value: tuple[Dense, Dense]
    hidden: tuple[int, ...] = eqx.field(static=True)

    def __init__(
        self,
        key: Array,
        *,
        width: int = 48,
        num_rounds: int = 2,
        hidden: Sequence[str] = (),
    ) -> None:
        """Draw the weights.

        Args:
            key: of the weights.
            width: features of a vertex between the rounds, an even number.
            num_rounds: of messages.
            hidden: names of features of vertices that it is not to see.
        """
        if width < 2 or width % 2 or num_rounds < 0:
            raise ValueError(
                f"width must be even and positive, num_rounds at least 0; got {width} and {num_rounds}"
            )
        keys = jax.random.split(key, 5 + num_rounds)
        self.embed = Dense(len(VERTEX_FEATURES), width, keys[0])
        self.score = (Dense(width, width, keys[1]), Dense(width, 1, keys[2], gain=0.01))
        self.value = (Dense(2 * width, width, keys[3]), Dense(width, 1, keys[4], gain=0.1))
        self.rounds = tuple(Messages(width, k) for k in keys[5:])
        self.hidden = tuple(VERTEX_FEATURES.index(name) for name in hidden)

    def __call__(self, seen: View) -> Prediction:
        """Return the logits and the value of one state."""
        edges = edges_of(seen.classes)
        present = seen.present
        features = seen.features
        if self.hidden:
            features = features.at[:, jnp.array(self.hidden)].set(0.0)
        h = self.embed(features)
        for messages in self.rounds:
            h = messages(h, edges, present)
        h = normalised(h)
        scores = two_layers(self.score, h)[:, 0]
        largest = jnp.max(jnp.where(present[:, None], h, jnp.finfo(h.dtype).min), axis=0)
        pooled = jnp.concatenate([_mean(h, present), largest])
        return Prediction(jnp.where(seen.legal, scores, ILLEGAL), two_layers(self.value, pooled)[0])


def edges_of(classes: Array) -> Edges:
    log_weights = structure_table()[:, STRUCTURE_FEATURES.index("log_weight")]
    weights = jnp.asarray(log_weights / np.log(2.0), jnp.float32)[classes.astype(jnp.int32)]
    is_edge = (classes > 0).astype(jnp.float32)
    out = is_edge / jnp.maximum(is_edge.sum(axis=1, keepdims=True), 1.0)
    into = is_edge.T / jnp.maximum(is_edge.T.sum(axis=1, keepdims=True), 1.0)
    return Edges(into, out, into * weights.T, out * weights)


def two_layers(layers: tuple[Dense, Dense], x: Array) -> Array:
    return layers[1](jax.nn.relu(layers[0](x)))


def normalised(h: Array) -> Array:
    centred = h - h.mean(axis=-1, keepdims=True)
    return centred * jax.lax.rsqrt(jnp.square(centred).mean(axis=-1, keepdims=True) + _EPSILON)


def _mean(h: Array, present: Array) -> Array:
    count = jnp.maximum(jnp.sum(present), 1)
    return jnp.sum(jnp.where(present[:, None], h, 0.0), axis=0) / count
