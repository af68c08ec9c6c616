"""Texts and pictures of a state, and the drawing of an elimination."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from tests.environments import TASK, make
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


def test_text_and_pictures() -> None:
    env = make(task=TASK, render_mode="ansi")
    env.reset(seed=0)
    env.step(5)
    text = env.render()
    assert "1 of 78" in text
    assert "last vertex: 5" in text
    env = make(task=TASK, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    env.step(5)
    after = env.render()
    assert before.dtype == np.uint8
    assert min(before.shape[:2]) >= 256
    assert before.shape == after.shape
    assert (before != after).any()
