"""PPOConfig: what an experiment with PPO may change, also its command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from vertex_elim_env.observation import VERTEX_FEATURES


@dataclass(frozen=True)
class PPOConfig:
    """Proximal policy optimisation (Schulman et al. 2017), without discount, as costs add up."""

    num_envs: int = 32
    """Environments side by side, on all devices together."""
    num_steps: int = 0
    """Steps of each environment an iteration; 0 for those of an episode on the largest graph."""
    steps: int = 300_000
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
    hidden: tuple[str, ...] = ()
    """Features of vertices that the network is not shown, for comparison."""
    relabelled: bool = False
    """Whether every environment numbers the vertices by an order of its own, drawn anew each iteration."""
    scale: Literal["returns", "rule", "none"] = "returns"
    """Unit of the values to learn: the returns' spread lately, the cost of a rule, or a multiplication."""

    def __post_init__(self) -> None:
        if unknown := set(self.hidden) - set(VERTEX_FEATURES):
            raise ValueError(
                f"hidden must be of {', '.join(VERTEX_FEATURES)}; got {', '.join(sorted(unknown))}"
            )
        for name in ("num_envs", "steps", "num_epochs", "num_minibatches", "group_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1; got {getattr(self, name)}")
        if self.num_steps < 0:
            raise ValueError(f"num_steps must be at least 0; got {self.num_steps}")


COSTS = ("log_cost", "log_markowitz_degree", "log_fill_in", "log_bound")
"""Features that say what eliminating a vertex does, beside its degrees."""
MACHINES: Mapping[str, PPOConfig] = MappingProxyType(
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
ABLATIONS: Mapping[str, PPOConfig] = MappingProxyType(
    {
        "no-costs": PPOConfig(hidden=COSTS),
        "no-position": PPOConfig(hidden=("position",)),
        "no-messages": PPOConfig(num_rounds=0),
        "one-round": PPOConfig(num_rounds=1),
        "three-rounds": PPOConfig(num_rounds=3),
        "relabelled": PPOConfig(relabelled=True),
        "scale-of-a-rule": PPOConfig(scale="rule"),
        "no-scale": PPOConfig(scale="none"),
    }
)
"""What each part of the agent is worth: the usual configuration but for one thing."""
PRESETS: Mapping[str, PPOConfig] = MappingProxyType({**MACHINES, **ABLATIONS})
