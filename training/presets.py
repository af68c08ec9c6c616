"""Presets: a command line that is a configuration, of the run and of the agent, whose defaults go by the machine."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import jax
import tyro

_Run = TypeVar("_Run")


def parse(
    argv: Sequence[str],
    kind: Callable[..., _Run],
    presets: Mapping[str, Any],
    *,
    command: str,
) -> _Run:
    """Return what a command line asks for.

    Args:
        argv: ``--preset`` and ``--devices``, which are heeded here, and what ``tyro`` makes of the rest.
        kind: of dataclass that is parsed; it takes a preset as ``agent``, and has defaults for the rest.
        presets: configurations by kind of device, of which "cpu" and "gpu" are chosen by the machine.
        command: its name in messages.
    """
    first = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    first.add_argument("--preset", choices=("auto", *presets), default="auto")
    first.add_argument("--devices", type=int)
    chosen, rest = first.parse_known_args(argv)
    if chosen.devices is not None:
        jax.config.update("jax_num_cpu_devices", chosen.devices)
    preset = chosen.preset
    if preset == "auto":
        preset = "cpu" if jax.default_backend() == "cpu" else "gpu"
    default = kind(agent=presets[preset])
    return tyro.cli(type(default), args=rest, default=default, prog=f"python -m training {command}")
