"""Play: episodes in progress with their orders, and the best order of each graph so far."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from vertex_elim_env.functional import Outcome, Params, State, init, step_autoreset


class Play(NamedTuple):
    """Episodes in progress in B environments.

    Attributes:
        states: arrays (B, ...).
        orders: the actions of each episode so far, int32 (B, n); what comes after them means nothing.
        lengths: how many they are, int32 (B,).
    """

    states: State
    orders: Array
    lengths: Array

    @classmethod
    def begin(cls, params: Params, key: Array, num_envs: int) -> Play:
        """Begin episodes, each on a graph drawn with equal chances."""
        states = jax.vmap(init, in_axes=(None, 0))(params, jax.random.split(key, num_envs))
        orders = jnp.zeros((num_envs, params.num_actions), jnp.int32)
        return cls(states, orders, jnp.zeros(num_envs, jnp.int32))

    def advanced(self, params: Params, actions: Array, key: Array) -> tuple[Play, Outcome]:
        """Take a step everywhere; the orders of episodes that end stay until the next step."""
        rows = jnp.arange(len(actions))
        orders = self.orders.at[rows, self.lengths].set(actions)
        states, outcome = jax.vmap(step_autoreset, in_axes=(None, 0, 0, 0))(
            params, self.states, actions, jax.random.split(key, len(actions))
        )
        is_over = outcome.terminated | outcome.truncated
        return Play(states, orders, jnp.where(is_over, 0, self.lengths + 1)), outcome


class Best(NamedTuple):
    """The cheapest order met on each of G graphs.

    Attributes:
        costs: the largest integer before the first episode ends, int32 or int64 (G,).
        orders: int32 (G, n), those of smaller graphs padded.
    """

    costs: Array
    orders: Array

    @classmethod
    def none(cls, params: Params) -> Best:
        """Return what is known before the first episode."""
        dtype = params.rules.cost.dtype
        costs = jnp.full(params.num_graphs, jnp.iinfo(dtype).max, dtype)
        return cls(costs, jnp.zeros((params.num_graphs, params.num_actions), jnp.int32))

    def updated(self, graphs: Array, play: Play, outcome: Outcome) -> Best:
        """Return the best after a step; ``graphs`` are those that it was taken on, int32 (B,)."""
        is_own = graphs == jnp.arange(len(self.costs))[:, None]
        none = jnp.iinfo(self.costs.dtype).max
        return self.of(jnp.where(is_own & outcome.terminated, outcome.cost, none), play.orders)

    def of(self, costs: Array, orders: Array) -> Best:
        """Return the best among this and others, costs (G, B) of orders (B, n)."""
        winners = jnp.argmin(costs, axis=1)
        least = jnp.min(costs, axis=1)
        is_better = least < self.costs
        return Best(
            jnp.where(is_better, least, self.costs),
            jnp.where(is_better[:, None], orders[winners], self.orders),
        )

    def shared(self, axis: str) -> Best:
        """Return the best of all devices of an axis."""
        costs, orders = jax.lax.all_gather(self, axis)
        winners = jnp.argmin(costs, axis=0)
        graphs = jnp.arange(costs.shape[1])
        return Best(costs[winners, graphs], orders[winners, graphs])
