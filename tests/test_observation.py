"""Observations: they hold the whole state, depend on nothing else, and are fresh."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import TASK, make, play, playable_graphs
from vertex_elim_env.engine import elimination_problem, reference
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.observation import NUM_STRUCTURES, OTHER, STRUCTURE_FEATURES, VERTEX_FEATURES
from vertex_elim_env.structure import dense


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
        counts = np.stack([entering, leaving, entering * leaving, costs], axis=1)
        np.testing.assert_allclose(features[:, 4:8], np.log1p(counts), rtol=1e-6)
        np.testing.assert_array_equal(features[: graph.num_eliminable, 3], state.eliminated)
        names: dict[int, int] = {}
        for u, w in edges:
            ours = int(observation["adjacency"][u, w])
            assert names.setdefault(ours, state.successors[u][w]) == state.successors[u][w]
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


def fan(num_vertices: int) -> ComputationalGraph:
    """One input, vertices of the sizes 2, 3, ..., one output: two structures a vertex."""
    vertices, edges = [Vertex("input", ())], []
    for k in range(num_vertices):
        shape, last = (k + 2,), num_vertices + 1
        vertices.append(Vertex("eliminable", shape))
        edges += [
            Edge(0, k + 1, dense(shape, ()), False),
            Edge(k + 1, last, dense((), shape), False),
        ]
    return ComputationalGraph((*vertices, Vertex("output", ())), tuple(edges))


def test_structures_past_the_table_share_the_last_id() -> None:
    env = make(graph=fan(200))
    observation, _ = env.reset(seed=0)
    assert env.observation_space.contains(observation)
    ids, counts = np.unique(
        observation["adjacency"][observation["adjacency"] > 0], return_counts=True
    )
    assert ids.tolist() == list(range(1, NUM_STRUCTURES))
    assert counts.tolist() == [1] * (OTHER - 1) + [400 - (OTHER - 1)]
    assert observation["structure_features"][OTHER].tolist() == [1, 0, 0, 0, 0, 0]
    play(env, range(200))


def test_features_of_structures_say_what_they_are() -> None:
    env = make(graph=fan(1))
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
        "is_diagonal": 0,
        "log_num_values": np.log1p(np.float32(2)),
        "log_num_entries": np.log1p(np.float32(2)),
    }
