"""Environments and episodes, shared by the tests."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

import vertex_elim_env  # noqa: F401  (registers the environment)
from tests.graph_strategies import graphs
from vertex_elim_env.env import VertexEliminationEnv

playable_graphs = graphs().filter(lambda graph: graph.num_eliminable > 0)
TASK = "HumanHeartDipole"


def make(**options: Any) -> VertexEliminationEnv:
    env = gym.make("VertexElimination-v0", **options).unwrapped
    assert isinstance(env, VertexEliminationEnv)
    return env


def play(env: VertexEliminationEnv, order: Any) -> tuple[float, dict[str, Any]]:
    total, info = 0.0, {}
    for vertex in order:
        _, reward, terminated, truncated, info = env.step(vertex)
        total += reward
        assert not truncated
    assert terminated
    return total, info
