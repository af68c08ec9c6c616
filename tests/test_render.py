"""Texts and pictures of a state, drawings, animations, and what writes which."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import TASK, make
from tests.graph_strategies import graphs
from vertex_elim_env.__main__ import main
from vertex_elim_env.errors import OrderError, VertexEliminationError
from vertex_elim_env.generator import RandomPrograms
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.render import (
    FORMATS,
    Replay,
    draw_elimination,
    frames,
    replay,
    write_animation,
    write_elimination,
)
from vertex_elim_env.render.layout import layered_layout

ROOT = Path(__file__).parent.parent
GRAPH = ve.tasks.get("PropaneCombustion").graph


@pytest.fixture(scope="module")
def story() -> Replay:
    return replay(GRAPH, range(51), name="PropaneCombustion")


def test_a_drawing_tells_edges_and_costs(tmp_path: Path) -> None:
    draw_elimination(GRAPH, range(51), tmp_path / "new" / "picture.svg")
    text = (tmp_path / "new" / "picture.svg").read_text()
    assert text.count("<use") >= 3 * GRAPH.num_vertices


def test_a_wrong_order_draws_nothing(tmp_path: Path) -> None:
    with pytest.raises(OrderError, match="missing"):
        draw_elimination(GRAPH, range(50), tmp_path / "picture.png")
    assert not list(tmp_path.iterdir())


def test_text_tells_progress() -> None:
    env = make(task=TASK, render_mode="ansi")
    env.reset(seed=0)
    env.step(5)
    text = env.render()
    assert "1 of 78" in text
    assert "last vertex: 5" in text


def test_pictures_are_frames_that_change_with_every_step() -> None:
    env = make(task=TASK, render_mode="rgb_array")
    env.reset(seed=0)
    seen = [env.render()]
    for vertex in (5, 77, 30):
        env.step(vertex)
        seen.append(env.render())
    assert {(frame.shape, frame.dtype.name) for frame in seen} == {((480, 720, 3), "uint8")}
    assert all((a != b).any() for a, b in itertools.pairwise(seen))
    env.reset(seed=0, options={"prefix": (5, 77, 30)})
    np.testing.assert_array_equal(env.render(), seen[-1])


def test_the_frames_of_a_replay_are_those_of_the_environment() -> None:
    env = make(task=TASK, render_mode="rgb_array")
    env.reset(seed=0)
    order = ve.find_order(env.graph, method="markowitz").order
    pictures = list(frames(replay(env.graph, order, name="vertex elimination"), max_frames=100))
    assert len(pictures) == 79
    for vertex in order:
        env.step(vertex)
    np.testing.assert_array_equal(pictures[-1], env.render())


def test_gymnasium_collects_pictures_of_an_episode() -> None:
    env = gym.make("VertexElimination-v0", task=TASK, render_mode="rgb_array_list")
    env.reset(seed=0)
    for vertex in range(3):
        env.step(vertex)
    assert [frame.shape for frame in env.render()] == [(480, 720, 3)] * 4  # type: ignore[union-attr]


def test_pictures_and_pages_need_no_other_package(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('PIL', 'matplotlib', 'jax')))\n"
        "import gymnasium as gym, vertex_elim_env\n"
        "from vertex_elim_env.__main__ import main\n"
        "env = gym.make('VertexElimination-v0', render_mode='rgb_array')\n"
        "env.reset(seed=0), env.step(4), print(env.render().shape)\n"
        "path = sys.argv[1]\n"
        "draw = lambda ending: main(['render', 'MLP', '--out', path + ending])\n"
        "sys.exit(draw('.html') or 2 - draw('.gif'))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "e")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "(480, 720, 3)" in result.stdout
    assert "pip install 'vertex-elim-env[plot]'" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["e.html"]


def test_a_vector_environment_shows_every_state() -> None:
    envs = gym.make_vec("VertexElimination-v0", num_envs=2, task=TASK, render_mode="rgb_array")
    envs.reset(seed=0)
    envs.step(np.asarray([3, 5]))
    first, second = envs.render()  # type: ignore[misc]
    assert (first != second).any()


def test_a_large_graph_is_shown_by_its_matrix_in_bounded_space() -> None:
    graph = RandomPrograms(10, 4_000, 8.0).sample(np.random.default_rng(0))
    assert graph.num_eliminable > 2_500
    env = make(graph=graph, observation="graph", render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    env.step(0)
    after = env.render()
    assert before.shape == after.shape == (480, 720, 3)
    assert (before != after).any()


@settings(max_examples=40)
@given(graphs(), st.data())
def test_a_layout_keeps_columns_and_distances(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    places = layered_layout(graph)
    assert places.shape == (graph.num_vertices, 2)
    assert ((places >= 0) & (places <= 1)).all()
    assert len({tuple(place) for place in places.tolist()}) == graph.num_vertices
    for e in graph.edges:
        u, w = graph.index_of[e.source], graph.index_of[e.target]
        assert places[u, 0] < places[w, 0], "edges point to the right"


def test_a_gif_holds_every_state_and_runs_for_ever(story: Replay, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    path = tmp_path / "new" / "e.gif"
    assert write_animation(story, path) == 52
    with image.open(path) as film:
        assert (film.n_frames, film.size, film.info["loop"]) == (52, (720, 480), 0)
        film.seek(51)
        assert film.info["duration"] == 2_500
        last = np.asarray(film.convert("RGB")).astype(int)
    *_, expected = frames(story, max_frames=52)
    assert (last[0, 0] == expected[0, 0]).all(), "the background is kept exactly"
    assert np.abs(last - expected).mean() < 1, "the palette keeps the colours"
    assert [p.name for p in path.parent.iterdir()] == ["e.gif"]


def test_a_long_order_is_shown_at_evenly_spaced_states(story: Replay, tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    assert write_animation(story, tmp_path / "e.gif", max_frames=10) == 10
    some, every = list(frames(story, max_frames=4)), list(frames(story, max_frames=1_000))
    np.testing.assert_array_equal(some[0], every[0])
    np.testing.assert_array_equal(some[1], every[17])
    np.testing.assert_array_equal(some[3], every[51])


def test_a_film_needs_ffmpeg_and_says_so(
    story: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VertexEliminationError, match=r"ffmpeg.*write a \.gif"):
        write_animation(story, tmp_path / "e.mp4")
    (tmp_path / "ffmpeg").write_text("#!/bin/sh\necho no codec >&2\nexit 1\n")
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(VertexEliminationError, match="could not write the film: no codec"):
        write_animation(story, tmp_path / "e.mp4", max_frames=3)
    assert not (tmp_path / "e.mp4").exists()
    with pytest.raises(VertexEliminationError, match=r"ends in \.gif or \.mp4"):
        write_animation(story, tmp_path / "e.webm")


def test_a_film_is_what_ffmpeg_makes_of_the_frames(
    story: Replay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in counts the bytes it is given, and writes that down as the film."""
    program = '#!/bin/sh\nfor last; do :; done\nwc -c > "$last"\n'
    (tmp_path / "ffmpeg").write_text(program)
    (tmp_path / "ffmpeg").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert write_animation(story, tmp_path / "e.mp4", max_frames=3) == 3
    num_bytes = int((tmp_path / "e.mp4").read_text())
    rest = round(2.5 / 0.35)
    assert num_bytes == (3 + rest) * 480 * 720 * 3


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="no ffmpeg on the path")
def test_a_film_is_one_that_players_know(story: Replay, tmp_path: Path) -> None:
    assert write_animation(story, tmp_path / "e.mp4", max_frames=8) == 8
    assert (tmp_path / "e.mp4").read_bytes()[4:8] == b"ftyp"


