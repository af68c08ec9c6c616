"""The computational graph: the one noun of the package."""

from vertex_elim_env.graph.graph import SCHEMA_VERSION, ComputationalGraph
from vertex_elim_env.graph.parts import KINDS, Edge, Kind, Vertex
from vertex_elim_env.graph.reading import is_count

__all__ = ["KINDS", "SCHEMA_VERSION", "ComputationalGraph", "Edge", "Kind", "Vertex", "is_count"]
