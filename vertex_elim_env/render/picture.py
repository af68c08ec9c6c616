"""Frames: a state of an elimination as a picture, with the costs of its steps so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.game import Game
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.render.canvas import Canvas, Colour
from vertex_elim_env.render.layout import layered_layout
from vertex_elim_env.render.recording import Pair, Replay, Step, played

WIDTH, HEIGHT = 720, 480
MAX_DRAWN = 400
"""Graphs with more vertices are shown by their adjacency matrix, and an environment's costs without bars."""

BACKGROUND, PANEL, INK, FAINT = (251, 251, 248), (255, 255, 255), (34, 42, 58), (140, 146, 158)
KIND_COLOURS: dict[str, Colour] = {
    "eliminable": (74, 105, 168),
    "input": (47, 150, 106),
    "output": (208, 106, 44),
}
GONE, EDGE, ADDED, JOINED, LAST = (
    (224, 225, 222),
    (66, 82, 118),
    (214, 60, 90),
    (226, 148, 40),
    (214, 60, 90),
)
BAR = (150, 168, 204)
MARGIN, HEADER, BARS = 14, 46, 84


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    Attributes:
        graph: the graph.
        title: what the picture is of.
        unit: of costs.
        live: the edges, by vertex index.
        order: the vertices eliminated so far.
        step: the last elimination, if there was one.
        costs: of the steps so far, or None to leave them out.
        total: what they cost.
        scale: the cost that the highest bar stands for.
    """

    graph: ComputationalGraph
    title: str
    unit: str
    live: Sequence[Pair]
    order: Sequence[int]
    step: Step | None
    costs: Sequence[int] | None
    total: int
    scale: int


def to_picture(game: Game) -> NDArray[np.uint8]:
    """Return a picture of a game, uint8 (480, 720, 3).

    The graph, inputs left and outputs right: vertices that are gone in grey, the last one in red as
    are the edges that it brought, those that it changed in amber. Below, what every step cost. A
    graph of more than 400 vertices is shown by its adjacency matrix.
    """
    graph = game.problem.graph
    steps = played(game.problem, game.order) if graph.num_vertices <= MAX_DRAWN else ()
    edges = game.edges
    return paint(
        Scene(
            graph=graph,
            title="vertex elimination",
            unit=game.problem.algebra.cost_model,
            live=list(zip(edges.sources.tolist(), edges.targets.tolist(), strict=True)),
            order=game.order,
            step=steps[-1] if steps else None,
            costs=[step.cost for step in steps] if steps or not game.order else None,
            total=game.cost,
            scale=max((step.cost for step in steps), default=1),
        ),
        layered_layout(graph) if graph.num_vertices <= MAX_DRAWN else None,
    )


def frames(story: Replay, *, max_frames: int) -> Iterator[NDArray[np.uint8]]:
    """Yield the pictures of a replay from the first state to the last, uint8 (480, 720, 3).

    Args:
        story: the replay.
        max_frames: of a longer order only so many states are shown, evenly spaced.
    """
    num_steps, graph = len(story.steps), story.graph
    count = min(num_steps + 1, max(2, max_frames))
    places = layered_layout(graph) if graph.num_vertices <= MAX_DRAWN else None
    costs = [step.cost for step in story.steps]
    live, done = set(story.edges_after(0)), 0
    for until in np.linspace(0, num_steps, count).round().astype(int).tolist():
        for step in story.steps[done:until]:
            live.difference_update(step.removed)
            live.update(step.added)
        done = until
        yield paint(
            Scene(
                graph=graph,
                title=story.name or "vertex elimination",
                unit=story.cost_model,
                live=sorted(live),
                order=story.order[:done],
                step=story.steps[done - 1] if done else None,
                costs=costs[:done],
                total=story.steps[done - 1].total if done else 0,
                scale=max(costs, default=1),
            ),
            places,
        )


def paint(scene: Scene, places: NDArray[np.float64] | None) -> NDArray[np.uint8]:
    """Return the picture of a scene; without places the edges are shown as a matrix."""
    canvas = Canvas(WIDTH, HEIGHT, BACKGROUND)
    bottom = HEIGHT - (BARS if scene.costs is not None else 0) - MARGIN
    _paint_header(canvas, scene)
    if places is None:
        _paint_matrix(canvas, scene, HEADER, bottom)
    else:
        inner = np.asarray([WIDTH - 4 * MARGIN, bottom - HEADER - 2 * MARGIN])
        _paint_graph(canvas, scene, places * inner + [2 * MARGIN, HEADER + MARGIN])
    if scene.costs is not None:
        _paint_bars(canvas, scene, bottom + MARGIN, HEIGHT - MARGIN)
    return canvas.to_array()


def _paint_header(canvas: Canvas, scene: Scene) -> None:
    done, n = len(scene.order), scene.graph.num_eliminable
    canvas.text(MARGIN, 10, scene.title[:34], INK, size=2)
    canvas.text(WIDTH - MARGIN, 10, f"{scene.total:,} {scene.unit}", INK, size=2, align="right")
    last = f", last {scene.order[-1]}" if scene.order else ""
    name = scene.graph.vertices[scene.graph.positions[scene.order[-1]]].name if scene.order else ""
    canvas.text(MARGIN, 31, f"step {done} of {n}{last} {name[:24]}", FAINT)
    gained = f"step {scene.step.cost:,}, " if scene.step else ""
    canvas.text(WIDTH - MARGIN, 31, f"{gained}{len(scene.live):,} edges", FAINT, align="right")


def _paint_graph(canvas: Canvas, scene: Scene, places: NDArray[np.float64]) -> None:
    graph, step = scene.graph, scene.step
    added = set(step.added) if step else set()
    joined = set(step.joined) if step else set()
    plain = [pair for pair in scene.live if pair not in added and pair not in joined]
    opacity = float(np.clip(40 / max(1, len(plain)) ** 0.7, 0.18, 0.7))
    for pairs, colour, how, width in (
        (plain, EDGE, opacity, 1),
        (step.removed if step else (), GONE, 1.0, 1),
        (joined, JOINED, 1.0, 2),
        (added, ADDED, 1.0, 2),
    ):
        ends = np.asarray(sorted(pairs), np.intp).reshape(-1, 2)
        canvas.curves(places[ends[:, 0]], places[ends[:, 1]], colour, opacity=how, width=width)
    gone = set(scene.order)
    radius = float(np.clip(60 / graph.num_vertices**0.5, 2.5, 8))
    for vertex, position in enumerate(graph.positions):
        is_last = step is not None and vertex == step.vertex
        colour = GONE if vertex in gone else KIND_COLOURS[graph.vertices[position].kind]
        x, y = places[vertex].tolist()
        canvas.disc(x, y, radius + (3.5 if is_last else 1.2), LAST if is_last else BACKGROUND)
        canvas.disc(x, y, radius, LAST if is_last else colour)


def _paint_matrix(canvas: Canvas, scene: Scene, top: int, bottom: int) -> None:
    """Edges as dots, sources from top to bottom, targets from left to right, in program order."""
    side, count = bottom - top, scene.graph.num_vertices
    left = (WIDTH - side) // 2
    canvas.box(left, top, left + side, bottom, PANEL)
    cells = min(side, count)
    rows = np.asarray(scene.graph.positions, np.intp) * cells // max(1, count)
    ends = rows[np.asarray(scene.live, np.intp).reshape(-1, 2)]
    number = np.bincount(ends[:, 0] * cells + ends[:, 1], minlength=cells * cells)
    share = np.log1p(number) / np.log1p(max(1, number.max()))
    pixel = np.arange(side) * cells // side
    shares = np.sqrt(share).reshape(cells, cells)[np.ix_(pixel, pixel)][..., None]
    part = canvas.pixels[top:bottom, left : left + side]
    part += shares.astype(np.float32) * (np.asarray(EDGE, np.float32) - part)


def _paint_bars(canvas: Canvas, scene: Scene, top: int, bottom: int) -> None:
    """What each step cost, the last one in red."""
    assert scene.costs is not None
    n, inner = scene.graph.num_eliminable, WIDTH - 2 * MARGIN
    canvas.box(MARGIN, bottom, WIDTH - MARGIN, bottom + 1, FAINT)
    canvas.text(MARGIN, top - 4, f"cost of a step, up to {scene.scale:,}", FAINT)
    for k, cost in enumerate(scene.costs):
        left, right = MARGIN + inner * k / n, MARGIN + inner * (k + 1) / n
        height = (bottom - top - 8) * cost / max(1, scene.scale)
        gap = 1 if inner / n >= 4 else 0
        is_last = k == len(scene.costs) - 1
        canvas.box(
            left, bottom - height, max(left + 1, right - gap), bottom, LAST if is_last else BAR
        )
