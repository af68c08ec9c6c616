"""Described states: both storages agree with the reference engine on any graph and order."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import playable_graphs
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.features import dense, sparse
from vertex_elim_env.engine.features.rows import find, insert, make_rows, remove, reserve
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.game import Game, Opening
from vertex_elim_env.game.rule_book import RuleBook
from vertex_elim_env.generator import RandomPrograms
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.observation import Layout, structure_class, vertex_features

STORAGES = pytest.mark.parametrize("storage", [dense, sparse], ids=["dense", "sparse"])


def game(
    graph: ComputationalGraph,
    cost_model: str,
    storage: ModuleType,
    *,
    needs_adjacency: bool = False,
) -> Game:
    problem = elimination_problem(graph, cost_model)
    opening = Opening(
        problem,
        RuleBook(problem.algebra),
        Layout.compact(graph),
        needs_adjacency=needs_adjacency,
    )
    opening.is_dense = storage is dense
    assert opening.storage is storage
    return Game(opening)


def assert_described(played: Game, problem: object, state: reference.State) -> None:
    assert isinstance(problem, type(played.problem))
    np.testing.assert_allclose(played.features, vertex_features(problem, state), rtol=1e-6)
    costs = reference.candidate_costs(problem, state)
    np.testing.assert_array_equal(played.candidate_costs, costs)
    links, classes = played.links()
    structures = problem.algebra.structures
    assert [(*pair, number) for pair, number in zip(links.tolist(), classes, strict=True)] == [
        (u, w, structure_class(structures[structure]))
        for u, row in enumerate(state.successors)
        for w, structure in sorted(row.items())
    ]


@STORAGES
@settings(max_examples=60)
@given(playable_graphs, st.sampled_from(ve.COST_MODELS), st.data())
def test_what_is_described_is_the_reference_s_state(
    storage: ModuleType, graph: ComputationalGraph, cost_model: str, data: st.DataObject
) -> None:
    played = game(graph, cost_model, storage)
    problem = elimination_problem(graph, cost_model)
    state = reference.initial_state(problem)
    assert_described(played, problem, state)
    for vertex in data.draw(st.permutations(range(graph.num_eliminable))):
        assert played.eliminate(vertex) == reference.eliminate(problem, state, vertex)
        assert_described(played, problem, state)


@STORAGES
@pytest.mark.parametrize("cost_model", ve.COST_MODELS)
@pytest.mark.parametrize("task", ["RoeFlux_1d", "RandomF", "Encoder"])
def test_a_task_s_states_are_the_reference_s(
    storage: ModuleType, task: str, cost_model: str
) -> None:
    graph = ve.tasks.get(task).graph
    played = game(graph, cost_model, storage)
    problem = elimination_problem(graph, cost_model)
    state = reference.initial_state(problem)
    order = np.random.default_rng(0).permutation(graph.num_eliminable).tolist()
    for k, vertex in enumerate(order):
        assert played.eliminate(vertex) == reference.eliminate(problem, state, vertex)
        if k % 10 == 0 or k == len(order) - 1:
            assert_described(played, problem, state)


def test_the_matrix_of_classes_holds_the_links() -> None:
    graph = ve.tasks.get("MLP").graph
    played = game(graph, "flops", dense, needs_adjacency=True)
    for vertex in range(graph.num_eliminable):
        played.eliminate(vertex)
        links, classes = played.links()
        matrix = np.zeros_like(played.adjacency)
        matrix[tuple(links.T)] = classes
        np.testing.assert_array_equal(played.adjacency, matrix)


@STORAGES
def test_a_copy_plays_for_itself(storage: ModuleType) -> None:
    graph = RandomPrograms().sample(np.random.default_rng(0))
    played = game(graph, "multiplications", storage)
    played.eliminate(3)
    other = played.copy()
    before = [array.copy() for array in (played.features, *played.links())]
    for vertex in np.flatnonzero(~other.eliminated).tolist():
        other.eliminate(vertex)
    for array, kept in zip((played.features, *played.links()), before, strict=True):
        np.testing.assert_array_equal(array, kept)
    assert (played.order, other.is_over, played.is_over) == ([3], True, False)
    for vertex in other.order[1:]:
        played.eliminate(vertex)
    assert played.cost == other.cost


def test_pools_of_a_sparse_state_grow_with_its_edges_only() -> None:
    graph = RandomPrograms(num_inputs=5, num_operations=5_000).sample(np.random.default_rng(0))
    played = game(graph, "multiplications", sparse)
    for vertex in range(400, 1_400):
        played.eliminate(vertex)
    live = played._live
    size = sum(
        part.nbytes
        for rows in (live.successors, live.predecessors)  # type: ignore[union-attr]
        for part in rows
    )
    assert size < 2_000 * graph.num_vertices, "a matrix would take 10,000 bytes a vertex"


@settings(max_examples=60)
@given(st.data())
def test_rows_are_sorted_sets(data: st.DataObject) -> None:
    pairs = data.draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 9))))
    keys, members = (np.asarray([p[k] for p in sorted(pairs)], np.int32) for k in range(2))
    rows = make_rows(keys, members, (7 * keys + members).astype(np.int16), 4)
    for v, member in data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)))):
        if (v, member) in pairs:
            assert rows.members[find(rows, v, member)] == member
            remove(rows, v, member)
            pairs.remove((v, member))
        else:
            assert find(rows, v, member) == -1
            if not reserve(rows, v, 1):
                rows = rows.with_room(2 * (int(rows.length[v]) + 1))
                assert reserve(rows, v, 1)
            insert(rows, v, member, 7 * v + member)
            pairs.add((v, member))
        for u in range(4):
            expected = sorted(member for key, member in pairs if key == u)
            assert rows.row(u).tolist() == expected
            places = [find(rows, u, member) for member in expected]
            assert rows.values[places].tolist() == [7 * u + member for member in expected]
