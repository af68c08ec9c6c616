"""Episodes: whole ones, played by search, remembered as moves, and played again to learn from."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.network import CostNetwork
from baselines.alphazero.search import search
from baselines.networks import View, view
from vertex_elim_env.functional import Params, State, start, step


class Episodes(NamedTuple):
    """B episodes of n steps, on smaller graphs of fewer; what comes after the end means nothing.

    The game is deterministic, so that moves are all that need be remembered of what was seen and paid.

    Attributes:
        graphs: which graph each is on, int32 (B,).
        orders: int32 (B, n).
        weights: of the policy that a search found at every step, float16 (B, n, n).
    """

    graphs: Array
    orders: Array
    weights: Array


class Ends(NamedTuple):
    """What episodes came to.

    Attributes:
        costs: int32 or int64 (B,).
        num_widened: structures that were answered as if dense, int32 (B,).
    """

    costs: Array
    num_widened: Array


def play_episodes(
    network: CostNetwork,
    config: AlphaZeroConfig,
    params: Params,
    graphs: Array,
    key: Array,
    *,
    noise: Array | float = 1.0,
) -> tuple[Episodes, Ends]:
    """Play an episode on each of B graphs, int32 (B,), every move by a :func:`search`."""

    def advance(states: State, key: Array) -> tuple[State, tuple[Array, Array]]:
        choice = search(network, config, params, states, key, noise=noise)
        states, _ = jax.vmap(step, in_axes=(None, 0, 0))(params, states, choice.actions)
        return states, (choice.actions, choice.weights.astype(jnp.float16))

    states = jax.vmap(start, in_axes=(None, 0))(params, graphs)
    keys = jax.random.split(key, params.num_actions)
    states, (actions, weights) = jax.lax.scan(advance, states, keys)
    episodes = Episodes(graphs, actions.T, jnp.swapaxes(weights, 0, 1))
    return episodes, Ends(states.cost, states.num_widened)


class Lessons(NamedTuple):
    """S steps to learn from, arrays (S, ...).

    Attributes:
        seen: what the network sees.
        weights: of the policy that a search found, float16 (S, n).
        costs: what each vertex cost in the end, float32 (S, n).
        scales: the units of rewards, float32 (S,).
        is_live: False after the end of an episode, bool (S,).
    """

    seen: View
    weights: Array
    costs: Array
    scales: Array
    is_live: Array


def replay(params: Params, episodes: Episodes) -> Lessons:
    """Play B episodes again, and return their steps in the order of time, n * B."""
    num_episodes, n = episodes.orders.shape

    def advance(states: State, actions: Array) -> tuple[State, tuple[View, Array, Array]]:
        seen = jax.vmap(view, in_axes=(None, 0))(params, states)
        is_live = ~states.terminated
        states, outcome = jax.vmap(step, in_axes=(None, 0, 0))(params, states, actions)
        return states, (seen, outcome.step_cost, is_live)

    states = jax.vmap(start, in_axes=(None, 0))(params, episodes.graphs)
    _, (seen, step_costs, is_live) = jax.lax.scan(advance, states, episodes.orders.T)
    rows = jnp.arange(num_episodes)
    costs = jnp.zeros((num_episodes, n)).at[rows, episodes.orders.T].add(step_costs)
    scales = params.openings.scales[episodes.graphs]
    every_time = (
        seen,
        jnp.swapaxes(episodes.weights, 0, 1),
        jnp.broadcast_to(costs, (n, *costs.shape)),
        jnp.broadcast_to(scales, (n, num_episodes)),
        is_live,
    )
    return Lessons(*jax.tree.map(lambda x: x.reshape(-1, *x.shape[2:]), every_time))
