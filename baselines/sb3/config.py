"""MaskablePPOConfig: what an experiment with sb3-contrib's MaskablePPO may change, also its command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType


@dataclass(frozen=True)
class MaskablePPOConfig:
    """MaskablePPO of sb3-contrib, without discount, as costs add up."""

    num_envs: int = 16
    """Environments, all in this process."""
    steps: int = 200_000
    """Environment steps in all; the schedules below end there."""
    num_epochs: int = 2
    """How often an iteration's steps are learned from."""
    batch_size: int = 128
    """Steps of a gradient step."""
    learning_rate: float = 1e-3
    """Of Adam at the beginning."""
    final_learning_rate: float = 1e-4
    """Of Adam at the end; linear between."""
    entropy: float = 0.01
    """Weight of the policy's entropy at the beginning."""
    final_entropy: float = 0.0
    """Weight of the entropy at the end; linear between."""
    trace: float = 0.97
    """Lambda of generalised advantage estimation."""
    clip: float = 0.2
    """How far the probability of an action may move, as a ratio, before its gradient stops."""
    value_weight: float = 0.5
    """Weight of the value's squared error."""
    max_gradient_norm: float = 0.5
    """Gradients that are longer are cut."""
    width: int = 48
    """Features of a vertex in the network."""
    num_rounds: int = 2
    """Rounds of messages in the network."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.type == "int" and getattr(self, field.name) < 1:
                raise ValueError(
                    f"{field.name} must be at least 1; got {getattr(self, field.name)}"
                )

    def learning_rate_at(self, done: float) -> float:
        """Return the learning rate when a share of the steps is done."""
        return self.learning_rate + (self.final_learning_rate - self.learning_rate) * done

    def entropy_at(self, done: float) -> float:
        """Return the entropy's weight when a share of the steps is done."""
        return self.entropy + (self.final_entropy - self.entropy) * done


PRESETS: Mapping[str, MaskablePPOConfig] = MappingProxyType(
    {"cpu": MaskablePPOConfig(), "gpu": MaskablePPOConfig(num_envs=64, batch_size=1024, width=96)}
)
"""By kind of device."""
