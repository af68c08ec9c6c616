"""Where derivatives jump or vanish, and for arrays of nothing: as JAX has it, under both orders."""

from __future__ import annotations

import pytest

from tests.conformance.case import check_orders, trace
from tests.conformance.edge_cases import KINKS, LIMITS_OF_DOMAINS, NOTHING, ZERO_FACTORS

CASES = KINKS | ZERO_FACTORS | LIMITS_OF_DOMAINS | NOTHING


@pytest.mark.parametrize("name", CASES)
def test_two_orders_give_what_jax_says_there(name: str) -> None:
    n = trace(CASES[name]).num_eliminable
    check_orders(CASES[name], [range(n), range(n - 1, -1, -1)])
