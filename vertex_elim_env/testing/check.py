"""check_env: Gymnasium's check, then random episodes beside the reference engine.

>>> import gymnasium as gym
>>> import vertex_elim_env
>>> check_env(gym.make("VertexElimination-v0", task="HumanHeartDipole"), num_steps=200)
"""

from __future__ import annotations

import warnings
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils import env_checker

from vertex_elim_env.testing.referee import ConformanceError, Referee, equal, masks_of, require


def check_env(
    env: gym.Env[Any, Any],
    *,
    num_steps: int = 1_000,
    seed: int = 0,
    describe_every: int = 1,
    skip_gymnasium: bool = False,
) -> None:
    """Check an environment of this family; nothing is returned, and nothing said, if all is well.

    Gymnasium's own check comes first, its warnings taken for errors. Then random episodes are played
    beside the reference engine, illegal actions mixed in. At every step masks must agree with each
    other and with what is left, costs be Python's ints and equal the reference's, rewards finite,
    observations in their space, of fresh arrays, and what ``observation`` says; an illegal action
    must cost a penalty and nothing else, or be refused; an episode must end when every vertex is gone
    or after four steps a vertex, and not be played on.

    Args:
        env: the environment; what is checked is ``env`` as it is and, by Gymnasium, ``env.unwrapped``,
            which must have ``graph`` (of the episode), ``cost_model`` and ``limits``.
        num_steps: how many steps to play at least.
        seed: of the actions, and of the first reset.
        describe_every: after how many steps an observation is compared with the reference engine's
            description again, which takes most of the time; the first of every episode is.
        skip_gymnasium: whether to leave Gymnasium's own check out.

    Raises:
        ConformanceError: saying which law was broken.
    """
    if not skip_gymnasium:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                env_checker.check_env(env.unwrapped)
            except (AssertionError, gym.error.Error, UserWarning) as error:
                raise ConformanceError(f"Gymnasium's check: {error}") from error
    _check_seeds(env, seed)
    random = np.random.default_rng(seed)
    referee = Referee(env, seed, describe_every)
    for _ in range(num_steps):
        if referee.is_over:
            referee.check_end()
            referee = Referee(env, None, describe_every)
        referee.step(_some_action(env, random))


def _some_action(env: gym.Env[Any, Any], random: np.random.Generator) -> int:
    """Mostly a legal action, now and then any."""
    mask = masks_of(env)
    if random.random() < 0.2:
        return int(random.integers(len(mask)))
    return int(random.choice(np.flatnonzero(mask)))


def _check_seeds(env: gym.Env[Any, Any], seed: int) -> None:
    first, _ = env.reset(seed=seed)
    graph = env.unwrapped.graph  # type: ignore[attr-defined]
    second, _ = env.reset(seed=seed)
    require(graph == env.unwrapped.graph, "the same seed must draw the same graph")  # type: ignore[attr-defined]
    require(equal(first, second), "the same seed must give the same observation")
