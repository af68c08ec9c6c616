"""How long a fresh interpreter takes until it has imported, reset and stepped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import vertex_elim_env as ve

STARTUPS = {
    "import vertex_elim_env": "import vertex_elim_env",
    "gym.make and reset": (
        "import gymnasium as gym, vertex_elim_env; "
        "gym.make('VertexElimination-v0', task='RoeFlux_1d').reset(seed=0)"
    ),
    "the first step": (
        "import gymnasium as gym, vertex_elim_env; "
        "env = gym.make('VertexElimination-v0', task='RoeFlux_1d'); env.reset(seed=0); env.step(0)"
    ),
}
"""What a fresh interpreter runs; its own start is subtracted."""


@dataclass(frozen=True)
class Startup:
    """Seconds that a fresh interpreter takes, its own start subtracted; the best of three."""

    what: str
    seconds: float


def measure_startup() -> list[Startup]:
    """Time fresh interpreters."""
    seconds = {name: min(_run(code) for _ in range(3)) for name, code in STARTUPS.items()}
    nothing = min(_run("pass") for _ in range(3))
    return [Startup(name, round(value - nothing, 3)) for name, value in seconds.items()]


def _run(code: str) -> float:
    root = str(Path(ve.__file__).parents[1])
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]),
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - start
