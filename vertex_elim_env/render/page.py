"""A page that steps through an elimination: one HTML file that needs nothing else."""

from __future__ import annotations

import html
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.files import write_text
from vertex_elim_env.render.layout import layered_layout
from vertex_elim_env.render.recording import Pair, Replay
from vertex_elim_env.version import __version__

MAX_PAGE_VERTICES = 2_000
"""Larger graphs are not drawn on a page; it shows their costs and steps alone."""
PLACES = 1_000
"""Places are whole numbers from 0 to this."""


def write_page(story: Replay, path: Path) -> None:
    """Write the page of a replay to a file; see :func:`to_page`."""
    write_text(path, to_page(story))


def to_page(story: Replay) -> str:
    """Return a page that steps through a replay, as HTML text.

    It shows the graph, inputs left and outputs right (up to 2,000 vertices), what every step costs, the
    total so far beside those of orders by rule, and the steps as a table; ``#step=17`` at the end of
    its address opens it at a step, ``#play`` plays it. It loads nothing, so that it can be sent.
    """
    pieces = {
        "title": html.escape(story.name or "Vertex elimination"),
        "summary": html.escape(summary(story)),
        "fingerprint": story.graph.fingerprint,
        "version": html.escape(__version__),
        "style": _asset("page.css"),
        "script": _asset("page.js"),
        "data": _json(page_data(story)),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: pieces[match[1]], _asset("page.html"))


def summary(story: Replay) -> str:
    """Return what an elimination came to, in a sentence or two."""
    graph, cost = story.graph, story.cost
    text = f"{graph.num_eliminable:,} vertices eliminated for {cost:,} {story.cost_model}."
    by_cost = sorted((sums[-1], name) for name, sums in story.rivals.items() if sums)
    if not by_cost or not cost:
        return text
    beaten = by_cost[0][0]
    change = round(100 * (beaten - cost) / beaten)
    less = "fewer" if cost < beaten else "more"
    compared = "as many as" if beaten == cost else f"{abs(change)} % {less} than"
    others = ", ".join(f"{name} {total:,}" for total, name in by_cost)
    return f"{text} That is {compared} the best order by rule takes ({others})."


def page_data(story: Replay) -> dict[str, Any]:
    """Return what the page's script reads."""
    graph = story.graph
    vertices = [graph.vertices[position] for position in graph.positions]
    is_drawn = graph.num_vertices <= MAX_PAGE_VERTICES
    num_live, steps = graph.num_edges, []
    for step in story.steps:
        num_live += len(step.added) - len(step.removed)
        steps.append([step.vertex, step.cost, num_live, len(step.added)])
    changes = [[_flat(s.added), _flat(s.joined)] for s in story.steps]
    places = (layered_layout(graph) * PLACES).round().astype(int) if is_drawn else None
    return {
        "unit": story.cost_model,
        "kinds": [vertex.kind for vertex in vertices],
        "names": [vertex.name for vertex in vertices],
        "shapes": [" × ".join(map(str, vertex.shape)) for vertex in vertices],
        "places": None if places is None else places.ravel().tolist(),
        "gaps": None if places is None else _gaps(places),
        "num_edges": graph.num_edges,
        "edges": _flat(story.edges_after(0)) if is_drawn else [],
        "steps": steps,
        "changes": changes if is_drawn else [],
        "rivals": dict(story.rivals),
    }


def _gaps(places: NDArray[np.int64]) -> tuple[int, int]:
    """The least distances between two columns, and between two vertices of a column."""
    in_columns = places[np.lexsort((places[:, 1], places[:, 0]))]
    across, down = np.diff(in_columns, axis=0).T
    return int(across[across > 0].min(initial=PLACES)), int(down[across == 0].min(initial=PLACES))


def _flat(pairs: tuple[Pair, ...] | list[Pair]) -> list[int]:
    return [end for pair in pairs for end in pair]


def _json(content: dict[str, Any]) -> str:
    """JSON that no text in it can lead out of its script element."""
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _asset(name: str) -> str:
    return resources.files("vertex_elim_env.render").joinpath(name).read_text(encoding="utf-8")
