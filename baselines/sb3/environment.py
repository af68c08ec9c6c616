"""Environments as Stable-Baselines3 plays them: without what its buffers need not hold."""

from __future__ import annotations

import gymnasium as gym
from gymnasium.wrappers import FilterObservation

import vertex_elim_env  # noqa: F401  (registers the environment)
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.wrappers import NodeFeatures

COMPACT_FEATURES = ("is_eliminated", "log_in_degree", "log_out_degree", "log_cost", "log_fill_in")


def make_env(graph: ComputationalGraph, cost_model: str = "multiplications") -> gym.Env:
    """Return the environment with the features and the edges; masks stay within reach."""
    env = gym.make("VertexElimination-v0", graph=graph, cost_model=cost_model, reward="relative")
    return FilterObservation(env, ["vertex_features", "adjacency"])


def make_compact_env(graph: ComputationalGraph, cost_model: str = "multiplications") -> gym.Env:
    """Return the environment with a vector of a few features a vertex."""
    env = gym.make("VertexElimination-v0", graph=graph, cost_model=cost_model, reward="relative")
    return NodeFeatures(env, features=COMPACT_FEATURES, flat=True)
