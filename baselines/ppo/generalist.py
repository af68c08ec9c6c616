"""Generalist: a network that has learned on random programs and families of functions, and plays any graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from baselines.ppo.solver import PPO

WEIGHTS = Path(__file__).parent / "generalist.npz"
"""Written by ``python -m training release``; the description within tells the run that it comes from."""


@dataclass(frozen=True)
class Generalist(PPO):
    """The network's greedy order: one order, in the time that playing it takes, never trained on the graph.

    Attributes:
        num_samples: orders drawn from it beside that, the best of which counts.
    """

    name: ClassVar[str] = "generalist"
    checkpoint: Path | None = WEIGHTS
    num_samples: int = 0
