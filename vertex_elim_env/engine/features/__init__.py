"""A state together with the features of its vertices, kept up to date in compiled loops.

An elimination changes the features of the vertices that it joins, and the fill-in of those that lie
on a path of two edges between two that it joins; these are marked, and described anew. So a step
costs what it changes, not what the graph holds. ``observation`` says what the features mean.
"""

from vertex_elim_env.engine.features import dense, sparse
from vertex_elim_env.engine.features.batch import step_many
from vertex_elim_env.engine.features.sparse_state import SparseState
from vertex_elim_env.engine.features.state import (
    NUM_LIVE,
    Beginning,
    LiveState,
    Rules,
    empty_state,
    start,
)

__all__ = [
    "NUM_LIVE",
    "Beginning",
    "LiveState",
    "Rules",
    "SparseState",
    "dense",
    "empty_state",
    "sparse",
    "start",
    "step_many",
]
