"""PPO with RLlib, illegal actions masked by its own module: ``python examples/rllib_ppo.py --iterations 10``.

RLlib pins its own version of Gymnasium: give it an environment of its own (``make interop`` does).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np
import torch
from ray.rllib.algorithms.ppo import PPO, PPOConfig
from ray.rllib.core.rl_module.rl_module import RLModule, RLModuleSpec
from ray.rllib.examples.rl_modules.classes.action_masking_rlm import ActionMaskingTorchRLModule
from ray.tune.registry import register_env

import vertex_elim_env as ve
from vertex_elim_env.wrappers import MaskedObservation, NodeFeatures

FEATURES = ("is_eliminated", "log_in_degree", "log_out_degree", "log_cost", "log_fill_in")


def make_env(options: Mapping[str, Any]) -> gym.Env:
    """The environment with features and mask under the keys that RLlib's module reads."""
    env = gym.make("VertexElimination-v0", task=options["task"], reward="relative")
    env = NodeFeatures(env, features=FEATURES, flat=True)
    return MaskedObservation(env, observation_key="observations", dtype=np.float32)


def play(module: RLModule, task: str) -> tuple[int, tuple[int, ...]]:
    """The cost and the order of an episode of most likely actions."""
    env = make_env({"task": task})
    observation, info = env.reset(seed=0)
    terminated = False
    while not terminated:
        batch = {key: torch.from_numpy(array)[None] for key, array in observation.items()}
        logits = module.forward_inference({"obs": batch})["action_dist_inputs"]
        observation, _, terminated, _, info = env.step(int(logits.argmax()))
    return info["cost"], info["order"]


def build(task: str, num_env_runners: int, steps: int) -> PPO:
    """RLlib's algorithm; steps are those of an iteration."""
    register_env("VertexElimination", make_env)
    config = (
        PPOConfig()
        .environment("VertexElimination", env_config={"task": task})
        .env_runners(num_env_runners=num_env_runners, num_envs_per_env_runner=4)
        .training(
            gamma=1.0, lr=1e-3, entropy_coeff=0.01, train_batch_size=steps, minibatch_size=128
        )
        .rl_module(
            rl_module_spec=RLModuleSpec(
                module_class=ActionMaskingTorchRLModule,
                model_config={"head_fcnet_hiddens": [128], "head_fcnet_activation": "tanh"},
            )
        )
        .debugging(seed=0)
    )
    return config.build_algo()


def main(argv: Sequence[str] | None = None) -> tuple[RLModule, int, tuple[int, ...]]:
    """Train, and return the policy with the cost and the order of an episode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="HumanHeartDipole", choices=ve.tasks.names())
    parser.add_argument("--iterations", type=int, default=10)
    parser.add_argument("--steps", type=int, default=2_000, help="environment steps an iteration")
    parser.add_argument("--num-env-runners", type=int, default=0, help="processes that play")
    options = parser.parse_args(argv)
    algorithm = build(options.task, options.num_env_runners, options.steps)
    before, _ = play(algorithm.get_module(), options.task)
    for _ in range(options.iterations):
        algorithm.train()
    module = algorithm.get_module()
    after, order = play(module, options.task)
    markowitz = ve.find_order(ve.tasks.get(options.task).graph, method="markowitz").cost
    print(f"{options.task}: {before} untrained, {after} trained; lowest Markowitz {markowitz}")
    algorithm.stop()
    return module, after, order


if __name__ == "__main__":
    main()
