"""What each vertex costs at least, whatever was eliminated before it: a product of two flows."""

from __future__ import annotations

from vertex_elim_env.bounds.paths import max_flow, steps_of
from vertex_elim_env.bounds.reliable import ReliableGraph


def vertex_bounds(reliable: ReliableGraph) -> list[int]:
    """Return the least that each vertex costs in any order.

    Let j be eliminated when the set S is gone. Take paths of reliable edges from inputs to j whose
    last edge is valued and that share no vertex but j. Each still ends in a predecessor of j that
    lies on it: eliminating a vertex of a path joins its two neighbours, so that the path shortens
    but never breaks, and its input is never eliminated. The paths being disjoint, these
    predecessors differ. Hence j has at least k_in predecessors by valued edges, k_in the largest
    number of such paths, and likewise k_out successors; for scalars each pair of the two is one
    multiplication, so that j costs at least k_in * k_out.

    In general the predecessors on reliable paths separate j from the inputs, so that their factors
    ``before`` add up to at least the least such sum of a separating set, which is a maximum flow
    with these factors as the vertices' capacities; likewise for the successors. Every pair costs at
    least ``within[j]`` times both factors, hence j at least ``within[j]`` times both flows.
    """
    size, n = reliable.num_vertices, reliable.num_eliminable
    upward = steps_of(reliable.targets, reliable.sources, reliable.valued, size)
    downward = steps_of(reliable.sources, reliable.targets, reliable.valued, size)
    inputs, outputs = reliable.inputs, reliable.outputs
    return [
        int(reliable.within[j])
        * int(max_flow(upward, reliable.before, j, inputs.start, inputs.stop))
        * int(max_flow(downward, reliable.behind, j, outputs.start, outputs.stop))
        for j in range(n)
    ]
