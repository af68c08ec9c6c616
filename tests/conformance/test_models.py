"""Whole models: JAX's own Jacobian under three orders, at the counted cost."""

from __future__ import annotations

import pytest

from tests.conformance.case import check_orders, forward_and_reverse, rng
from tests.conformance.models import MODELS


@pytest.mark.parametrize("name", MODELS)
def test_a_model_s_jacobian_is_jax_s_at_the_counted_cost(name: str) -> None:
    check_orders(MODELS[name], lambda n: [*forward_and_reverse(n), rng().permutation(n).tolist()])
