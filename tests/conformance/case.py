"""A case of the conformance suite: a function, arguments, and what must hold of its Jacobian."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.sparse import BCOO
from jax.extend.core import jaxpr_as_fun

import vertex_elim_env as ve
from vertex_elim_env.executor import count_multiplications

UNOPTIMIZED = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
}
"""Compiler options that save most of the time of these tests, and none of the arithmetic."""


@dataclass(frozen=True)
class Case:
    """A function, arguments for it, and how JAX differentiates it.

    Attributes:
        function: the function.
        arguments: its positional arguments.
        argnums: which of them to differentiate with respect to.
        reference: jax.jacrev, or jax.jacfwd where JAX has no reverse mode.
        tolerance: of the largest entry, for every entry.
        sparse: whether the Jacobian is computed sparse, and then made dense.
        unroll_scans: up to which length scans are written out.
        floor: what a block's largest entry counts as at least, where terms may cancel.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    argnums: tuple[int, ...]
    reference: Callable[..., Any] = jax.jacrev
    tolerance: float = 2e-5
    floor: float = 1e-30
    sparse: bool = False
    unroll_scans: int = 0

    def jacobian(self, order: Sequence[int]) -> Callable[..., Any]:
        """Return the function that computes the Jacobian by an order."""
        run = ve.jacobian(
            self.function,
            self.argnums,
            order=tuple(order),
            sparse=self.sparse,
            unroll_scans=self.unroll_scans,
        )
        return lambda *args: jax.tree.map(_dense, run(*args), is_leaf=_is_sparse)


def _is_sparse(leaf: Any) -> bool:
    return isinstance(leaf, BCOO)


def _dense(leaf: Any) -> jax.Array:
    return leaf.todense() if _is_sparse(leaf) else leaf


def case(function: Callable[..., Any], *arguments: Any, **options: Any) -> Case:
    """Return a case; with respect to all its floating-point arguments unless it says others."""
    floats = tuple(
        k
        for k, argument in enumerate(arguments)
        if all(jnp.issubdtype(jnp.result_type(x), jnp.floating) for x in jax.tree.leaves(argument))
    )
    return Case(function, arguments, **{"argnums": floats, **options})


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function in little time."""
    return jax.jit(function, compiler_options=UNOPTIMIZED)


def rng(seed: int = 0) -> np.random.Generator:
    """Return a generator for arguments."""
    return np.random.default_rng(seed)


def uniform(*shape: int, low: float = 0.2, high: float = 0.8, seed: int = 0) -> np.ndarray:
    """Float32 numbers without ties."""
    return rng(seed).uniform(low, high, shape).astype(np.float32)


class NotFinite(AssertionError):
    """JAX's own Jacobian is not finite: the case tests nothing."""


def assert_same(actual: Any, expected: Any, tolerance: float, floor: float = 1e-30) -> None:
    """Same tree, shapes and dtypes; entries within a tolerance of the block's largest."""
    assert jax.tree.structure(actual) == jax.tree.structure(expected)
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        entries = np.asarray(b, np.float64)
        if not np.isfinite(entries).all():
            raise NotFinite
        atol = tolerance * max(floor, np.abs(entries).max(initial=0.0))
        np.testing.assert_allclose(np.asarray(a, np.float64), entries, rtol=0, atol=atol)


def trace(case: Case) -> ve.ComputationalGraph:
    """The graph of a case as jit has it: arguments that are not differentiated are unknown too."""
    arguments = [
        argument if k in case.argnums else jax.eval_shape(lambda x: x, argument)
        for k, argument in enumerate(case.arguments)
    ]
    return ve.trace(case.function, *arguments, argnums=case.argnums, unroll_scans=case.unroll_scans)


def check(case: Case) -> None:
    """The Jacobian by two orders is JAX's own, and costs as many multiplications as are counted."""
    expected = check_orders(case, forward_and_reverse)
    assert any(entries.any() for entries in jax.tree.leaves(expected)), "the case is all zeros"


def forward_and_reverse(count: int) -> list[Sequence[int]]:
    """The two plain orders of so many vertices."""
    return [range(count), range(count - 1, -1, -1)]


def check_orders(case: Case, orders_of: Callable[[int], Sequence[Sequence[int]]]) -> Any:
    """As :func:`check`, for other orders; one compilation for all of them and for JAX's own.

    Returns:
        JAX's own Jacobian.
    """
    graph = trace(case)
    orders = orders_of(graph.num_eliminable)
    programs = [
        jax.make_jaxpr(case.jacobian(order), return_shape=True)(*case.arguments) for order in orders
    ]
    functions = [jaxpr_as_fun(closed) for closed, _ in programs]

    def together(*arguments: Any) -> Any:
        leaves = jax.tree.leaves(arguments)
        expected = case.reference(case.function, case.argnums)(*arguments)
        return expected, [function(*leaves) for function in functions]

    expected, results = compiled(together)(*case.arguments)
    for order, (closed, shape), result in zip(orders, programs, results, strict=True):
        actual = jax.tree.unflatten(jax.tree.structure(shape), result)
        try:
            assert_same(actual, expected, case.tolerance, case.floor)
        except AssertionError:  # JAX's own may be the wrong one where a compiler rounds twice
            expected = jax.jit(case.reference(case.function, case.argnums))(*case.arguments)
            assert_same(actual, expected, case.tolerance, case.floor)
        executed = count_multiplications(closed)
        counted = ve.elimination_cost(graph, order, "nontrivial")
        if not case.sparse:  # where sums stay apart, products are more, of less
            assert executed == counted, f"{executed} multiplications executed, {counted} counted"
    return expected


def primitives_of(jaxpr: Any) -> set[str]:
    """The names of all primitives in a jaxpr, those of nested ones included."""
    found = set()
    for eqn in jaxpr.eqns:
        found.add(eqn.primitive.name)
        for parameter in eqn.params.values():
            for part in parameter if isinstance(parameter, tuple | list) else [parameter]:
                inner = getattr(part, "jaxpr", part)
                found |= primitives_of(inner) if hasattr(inner, "eqns") else set()
    return found
