"""Observations: they hold the whole state, depend on nothing else, and are fresh."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import TASK, make, play, playable_graphs
from tests.graph_strategies import scalar_graphs
from vertex_elim_env.engine import elimination_problem, reference
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.observation import (
    NUM_STRUCTURES,
    STATIC_FEATURES,
    STRUCTURE_FEATURES,
    VERTEX_FEATURES,
    structure_class,
    structure_table,
)
from vertex_elim_env.observation.bound import vertex_bounds
from vertex_elim_env.structure import Free, Link, dense, identity, must_build


@settings(max_examples=40)
@given(playable_graphs, st.data())
def test_the_observation_holds_the_whole_state(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    """Masks are the vertices left, and the adjacency names the structure of every live edge."""
    env = make(graph=graph)
    observation, info = env.reset(seed=0)
    problem = elimination_problem(graph)
    state = reference.initial_state(problem)
    order = data.draw(st.permutations(range(graph.num_eliminable)))
    for vertex in (*order, None):
        assert env.observation_space.contains(observation)
        left = ~state.eliminated if vertex is not None else np.ones(graph.num_eliminable, bool)
        for mask in (observation["action_mask"], info["action_mask"], env.action_masks()):
            np.testing.assert_array_equal(mask, left)
        edges = {(u, w) for u, row in enumerate(state.successors) for w in row}
        assert {
            (int(u), int(w)) for u, w in zip(*np.nonzero(observation["adjacency"]), strict=True)
        } == edges
        features = observation["vertex_features"]
        entering = np.asarray([len(row) for row in state.predecessors])
        leaving = np.asarray([len(row) for row in state.successors])
        costs = np.zeros(graph.num_vertices)
        costs[: graph.num_eliminable] = reference.candidate_costs(problem, state)
        fill_in = np.zeros(graph.num_vertices)
        for v in range(graph.num_eliminable):
            pairs = [(u, w) for u in state.predecessors[v] for w in state.successors[v]]
            fill_in[v] = sum(pair not in edges for pair in pairs)
        counts = np.stack([entering, leaving, entering * leaving, costs, fill_in], axis=1)
        gone = np.zeros((graph.num_vertices, 1))
        gone[: graph.num_eliminable, 0] = state.eliminated
        live = np.hstack([gone, np.log1p(counts)])
        np.testing.assert_allclose(features[:, len(STATIC_FEATURES) :], live, rtol=1e-6)
        for u, w in edges:
            structure = problem.algebra.structures[state.successors[u][w]]
            assert observation["adjacency"][u, w] == structure_class(structure)
        if vertex is not None:
            reference.eliminate(problem, state, vertex)
            observation, _, _, _, info = env.step(vertex)


def test_episodes_do_not_depend_on_earlier_ones() -> None:
    order = np.random.default_rng(0).permutation(ve.tasks.get("RandomF").graph.num_eliminable)
    used, fresh = make(task="RandomF"), make(task="RandomF")
    used.reset(seed=1)
    play(used, range(used.graph.num_eliminable))
    used.reset(seed=2)
    fresh.reset(seed=2)
    for vertex in order:
        ours, theirs = used.step(vertex), fresh.step(vertex)
        for key, array in ours[0].items():
            np.testing.assert_array_equal(array, theirs[0][key])
        assert ours[1] == theirs[1]


def test_every_call_returns_fresh_arrays() -> None:
    env = make(task=TASK)
    first, info = env.reset(seed=0)
    second, *_, after = env.step(0)
    for a, b in zip(first.values(), second.values(), strict=True):
        assert not np.shares_memory(a, b)
    assert not np.shares_memory(info["action_mask"], after["action_mask"])
    assert not np.shares_memory(first["action_mask"], info["action_mask"])


def test_the_graph_observation_holds_live_edges_only() -> None:
    env = make(task=TASK, observation="graph")
    observation, _ = env.reset(seed=0)
    assert len(observation.edge_links) == env.graph.num_edges
    for vertex in range(env.graph.num_eliminable):
        observation, *_ = env.step(vertex)
        assert env.observation_space.contains(observation)
    n = env.graph.num_eliminable
    assert (observation.edge_links >= n).all(), "inputs to outputs: the Jacobian"


def test_columns_bear_their_names() -> None:
    observation, _ = make(task="MLP").reset(seed=0)
    assert observation["vertex_features"].shape[1] == len(VERTEX_FEATURES)
    assert observation["structure_features"].shape == (NUM_STRUCTURES, len(STRUCTURE_FEATURES))


def two_entries() -> ComputationalGraph:
    vertices = (Vertex("input", ()), Vertex("eliminable", (2,)), Vertex("output", ()))
    edges = (Edge(0, 1, dense((2,), ()), False), Edge(1, 2, dense((), (2,)), False))
    return ComputationalGraph(vertices, edges)


def test_features_of_structures_say_what_they_are() -> None:
    env = make(graph=two_entries())
    observation, _ = env.reset(seed=0)
    source, target = 1, 0  # the input's row, and that of the vertex of two entries
    named = dict(
        zip(
            STRUCTURE_FEATURES,
            observation["structure_features"][observation["adjacency"][source, target]],
            strict=True,
        )
    )
    assert named == {
        "is_edge": 1,
        "is_pattern": 0,
        "is_unit": 0,
        "linked": 0,
        "log_weight": np.log1p(np.float32(2)),
    }


STRUCTURES = {
    "scalar": (dense((), ()), [1, 0, 0, 1, math.log(2)]),
    "unit": (identity((3,)), [1, 1, 1, 1, 0]),
    "minus one": (identity((3,), coefficient=-1), [1, 1, 1, 1, 0]),
    "three times": (identity((3,), coefficient=3), [1, 1, 0, 1, 0]),
    "diagonal": (identity((64,), coefficient=None), [1, 0, 0, 1, math.log(65)]),
    "full": (dense((4,), (4,)), [1, 0, 0, 0, math.log(17)]),
    "rows": (
        must_build((4, 2), (4,), [Link(0, 0, None, True)], [Free(1, None, True)], [], None),
        [1, 0, 0, 0.5, math.log(9)],
    ),
    "huge": (dense((2**12,), (2**12,)), [1, 0, 0, 0, math.log1p(2**19.5)]),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_s_class_has_its_features(name: str) -> None:
    structure, features = STRUCTURES[name]
    np.testing.assert_allclose(structure_table()[structure_class(structure)], features, rtol=1e-6)


def test_the_weight_of_a_class_is_right_to_a_quarter_of_an_octave() -> None:
    for size in (*range(1, 300), 10_000, 700_000):
        weight = structure_table()[structure_class(dense((size,), ())), -1]
        assert abs(np.log2(np.expm1(np.float64(weight))) - np.log2(size)) < 0.25 + 1e-6


def test_no_edge_has_no_features() -> None:
    assert structure_class(None) == 0
    assert structure_table()[0].tolist() == [0] * len(STRUCTURE_FEATURES)
    assert (structure_table()[1:, 0] == 1).all()


@settings(max_examples=40)
@given(scalar_graphs())
def test_the_bounds_of_vertices_add_up_to_the_lower_bound(graph: ComputationalGraph) -> None:
    problem = elimination_problem(graph)
    assert vertex_bounds(problem).sum() <= ve.lower_bound(graph, rounds=0)


@pytest.mark.parametrize("task", ve.tasks.names())
def test_the_bounds_of_a_task_add_up_to_its_lower_bound(task: str) -> None:
    graph = ve.tasks.get(task).graph
    for cost_model in ve.COST_MODELS:
        bounds = vertex_bounds(elimination_problem(graph, cost_model))
        assert bounds.sum() <= ve.lower_bound(graph, cost_model, rounds=0)
