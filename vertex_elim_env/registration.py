"""The package's Gymnasium environments, registered by name; they load when they are made."""

from __future__ import annotations

import gymnasium as gym

ENVIRONMENTS = {
    "VertexElimination-v0": (
        "vertex_elim_env.env:VertexEliminationEnv",
        "vertex_elim_env.vector_env:VertexEliminationVectorEnv",
    )
}


def register_environments() -> None:
    """Register the environments that are not registered yet.

    They enforce their own order of calls, and are made without wrappers, which would hide
    ``action_masks()``; ``vertex_elim_env.testing.check_env`` checks them on demand.
    """
    for name, (entry_point, vector_entry_point) in ENVIRONMENTS.items():
        if name not in gym.registry:
            gym.register(
                id=name,
                entry_point=entry_point,
                vector_entry_point=vector_entry_point,
                order_enforce=False,
                disable_env_checker=True,
            )
