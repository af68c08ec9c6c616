"""Splits: what one holds no other does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.generator.generators import plain
from tests.graph_strategies import graphs, program_orders
from vertex_elim_env.errors import GraphError
from vertex_elim_env.generator import (
    SPLIT_NAMES,
    Generator,
    GraphSet,
    RandomPrograms,
    Split,
    Traps,
    split,
    split_of,
)
from vertex_elim_env.graph import ComputationalGraph


def fingerprints(generator: Generator, seed: int, count: int) -> set[str]:
    random = np.random.default_rng(seed)
    return {generator.sample(random).fingerprint for _ in range(count)}


@settings(max_examples=10)
@given(st.integers(1, 4), st.integers(4, 12), st.integers(0, 999))
def test_the_splits_of_a_generator_share_no_graph(
    num_inputs: int, num_operations: int, seed: int
) -> None:
    """Small programs, drawn alike for all three, so that many would be the same."""
    parts = split(RandomPrograms(num_inputs, num_operations), (0.4, 0.3, 0.3))
    train, validation, test = (fingerprints(part, seed, 40) for part in parts)
    assert not train & validation
    assert not train & test
    assert not validation & test


@settings(max_examples=12)
@given(plain, st.integers(0, 999))
def test_a_graph_belongs_to_the_split_that_draws_it(generator: Generator, seed: int) -> None:
    graph = generator.sample(np.random.default_rng(seed))
    mine = split_of(graph)
    assert Split(GraphSet(graph), mine).sample(np.random.default_rng(0)) == graph
    for name in set(SPLIT_NAMES) - {mine}:
        with pytest.raises(GraphError, match="too few different ones"):
            Split(GraphSet(graph), name).sample(np.random.default_rng(0))


@settings(max_examples=50)
@given(graphs(), st.data())
def test_a_renumbered_copy_stays_in_its_split(
    graph: ComputationalGraph, data: st.DataObject
) -> None:
    copy = graph.relabel(data.draw(program_orders(graph)))
    assert split_of(copy, (0.34, 0.33, 0.33)) == split_of(graph, (0.34, 0.33, 0.33))


def test_the_fractions_are_kept() -> None:
    random = np.random.default_rng(0)
    programs = RandomPrograms(2, 12)
    names = [split_of(programs.sample(random), (0.5, 0.3, 0.2)) for _ in range(1000)]
    shares = [names.count(name) / len(names) for name in SPLIT_NAMES]
    np.testing.assert_allclose(shares, (0.5, 0.3, 0.2), atol=0.05)


def test_all_splits_have_the_generator_s_limits_and_repeat() -> None:
    generator = Traps()
    for part in split(generator, (0.4, 0.3, 0.3)):
        assert part.limits == generator.limits
        assert part.sample(np.random.default_rng(1)) == part.sample(np.random.default_rng(1))


def test_where_a_task_belongs_is_the_same_for_ever() -> None:
    """Another hash would let graphs that someone trained on into the test sets of others."""
    held_out = {name: split_of(ve.tasks.get(name).graph) for name in ve.tasks.names()}
    others = {name: part for name, part in held_out.items() if part != "train"}
    assert others == {"RandomF": "validation", "Encoder": "validation"}


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "name": (dict(name="dev"), ValueError, "train, validation, test; got 'dev'"),
    "two fractions": (dict(fractions=(0.5, 0.5)), ValueError, "three positive numbers"),
    "zero": (dict(fractions=(0.5, 0.5, 0.0)), ValueError, "three positive numbers"),
    "sum": (dict(fractions=(0.5, 0.3, 0.3)), ValueError, "sum to 1"),
    "generator": (dict(generator=3), TypeError, "needs sample"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_split_is_refused_in_a_sentence(case: str) -> None:
    wrong, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        Split(**{"generator": Traps(), "name": "train", **wrong})
