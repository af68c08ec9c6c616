"""``python -m training ppo``: the command line is the configuration, of the run and of the agent."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import jax
import tyro

from baselines.ppo.config import PRESETS, PPOConfig
from baselines.ppo.trainer import PPOTrainer
from training.options import RunOptions
from training.run import train


@dataclass(frozen=True)
class PPORun:
    """Train PPO. ``--preset cpu|gpu`` chooses the defaults (by the machine); ``--devices N`` makes a CPU N devices."""

    run: Annotated[RunOptions, tyro.conf.OmitArgPrefixes]
    agent: Annotated[PPOConfig, tyro.conf.OmitArgPrefixes]


def main(argv: Sequence[str]) -> int:
    """Train PPO as the command line says."""
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--preset", choices=("auto", *PRESETS), default="auto")
    first.add_argument("--devices", type=int)
    chosen, rest = first.parse_known_args(argv)
    if chosen.devices is not None:
        jax.config.update("jax_num_cpu_devices", chosen.devices)
    preset = chosen.preset
    if preset == "auto":
        preset = "cpu" if jax.default_backend() == "cpu" else "gpu"
    default = PPORun(RunOptions(), PRESETS[preset])
    options = tyro.cli(PPORun, args=rest, default=default, prog="python -m training ppo")
    return train(PPOTrainer(options.agent), options.run, config=asdict(options.agent))
