"""PPO with Tianshou, whose policies read the mask beside the observation: ``python examples/tianshou_ppo.py``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from typing import Any

import gymnasium as gym
import torch
from tianshou.algorithm import PPO
from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
from tianshou.algorithm.optim import AdamOptimizerFactory
from tianshou.data import Batch, Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv, SubprocVectorEnv
from tianshou.trainer import OnPolicyTrainerParams
from torch import nn

import vertex_elim_env as ve
from vertex_elim_env.wrappers import MaskedObservation, NodeFeatures

FEATURES = ("is_eliminated", "log_in_degree", "log_out_degree", "log_cost", "log_fill_in")


class MaskedNetwork(nn.Module):
    """Two layers over the features; as an actor, logits that leave illegal actions out."""

    def __init__(self, size: int, num_outputs: int, *, is_masked: bool) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(size, 128), nn.Tanh(), nn.Linear(128, num_outputs))
        self.is_masked = is_masked

    def forward(self, obs: Any, state: Any = None, info: Any = None) -> Any:
        """Return logits and state, or values."""
        outputs = self.layers(torch.as_tensor(obs.obs, dtype=torch.float32))
        if not self.is_masked:
            return outputs
        return outputs.masked_fill(~torch.as_tensor(obs.mask, dtype=torch.bool), -1e9), state


def make_env(task: str) -> gym.Env:
    """The environment with features and mask under Tianshou's keys."""
    env = gym.make("VertexElimination-v0", task=task, reward="relative")
    env = NodeFeatures(env, features=FEATURES, flat=True)
    return MaskedObservation(env, observation_key="obs", mask_key="mask", dtype=bool)


def play(actor: nn.Module, task: str) -> tuple[int, tuple[int, ...]]:
    """The cost and the order of an episode of most likely actions."""
    env = make_env(task)
    observation, info = env.reset(seed=0)
    terminated = False
    while not terminated:
        logits, _ = actor(Batch(obs=observation["obs"][None], mask=observation["mask"][None]))
        observation, _, terminated, _, info = env.step(int(logits.argmax()))
    return info["cost"], info["order"]


def main(argv: Sequence[str] | None = None) -> tuple[nn.Module, int, tuple[int, ...]]:
    """Train, and return the actor with the cost and the order of an episode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="HumanHeartDipole", choices=ve.tasks.names())
    parser.add_argument("--steps", type=int, default=20_000, help="environment steps")
    parser.add_argument("--num-envs", type=int, default=4)
    parser.add_argument("--vec", choices=("dummy", "subproc"), default="dummy")
    options = parser.parse_args(argv)
    torch.manual_seed(0)
    vectorised = {"dummy": DummyVectorEnv, "subproc": SubprocVectorEnv}[options.vec]
    envs = vectorised([partial(make_env, options.task) for _ in range(options.num_envs)])
    single = make_env(options.task)
    size, num_actions = single.observation_space["obs"].shape[0], int(single.action_space.n)
    actor = MaskedNetwork(size, num_actions, is_masked=True)
    policy = DiscreteActorPolicy(actor=actor, action_space=single.action_space)
    algorithm = PPO(
        policy=policy,
        critic=MaskedNetwork(size, 1, is_masked=False),
        optim=AdamOptimizerFactory(lr=1e-3),
        gamma=1.0,
        max_grad_norm=0.5,
    )
    before, _ = play(actor, options.task)
    at_once = num_actions * options.num_envs
    num_epochs = max(1, options.steps // at_once)
    algorithm.run_training(
        OnPolicyTrainerParams(
            training_collector=Collector(
                algorithm, envs, VectorReplayBuffer(2 * at_once, options.num_envs)
            ),
            max_epochs=num_epochs,
            epoch_num_steps=at_once,
            collection_step_num_env_steps=at_once,
            update_step_num_repetitions=4,
            batch_size=128,
            show_progress=False,
            verbose=False,
        )
    )
    envs.close()
    after, order = play(actor, options.task)
    markowitz = ve.find_order(ve.tasks.get(options.task).graph, method="markowitz").cost
    print(
        f"{options.task}: {before} untrained, {after} after {num_epochs * at_once} steps; "
        f"Markowitz {markowitz}"
    )
    return actor, after, order


if __name__ == "__main__":
    main()