@pytest.mark.parametrize("ending", [ending for ending in FORMATS if ending != ".mp4"])
def test_the_ending_of_a_file_says_what_is_written(
    ending: str, story: Replay, tmp_path: Path
) -> None:
    pytest.importorskip("matplotlib")
    starts = {
        ".html": b"<!doctype html>",
        ".gif": b"GIF89a",
        ".png": b"\x89PNG",
        ".svg": b"<?xml",
        ".pdf": b"%PDF",
    }
    path = tmp_path / f"e{ending}"
    assert write_elimination(story, path)
    assert path.read_bytes().startswith(starts[ending])


def test_the_command_writes_by_ending(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, record = tmp_path / "e.html", tmp_path / "e.json"
    order = tmp_path / "order.json"
    ve.find_order(ve.tasks.get("MLP").graph, method="reverse", cost_model="flops").save(order)
    argv = ["render", "MLP", "--order", str(order), "--out", str(path), "--json", str(record)]
    assert main(argv) == 0
    cost = json.loads(order.read_text())["cost"]
    assert json.loads(record.read_text()) == {"target": "MLP", "cost": cost, "out": str(path)}
    assert f"MLP: {cost:,} flops" in capsys.readouterr().out
    assert main(["render", "MLP", "--out", str(tmp_path / "e.bmp")]) == 2
    assert "one of .html, .gif, .mp4, .png, .svg, .pdf" in capsys.readouterr().err
    assert main(["render", "RoeFlux_1d", "--order", str(order), "--out", str(path)]) == 2
    assert "is for the graph" in capsys.readouterr().err
