"""``python -m training sb3``: MaskablePPO of sb3-contrib; the command line is the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated

import tyro

from baselines.sb3.config import PRESETS, MaskablePPOConfig
from baselines.sb3.trainer import MaskablePPOTrainer
from training.curriculum import choose_curriculum
from training.options import RunOptions
from training.presets import parse
from training.run import train


@dataclass(frozen=True, kw_only=True)
class MaskablePPORun:
    """Train MaskablePPO of sb3-contrib on one task; ``--preset cpu|gpu`` chooses the defaults."""

    run: Annotated[RunOptions, tyro.conf.OmitArgPrefixes] = field(default_factory=RunOptions)
    agent: Annotated[MaskablePPOConfig, tyro.conf.OmitArgPrefixes]


def main(argv: Sequence[str]) -> int:
    """Train MaskablePPO as the command line says."""
    options = parse(argv, MaskablePPORun, PRESETS, command="sb3")
    graphs = choose_curriculum(options.run).lesson_at(0).graphs
    trainer = MaskablePPOTrainer(options.agent, graphs, options.run.cost_model)
    return train(trainer, options.run, config=asdict(options.agent))
