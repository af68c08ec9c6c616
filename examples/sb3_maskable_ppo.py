"""MaskablePPO of sb3-contrib, in one process or in many: ``python examples/sb3_maskable_ppo.py --vec subproc``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial

import gymnasium as gym
import numpy as np
from sb3_contrib import MaskablePPO
from stable_baselines3.common.vec_env import DummyVecEnv, SubprocVecEnv

import vertex_elim_env as ve
from vertex_elim_env.wrappers import NodeFeatures

FEATURES = ("is_eliminated", "log_in_degree", "log_out_degree", "log_cost", "log_fill_in")


def make_env(task: str) -> gym.Env:
    """The environment with a vector of a few features per vertex; masks stay within reach."""
    env = gym.make("VertexElimination-v0", task=task, reward="relative")
    return NodeFeatures(env, features=FEATURES, flat=True)


def play(model: MaskablePPO, task: str) -> tuple[int, tuple[int, ...]]:
    """The cost and the order of an episode of most likely actions."""
    env = make_env(task)
    observation, info = env.reset(seed=0)
    terminated = False
    while not terminated:
        action, _ = model.predict(observation, action_masks=env.action_masks(), deterministic=True)
        observation, _, terminated, _, info = env.step(int(action))
    return info["cost"], info["order"]


def main(argv: Sequence[str] | None = None) -> tuple[MaskablePPO, int, tuple[int, ...]]:
    """Train, and return the model with the cost and the order of an episode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="RoeFlux_1d", choices=ve.tasks.names())
    parser.add_argument("--steps", type=int, default=50_000, help="environment steps")
    parser.add_argument("--num-envs", type=int, default=4)
    parser.add_argument("--vec", choices=("dummy", "subproc"), default="dummy")
    options = parser.parse_args(argv)

    vectorised = {"dummy": DummyVecEnv, "subproc": SubprocVecEnv}[options.vec]
    envs = vectorised([partial(make_env, options.task)] * options.num_envs)
    num_steps = min(256, max(8, options.steps // options.num_envs))
    model = MaskablePPO(
        "MlpPolicy", envs, n_steps=num_steps, batch_size=num_steps, gamma=1.0, ent_coef=0.01, seed=0
    )
    before, _ = play(model, options.task)
    model.learn(options.steps, progress_bar=False)
    envs.close()
    after, order = play(model, options.task)

    graph = ve.tasks.get(options.task).graph
    rules = {
        name: ve.find_order(graph, method=name).cost for name in ("forward", "reverse", "markowitz")
    }
    print(f"{options.task}: {before} untrained, {after} after {model.num_timesteps} steps; {rules}")
    assert after == ve.elimination_cost(graph, np.asarray(order))
    return model, after, order


if __name__ == "__main__":
    main()
