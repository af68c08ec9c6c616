"""The drawing of an elimination."""

from __future__ import annotations

from pathlib import Path

import pytest

import vertex_elim_env as ve
from vertex_elim_env.errors import OrderError
from vertex_elim_env.render import draw_elimination

GRAPH = ve.tasks.get("PropaneCombustion").graph


def test_a_drawing_tells_edges_and_costs(tmp_path: Path) -> None:
    draw_elimination(GRAPH, range(51), tmp_path / "new" / "picture.svg")
    text = (tmp_path / "new" / "picture.svg").read_text()
    assert text.count("<use") >= 3 * GRAPH.num_vertices


def test_a_wrong_order_draws_nothing(tmp_path: Path) -> None:
    with pytest.raises(OrderError, match="missing"):
        draw_elimination(GRAPH, range(50), tmp_path / "picture.png")
    assert not list(tmp_path.iterdir())
