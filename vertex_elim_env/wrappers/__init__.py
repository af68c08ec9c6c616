"""Wrappers: what an agent sees, how long it plays and how vertices are numbered, changed from outside.

All keep ``action_masks()``, ``get_state()``, ``set_state()`` and ``clone()`` within reach, and go into
``gym.make_vec(..., vectorization_mode="sync", wrappers=[...])``. For the vector environment, which is
faster, some stand in ``wrappers.vector`` under the same names.

| wrapper | what it does |
|---|---|
| `MaskedObservation` | observation and mask side by side, under the keys that a library looks for |
| `MaskInInfo` | the mask in `info` alone |
| `NodeFeatures` | one float32 matrix, row a for action a; or one flat vector |
| `PaddedGraph` | `observation="graph"` in arrays of fixed shapes |
| `History` | the last actions and costs, and the order so far |
| `StepLimit` | episodes are truncated after so many steps |
| `ShuffledVertices` | vertices in a random order, another one every episode |
| `RecordReplay` | pages or films of episodes, by default of those that cost less than all before |
"""

from vertex_elim_env.wrappers.base import EliminationWrapper
from vertex_elim_env.wrappers.history import History
from vertex_elim_env.wrappers.mask import MaskedObservation, MaskInInfo
from vertex_elim_env.wrappers.node_features import NodeFeatures
from vertex_elim_env.wrappers.padded_graph import PaddedGraph
from vertex_elim_env.wrappers.record_replay import RecordReplay
from vertex_elim_env.wrappers.shuffled_vertices import ShuffledState, ShuffledVertices
from vertex_elim_env.wrappers.step_limit import StepLimit

__all__ = [
    "EliminationWrapper",
    "History",
    "MaskInInfo",
    "MaskedObservation",
    "NodeFeatures",
    "PaddedGraph",
    "RecordReplay",
    "ShuffledState",
    "ShuffledVertices",
    "StepLimit",
]
