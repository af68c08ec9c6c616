"""The features of vertices and edges: their names, and those that a state does not change."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.observation.bound import vertex_bounds
from vertex_elim_env.structure import JacobianStructure

STATIC_FEATURES = ("is_eliminable", "is_input", "is_output", "log_size", "position", "log_bound")
LIVE_FEATURES = (
    "is_eliminated",
    "log_in_degree",
    "log_out_degree",
    "log_markowitz_degree",
    "log_cost",
    "log_fill_in",
)
VERTEX_FEATURES = (*STATIC_FEATURES, *LIVE_FEATURES)
STRUCTURE_FEATURES = ("is_edge", "is_pattern", "is_unit", "linked", "log_weight")
LARGEST_LOG = 64.0
"""A bound of all features: costs lie below 2**63."""

_LINKED = (0.0, 0.5, 1.0)
_NUM_WEIGHTS = 40
_STEPS_PER_OCTAVE = 2
_FIRST_UNIT, _FIRST_PATTERN, _FIRST_VALUED = 1, 1 + len(_LINKED), 1 + 2 * len(_LINKED)
NUM_STRUCTURES = _FIRST_VALUED + _NUM_WEIGHTS * len(_LINKED)
"""Rows of the table of structure features; class 0 means no edge. An int8 names a class."""


def structure_class(structure: JacobianStructure | None) -> int:
    """Return the class of an edge's structure, 0 for no edge.

    Units come first, other patterns then, and structures with values last, by their weight; each
    by how many axes are linked.
    """
    if structure is None:
        return 0
    linked = 0 if not structure.links else 1
    if not structure.out_free and not structure.in_free:
        linked = 2
    if structure.is_unit:
        return _FIRST_UNIT + linked
    if structure.is_pattern:
        return _FIRST_PATTERN + linked
    weight = round(_STEPS_PER_OCTAVE * math.log2(structure.num_values))
    return _FIRST_VALUED + len(_LINKED) * min(weight, _NUM_WEIGHTS - 1) + linked


def structure_table() -> NDArray[np.float32]:
    """Return the features of every class, float32 (NUM_STRUCTURES, 5), fresh."""
    rows = [[0.0] * len(STRUCTURE_FEATURES)]
    rows += [[1.0, 1.0, 1.0, linked, 0.0] for linked in _LINKED]
    rows += [[1.0, 1.0, 0.0, linked, 0.0] for linked in _LINKED]
    for weight in range(_NUM_WEIGHTS):
        log_weight = math.log1p(2.0 ** (weight / _STEPS_PER_OCTAVE))
        rows += [[1.0, 0.0, 0.0, linked, log_weight] for linked in _LINKED]
    return np.asarray(rows, np.float32)


def static_features(problem: EliminationProblem) -> NDArray[np.float32]:
    """Return the features that never change, float32 (N, 6), by vertex index, without padding."""
    graph = problem.graph
    n, first_output = graph.num_eliminable, graph.num_eliminable + graph.num_inputs
    features = np.zeros((graph.num_vertices, len(STATIC_FEATURES)), np.float64)
    features[:n, 0] = features[n:first_output, 1] = features[first_output:, 2] = 1.0
    sizes = [math.prod(graph.vertices[position].shape) for position in graph.positions]
    features[:, 3] = np.log1p(np.asarray(sizes, np.float64))
    features[:, 4] = np.asarray(graph.positions) / max(1, graph.num_vertices - 1)
    features[:n, 5] = np.log1p(vertex_bounds(problem))
    return features.astype(np.float32)


def vertex_features(problem: EliminationProblem, state: reference.State) -> NDArray[np.float32]:
    """Return all features of a state of the reference engine, float32 (N, 12), by vertex index.

    The specification of what compiled and traced environments show.
    """
    n = problem.num_eliminable
    counts = np.zeros((problem.num_vertices, len(LIVE_FEATURES) - 1), np.float64)
    counts[:, 0] = [len(row) for row in state.predecessors]
    counts[:, 1] = [len(row) for row in state.successors]
    counts[:, 2] = counts[:, 0] * counts[:, 1]
    counts[:n, 3] = reference.candidate_costs(problem, state)
    counts[:n, 4] = [_fill_in(state, vertex) for vertex in range(n)]
    is_eliminated = np.zeros((problem.num_vertices, 1))
    is_eliminated[:n, 0] = state.eliminated
    columns = static_features(problem), is_eliminated, np.log1p(counts)
    return np.concatenate(columns, axis=1).astype(np.float32)


def _fill_in(state: reference.State, vertex: int) -> int:
    below = state.successors[vertex]
    return sum(w not in state.successors[u] for u in state.predecessors[vertex] for w in below)
