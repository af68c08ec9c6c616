"""What an agent sees of a state: padded arrays for most RL libraries, or a graph of live edges.

The same for every environment of the package (``env``, ``vector_env``, ``functional``): floats agree
to float32 rounding, integers exactly. V is the number of vertices, n that of actions, E that of live edges.

## observation="dict"
Each kind of vertex is padded on its own to the limits (by default the largest graph of the
generator): rows 0..n-1 eliminable ones, so that row a is action a, then inputs, then outputs.
Rows of padding are zeros in every array.

| array | type | meaning |
|---|---|---|
| `vertex_features` | float32 (V, 12) | per vertex, columns `VERTEX_FEATURES`, in [0, 64] |
| `adjacency` | int8 (V, V) | row u, column w: class of the edge u -> w, 0 for none |
| `structure_features` | float32 (127, 5) | per class, columns `STRUCTURE_FEATURES`, in [0, 64] |
| `action_mask` | int8 (n,) | 1 for a vertex that is left to eliminate; all ones at the terminal state |

So ``structure_features[adjacency]`` is (V, V, 5), the features of every edge. Classes mean the
same in every graph and episode: the table is a constant, part of the observation so that a
policy needs nothing else. The mask's space is ``spaces.MultiBinary``.

## observation="graph"
``GraphInstance`` of all vertices in the same order without padding, and of the live edges,
ascending by (source, target):

| array | type | meaning |
|---|---|---|
| `nodes` | float32 (V, 12) | as `vertex_features` |
| `edges` | float32 (E, 5) | the rows of `structure_features` of the edges |
| `edge_links` | int32 (E, 2) | rows of source and target |

Everything is a function of the present state and of the initial graph, and follows a renumbering
of the vertices but for ``position``: a policy can be permutation-equivariant.

## Vertex features
log means log(1 + number), natural. The first six never change in an episode.

| feature | meaning |
|---|---|
| `is_eliminable` | 1 for a vertex that orders eliminate, also after it is gone |
| `is_input` | 1 for an input |
| `is_output` | 1 for an output |
| `log_size` | entries of the vertex's array (1 for a scalar) |
| `position` | place in program order among all vertices of the graph, first 0, last 1 |
| `log_bound` | proved lower bound on what the vertex costs in any order |
| `is_eliminated` | 1 once the vertex is gone; its other features below are 0 then |
| `log_in_degree` | live edges that enter |
| `log_out_degree` | live edges that leave |
| `log_markowitz_degree` | the product of the two |
| `log_cost` | what eliminating it now would cost in the cost model's unit; 0 for inputs, outputs |
| `log_fill_in` | pairs (predecessor u, successor w) without a live edge u -> w |

The bound is (disjoint paths from inputs) x (disjoint paths to outputs) in the initial graph, see
``bounds``; 0 where nothing is proved (tensors, other cost models), and for inputs and outputs. The
fill-in is the number of edges that eliminating the vertex now would add; 0 for inputs and outputs.

## Structure features

| feature | meaning |
|---|---|
| `is_edge` | 1 but in row 0 |
| `is_pattern` | 1 where nothing is stored: every non-zero entry is one static number |
| `is_unit` | 1 where that number is +1 or -1 |
| `linked` | 0 where no axis of the Jacobian is linked, 1 where all are, 0.5 between |
| `log_weight` | number of stored values, 0 for a pattern: what a product with a scalar costs |

All axes are linked in a diagonal, and in a scalar. Weights are rounded to a power of the square
root of 2, and capped at 2**19.5.
"""

from vertex_elim_env.observation.features import (
    LARGEST_LOG,
    LIVE_FEATURES,
    NUM_STRUCTURES,
    STATIC_FEATURES,
    STRUCTURE_FEATURES,
    VERTEX_FEATURES,
    static_features,
    structure_class,
    structure_table,
    vertex_features,
)
from vertex_elim_env.observation.layout import Layout, dict_space, graph_space, padded_rows
from vertex_elim_env.observation.observers import (
    DictObserver,
    GraphObserver,
    Observable,
    Observer,
)

__all__ = [
    "LARGEST_LOG",
    "LIVE_FEATURES",
    "NUM_STRUCTURES",
    "STATIC_FEATURES",
    "STRUCTURE_FEATURES",
    "VERTEX_FEATURES",
    "DictObserver",
    "GraphObserver",
    "Layout",
    "Observable",
    "Observer",
    "dict_space",
    "graph_space",
    "padded_rows",
    "static_features",
    "structure_class",
    "structure_table",
    "vertex_features",
]
