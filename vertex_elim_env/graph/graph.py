"""ComputationalGraph: the one noun of the package, frozen, validated, and readable from JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from vertex_elim_env.errors import GraphError
from vertex_elim_env.graph.parts import Edge, Kind, Vertex, check_edges, check_vertices
from vertex_elim_env.graph.reading import read_edge, read_vertex, rows, shorten
from vertex_elim_env.structure.json import structure_from_json, structure_to_json

if TYPE_CHECKING:
    import networkx

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ComputationalGraph:
    """A computational graph: vertices in program order, edges with the structure of their Jacobians.

    Positions in program order are what edges and JSON speak of. Engines, observations and orders
    number vertices by *index*: eliminable 0..n-1, then inputs, then outputs, each in program order;
    ``index_of[position]`` translates. An elimination order is a permutation of ``range(n)``.

    Attributes:
        vertices: every vertex, in program order.
        edges: at most one for each pair of vertices, ascending by (target, source).

    Raises:
        GraphError: where vertices and edges don't make a computational graph.
    """

    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        check_vertices(self.vertices)
        object.__setattr__(
            self, "edges", tuple(sorted(self.edges, key=lambda e: (e.target, e.source)))
        )
        check_edges(self.vertices, self.edges)

    @property
    def num_vertices(self) -> int:
        """Number of all vertices."""
        return len(self.vertices)

    @property
    def num_edges(self) -> int:
        """Number of edges before any elimination."""
        return len(self.edges)

    @cached_property
    def num_eliminable(self) -> int:
        """n, the number of vertices that an order eliminates."""
        return len(self.positions_of("eliminable"))

    @cached_property
    def num_inputs(self) -> int:
        """Number of input vertices."""
        return len(self.positions_of("input"))

    @cached_property
    def num_outputs(self) -> int:
        """Number of output vertices."""
        return len(self.positions_of("output"))

    def positions_of(self, kind: Kind) -> tuple[int, ...]:
        """Return the program positions of the vertices of one kind, ascending."""
        return tuple(k for k, vertex in enumerate(self.vertices) if vertex.kind == kind)

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """Program position of every vertex index: eliminable, then inputs, then outputs."""
        return (
            *self.positions_of("eliminable"),
            *self.positions_of("input"),
            *self.positions_of("output"),
        )

    @cached_property
    def index_of(self) -> tuple[int, ...]:
        """Vertex index of every program position; below ``num_eliminable`` it is the action."""
        ranks = {position: index for index, position in enumerate(self.positions)}
        return tuple(ranks[position] for position in range(self.num_vertices))

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of everything but the vertices' names: equal for equal games only."""
        content = self._content()
        content["vertices"] = [vertex[:2] for vertex in content["vertices"]]
        return hashlib.sha256(_compact(content).encode()).hexdigest()[:32]

    def relabel(self, program_order: Sequence[int]) -> ComputationalGraph:
        """Return the same graph under another valid program order.

        Args:
            program_order: a permutation of the positions; element k is the present position of the
                vertex that comes k-th. Every edge must still point forward.

        Raises:
            GraphError: if it is no permutation, or an edge would point backward.
        """
        if sorted(program_order) != list(range(self.num_vertices)):
            raise GraphError(
                f"relabel needs a permutation of range({self.num_vertices}); got {shorten(program_order)}"
            )
        new = {old: k for k, old in enumerate(program_order)}
        edges = tuple(e._replace(source=new[e.source], target=new[e.target]) for e in self.edges)
        return ComputationalGraph(tuple(self.vertices[k] for k in program_order), edges)

    def _content(self) -> dict[str, Any]:
        structures = list(dict.fromkeys(edge.structure for edge in self.edges))
        number = {structure: k for k, structure in enumerate(structures)}
        return {
            "schema_version": SCHEMA_VERSION,
            "vertices": [[v.kind, list(v.shape), v.name] for v in self.vertices],
            "structures": [structure_to_json(structure) for structure in structures],
            "edges": [
                [e.source, e.target, number[e.structure], int(e.elementwise)] for e in self.edges
            ],
        }

    def to_json(self) -> str:
        """Return the graph as JSON text with a schema version; :meth:`from_json` reads it back."""
        content = self._content()
        lines = [f' "schema_version": {SCHEMA_VERSION}']
        for key in ("vertices", "structures", "edges"):
            rows = ",\n  ".join(_compact(row) for row in content[key])
            lines.append(f' "{key}": [\n  {rows}]' if rows else f' "{key}": []')
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> ComputationalGraph:
        """Read a graph from JSON text, checking everything.

        Raises:
            GraphError: if the text is no JSON, of another schema, or no valid graph.
        """
        try:
            content = json.loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            raise GraphError(f"a graph must be JSON text as to_json writes it; {error}") from None
        keys = {"schema_version", "vertices", "structures", "edges"}
        if not isinstance(content, dict) or set(content) != keys:
            raise GraphError(f"a graph's JSON must be an object with the keys {sorted(keys)}")
        if content["schema_version"] != SCHEMA_VERSION:
            raise GraphError(
                f"the graph has schema version {content['schema_version']!r}; this version of the "
                f"package reads {SCHEMA_VERSION}"
            )
        vertices = tuple(read_vertex(k, row) for k, row in enumerate(rows(content, "vertices")))
        structures = [structure_from_json(row) for row in rows(content, "structures")]
        edges = tuple(read_edge(k, row, structures) for k, row in enumerate(rows(content, "edges")))
        return cls(vertices, edges)

    def to_networkx(self) -> networkx.DiGraph:
        """Return a networkx DiGraph.

        Nodes are program positions, added in program order, with the attributes ``kind``, ``shape``,
        ``name`` and ``index`` (below ``num_eliminable``: the action); edges carry ``structure`` and
        ``elementwise``.
        """
        import networkx

        graph = networkx.DiGraph()
        for k, vertex in enumerate(self.vertices):
            graph.add_node(k, index=self.index_of[k], **vertex._asdict())
        for e in self.edges:
            graph.add_edge(e.source, e.target, structure=e.structure, elementwise=e.elementwise)
        return graph

    def __repr__(self) -> str:
        return (
            f"ComputationalGraph({self.num_inputs} inputs, {self.num_eliminable} eliminable vertices, "
            f"{self.num_outputs} outputs, {self.num_edges} edges)"
        )


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
