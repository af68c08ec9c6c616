"""Every function of the tables: JAX's own Jacobian under two orders, at the counted cost."""

from __future__ import annotations

from dataclasses import replace

import jax
import pytest

from tests.conformance import (
    control_cases,
    lax_cases,
    linalg_cases,
    nn_cases,
    numpy_cases,
    special_cases,
)
from tests.conformance.case import Case, check

TABLES: dict[str, dict[str, Case]] = {
    "lax": lax_cases.ELEMENTWISE
    | lax_cases.LAYOUT
    | lax_cases.INDEXING
    | lax_cases.REDUCTIONS
    | lax_cases.CONTRACTIONS,
    "lax.linalg": linalg_cases.LAX,
    "numpy": numpy_cases.ELEMENTWISE
    | numpy_cases.REDUCTIONS
    | numpy_cases.LAYOUT
    | numpy_cases.INDEXING
    | numpy_cases.PRODUCTS,
    "numpy.fft": special_cases.FOURIER,
    "numpy.linalg": linalg_cases.NUMPY,
    "nn": nn_cases.ACTIVATIONS,
    "image": nn_cases.IMAGES,
    "ops": nn_cases.SEGMENTS,
    "random": nn_cases.RANDOM,
    "scipy.linalg": linalg_cases.SCIPY,
    "scipy.sparse.linalg": linalg_cases.ITERATIVE,
    "scipy.special": special_cases.SPECIAL,
    "scipy": special_cases.SIGNALS,
    "scipy.stats": special_cases.DISTRIBUTIONS,
    "control": control_cases.LOOPS
    | control_cases.BRANCHES
    | control_cases.RULES
    | control_cases.CALLS,
}
CASES = {
    f"{table}: {name}": case for table, cases in TABLES.items() for name, case in cases.items()
}

SPARSE = [name for name, case in CASES.items() if case.reference is jax.jacrev][::9]


@pytest.mark.parametrize("name", SPARSE)
def test_a_sparse_jacobian_is_jax_s_made_sparse(name: str) -> None:
    check(replace(CASES[name], sparse=True))


@pytest.mark.parametrize("name", CASES)
def test_two_orders_give_jax_s_jacobian_at_the_counted_cost(name: str) -> None:
    check(CASES[name])
