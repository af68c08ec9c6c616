"""Steps a second of every environment, on random legal actions of the same graph."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import gymnasium as gym
import numpy as np

import vertex_elim_env as ve
from evaluation.throughput import turns

DEFAULT = "single, dict"
"""What the others are compared with: the environment as ``gym.make`` makes it."""
BATCH_STEPS = 16
"""Steps of a batch between two looks at the clock."""

Player = Callable[[], int]
"""Takes some steps and returns how many."""


@dataclass(frozen=True)
class EnvironmentSpeed:
    """Steps a second of one environment, observations and masks included.

    Attributes:
        task: what was played.
        environment_name: which environment, with which observation.
        num_envs: how many are stepped in a call.
        steps_per_second: of all of them together, the best of the turns.
        ratio: to the single environment with the default observation in the same run.
    """

    task: str
    environment_name: str
    num_envs: int
    steps_per_second: float
    ratio: float


def single(task: str, num_envs: int, **options: Any) -> Player:
    """Return a player of one environment: whole episodes, resets not counted as steps."""
    env = gym.make("VertexElimination-v0", task=task, **options)
    _, info = env.reset(seed=0)
    num_eliminable = len(info["action_mask"])
    rng = np.random.default_rng(0)
    orders = [rng.permutation(num_eliminable).tolist() for _ in range(16)]
    played = 0

    def play() -> int:
        nonlocal played
        env.reset()
        for vertex in orders[played % len(orders)]:
            env.step(vertex)
        played += 1
        return num_eliminable

    for _ in range(2):
        play()
    return play


def vector(task: str, num_envs: int, **options: Any) -> Player:
    """Return a player of a vector environment, the choice of actions included."""
    envs = gym.make_vec("VertexElimination-v0", num_envs=num_envs, task=task, **options)
    _, infos = envs.reset(seed=0)
    noise = np.random.default_rng(0).random((8, *infos["action_mask"].shape), np.float32)

    def play() -> int:
        nonlocal infos
        for k in range(BATCH_STEPS):
            actions = (noise[k % len(noise)] * infos["action_mask"]).argmax(axis=1)
            *_, infos = envs.step(actions)
        return BATCH_STEPS * num_envs

    for _ in range(2):
        play()
    return play


def functional(task: str, num_envs: int, *, is_observed: bool = False) -> Player:
    """Return a player of the pure environment: one compiled scan, shared among all devices."""
    import jax
    import jax.numpy as jnp

    from vertex_elim_env import functional as pure

    params = pure.make_params(ve.tasks.get(task).graph)
    num_devices = math.gcd(jax.device_count(), num_envs)
    mesh = jax.make_mesh((num_devices,), ("envs",)) if num_devices > 1 else None

    def observed_actions(key: jax.Array, params: pure.Params, states: pure.State) -> jax.Array:
        seen = jax.vmap(pure.observe, in_axes=(None, 0))(params, states)
        total = sum(jnp.sum(x, dtype=jnp.float32) for x in jax.tree.leaves(seen))
        rest = jax.lax.optimization_barrier(total) * 0  # nothing of an observation is left out
        return pure.random_actions(key, params, states) + rest.astype(jnp.int32)

    policy = observed_actions if is_observed else pure.random_actions
    num_steps = params.num_actions
    keys = iter(jax.random.split(jax.random.key(0), 10_000))

    def play() -> int:
        played = pure.rollout(
            params, next(keys), num_envs=num_envs, num_steps=num_steps, policy=policy, mesh=mesh
        )
        assert not played.states.num_widened.any(), "the tables lack a pair after the warm-up"
        return num_envs * num_steps

    play()
    return play


ENVIRONMENTS: Mapping[str, tuple[Callable[..., Player], Mapping[str, Any]]] = MappingProxyType(
    {
        DEFAULT: (single, {}),
        "single, graph": (single, {"observation": "graph"}),
        "vector, dict": (vector, {}),
        "vector, dict, copy=False": (vector, {"copy": False}),
        "functional": (functional, {}),
        "functional, dict": (functional, {"is_observed": True}),
    }
)
"""How the player of each environment is made, and with which options."""


def measure_environments(task: str, num_envs: int) -> list[EnvironmentSpeed]:
    """Step every environment, turn by turn."""
    players = {
        name: make(task, num_envs, **options) for name, (make, options) in ENVIRONMENTS.items()
    }
    rates = turns.best_rates(players, turns=turns.TURNS)
    return [
        EnvironmentSpeed(
            task=task,
            environment_name=name,
            num_envs=1 if ENVIRONMENTS[name][0] is single else num_envs,
            steps_per_second=rate,
            ratio=rate / rates[DEFAULT],
        )
        for name, rate in rates.items()
    ]
