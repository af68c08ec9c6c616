"""Pictures of an elimination: text, an image of the adjacency, and a drawing of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import check_order, elimination_problem, reference
from vertex_elim_env.errors import require
from vertex_elim_env.game import Game
from vertex_elim_env.graph import ComputationalGraph

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE_SIZE = 480
"""Least side of a picture in pixels."""
KIND_COLOURS = {"eliminable": (86, 112, 160), "input": (58, 145, 96), "output": (196, 98, 60)}
BACKGROUND, GONE = (250, 250, 248), (226, 226, 222)
PATTERN, VALUED, LAST = (160, 178, 208), (32, 48, 84), (214, 60, 90)
STAGES = (("before", 0.0), ("half way", 0.5), ("after", 1.0))


def to_text(game: Game) -> str:
    """Return the state in a few lines: progress, cost, the last vertex, the cheapest next ones."""
    n, left = game.problem.num_eliminable, np.flatnonzero(~game.eliminated)
    bar = "".join("." if gone else "#" for gone in game.eliminated[:60]) + ("..." if n > 60 else "")
    lines = [
        f"{len(game.order)} of {n} vertices eliminated [{bar}]",
        f"cost {game.cost:,} {game.problem.algebra.cost_model}, {len(game.edges.sources):,} edges live",
        f"last vertex: {game.order[-1] if game.order else 'none'}",
    ]
    cheapest = sorted(left, key=lambda v: (game.candidate_costs[v], v))[:5]
    if cheapest:
        costs = ", ".join(f"{v} ({game.candidate_costs[v]:,})" for v in cheapest)
        lines.append(f"cheapest next: {costs}")
    return "\n".join(lines)


def to_picture(game: Game) -> NDArray[np.uint8]:
    """Return the adjacency matrix as an image, uint8 (side, side, 3).

    Row u, column w is the edge u -> w: light where it is a pattern of ones, dark where it holds
    values. Vertices run in program order; the strips at the left and the top show their kind,
    eliminated ones in grey, and the last one eliminated in red.
    """
    graph = game.problem.graph
    n = graph.num_vertices
    index = np.asarray(graph.positions)
    structures = game.problem.algebra.structures
    colours = np.asarray(
        [BACKGROUND, *(PATTERN if s and s.is_pattern else VALUED for s in structures[1:])], np.uint8
    )
    grid = np.empty((n + 1, n + 1, 3), np.uint8)
    grid[:] = BACKGROUND
    sources, targets, ids = game.edges
    for vertex, position in enumerate(graph.positions):
        gone = vertex < graph.num_eliminable and game.eliminated[vertex]
        colour = GONE if gone else KIND_COLOURS[graph.vertices[position].kind]
        if game.order and vertex == game.order[-1]:
            colour = LAST
        grid[0, 1 + position] = grid[1 + position, 0] = colour
        if gone:
            grid[1 + position, 1:] = grid[1:, 1 + position] = (244, 244, 241)
    grid[1 + index[sources], 1 + index[targets]] = colours[ids]
    scale = max(1, -(-PICTURE_SIZE // (n + 1)))
    return np.repeat(np.repeat(grid, scale, axis=0), scale, axis=1)


def draw_elimination(graph: ComputationalGraph, order: Sequence[int], path: str | Path) -> None:
    """Draw a graph before, half way through and after an elimination, to a PNG or SVG file.

    Args:
        graph: the graph.
        order: a permutation of its eliminable vertices.
        path: the file; its suffix says the format.

    Raises:
        MissingExtraError: without matplotlib (extra ``plot``).
        OrderError: if the order is no permutation.
    """
    require("matplotlib", extra="plot")
    from matplotlib.figure import Figure

    vertices = check_order(order, graph.num_eliminable)
    problem = elimination_problem(graph)
    state, cost, done = reference.initial_state(problem), 0, 0
    figure = Figure(figsize=(15, 5.2), layout="constrained")
    places = _layered_layout(graph)
    for axes, (title, share) in zip(figure.subplots(1, 3), STAGES, strict=True):
        until = round(share * len(vertices))
        cost += sum(reference.eliminate(problem, state, v) for v in vertices[done:until])
        done = until
        _draw_state(axes, graph, state, places)
        edges = sum(len(successors) for successors in state.successors)
        axes.set_title(f"{title}: {edges} edges, {cost:,} multiplications", fontsize=11)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def _layered_layout(graph: ComputationalGraph) -> NDArray[np.float64]:
    """Place every vertex index by its longest distance from an input and its rank there, (N, 2)."""
    depth = [0] * graph.num_vertices
    for e in graph.edges:  # ascending targets: every source's depth is final
        depth[e.target] = max(depth[e.target], depth[e.source] + 1)
    deepest = max(depth, default=0)
    for position in graph.positions_of("output"):
        depth[position] = deepest
    layers: dict[int, list[int]] = {}
    for position in range(graph.num_vertices):
        layers.setdefault(depth[position], []).append(position)
    places = np.zeros((graph.num_vertices, 2))
    for column, members in layers.items():
        for rank, position in enumerate(members):
            places[graph.index_of[position]] = column, 0.5 - (rank + 0.5) / len(members)
    return places


def _draw_state(
    axes: Axes, graph: ComputationalGraph, state: reference.State, places: NDArray[np.float64]
) -> None:
    from matplotlib.collections import LineCollection

    links = [(places[u], places[w]) for u, targets in enumerate(state.successors) for w in targets]
    if links:
        axes.add_collection(
            LineCollection(links, colors=[(0.13, 0.19, 0.33, 0.45)], linewidths=0.7)
        )
    colours: list[Any] = []
    for vertex, position in enumerate(graph.positions):
        gone = vertex < graph.num_eliminable and state.eliminated[vertex]
        colours.append(
            np.asarray(GONE if gone else KIND_COLOURS[graph.vertices[position].kind]) / 255
        )
    axes.scatter(
        places[:, 0], places[:, 1], c=colours, s=22, zorder=2, edgecolors="white", linewidths=0.4
    )
    axes.margins(0.03)
    axes.set_axis_off()
