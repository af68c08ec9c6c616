"""The package's Gymnasium environments, registered by name; they load when they are made."""

from __future__ import annotations

import gymnasium as gym

ENVIRONMENTS = {"VertexElimination-v0": "vertex_elim_env.env:VertexEliminationEnv"}


def register_environments() -> None:
    """Register the environments that are not registered yet."""
    for name, entry_point in ENVIRONMENTS.items():
        if name not in gym.registry:
            gym.register(id=name, entry_point=entry_point)
