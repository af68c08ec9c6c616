"""``python -m training release``: a trained network without the rest of its run, a small file to ship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import tyro

from baselines.networks import GraphNetwork, checkpoint, solving
from training.run import CHECKPOINT


class Released(NamedTuple):
    """As much of a checkpoint as playing needs."""

    network: GraphNetwork


@dataclass(frozen=True)
class Release:
    """Write the network of a run of ppo, with what it was trained by and on."""

    run: Annotated[Path, tyro.conf.Positional]
    """Folder of the run."""
    file: Annotated[Path, tyro.conf.Positional]
    """What to write."""


def main(argv: Sequence[str]) -> int:
    """Write what the command line names."""
    options = tyro.cli(Release, args=argv, prog="python -m training release")
    path = options.run / CHECKPOINT
    network = solving.load_network(path, GraphNetwork)
    description = checkpoint.read_description(path)
    kept = ("agent", "config", "options", "version", "num_iterations", "seconds")
    recipe = {name: description[name] for name in kept}
    checkpoint.save(options.file, Released(network), recipe)
    print(f"network: {options.file} ({options.file.stat().st_size / 1024:,.0f} KiB)")
    return 0
