"""Decoding: orders that a network plays on a graph, greedily or by its probabilities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array

from baselines.networks.graph_network import Prediction
from baselines.networks.rows import predict_batch
from baselines.networks.view import View, view
from vertex_elim_env.functional import Params, State, start, step

Network: TypeAlias = Callable[[View], Prediction]
"""A pytree that predicts."""


class Decoded(NamedTuple):
    """Whole episodes on one graph.

    Attributes:
        orders: int32 (B, n); a graph with fewer vertices than n has its order at the front.
        costs: int32 or int64 (B,).
    """

    orders: Array
    costs: Array


@partial(jax.jit, static_argnames=("num_episodes", "is_greedy"))
def decode(
    network: Network,
    params: Params,
    graph: Array | int,
    key: Array,
    *,
    num_episodes: int,
    is_greedy: bool = False,
) -> Decoded:
    """Play episodes side by side.

    Args:
        network: what plays.
        params: what to play by.
        graph: the number of the graph among those of ``params``.
        key: of the actions drawn.
        num_episodes: B; greedy ones are all alike.
        is_greedy: whether the likeliest action is taken, rather than one drawn.
    """
    state = start(params, graph)
    states = jax.tree.map(lambda x: jnp.broadcast_to(x, (num_episodes, *x.shape)), state)

    def advance(states: State, key: Array) -> tuple[State, Array]:
        seen = jax.vmap(view, in_axes=(None, 0))(params, states)
        logits = predict_batch(network, seen).logits
        drawn = jnp.argmax(logits, axis=1) if is_greedy else jax.random.categorical(key, logits)
        actions = drawn.astype(jnp.int32)
        states, _ = jax.vmap(step, in_axes=(None, 0, 0))(params, states, actions)
        return states, actions

    keys = jax.random.split(key, params.num_actions)
    states, orders = jax.lax.scan(advance, states, keys)
    return Decoded(orders.T, states.cost)
