"""RunOptions: what every agent's run is told, whatever the agent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from training.repertoire import GeneratorName


@dataclass(frozen=True)
class RunOptions:
    """What to train on, for how long, and where to write."""

    task: str | None = None
    """A task's name; RoeFlux_1d if nothing else is named."""
    tasks: tuple[str, ...] = ()
    """Names of several tasks, for one network."""
    generator: GeneratorName | None = None
    """Random graphs instead of tasks, new ones all the time; they are of the generator's training split."""
    num_graphs: int = 16
    """How many of them are played at a time."""
    iterations_per_draw: int = 4
    """After how many iterations new ones are drawn."""
    cost_model: Literal["multiplications", "nontrivial", "flops"] = "multiplications"
    """What is to be minimised."""
    minutes: float = math.inf
    """Of training, those before a resume included; it ends after its steps in any case."""
    seed: int = 0
    """Of everything random."""
    out: Path = Path("runs/training")
    """Folder of order.json, checkpoint.npz, summary.json and TensorBoard's logs; a run there goes on."""
    restart: bool = False
    """Whether to begin anew where a run lies in the folder."""

    def __post_init__(self) -> None:
        named = [self.task is not None, bool(self.tasks), self.generator is not None]
        if sum(named) > 1:
            raise ValueError("give one of --task, --tasks and --generator")
        if not self.minutes > 0:
            raise ValueError(f"minutes must be positive; got {self.minutes}")
        if self.num_graphs < 1 or self.iterations_per_draw < 1:
            raise ValueError("num_graphs and iterations_per_draw must be at least 1")
