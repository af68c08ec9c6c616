"""ComputationalGraph: the one noun of the package, frozen, validated, and readable from JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from vertex_elim_env.errors import GraphError
from vertex_elim_env.structure import JacobianStructure
from vertex_elim_env.structure.json import structure_from_json, structure_to_json

if TYPE_CHECKING:
    import networkx

Kind = Literal["input", "eliminable", "output"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SCHEMA_VERSION = 1


class Vertex(NamedTuple):
    """One array of the program.

    Attributes:
        kind: "input" (a chosen argument), "eliminable" (intermediate) or "output".
        shape: its shape in the graph: axes of length 1 dropped, axes cut by reshapes refined.
        name: what made it, such as the primitive's name; for people, not part of the identity.
    """

    kind: Kind
    shape: tuple[int, ...]
    name: str = ""


class Edge(NamedTuple):
    """The Jacobian of one vertex with respect to another.

    Attributes:
        source, target: positions of u and v in program order; ``source < target``.
        structure: what is known of dv/du, of shape ``(*v.shape, *u.shape)``.
        elementwise: whether dv/du comes from elementwise primitives only; the cost model
            "multiplications" counts unit edges of these as if they were stored.
    """

    source: int
    target: int
    structure: JacobianStructure
    elementwise: bool = False


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
        _check_vertices(self.vertices)
        object.__setattr__(
            self, "edges", tuple(sorted(self.edges, key=lambda e: (e.target, e.source)))
        )
        _check_edges(self.vertices, self.edges)

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
                f"relabel needs a permutation of range({self.num_vertices}); got {_shorten(program_order)}"
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
        vertices = tuple(_read_vertex(k, row) for k, row in enumerate(_rows(content, "vertices")))
        structures = [structure_from_json(row) for row in _rows(content, "structures")]
        edges = tuple(
            _read_edge(k, row, structures) for k, row in enumerate(_rows(content, "edges"))
        )
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


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _rows(content: dict[str, Any], key: str) -> list[Any]:
    if not isinstance(content[key], list):
        raise GraphError(f"a graph's {key!r} must be a list; got {_shorten(content[key])}")
    return content[key]


def is_count(value: object) -> bool:
    """Whether a value read from JSON is a whole number of at least 0 (booleans are not)."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _read_vertex(position: int, row: object) -> Vertex:
    if not (isinstance(row, list) and len(row) == 3 and isinstance(row[2], str)):
        raise GraphError(f"vertex {position} must be [kind, shape, name]; got {_shorten(row)}")
    kind, shape, name = row
    if kind not in KINDS:
        raise GraphError(f"vertex {position} has kind {kind!r}; expected one of {', '.join(KINDS)}")
    if not isinstance(shape, list) or not all(is_count(size) for size in shape):
        raise GraphError(
            f"vertex {position} has shape {_shorten(shape)}; expected a list of lengths"
        )
    return Vertex(kind, tuple(shape), name)


def _read_edge(number: int, row: object, structures: list[JacobianStructure]) -> Edge:
    if not (isinstance(row, list) and len(row) == 4 and all(is_count(k) for k in row)):
        raise GraphError(
            f"edge {number} must be [source, target, structure, 0 or 1]; got {_shorten(row)}"
        )
    source, target, structure, elementwise = row
    if structure >= len(structures) or elementwise > 1:
        raise GraphError(
            f"edge {number} names structure {structure} of {len(structures)}, elementwise {elementwise}"
        )
    return Edge(source, target, structures[structure], bool(elementwise))


def _check_vertices(vertices: Sequence[Vertex]) -> None:
    for k, vertex in enumerate(vertices):
        if 1 in vertex.shape:
            raise GraphError(
                f"vertex {k} has shape {vertex.shape}; a graph's vertices keep no axes of length 1"
            )


def _check_edges(vertices: Sequence[Vertex], edges: Sequence[Edge]) -> None:
    seen: set[tuple[int, int]] = set()
    for e in edges:
        name = f"the edge {e.source} -> {e.target}"
        if not 0 <= e.source < e.target < len(vertices):
            raise GraphError(f"{name} does not point forward among {len(vertices)} vertices")
        if (e.source, e.target) in seen:
            raise GraphError(f"{name} appears twice; parallel edges must be summed")
        seen.add((e.source, e.target))
        u, v = vertices[e.source], vertices[e.target]
        if u.kind == "output" or v.kind == "input":
            raise GraphError(f"{name} leaves an output or enters an input")
        if (e.structure.out_shape, e.structure.in_shape) != (v.shape, u.shape):
            raise GraphError(
                f"{name} joins shapes {u.shape} -> {v.shape} but its structure is "
                f"{e.structure.in_shape} -> {e.structure.out_shape}"
            )
    reachable = _reached(vertices, [(e.source, e.target) for e in edges], "input")
    useful = _reached(vertices, [(e.target, e.source) for e in reversed(edges)], "output")
    for k, vertex in enumerate(vertices):
        if vertex.kind == "eliminable" and not (k in reachable and k in useful):
            raise GraphError(
                f"eliminable vertex {k} lies on no path from an input to an output; prune it"
            )


def _reached(vertices: Sequence[Vertex], steps: list[tuple[int, int]], kind: Kind) -> set[int]:
    """Vertices reached from those of a kind; the steps come in an order that allows one pass."""
    reached = {k for k, vertex in enumerate(vertices) if vertex.kind == kind}
    for start, end in steps:
        if start in reached:
            reached.add(end)
    return reached
