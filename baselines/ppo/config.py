"""PPOConfig: what an experiment with PPO may change, also its command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class PPOConfig:
    """Proximal policy optimisation (Schulman et al. 2017), without discount, as costs add up."""

    num_envs: int = 32
    """Environments side by side, on all devices together."""
    num_steps: int = 0
    """Steps of each environment an iteration; 0 for those of an episode on the largest graph."""
    steps: int = 200_000
    """Environment steps in all; the schedules below end there."""
    num_epochs: int = 2
    """How often an iteration's steps are learned from."""
    num_minibatches: int = 12
    """Parts of the steps of an iteration, one gradient step each."""
    group_size: int = 32
    """Steps whose gradients are computed at a time, about: as many as a cache holds."""
    learning_rate: float = 1e-3
    """Of Adam at the beginning."""
    final_learning_rate: float = 1e-4
    """Of Adam at the end; linear between."""
    entropy: float = 0.01
    """Weight of the policy's entropy at the beginning."""
    final_entropy: float = 0.0
    """Weight of the entropy at the end; linear between."""
    trace: float = 0.97
    """Lambda of generalised advantage estimation (Schulman et al. 2016)."""
    clip: float = 0.2
    """How far the probability of an action may move, as a ratio, before its gradient stops."""
    value_weight: float = 0.5
    """Weight of the value's squared error, in units of the returns' variance."""
    max_gradient_norm: float = 0.5
    """Gradients that are longer are cut."""
    width: int = 48
    """Features of a vertex in the network."""
    num_rounds: int = 2
    """Rounds of messages in the network."""

    def __post_init__(self) -> None:
        for name in ("num_envs", "steps", "num_epochs", "num_minibatches", "group_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1; got {getattr(self, name)}")
        if self.num_steps < 0:
            raise ValueError(f"num_steps must be at least 0; got {self.num_steps}")


PRESETS: Mapping[str, PPOConfig] = MappingProxyType(
    {
        "cpu": PPOConfig(),
        "gpu": PPOConfig(
            num_envs=512,
            steps=20_000_000,
            num_minibatches=32,
            group_size=1_024,
            width=96,
            num_rounds=3,
        ),
    }
)
"""By kind of device: a GPU plays so many environments in the time of a few."""
