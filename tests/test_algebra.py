"""The tables on demand: hash-consed, exact, capped, and the same whatever was asked first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import shapes, structures
from vertex_elim_env.algebra import COST_MODELS, NO_EDGE, UNKNOWN, Algebra
from vertex_elim_env.structure import (
    JacobianStructure,
    Link,
    build,
    dense,
    identity,
    plan_product,
    plan_sum,
)

cost_models = st.sampled_from(COST_MODELS)


@st.composite
def factors(draw: st.DrawFn) -> tuple[JacobianStructure, JacobianStructure]:
    """Structures v -> w and u -> v."""
    w, v, u = (draw(shapes(max_rank=2)) for _ in range(3))
    return draw(structures(w, v)), draw(structures(v, u))


@st.composite
def parallels(draw: st.DrawFn) -> tuple[JacobianStructure, JacobianStructure]:
    """Two structures of one pair of shapes."""
    v, u = draw(shapes(max_rank=2)), draw(shapes(max_rank=2))
    return draw(structures(v, u)), draw(structures(v, u))


@given(factors(), cost_models)
def test_a_product_s_entry_is_its_plan(
    pair: tuple[JacobianStructure, JacobianStructure], cost_model: str
) -> None:
    algebra, plan = Algebra(cost_model), plan_product(*pair)
    left, right = (algebra.intern(structure) for structure in pair)
    result = algebra.fill_product(left, right)
    assert algebra.structures[result] == plan.structure
    assert algebra.product[left, right] == result
    additions = plan.additions if cost_model == "flops" else 0
    assert algebra.cost[left, right] == plan.multiplications + additions


@given(parallels(), cost_models)
def test_a_sum_s_entry_is_its_plan_both_ways(
    pair: tuple[JacobianStructure, JacobianStructure], cost_model: str
) -> None:
    algebra, plan = Algebra(cost_model), plan_sum(*pair)
    first, second = (algebra.intern(structure) for structure in pair)
    result = algebra.fill_sum(first, second)
    assert algebra.structures[result] == plan.structure == plan_sum(*reversed(pair)).structure
    assert algebra.sum[first, second] == algebra.sum[second, first] == result
    expected = plan.additions if cost_model == "flops" else 0
    assert algebra.sum_cost[first, second] == algebra.sum_cost[second, first] == expected


@given(st.lists(factors(), max_size=8))
def test_equal_structures_share_an_id_and_ids_survive_growth(
    pairs: list[tuple[JacobianStructure, JacobianStructure]],
) -> None:
    algebra = Algebra()
    ids = {structure: algebra.intern(structure) for pair in pairs for structure in pair}
    entries = {pair: algebra.fill_product(ids[pair[0]], ids[pair[1]]) for pair in pairs}
    many = [identity((size,)) for size in range(2, 60)]
    assert len({algebra.intern(structure) for structure in many}) == len(many)
    assert all(algebra.intern(structure) == number for structure, number in ids.items())
    for (left, right), result in entries.items():
        assert algebra.product[ids[left], ids[right]] == result
    assert len(set(algebra.structures)) == len(algebra.structures)


@given(factors())
def test_no_edge_is_neutral_in_sums_and_absorbing_in_products(
    pair: tuple[JacobianStructure, JacobianStructure],
) -> None:
    algebra = Algebra()
    for number in [algebra.intern(structure) for structure in pair]:
        assert algebra.sum[number, NO_EDGE] == algebra.sum[NO_EDGE, number] == number
        assert algebra.product[number, NO_EDGE] == algebra.product[NO_EDGE, number] == NO_EDGE
        assert algebra.cost[number, NO_EDGE] == algebra.cost[NO_EDGE, number] == 0


def test_entries_never_asked_for_are_unknown() -> None:
    algebra = Algebra()
    number = algebra.intern(identity((3,)))
    assert algebra.product[number, number] == algebra.sum[number, number] == UNKNOWN


@pytest.mark.parametrize(
    ("cost_model", "elementwise", "counted"),
    [
        ("multiplications", True, identity((3,), coefficient=None)),
        ("multiplications", False, identity((3,))),
        ("nontrivial", True, identity((3,))),
        ("flops", True, identity((3,))),
    ],
)
def test_only_the_published_convention_counts_unit_edges_as_stored(
    cost_model: str, elementwise: bool, counted: JacobianStructure
) -> None:
    algebra = Algebra(cost_model)
    number = algebra.intern_edge(identity((3,)), elementwise=elementwise)
    assert algebra.structures[number] == counted


def test_past_the_cap_new_structures_are_widened_and_counted() -> None:
    algebra = Algebra(max_structures=3)
    first, second = algebra.intern(identity((2,))), algebra.intern(identity((3,)))
    third = algebra.intern(identity((4,)))
    assert algebra.structures[third] == dense((4,), (4,))
    assert algebra.intern(identity((4,))) == third
    assert algebra.num_widened == 1
    assert (first, second) == (1, 2)


@settings(max_examples=30)
@given(st.lists(factors(), min_size=1, max_size=6))
def test_a_full_algebra_still_answers_every_pair(
    pairs: list[tuple[JacobianStructure, JacobianStructure]],
) -> None:
    algebra = Algebra(max_structures=2)
    for left, right in pairs:
        result = algebra.fill_product(algebra.intern(left), algebra.intern(right))
        assert 0 <= result < len(algebra)
    assert len(algebra) <= 2 + 3 * len(pairs), "dense structures only, one for each pair of shapes"


def test_a_cost_past_what_tables_hold_is_refused() -> None:
    size = 2**21
    algebra = Algebra()
    wide = build((size,), (size,), [Link(0, 0, None, True)], (), (), None)
    number = algebra.intern(dense((size,), (size,)))
    assert algebra.fill_product(number, algebra.intern(wide)) == number
    with pytest.raises(OverflowError, match="2\\*\\*62"):
        algebra.fill_product(number, number)


def test_an_unknown_cost_model_is_refused() -> None:
    with pytest.raises(ValueError, match="expected one of multiplications, nontrivial, flops"):
        Algebra("time")
