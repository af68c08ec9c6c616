"""jacobian, value_and_jacobian and hessian: elimination orders executed as JAX functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import jax
from jax.core import Tracer
from jax.errors import ConcretizationTypeError

from vertex_elim_env.errors import TraceError
from vertex_elim_env.executor.accumulation import accumulate, add_apart, add_up
from vertex_elim_env.executor.jax_modes import LOGGER, value_and_jacobian_by
from vertex_elim_env.executor.orders import (
    OrderLike,
    check_order_name,
    jax_mode,
    resolve_order,
    settle_order,
)
from vertex_elim_env.executor.result import jacobian_tree
from vertex_elim_env.tracing import (
    FlatFunction,
    TracedProgram,
    check_input,
    check_output,
    flatten_function,
    trace_flat,
)


def jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    order: OrderLike = "auto",
    sparse: bool = False,
    unroll_scans: int = 0,
) -> Callable[..., Any]:
    """Return a function that computes the Jacobian of ``fun`` by vertex elimination.

    A drop-in for ``jax.jacrev`` and ``jax.jacfwd``: the same values, shapes, dtypes and trees; it
    works under ``jit``, ``vmap``, ``grad`` and itself. Wrap it in ``jax.jit`` as you would those:
    the order decides the compiled code.

    Args:
        fun: any function that JAX can differentiate, returning a tree of arrays.
        argnums: the positional arguments to differentiate with respect to.
        has_aux: whether ``fun`` returns a pair (output, auxiliary data).
        holomorphic: whether ``fun`` is promised to be holomorphic, with complex numbers.
        allow_int: whether integer arguments are allowed; their Jacobians are zeros.
        order: "auto" (what :func:`vertex_elim_env.tune` measured to be fastest, JAX's own mode if
            that is it; else a search with a fixed budget and seed, remembered for equal graphs),
            "forward", "reverse", "markowitz", a permutation of the graph's eliminable vertices, or
            a Solution found for the graph of this function, arguments and argnums.
        sparse: return ``jax.experimental.sparse.BCOO`` arrays. Their indices are known from the
            structure, unique and sorted. Sums of shifted diagonals (stencils) are kept apart, so no
            dense Jacobian is held on the way, and the multiplications differ from the count.
        unroll_scans: scans, and loops that are scans, of at most this length are written out, and
            the vertices inside them eliminated one by one; longer ones are one vertex an output.

    Returns:
        A function of the same arguments. Its result is a tree of the outputs, each with a tree of
        the chosen arguments, of arrays of shape ``(*output.shape, *input.shape)`` in the input's
        dtype; with ``has_aux`` a pair of that and the auxiliary data.

    Raises:
        TraceError: on the call, if an input or output has no derivative, or if Python's control
            flow depends on a value and ``order`` is not "auto" (which then takes jax.jacrev).
        OrderError: if ``order`` is no order for the function's graph.

    >>> import jax.numpy as jnp
    >>> jacobian(lambda x: jnp.sin(x) * x[0])(jnp.array([0.0, 1.0]))
    Array([[0.        , 0.        ],
           [0.84147096, 0.        ]], dtype=float32)
    """
    run = value_and_jacobian(
        fun,
        argnums,
        has_aux,
        holomorphic,
        allow_int,
        order=order,
        sparse=sparse,
        unroll_scans=unroll_scans,
    )

    @wraps(fun)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        value, result = run(*args, **kwargs)
        return (result, value[1]) if has_aux else result

    return wrapped


def hessian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    order: OrderLike = "auto",
    sparse: bool = False,
    unroll_scans: int = 0,
) -> Callable[..., Any]:
    """Return a function that computes the Hessian of ``fun``: the Jacobian of its gradient.

    A drop-in for ``jax.hessian`` for functions of one scalar output; arguments as for
    :func:`jacobian`.

    >>> import jax.numpy as jnp
    >>> hessian(lambda x: jnp.sum(x**3))(jnp.array([1.0, 2.0]))
    Array([[ 6.,  0.],
           [ 0., 12.]], dtype=float32)
    """
    gradient = jax.grad(fun, argnums, has_aux=has_aux, holomorphic=holomorphic)
    return jacobian(
        gradient,
        argnums,
        has_aux,
        holomorphic,
        order=order,
        sparse=sparse,
        unroll_scans=unroll_scans,
    )


def value_and_jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    order: OrderLike = "auto",
    sparse: bool = False,
    unroll_scans: int = 0,
) -> Callable[..., Any]:
    """Return a function that computes ``fun`` and its Jacobian together, the value for free.

    As :func:`jacobian`, but it returns a pair: the value, or with ``has_aux`` the pair
    (value, auxiliary data), and the Jacobian.
    """
    if not callable(fun):
        raise TypeError(f"the function to differentiate must be callable; got {fun!r}")
    if isinstance(order, str):
        check_order_name(order)

    def by_jax(mode: str) -> Callable[..., Any]:
        return value_and_jacobian_by(mode, fun, argnums, has_aux, holomorphic, allow_int)

    @wraps(fun)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        flat = flatten_function(fun, args, kwargs, argnums, has_aux=has_aux)
        for k in flat.wanted:
            check_input(flat.leaves[k], holomorphic=holomorphic, allow_int=allow_int)
        try:
            traced = trace_flat(flat, unroll_scans=unroll_scans)
        except ConcretizationTypeError as error:
            _check_without_graph(order, flat, error, sparse=sparse)
            return by_jax("jax.jacrev")(*args, **kwargs)
        for variable in traced.program.outputs[: flat.num_outputs]:
            check_output(traced.program.avals[variable].dtype, holomorphic=holomorphic)
        chosen = settle_order(order, traced, flat.wanted, flat.num_outputs)
        mode = jax_mode(chosen, traced.graph)
        if mode and not sparse:
            return by_jax(mode)(*args, **kwargs)
        return _run(flat, traced, chosen, single=isinstance(argnums, int), sparse=sparse)

    return wrapped


def _check_without_graph(
    order: OrderLike, flat: FlatFunction, error: Exception, *, sparse: bool
) -> None:
    """Refuse a function without a graph, unless JAX's own mode may take its place."""
    if not isinstance(order, str) or order != "auto" or sparse:
        raise TraceError(
            "the function's control flow depends on the values of its arguments, so it has no one "
            'graph to eliminate; use jax.lax.cond and the like, or order="auto", which then takes '
            f"jax.jacrev ({str(error).splitlines()[0]})"
        ) from error
    if any(isinstance(leaf, Tracer) for leaf in flat.leaves):
        raise error
    LOGGER.info("control flow depends on values: the Jacobian is jax.jacrev's")


def _run(
    flat: FlatFunction, traced: TracedProgram, order: OrderLike, *, single: bool, sparse: bool
) -> Any:
    num_outputs, (out_tree, aux) = flat.num_outputs, flat.out_trees
    permutation = resolve_order(order, traced.graph)
    values = traced.program.evaluate(flat.leaves)
    add_to = add_apart if sparse else add_up
    blocks = accumulate(traced, permutation, values, add_to=add_to)
    results = [values[variable] for variable in traced.program.outputs]
    value = jax.tree.unflatten(out_tree, results[:num_outputs])
    if aux is not None:
        value = value, aux.fill(results[num_outputs:])
    return value, jacobian_tree(flat, traced, blocks, single=single, sparse=sparse)
