"""Whole models: JAX's own Jacobian under three orders, at the counted cost."""

from __future__ import annotations

import pytest

from tests.conformance.case import check_orders, rng, trace
from tests.conformance.models import MODELS


@pytest.mark.parametrize("name", MODELS)
def test_a_model_s_jacobian_is_jax_s_at_the_counted_cost(name: str) -> None:
    n = trace(MODELS[name]).num_eliminable
    mixed = rng().permutation(n).tolist()
    check_orders(MODELS[name], [range(n), range(n - 1, -1, -1), mixed])
