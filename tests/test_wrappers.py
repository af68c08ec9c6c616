"""Wrappers: what they show, and that masks, states and clones stay within reach."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils import env_checker
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers import FlattenObservation, OrderEnforcing, TimeLimit

import vertex_elim_env as ve
from tests.environments import TASK, make
from tests.test_contract import assert_same
from vertex_elim_env.observation import LARGEST_LOG, VERTEX_FEATURES
from vertex_elim_env.testing import check_env
from vertex_elim_env.wrappers import (
    EliminationWrapper,
    History,
    MaskedObservation,
    MaskInInfo,
    NodeFeatures,
    PaddedGraph,
    RecordReplay,
    ShuffledState,
    ShuffledVertices,
    StepLimit,
)
from vertex_elim_env.wrappers.vector import NodeFeatures as VectorNodeFeatures

NOWHERE = "no-such-folder"


def never(number: int, cost: int) -> bool:
    return False


Wrap = Callable[[gym.Env[Any, Any]], EliminationWrapper]
WRAPPINGS: dict[str, tuple[str, Wrap]] = {
    "masked observation": ("dict", MaskedObservation),
    "masked graph": ("graph", MaskedObservation),
    "mask in info": ("dict", MaskInInfo),
    "node features": ("dict", NodeFeatures),
    "with adjacency": ("dict", lambda env: NodeFeatures(env, adjacency=True)),
    "flat": ("dict", lambda env: NodeFeatures(env, flat=True)),
    "padded graph": ("graph", lambda env: PaddedGraph(env, max_edges=900)),
    "features of a padded graph": (
        "graph",
        lambda env: NodeFeatures(PaddedGraph(env, max_edges=900)),
    ),
    "history": ("dict", History),
    "history of graphs": ("graph", lambda env: History(env, length=2)),
    "step limit": ("dict", lambda env: StepLimit(env, max_steps=100_000)),
    "shuffled": ("dict", ShuffledVertices),
    "shuffled graph": ("graph", ShuffledVertices),
    "recorded": ("dict", lambda env: RecordReplay(env, folder=NOWHERE, trigger=never)),
    "five of them": (
        "dict",
        lambda env: MaskedObservation(
            NodeFeatures(StepLimit(History(ShuffledVertices(env)), max_steps=100_000))
        ),
    ),
}
RANDOM = "VertexEliminationRandom-v0"


def wrapped(name: str, env_id: str = RANDOM, **options: Any) -> EliminationWrapper:
    observation, wrap = WRAPPINGS[name]
    return wrap(gym.make(env_id, observation=observation, **options))


def legal(env: gym.Env[Any, Any], rng: np.random.Generator) -> int:
    return int(rng.choice(np.flatnonzero(env.get_wrapper_attr("action_masks")())))


@pytest.mark.parametrize("name", WRAPPINGS)
def test_gymnasium_s_check_finds_nothing(name: str) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is different from the unwrapped version.*")
        env_checker.check_env(wrapped(name))


NUMBERED_OTHERWISE = ("shuffled", "shuffled graph", "five of them")
"""The referee takes actions for vertices."""


@pytest.mark.parametrize("name", [name for name in WRAPPINGS if name not in NUMBERED_OTHERWISE])
def test_a_wrapped_environment_keeps_the_laws(name: str) -> None:
    check_env(wrapped(name), num_steps=200, skip_gymnasium=True)


@pytest.mark.parametrize("name", WRAPPINGS)
def test_masks_say_which_actions_are_legal(name: str) -> None:
    env, rng = wrapped(name, on_invalid="raise"), np.random.default_rng(0)
    env.reset(seed=0)
    terminated = False
    while not terminated:
        _, _, terminated, truncated, info = env.step(legal(env, rng))
        assert np.array_equal(info["action_mask"].astype(bool), env.action_masks())
        assert not truncated
    assert info["cost"] == ve.elimination_cost(env.unwrapped.graph, info["order"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_state_put_back_plays_on_as_before(name: str) -> None:
    env, other, rng = wrapped(name), wrapped(name), np.random.default_rng(0)
    env.reset(seed=3)
    for _ in range(9):
        last = env.step(legal(env, rng))
    state = env.get_state()
    observation, info = other.set_state(state)
    assert_same((observation, info | {"step_cost": last[-1]["step_cost"]}), (last[0], last[-1]))
    terminated = False
    while not terminated:
        action = legal(env, rng)
        ours, theirs = env.step(action), other.step(action)
        assert_same(ours, theirs)
        terminated = ours[2]
    assert_same(env.reset(), other.reset())


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_clone_plays_for_itself(name: str) -> None:
    env, rng = wrapped(name), np.random.default_rng(0)
    env.reset(seed=1)
    env.step(legal(env, rng))
    clone, again = env.clone(), env.clone()
    assert type(clone) is type(env)
    for _ in range(5):
        clone.step(legal(clone, rng))
    assert len(env.unwrapped.game.order) == 1  # type: ignore[attr-defined]
    for _ in range(5):
        action = legal(env, rng)
        assert_same(env.step(action), again.step(action))
    assert_same(env.reset(), again.reset())


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_wrapping_is_made_again_from_its_spec(name: str) -> None:
    env = wrapped(name)
    other = gym.make(env.spec)
    assert str(other) == str(env)
    assert other.observation_space == env.observation_space
    assert_same(other.reset(seed=2), env.reset(seed=2))


@pytest.mark.parametrize("name", WRAPPINGS)
def test_many_wrapped_environments_are_stepped_together(name: str) -> None:
    observation, wrap = WRAPPINGS[name]
    envs = gym.make_vec(
        RANDOM, num_envs=2, vectorization_mode="sync", wrappers=[wrap], observation=observation
    )
    envs.reset(seed=0)
    single = wrapped(name)
    single.reset(seed=0)
    action = int(single.action_masks().argmax())
    _, rewards, *_ = envs.step(np.asarray([action, 0]))
    assert rewards[0] == single.step(action)[1]
    assert np.asarray(envs.call("action_masks")).shape[0] == 2  # type: ignore[attr-defined]
    envs.close()


@pytest.mark.parametrize(
    "name", ["node features", "flat", "mask in info", "history", "padded graph"]
)
def test_stable_baselines3_s_check_finds_but_unconventional_shapes(name: str) -> None:
    env_checker_of_sb3 = pytest.importorskip("stable_baselines3.common.env_checker")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        env_checker_of_sb3.check_env(wrapped(name))
    texts = [str(w.message) for w in caught]
    assert [text for text in texts if "unconventional shape" not in text] == []


def test_wrapped_environments_run_in_processes_of_their_own() -> None:
    envs = gym.make_vec(
        f"vertex_elim_env:{RANDOM}",
        num_envs=2,
        vectorization_mode="async",
        vector_kwargs={"context": "spawn"},
        wrappers=[NodeFeatures],
    )
    seen, _ = envs.reset(seed=0)
    single = NodeFeatures(gym.make(RANDOM))
    np.testing.assert_array_equal(seen[0], single.reset(seed=0)[0])
    assert np.asarray(envs.call("action_masks")).dtype == np.bool_  # type: ignore[attr-defined]
    envs.close()


def test_gymnasium_s_wrappers_stand_in_between_where_they_keep_nothing() -> None:
    env = History(OrderEnforcing(FlattenObservation(NodeFeatures(make(task=TASK)))))
    env.reset(seed=0)
    env.step(4)
    state = env.get_state()
    before, *_ = env.step(7)
    env.set_state(state)
    assert_same(env.step(7)[0], before)
    timed = History(TimeLimit(make(task=TASK), 5))
    timed.reset(seed=0)
    assert timed.clone().step(3)[4]["cost"] > 0
    with pytest.raises(TypeError, match="TimeLimit may keep a state of its own"):
        timed.set_state(timed.get_state())


def test_the_mask_goes_where_a_library_looks() -> None:
    env = MaskedObservation(make(task=TASK), observation_key="obs", mask_key="mask", dtype=bool)
    observation, _ = env.reset(seed=0)
    assert set(env.observation_space.spaces) == {"obs", "mask"}  # type: ignore[attr-defined]
    assert "action_mask" not in observation["obs"]
    assert observation["mask"].dtype == np.bool_
    assert env.observation_space.contains(observation)
    as_floats = MaskedObservation(make(task=TASK), dtype=np.float32)
    assert as_floats.observation_space.contains(as_floats.reset(seed=0)[0])
    with pytest.raises(ValueError, match="must differ; got 'x' twice"):
        MaskedObservation(make(task=TASK), observation_key="x", mask_key="x")


def test_a_row_of_the_matrix_is_an_action() -> None:
    env = NodeFeatures(make(task=TASK), features=("is_eliminated", "log_cost"))
    env.reset(seed=0)
    matrix, *_ = env.step(7)
    assert matrix[:, 0].nonzero()[0].tolist() == [7]
    costs = env.unwrapped.game.candidate_costs  # type: ignore[attr-defined]
    np.testing.assert_allclose(matrix[:78, 1], np.log1p(costs), rtol=1e-6)
    flat = NodeFeatures(make(task=TASK), features=("is_eliminated", "log_cost"), flat=True)
    flat.reset(seed=0)
    np.testing.assert_array_equal(flat.step(7)[0], matrix.ravel())


@pytest.mark.parametrize("task", [TASK, "MLP"])
def test_the_columns_of_the_adjacency_tell_patterns_from_values(task: str) -> None:
    base = make(task=task)
    matrix, _ = NodeFeatures(base, adjacency=True).reset(seed=0)
    weights = matrix[:, len(VERTEX_FEATURES) :]
    edges, structures = base.game.edges, base.game.problem.algebra.structures
    assert np.count_nonzero(weights) == len(edges.sources)
    for u, w, number in zip(*edges, strict=True):
        structure = structures[number]
        stored = 0 if structure.is_pattern else structure.num_values
        assert weights[u, w] == pytest.approx(1 + np.log1p(stored), abs=0.2)
    assert weights.max() <= LARGEST_LOG


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "an unknown feature": (
        lambda: NodeFeatures(make(task=TASK), features=("colour",)),
        "features are some of is_eliminable, .*; got \\['colour'\\]",
    ),
    "no feature": (lambda: NodeFeatures(make(task=TASK), features=()), "got none"),
    "features of a graph": (
        lambda: NodeFeatures(make(task=TASK, observation="graph")),
        "needs the observation's vertex_features; .* PaddedGraph",
    ),
    "adjacency of a padded graph": (
        lambda: NodeFeatures(
            PaddedGraph(make(task=TASK, observation="graph"), max_edges=9), adjacency=True
        ),
        "needs the observation's adjacency",
    ),
    "padding of arrays": (
        lambda: PaddedGraph(make(task=TASK), max_edges=9),
        'PaddedGraph needs an environment with observation="graph"',
    ),
    "no edges": (
        lambda: PaddedGraph(make(task=TASK, observation="graph"), max_edges=0),
        "max_edges must be at least 1",
    ),
    "too few edges": (
        lambda: PaddedGraph(make(task=TASK, observation="graph"), max_edges=9).reset(),
        "live edges and PaddedGraph room for 9",
    ),
    "no history": (lambda: History(make(task=TASK), length=0), "length must be at least 1"),
    "two histories": (lambda: History(History(make(task=TASK))), "has a history already"),
    "no steps": (lambda: StepLimit(make(task=TASK), max_steps=0), "max_steps must be at least 1"),
    "late shuffling": (
        lambda: ShuffledVertices(History(make(task=TASK))),
        "goes first around the environment itself",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_makes_no_sense_is_refused_in_a_sentence(name: str) -> None:
    build, says = WRONG[name]
    with pytest.raises(ValueError, match=says):
        build()


def test_a_padded_graph_holds_the_matrix_of_the_other_observation() -> None:
    limits = (90, 9, 11)
    sparse = PaddedGraph(make(task=TASK, observation="graph", limits=limits), max_edges=600)
    dense = make(task=TASK, limits=limits)
    rng, ends = np.random.default_rng(0), False
    ours, theirs = sparse.reset(seed=0)[0], dense.reset(seed=0)[0]
    while not ends:
        np.testing.assert_array_equal(ours["vertex_features"], theirs["vertex_features"])
        np.testing.assert_array_equal(ours["action_mask"], theirs["action_mask"])
        features = np.zeros((*theirs["adjacency"].shape, 5), np.float32)
        links = ours["edge_links"][ours["edge_mask"] == 1]
        features[tuple(links.T)] = ours["edge_features"][ours["edge_mask"] == 1]
        expected = theirs["structure_features"][theirs["adjacency"]]
        np.testing.assert_array_equal(features, expected)
        action = legal(dense, rng)
        ours, theirs = sparse.step(action)[0], dense.step(action)
        theirs, ends = theirs[0], theirs[2]


def test_a_history_is_the_order_so_far() -> None:
    env = History(make(task=TASK), length=2)
    observation, _ = env.reset(seed=0, options={"prefix": (9, 4, 11)})
    costs = [make(task=TASK), []]
    costs[0].reset(seed=0)  # type: ignore[attr-defined]
    expected = [costs[0].step(v)[4]["step_cost"] for v in (9, 4, 11)]  # type: ignore[attr-defined]
    assert observation["last_actions"].tolist() == [11, 4]
    np.testing.assert_allclose(observation["last_costs"], np.log1p(expected[:0:-1]), rtol=1e-6)
    assert observation["order_position"][[9, 4, 11]] == pytest.approx([1 / 78, 2 / 78, 3 / 78])
    assert np.count_nonzero(observation["order_position"]) == 3
    observation, *_ = env.step(9)  # illegal
    assert observation["last_actions"].tolist() == [11, 4]


def test_a_history_names_actions_where_vertices_are_shuffled() -> None:
    env = History(ShuffledVertices(make(task=TASK)), length=2)
    env.reset(seed=0)
    for action in (3, 8):
        observation, *_ = env.step(action)
    assert observation["last_actions"].tolist() == [8, 3]
    assert observation["order_position"].argsort()[-2:].tolist() == [3, 8]


def test_an_episode_ends_at_its_step_limit() -> None:
    env = StepLimit(make(task=TASK), max_steps=3)
    env.reset(seed=0)
    assert [env.step(a)[2:4] for a in (1, 1, 2)] == [(False, False)] * 2 + [(False, True)]
    with pytest.raises(RuntimeError, match="truncated after 3 steps"):
        env.step(5)
    env.reset()
    env.step(1)
    state, clone = env.get_state(), env.clone()
    assert [clone.step(a)[3] for a in (2, 3)] == [False, True]
    env.reset()
    env.set_state(state)
    assert [env.step(a)[3] for a in (2, 3)] == [False, True]
    last = StepLimit(make(task=TASK), max_steps=78)
    last.reset(seed=0)
    assert [last.step(v)[2:4] for v in range(78)][-1] == (True, False)


@pytest.mark.parametrize("observation", ["dict", "graph"])
def test_shuffled_vertices_are_the_same_game_in_other_words(observation: str) -> None:
    env, plain = ShuffledVertices(make(observation=observation)), make(observation=observation)
    ours, info = env.reset(seed=4)
    theirs, _ = plain.reset(seed=4)
    vertices = info["vertices"]
    assert sorted(vertices.tolist()) == list(range(98)) != vertices.tolist()
    rng = np.random.default_rng(0)
    for _ in range(40):
        rows = np.arange(plain.graph.num_vertices)
        rows[:98] = vertices
        if observation == "dict":
            expected = {
                **theirs,
                "vertex_features": theirs["vertex_features"][rows],
                "adjacency": theirs["adjacency"][rows][:, rows],
                "action_mask": theirs["action_mask"][vertices],
            }
            assert_same(ours, expected)
        else:
            np.testing.assert_array_equal(ours.nodes, theirs.nodes[rows])
            pairs = [tuple(pair) for pair in ours.edge_links.tolist()]
            assert pairs == sorted(pairs)
            back = {
                tuple(rows[list(p)]): e for p, e in zip(pairs, ours.edges.tolist(), strict=True)
            }
            links = [tuple(pair) for pair in theirs.edge_links.tolist()]
            assert back == dict(zip(links, theirs.edges.tolist(), strict=True))
        action = legal(env, rng)
        mine, other = env.step(action), plain.step(int(vertices[action]))
        assert mine[1:4] == other[1:4]
        ours, theirs = mine[0], other[0]
    assert not np.array_equal(env.reset()[1]["vertices"], vertices)


def test_shuffled_vertices_repeat_with_the_seed_and_refuse_plain_states() -> None:
    env = ShuffledVertices(make(task=TASK))
    first, second = (env.reset(seed=7)[1]["vertices"] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    with pytest.raises(TypeError, match="expected a ShuffledState; got EpisodeState"):
        env.set_state(env.unwrapped.get_state())  # type: ignore[attr-defined]
    larger = ShuffledVertices(make())
    larger.reset(seed=0)
    state = larger.get_state()
    with pytest.raises(ValueError, match="the state numbers 98 vertices, the environment 78"):
        env.set_state(state)
    assert isinstance(copy.deepcopy(state), ShuffledState)


def test_episodes_that_cost_less_than_all_before_are_recorded(tmp_path: Path) -> None:
    env = RecordReplay(make(task=TASK), folder=tmp_path / "new")
    task = ve.tasks.get(TASK)
    reverse, best = range(77, -1, -1), ve.find_order(task.graph, method="markowitz").order
    for order in (range(78), reverse, range(78), [], best):
        env.reset(seed=0)
        for vertex in order:
            env.step(vertex)
    names = [f"episode-{k:06d}-cost-{cost}.html" for k, cost in ((0, 240), (1, 172), (3, 148))]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names
    assert [path.name for path in env.paths] == names
    assert "for 148 multiplications" in env.paths[-1].read_text(encoding="utf-8")


def test_a_trigger_chooses_what_is_recorded(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    env = RecordReplay(
        make(task="MLP", cost_model="flops"),
        folder=tmp_path,
        trigger=lambda number, cost: number % 2 == 1,
        ending=".gif",
        name="agent-3",
    )
    for _ in range(3):
        env.reset(seed=0)
        for vertex in range(26):
            *_, info = env.step(vertex)
    assert [p.name for p in tmp_path.iterdir()] == [f"agent-3-000001-cost-{info['cost']}.gif"]
    with pytest.raises(ValueError, match=r"one of \.html"):
        RecordReplay(make(task=TASK), folder=tmp_path, ending=".avi")


@pytest.mark.parametrize("mode", AutoresetMode)
@pytest.mark.parametrize("options", [{}, {"adjacency": True}, {"flat": True}], ids=str)
def test_the_vector_wrapper_shows_what_the_single_ones_show(
    mode: AutoresetMode, options: dict[str, Any]
) -> None:
    graph = ve.tasks.get("MLP").graph
    ours = VectorNodeFeatures(
        gym.make_vec("VertexElimination-v0", num_envs=3, graph=graph, autoreset_mode=mode),
        **options,
    )
    sync = gym.make_vec(
        "VertexElimination-v0",
        num_envs=3,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": mode},
        wrappers=[lambda env: NodeFeatures(env, **options)],
        graph=graph,
    )
    assert ours.single_observation_space == sync.single_observation_space
    assert ours.observation_space == sync.observation_space
    assert_same(ours.reset(seed=0), sync.reset(seed=0))
    rng = np.random.default_rng(0)
    for _ in range(60):
        actions = np.asarray([rng.choice(np.flatnonzero(mask)) for mask in ours.action_masks()])
        expected = sync.step(actions)
        assert_same(ours.step(actions), expected)
        done = expected[2] | expected[3]
        if mode is AutoresetMode.DISABLED and done.any():
            options_ = {"reset_mask": done}
            assert_same(ours.reset(options=options_), sync.reset(options=options_))
    ours.close()
    sync.close()


def test_the_vector_wrapper_finds_the_masks_of_single_environments() -> None:
    envs = gym.make_vec("VertexElimination-v0", num_envs=2, vectorization_mode="sync", task=TASK)
    masks = VectorNodeFeatures(envs)
    masks.reset(seed=0)
    masks.step(np.asarray([3, 5]))
    assert np.argwhere(~masks.action_masks()).tolist() == [[0, 3], [1, 5]]
