"""``python -m training alphazero``: the command line is the configuration, of the run and of the agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Annotated

import tyro

from baselines.alphazero.config import PRESETS, AlphaZeroConfig
from baselines.alphazero.trainer import AlphaZeroTrainer
from training.options import RunOptions
from training.presets import parse
from training.run import train


@dataclass(frozen=True, kw_only=True)
class AlphaZeroRun:
    """Train AlphaZero.

    ``--preset cpu|gpu`` chooses the defaults (by the machine); ``--devices N`` makes a CPU N devices.
    """

    run: Annotated[RunOptions, tyro.conf.OmitArgPrefixes] = field(default_factory=RunOptions)
    agent: Annotated[AlphaZeroConfig, tyro.conf.OmitArgPrefixes]


def main(argv: Sequence[str]) -> int:
    """Train AlphaZero as the command line says."""
    options = parse(argv, AlphaZeroRun, PRESETS, command="alphazero")
    return train(AlphaZeroTrainer(options.agent), options.run, config=asdict(options.agent))
