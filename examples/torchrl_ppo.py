"""PPO with TorchRL, masks read by the policy: ``python examples/torchrl_ppo.py --steps 20000``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import gymnasium as gym
import torch
from tensordict.nn import TensorDictModule
from torch import nn
from torchrl.envs import GymWrapper, TransformedEnv
from torchrl.envs.transforms import RewardSum, StepCounter
from torchrl.envs.utils import ExplorationType, set_exploration_type
from torchrl.modules import MaskedCategorical, ProbabilisticActor, ValueOperator
from torchrl.objectives import ClipPPOLoss
from torchrl.objectives.value import GAE

import vertex_elim_env as ve
from vertex_elim_env.wrappers import MaskedObservation, NodeFeatures

FEATURES = ("is_eliminated", "log_in_degree", "log_out_degree", "log_cost", "log_fill_in")


def make_env(task: str) -> tuple[TransformedEnv, gym.Env]:
    """TorchRL's environment, and the one inside it."""
    inside = gym.make("VertexElimination-v0", task=task, reward="relative")
    inside = NodeFeatures(inside, features=FEATURES, flat=True)
    inside = MaskedObservation(inside, mask_key="action_mask", dtype=bool)
    env = GymWrapper(inside, categorical_action_encoding=True)
    return TransformedEnv(env).append_transform(StepCounter()).append_transform(RewardSum()), inside


def play(actor: ProbabilisticActor, task: str) -> tuple[int, tuple[int, ...]]:
    """The cost and the order of an episode of most likely actions."""
    env, graph = make_env(task)[0], ve.tasks.get(task).graph
    with torch.no_grad(), set_exploration_type(ExplorationType.DETERMINISTIC):
        played = env.rollout(graph.num_eliminable, actor)
    order = tuple(played["action"].tolist())
    return ve.elimination_cost(graph, order), order


def main(argv: Sequence[str] | None = None) -> tuple[nn.Module, int, tuple[int, ...]]:
    """Train, and return the policy with the cost and the order of an episode."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="HumanHeartDipole", choices=ve.tasks.names())
    parser.add_argument("--steps", type=int, default=20_000, help="environment steps")
    parser.add_argument("--episodes", type=int, default=8, help="between two updates")
    options = parser.parse_args(argv)
    torch.manual_seed(0)
    env, inside = make_env(options.task)
    size = inside.observation_space["observation"].shape[0]
    num_actions = int(inside.action_space.n)

    def network(num_outputs: int) -> nn.Module:
        return nn.Sequential(nn.Linear(size, 128), nn.Tanh(), nn.Linear(128, num_outputs))

    logits = TensorDictModule(network(num_actions), ["observation"], ["logits"])
    actor = ProbabilisticActor(
        logits,
        in_keys={"logits": "logits", "mask": "action_mask"},
        out_keys=["action"],
        distribution_class=MaskedCategorical,
        return_log_prob=True,
        spec=env.action_spec,
    )
    critic = ValueOperator(network(1), in_keys=["observation"])
    advantages = GAE(gamma=1.0, lmbda=0.95, value_network=critic, average_gae=True)
    loss = ClipPPOLoss(actor, critic, entropy_coeff=0.01)
    optimizer = torch.optim.Adam(loss.parameters(), lr=1e-3)

    before, _ = play(actor, options.task)
    num_steps = 0
    while num_steps < options.steps:
        with torch.no_grad():
            batch = torch.cat([env.rollout(num_actions, actor) for _ in range(options.episodes)])
            advantages(batch)
        num_steps += len(batch)
        for _ in range(4):
            for part in batch[torch.randperm(len(batch))].split(256):
                losses = loss(part)
                total = sum(losses[f"loss_{name}"] for name in ("objective", "critic", "entropy"))
                optimizer.zero_grad()
                total.backward()
                nn.utils.clip_grad_norm_(loss.parameters(), 0.5)
                optimizer.step()
    after, order = play(actor, options.task)
    markowitz = ve.find_order(ve.tasks.get(options.task).graph, method="markowitz").cost
    print(
        f"{options.task}: {before} untrained, {after} after {num_steps} steps; Markowitz {markowitz}"
    )
    return actor, after, order


if __name__ == "__main__":
    main()
