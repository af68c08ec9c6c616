"""A drawing of the graph before, half way through and after an elimination."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.engine import check_order, elimination_problem
from vertex_elim_env.errors import require
from vertex_elim_env.files import write_bytes
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.render.layout import layered_layout
from vertex_elim_env.render.picture import GONE, KIND_COLOURS
from vertex_elim_env.render.recording import Replay, played

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STAGES = (("before", 0.0), ("half way", 0.5), ("after", 1.0))


def draw_elimination(
    graph: ComputationalGraph,
    order: Sequence[int],
    path: str | Path,
    cost_model: str = "multiplications",
) -> None:
    """Draw a graph before, half way through and after an elimination, to a PNG, SVG or PDF file.

    Args:
        graph: the graph.
        order: a permutation of its eliminable vertices.
        path: the file; its suffix says the format.
        cost_model: "multiplications", "nontrivial" or "flops".

    Raises:
        MissingExtraError: without matplotlib (extra ``plot``).
        OrderError: if the order is no permutation.
        ValueError: for an unknown cost model.
    """
    vertices = check_order(order, graph.num_eliminable)
    steps = played(elimination_problem(graph, cost_model), vertices)
    draw_replay(Replay(graph, cost_model, "", steps), Path(path))


def draw_replay(story: Replay, path: Path) -> None:
    """Draw a replay before, half way and after, to a file whose suffix says the format.

    Raises:
        MissingExtraError: without matplotlib (extra ``plot``).
    """
    require("matplotlib", extra="plot")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 5.2), layout="constrained")
    places = layered_layout(story.graph) * [1, -1]
    for axes, (title, share) in zip(figure.subplots(1, 3), STAGES, strict=True):
        done = round(share * len(story.steps))
        edges = story.edges_after(done)
        cost = story.steps[done - 1].total if done else 0
        _draw_state(axes, story, done, edges, places)
        axes.set_title(f"{title}: {len(edges):,} edges, {cost:,} {story.cost_model}", fontsize=11)
    stream = io.BytesIO()
    figure.savefig(stream, format=path.suffix.removeprefix(".") or None, dpi=110)
    write_bytes(path, stream.getvalue())


def _draw_state(
    axes: Axes,
    story: Replay,
    done: int,
    edges: Sequence[tuple[int, int]],
    places: NDArray[np.float64],
) -> None:
    from matplotlib.collections import LineCollection

    if edges:
        links = [(places[u], places[w]) for u, w in edges]
        axes.add_collection(
            LineCollection(links, colors=[(0.13, 0.19, 0.33, 0.45)], linewidths=0.7)
        )
    gone = set(story.order[:done])
    colours: list[Any] = [
        np.asarray(GONE if vertex in gone else KIND_COLOURS[story.graph.vertices[position].kind])
        / 255
        for vertex, position in enumerate(story.graph.positions)
    ]
    axes.scatter(
        places[:, 0], places[:, 1], c=colours, s=22, zorder=2, edgecolors="white", linewidths=0.4
    )
    axes.margins(0.03)
    axes.set_axis_off()
