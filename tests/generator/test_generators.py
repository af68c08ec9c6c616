"""Generators: laws that all obey, and what is particular to each."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.generator.generators import generators, plain
from vertex_elim_env.engine import reference
from vertex_elim_env.engine.problem import elimination_problem
from vertex_elim_env.errors import GraphError, UnknownTaskError
from vertex_elim_env.generator import (
    FamilyGenerator,
    Generator,
    GraphSet,
    LayeredDAGs,
    Limits,
    Mixture,
    RandomPrograms,
    Renumbered,
    SeriesParallelDAGs,
    Traps,
)
from vertex_elim_env.graph import ComputationalGraph

seeds = st.integers(0, 2**32 - 1)


def drawn(generator: Generator, seed: int, count: int = 3) -> list[ComputationalGraph]:
    random = np.random.default_rng(seed)
    return [generator.sample(random) for _ in range(count)]


@given(generators, seeds)
def test_graphs_are_valid_within_the_limits_and_have_something_to_eliminate(
    generator: Generator, seed: int
) -> None:
    for graph in drawn(generator, seed):
        assert generator.limits.admits(graph)
        assert graph.num_eliminable >= 1
        assert ComputationalGraph.from_json(graph.to_json()) == graph


@given(generators, seeds)
def test_the_same_seed_draws_the_same_graphs_also_from_a_copy(
    generator: Generator, seed: int
) -> None:
    twin = copy.deepcopy(generator)
    assert twin == generator
    assert drawn(twin, seed) == drawn(generator, seed)


@settings(max_examples=30)
@given(plain, seeds)
def test_renumbering_changes_numbers_only(generator: Generator, seed: int) -> None:
    (graph,) = drawn(generator, seed, 1)
    (renumbered,) = drawn(Renumbered(GraphSet(graph)), seed, 1)
    assert Limits.of(renumbered) == Limits.of(graph)
    assert Counter(renumbered.vertices) == Counter(graph.vertices)
    assert Counter(e.structure for e in renumbered.edges) == Counter(
        e.structure for e in graph.edges
    )


def test_renumbering_reaches_every_valid_numbering() -> None:
    """Two chains of one vertex each, side by side: four vertices after two inputs and so on."""
    diamond = SeriesParallelDAGs(1, 2, 1, series=0.0)
    (graph,) = drawn(diamond, 0, 1)
    sides = [v._replace(name=name) for v, name in zip(graph.vertices[1:3], "ab", strict=True)]
    named = ComputationalGraph((graph.vertices[0], *sides, graph.vertices[3]), graph.edges)
    orders = {
        tuple(v.name for v in other.vertices) for other in drawn(Renumbered(GraphSet(named)), 0, 20)
    }
    assert orders == {("", "a", "b", ""), ("", "b", "a", "")}


@given(seeds)
def test_random_programs_keep_their_numbers_of_inputs_and_operations(seed: int) -> None:
    (graph,) = drawn(RandomPrograms(3, 20), seed, 1)
    assert graph.num_inputs == 3
    assert graph.num_eliminable + graph.num_outputs == 20


@given(seeds)
def test_layers_are_read_by_the_next_and_skips_come_from_further_up(seed: int) -> None:
    layers = LayeredDAGs(2, 3, 4, 2, density=0.3, skip=0.5)
    (graph,) = drawn(layers, seed, 1)
    assert Limits.of(graph) == layers.limits == Limits(12, 2, 2)
    depth = [0] * 2 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 2
    steps = Counter(depth[e.target] - depth[e.source] for e in graph.edges)
    assert min(steps) == 1
    for vertex in range(2, 16):
        assert any(e.target == vertex and depth[e.source] == depth[vertex] - 1 for e in graph.edges)


def test_full_layers_cost_what_a_chain_of_matrix_products_costs() -> None:
    """(2 x 3)(3 x 3)(3 x 4) from the outputs on: 4*3*3 + 4*3*2 products."""
    (graph,) = drawn(LayeredDAGs(2, 2, 3, 4, density=1.0, skip=0.0), 0, 1)
    assert graph.num_edges == 2 * 3 + 3 * 3 + 3 * 4
    assert ve.elimination_cost(graph, range(5, -1, -1)) == 4 * 3 * 3 + 4 * 3 * 2


@given(st.integers(1, 20), st.floats(0, 1), seeds)
def test_series_parallel_graphs_have_no_crossed_square(n: int, series: float, seed: int) -> None:
    """Valdes, Tarjan, Lawler 1982: no edges a -> c, b -> c, b -> d without a -> d in the closure."""
    generator = SeriesParallelDAGs(2, n, 3, series)
    (graph,) = drawn(generator, seed, 1)
    assert Limits.of(graph) == generator.limits
    size = graph.num_vertices
    reaches = np.eye(size, dtype=bool)
    for edge in reversed(graph.edges):
        reaches[edge.source] |= reaches[edge.target]
    before = reaches & ~np.eye(size, dtype=bool)
    either = before | before.T
    for b in range(size):
        for c in np.flatnonzero(before[b]):
            for d in np.flatnonzero(before[b] & ~either[c]):
                lonely = before[:, c] & ~either[b] & ~either[d]
                lonely[[b, c, d]] = False
                assert not lonely.any()


def test_all_in_series_is_a_chain_and_all_in_parallel_a_layer() -> None:
    (chain,) = drawn(SeriesParallelDAGs(2, 6, 3, series=1.0), 0, 1)
    assert chain.num_edges == 2 + 5 + 3
    (layer,) = drawn(SeriesParallelDAGs(2, 6, 3, series=0.0), 0, 1)
    assert layer.num_edges == 2 * 6 + 6 * 3


def test_a_mixture_draws_by_weight() -> None:
    small, large = RandomPrograms(1, 5), RandomPrograms(2, 9)
    graphs = drawn(Mixture((small, large), (3, 1)), 0, 400)
    share = sum(graph.num_inputs == 1 for graph in graphs) / len(graphs)
    assert 0.68 < share < 0.82
    assert Mixture((small, large)).limits == Limits(8, 2, 8)


def test_a_set_of_tasks_draws_each_of_them() -> None:
    names = ("PropaneCombustion", "MLP")
    fingerprints = {g.fingerprint for g in drawn(GraphSet.of_tasks(*names), 0, 20)}
    assert fingerprints == {ve.tasks.get(name).graph.fingerprint for name in names}
    assert len(GraphSet.of_tasks().graphs) == len(ve.tasks.names())


def test_a_family_s_parameters_are_drawn_within_their_ranges() -> None:
    generator = FamilyGenerator("ThinFilm", layers=(2, 4))
    numbers = {graph.num_inputs for graph in drawn(generator, 0, 30)}
    assert numbers == {2 * layers + 1 for layers in (2, 3, 4)}
    fixed = FamilyGenerator("LSTM", steps=1, width=2, features=2)
    assert fixed.limits == Limits.of(drawn(fixed, 1, 1)[0])


@settings(max_examples=20)
@given(generators, seeds)
def test_all_engines_play_what_is_drawn(generator: Generator, seed: int) -> None:
    (graph,) = drawn(generator, seed, 1)
    order = np.random.default_rng(seed).permutation(graph.num_eliminable)
    problem = elimination_problem(graph, "multiplications")
    assert ve.elimination_cost(graph, order) == reference.order_cost(problem, order)


NO_GENERATOR: Any = object()
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "inputs": (lambda: RandomPrograms(num_inputs=0), ValueError, "num_inputs .* at least 1; got 0"),
    "operations": (lambda: RandomPrograms(num_operations=1), ValueError, "at least 2; got 1"),
    "locality": (lambda: RandomPrograms(locality=0.0), ValueError, "random programs need"),
    "not whole": (lambda: LayeredDAGs(width=2.5), ValueError, "width .* got 2.5"),  # type: ignore[arg-type]
    "density": (lambda: LayeredDAGs(density=1.5), ValueError, "density .* 0 to 1; got 1.5"),
    "series": (lambda: SeriesParallelDAGs(series=float("nan")), ValueError, "series .* got nan"),
    "empty mixture": (lambda: Mixture(()), ValueError, "at least one"),
    "weights": (lambda: Mixture((Traps(),), (1, 2)), ValueError, "as many positive weights"),
    "part": (lambda: Mixture((NO_GENERATOR,)), TypeError, "needs sample"),
    "renumbered": (lambda: Renumbered(NO_GENERATOR), TypeError, "needs sample"),
    "trap": (lambda: Traps(("mouse",)), ValueError, "traps are forward, .*; got mouse"),
    "no trap": (lambda: Traps(()), ValueError, "got none"),
    "trap size": (lambda: Traps(min_size=1), ValueError, "at least 2; got 1"),
    "trap sizes": (lambda: Traps(min_size=5, max_size=4), ValueError, "max_size .* at least 5"),
    "empty set": (lambda: GraphSet(), GraphError, "at least one"),
    "task": (lambda: GraphSet.of_tasks("Roe"), UnknownTaskError, "RoeFlux_1d"),
    "family": (lambda: FamilyGenerator("Robot"), UnknownTaskError, "RobotArm"),
    "parameter": (lambda: FamilyGenerator("RobotArm", legs=2), TypeError, "are: joints"),
    "too small": (lambda: FamilyGenerator("RobotArm", joints=(1, 3)), ValueError, "2 on; got 1"),
    "too large": (lambda: FamilyGenerator("RoeFlux", dimensions=4), ValueError, "1 to 3; got 4"),
    "backward": (lambda: FamilyGenerator("RobotArm", joints=(5, 3)), ValueError, "5 is above 3"),
    "no pair": (lambda: FamilyGenerator("RobotArm", joints=[3]), ValueError, r"got \[3\]"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused_in_a_sentence(name: str) -> None:
    make, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        make()
