"""Rollouts: many episodes side by side, in one compiled scan."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
from jax import Array
from jax.sharding import Mesh, PartitionSpec

from vertex_elim_env.engine.pairs import count_members, nth_member, pack
from vertex_elim_env.functional.episode import Outcome, State, init, legal_mask, step_autoreset
from vertex_elim_env.functional.params import Params

Policy: TypeAlias = Callable[[Array, Params, State], Array]
"""Chooses the actions of B states, int (B,), given a key, the params and the states."""


class Rollout(NamedTuple):
    """What T steps in B environments came to.

    Attributes:
        actions: int32 (T, B).
        outcomes: of the steps, arrays (T, B).
        states: in which the environments are then, arrays (B, ...).
    """

    actions: Array
    outcomes: Outcome
    states: State


def random_actions(key: Array, params: Params, states: State) -> Array:
    """Return a legal action of each of B states, all with equal chances, int32 (B,)."""
    legal = pack(jax.vmap(legal_mask)(states))
    numbers = jax.random.uniform(key, (len(legal),))
    count = count_members(legal)
    rank = jnp.minimum((numbers * count).astype(jnp.int32), count - 1)
    return nth_member(legal, jnp.arange(len(legal)), rank)


@partial(jax.jit, static_argnames=("num_envs", "num_steps", "policy", "mesh"))
def rollout(
    params: Params,
    key: Array,
    *,
    num_envs: int,
    num_steps: int,
    policy: Policy = random_actions,
    mesh: Mesh | None = None,
) -> Rollout:
    """Play many environments for a number of steps; episodes that end are followed by new ones.

    Args:
        params: what to play by.
        key: of all random numbers.
        num_envs: B.
        num_steps: T.
        policy: chooses the actions; a new function is a new trace.
        mesh: of devices, one axis, to share the environments among; each draws numbers of its own.
    """
    if mesh is None:
        return _play(params, key, num_envs, num_steps, policy)
    (axis,) = mesh.axis_names
    if num_envs % mesh.size:
        raise ValueError(
            f"{num_envs} environments can't be shared evenly among {mesh.size} devices"
        )

    def play(params: Params, key: Array) -> Rollout:
        own_key = jax.random.fold_in(key, jax.lax.axis_index(axis))
        return _play(params, own_key, num_envs // mesh.size, num_steps, policy)

    by_time, by_env = PartitionSpec(None, axis), PartitionSpec(axis)
    specs = Rollout(by_time, by_time, by_env)  # type: ignore[arg-type]
    return jax.shard_map(
        play, mesh=mesh, in_specs=PartitionSpec(), out_specs=specs, check_vma=False
    )(params, key)


def _play(params: Params, key: Array, num_envs: int, num_steps: int, policy: Policy) -> Rollout:
    start_key, scan_key = jax.random.split(key)
    states = jax.vmap(init, in_axes=(None, 0))(params, jax.random.split(start_key, num_envs))
    step_all = jax.vmap(step_autoreset, in_axes=(None, 0, 0, 0))

    def advance(states: State, key: Array) -> tuple[State, tuple[Array, Outcome]]:
        action_key, reset_key = jax.random.split(key)
        actions = policy(action_key, params, states)
        keys = jax.random.split(reset_key, num_envs)
        states, outcome = step_all(params, states, actions, keys)
        return states, (actions, outcome)

    keys = jax.random.split(scan_key, num_steps)
    states, (actions, outcomes) = jax.lax.scan(advance, states, keys)
    return Rollout(actions, outcomes, states)
