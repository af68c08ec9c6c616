"""PPO and DQN of Stable-Baselines3 as they come: a multilayer perceptron on a few features, no masks."""

from __future__ import annotations

from stable_baselines3 import DQN, PPO
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.vec_env import DummyVecEnv

from baselines.sb3.environment import make_compact_env
from baselines.solver import Incumbent

NUM_ENVS = 8
BUFFER_SIZE = 20_000
"""Steps that DQN remembers."""


class _Offer(BaseCallback):
    """Offers the order of every whole episode, and stops at the limit."""

    def __init__(self, best: Incumbent) -> None:
        super().__init__()
        self._best = best

    def _on_step(self) -> bool:
        for info, is_over in zip(self.locals["infos"], self.locals["dones"], strict=True):
            if is_over and not info["TimeLimit.truncated"]:
                self._best.offer(info["order"])
        return not (self._best.is_done and self._best.order)


def learn(algorithm: str, best: Incumbent, *, seed: int, steps: int) -> None:
    """Train on the incumbent's graph; every episode's order is offered to it."""
    envs = DummyVecEnv([lambda: make_compact_env(best.graph, best.cost_model)] * NUM_ENVS)
    model: BaseAlgorithm
    if algorithm == "ppo":
        model = PPO("MlpPolicy", envs, gamma=1.0, n_steps=256, seed=seed, device="cpu")
    else:
        model = DQN("MlpPolicy", envs, gamma=1.0, buffer_size=BUFFER_SIZE, seed=seed, device="cpu")
    model.learn(steps, callback=_Offer(best), log_interval=None)
    envs.close()
