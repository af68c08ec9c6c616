"""Traps: rules that are arbitrarily worse than the best order, against the exact optimum."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.graph_strategies import program_orders
from tests.optimum import exact_optimum
from vertex_elim_env.generator import TRAPS
from vertex_elim_env.graph import ComputationalGraph

MARKOWITZ = ("markowitz-early", "markowitz-late")
FAILING = {
    "forward": ("forward",),
    "reverse": ("reverse",),
    "hourglass": ("forward", "reverse"),
    "markowitz": ("forward", *MARKOWITZ),
    "portfolio": ("forward", "reverse", *MARKOWITZ),
}
"""The rules that a trap is set for."""

OPTIMUM: dict[str, Callable[[int], int]] = {
    "forward": lambda k: 2 * k - 1,
    "reverse": lambda k: 2 * k - 1,
    "hourglass": lambda k: 2 * k**2 + k - 2,
    "markowitz": lambda k: 2 * k**3 + 2 * k,
    "portfolio": lambda k: 4 * k**3 + 4 * k,
}
"""The cost of the best order of a trap of size k."""

BY_BRUTE_FORCE = {"forward": 8, "reverse": 8, "hourglass": 3, "markowitz": 6, "portfolio": 3}
"""The largest size whose orders are all tried."""


def cost_of(graph: ComputationalGraph, rule: str) -> int:
    return ve.find_order(graph, rule, time_limit=None, max_evaluations=1).cost


@pytest.mark.parametrize("name", TRAPS)
def test_the_best_order_costs_what_the_construction_says(name: str) -> None:
    for size in range(2, BY_BRUTE_FORCE[name] + 1):
        assert exact_optimum(TRAPS[name](size)) == OPTIMUM[name](size)


@pytest.mark.parametrize("name", TRAPS)
def test_the_rules_get_arbitrarily_worse_with_the_size(name: str) -> None:
    """At least size/2 times the optimum; half of that where every rule solves one half."""
    share = 4 if name == "portfolio" else 2
    for size in (2, 3, 5, 8, 12):
        graph = TRAPS[name](size)
        for rule in FAILING[name]:
            assert share * cost_of(graph, rule) >= size * OPTIMUM[name](size)


def test_what_the_docstrings_say_of_the_rules_costs() -> None:
    for k in (2, 3, 5):
        assert cost_of(TRAPS["forward"](k), "forward") == k * k
        for rule in FAILING["hourglass"]:
            assert cost_of(TRAPS["hourglass"](k), rule) == k**3 + k**2 - k
        for rule in FAILING["markowitz"]:
            assert cost_of(TRAPS["markowitz"](k), rule) == k**4 + 2 * k**2
        assert cost_of(TRAPS["markowitz"](k), "reverse") == OPTIMUM["markowitz"](k)


@settings(max_examples=30)
@given(st.sampled_from(sorted(TRAPS)), st.integers(2, 4), st.data())
def test_no_numbering_helps_a_rule(name: str, size: int, data: st.DataObject) -> None:
    graph = TRAPS[name](size)
    renumbered = graph.relabel(data.draw(program_orders(graph)))
    for rule in FAILING[name]:
        assert cost_of(renumbered, rule) == cost_of(graph, rule)
