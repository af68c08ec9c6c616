"""Where derivatives jump or vanish, and for arrays of nothing: as JAX has it, under both orders."""

from __future__ import annotations

import pytest

from tests.conformance.case import check_orders, forward_and_reverse
from tests.conformance.edge_cases import KINKS, LIMITS_OF_DOMAINS, NOTHING, ZERO_FACTORS

CASES = KINKS | ZERO_FACTORS | LIMITS_OF_DOMAINS | NOTHING


@pytest.mark.parametrize("name", CASES)
def test_two_orders_give_what_jax_says_there(name: str) -> None:
    check_orders(CASES[name], forward_and_reverse)
