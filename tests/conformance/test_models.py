"""Whole models: JAX's own Jacobian under three orders, at the counted cost."""

from __future__ import annotations

import pytest

from tests.conformance.case import check_orders, trace
from tests.conformance.models import MODELS
from vertex_elim_env import find_order


@pytest.mark.parametrize("name", MODELS)
def test_a_model_s_jacobian_is_jax_s_at_the_counted_cost(name: str) -> None:
    graph = trace(MODELS[name])
    n = graph.num_eliminable
    mixed = find_order(graph, method="markowitz", cost_model="nontrivial").order
    check_orders(MODELS[name], [range(n), range(n - 1, -1, -1), mixed])
