"""The tables leave no differentiable primitive out, and no function of JAX that has a derivative."""

from __future__ import annotations

import jax
import pytest
from jax import lax
from jax.interpreters import ad

from tests.conformance.case import primitives_of
from tests.conformance.test_functions import CASES
from vertex_elim_env.primitives import registered_names

OUT_OF_REACH = {
    "several devices": "ragged_all_to_all",
    "JAX can't batch it, so it has no Jacobian": "reduce_window",
    "integers": "mulhi shift_left xor eq_to",
    "of JAX's own machinery": "dce_sink stage",
}
"""Primitives of jax.lax with a derivative rule that no case meets, and why."""

UNMET = {
    "clz copy_p custom_vjp_call_jaxpr eq_to expand_dims le_to lt_to population_count "
    "shift_left xor zeta igamma_grad_a random_gamma_grad": "no derivative, or another name",
    "layout_constraint reshard sharding_constraint pvary": "several devices",
}
"""Primitives with a rule of ours that no case meets, and why."""


@pytest.fixture(scope="module")
def met() -> set[str]:
    """The primitives that the cases come to."""
    jaxprs = (jax.make_jaxpr(case.function)(*case.arguments) for case in CASES.values())
    return set().union(*(primitives_of(closed.jaxpr) for closed in jaxprs))


def test_every_differentiable_primitive_of_lax_has_a_case(met: set[str]) -> None:
    public = [
        getattr(module, name)
        for module in (lax, lax.linalg)
        for name in dir(module)
        if name.endswith("_p")
    ]
    differentiable = {p.name for p in public if p in ad.primitive_jvps}
    named = set(" ".join(OUT_OF_REACH.values()).split())
    assert len(differentiable) > 100
    assert differentiable - met == named & differentiable


def test_every_primitive_with_a_rule_has_a_case(met: set[str]) -> None:
    assert set(registered_names()) - met <= set(" ".join(UNMET).split())


def test_there_are_hundreds_of_cases() -> None:
    assert len(CASES) >= 600
