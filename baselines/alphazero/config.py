"""AlphaZeroConfig: what an experiment with AlphaZero may change, also its command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class AlphaZeroConfig:
    """Gumbel MuZero (Danihelka et al. 2022) with the environment itself as the model, without discount."""

    num_envs: int = 16
    """Environments side by side, on all devices together; an iteration plays an episode in each."""
    steps: int = 400_000
    """Environment steps in all, those of the search apart; the schedules below end there."""
    num_simulations: int = 8
    """States that a search visits for each move."""
    num_considered: int = 4
    """Moves that a search compares at its root."""
    value_weight: float = 1_000.0
    """Logits that values add to a move, for each unit of reward: one for a thousandth of a rule's cost."""
    num_kept: int = 128
    """Episodes that are remembered, on all devices together."""
    num_replayed: int = 32
    """Remembered episodes that an iteration learns from, on all devices together."""
    num_minibatches: int = 24
    """Parts of the steps of these episodes, one gradient step each."""
    group_size: int = 32
    """Steps whose gradients are computed at a time, about: as many as a cache holds."""
    learning_rate: float = 1e-3
    """Of Adam at the beginning."""
    final_learning_rate: float = 1e-4
    """Of Adam at the end; linear between."""
    cost_weight: float = 50.0
    """Weight of the loss of predicted costs beside that of the policy; errors of a few per cent matter."""
    max_gradient_norm: float = 10.0
    """Gradients that are longer are cut."""
    width: int = 32
    """Features of a vertex in the network."""
    num_rounds: int = 2
    """Rounds of messages in the network."""

    def __post_init__(self) -> None:
        for name in (
            "num_envs",
            "steps",
            "num_simulations",
            "num_considered",
            "num_kept",
            "num_replayed",
            "num_minibatches",
            "group_size",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1; got {getattr(self, name)}")
        if self.num_kept % self.num_envs:
            raise ValueError(
                f"num_kept must be a multiple of num_envs; got {self.num_kept} and {self.num_envs}"
            )


MACHINES: Mapping[str, AlphaZeroConfig] = MappingProxyType(
    {
        "cpu": AlphaZeroConfig(),
        "gpu": AlphaZeroConfig(
            num_envs=512,
            steps=10_000_000,
            num_simulations=32,
            num_considered=16,
            num_kept=2_048,
            num_replayed=512,
            num_minibatches=64,
            group_size=1_024,
            width=96,
            num_rounds=3,
        ),
    }
)
"""By kind of device: a GPU plays so many environments in the time of a few."""
ABLATIONS: Mapping[str, AlphaZeroConfig] = MappingProxyType(
    {
        "two-simulations": AlphaZeroConfig(num_simulations=2, num_considered=2),
        "four-simulations": AlphaZeroConfig(num_simulations=4),
        "sixteen-simulations": AlphaZeroConfig(num_simulations=16),
        "one-round": AlphaZeroConfig(num_rounds=1),
        "policy-alone": AlphaZeroConfig(value_weight=0.0),
    }
)
"""What each part of the agent is worth: the usual configuration but for what the name says."""
PRESETS: Mapping[str, AlphaZeroConfig] = MappingProxyType({**MACHINES, **ABLATIONS})
