"""The package's Gymnasium environments, registered by name; they load when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gymnasium as gym

ENTRY_POINT = "vertex_elim_env.env:VertexEliminationEnv"
VECTOR_ENTRY_POINT = "vertex_elim_env.vector_env:VertexEliminationVectorEnv"

ENVIRONMENTS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "VertexElimination-v0": {},
        "VertexEliminationPaper-v0": {"generator": "paper"},
        "VertexEliminationRandom-v0": {"generator": "random", "split": "train"},
        "VertexEliminationGraphs-v0": {"generator": "graphs", "split": "train"},
        "VertexEliminationFamilies-v0": {"generator": "families", "split": "train"},
        "VertexEliminationTraps-v0": {"generator": "traps"},
    }
)
"""The options of every id; ``gym.make(id, split="test")`` changes them."""


def register_environments() -> None:
    """Register the environments that are not registered yet.

    They enforce their own order of calls, and are made without wrappers, which would hide
    ``action_masks()``; ``vertex_elim_env.testing.check_env`` checks them on demand.
    """
    for name, options in ENVIRONMENTS.items():
        if name not in gym.registry:
            gym.register(
                id=name,
                entry_point=ENTRY_POINT,
                vector_entry_point=VECTOR_ENTRY_POINT,
                order_enforce=False,
                disable_env_checker=True,
                kwargs=dict(options),
            )
