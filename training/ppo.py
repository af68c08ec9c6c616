"""``python -m training ppo``: the command line is the configuration, of the run and of the agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated

import tyro

from baselines.ppo.config import PRESETS, PPOConfig
from baselines.ppo.trainer import PPOTrainer
from training.options import RunOptions
from training.presets import parse
from training.run import train


@dataclass(frozen=True, kw_only=True)
class PPORun:
    """Train PPO. ``--preset cpu|gpu`` chooses the defaults (by the machine); ``--devices N`` makes a CPU N devices."""

    run: Annotated[RunOptions, tyro.conf.OmitArgPrefixes] = field(default_factory=RunOptions)
    agent: Annotated[PPOConfig, tyro.conf.OmitArgPrefixes]


def main(argv: Sequence[str]) -> int:
    """Train PPO as the command line says."""
    options = parse(argv, PPORun, PRESETS, command="ppo")
    return train(PPOTrainer(options.agent), options.run, config=asdict(options.agent))
