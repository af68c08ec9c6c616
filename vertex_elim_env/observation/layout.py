"""Layouts: which row of an observation a vertex is, and the spaces of the two kinds of observation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from vertex_elim_env.generator import Limits
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation.features import (
    LARGEST_LOG,
    NUM_STRUCTURES,
    STRUCTURE_FEATURES,
    VERTEX_FEATURES,
)


class Layout(NamedTuple):
    """Where a graph's vertices lie in arrays.

    Attributes:
        rows: the row of every vertex index, ascending, intp (N,).
        num_rows: V, rows of padding included.
        num_actions: the first rows, those of eliminable vertices and their padding.
    """

    rows: NDArray[np.intp]
    num_rows: int
    num_actions: int

    @classmethod
    def padded(cls, graph: ComputationalGraph, limits: Limits) -> Layout:
        """Return the layout with each kind of vertex padded to its limit."""
        return cls(padded_rows(graph, limits), limits.num_vertices, limits.num_eliminable)

    @classmethod
    def compact(cls, graph: ComputationalGraph) -> Layout:
        """Return the layout without padding."""
        return cls(np.arange(graph.num_vertices), graph.num_vertices, graph.num_eliminable)


def padded_rows(graph: ComputationalGraph, limits: Limits) -> NDArray[np.intp]:
    """Return the row of every vertex index when each kind is padded to its limit, intp (N,)."""
    offsets = (0, limits.num_eliminable, limits.num_eliminable + limits.num_inputs)
    counts = (graph.num_eliminable, graph.num_inputs, graph.num_outputs)
    parts = [np.arange(count) + offset for offset, count in zip(offsets, counts, strict=True)]
    return np.concatenate(parts)


def dict_space(limits: Limits) -> spaces.Dict:
    """Return the space of observation="dict"."""
    rows, num_actions = limits.num_vertices, limits.num_eliminable
    return spaces.Dict(
        {
            "vertex_features": spaces.Box(
                0.0, LARGEST_LOG, (rows, len(VERTEX_FEATURES)), np.float32
            ),
            "adjacency": spaces.Box(0, NUM_STRUCTURES - 1, (rows, rows), np.int8),
            "structure_features": spaces.Box(
                0.0, LARGEST_LOG, (NUM_STRUCTURES, len(STRUCTURE_FEATURES)), np.float32
            ),
            "action_mask": spaces.MultiBinary(num_actions),
        }
    )


def graph_space() -> spaces.Graph:
    """Return the space of observation="graph"."""
    return spaces.Graph(
        node_space=spaces.Box(0.0, LARGEST_LOG, (len(VERTEX_FEATURES),), np.float32),
        edge_space=spaces.Box(0.0, LARGEST_LOG, (len(STRUCTURE_FEATURES),), np.float32),
    )
