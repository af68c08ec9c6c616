"""Provenance: which code, which versions and which machine a record comes from."""

from __future__ import annotations

import os
import platform
import subprocess
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import vertex_elim_env as ve

PACKAGES = ("numpy", "numba", "gymnasium", "networkx", "jax", "equinox", "optax", "mctx", "scipy")
ROOT = Path(__file__).parents[1]


@lru_cache(maxsize=1)
def provenance() -> dict[str, Any]:
    """Return what a record depends on beside its job, as JSON data."""
    return {
        "revision": revision(),
        "vertex_elim_env": ve.__version__,
        "python": platform.python_version(),
        **{name: found for name in PACKAGES if (found := _version(name)) is not None},
        "system": platform.system(),
        "machine": platform.machine(),
        "processor": processor(),
        "cores": os.cpu_count(),
    }


def revision() -> str:
    """Return the checkout's commit, marked "+" where tracked files differ from it; "unknown" without git."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    if not commit:
        return "unknown"
    return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")


def processor() -> str:
    """Return the processor's name as the system tells it."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, text = line.partition(":")
            if name.strip() == "model name":
                return text.strip()
    return platform.processor() or "unknown"


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
