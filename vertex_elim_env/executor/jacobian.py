"""jacobian and value_and_jacobian: elimination orders executed as JAX functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import jax
import jax.numpy as jnp

from vertex_elim_env.block import Block, to_dense
from vertex_elim_env.executor.accumulation import accumulate
from vertex_elim_env.executor.jax_modes import value_and_jacobian_by
from vertex_elim_env.executor.orders import (
    OrderLike,
    check_order_name,
    jax_mode,
    resolve_order,
    settle_order,
)
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
) -> Callable[..., Any]:
    """Return a function that computes the Jacobian of ``fun`` by vertex elimination.

    A drop-in for ``jax.jacrev`` and ``jax.jacfwd``: the same values, shapes, dtypes and trees; it
    works under ``jit`` and ``vmap``. Wrap it in ``jax.jit`` as you would those: the order decides
    the compiled code.

    Args:
        fun: any function that JAX can differentiate, returning a tree of arrays.
        argnums: the positional arguments to differentiate with respect to.
        has_aux: whether ``fun`` returns a pair (output, auxiliary data).
        holomorphic: whether ``fun`` is promised to be holomorphic, with complex numbers.
        allow_int: whether integer arguments are allowed; their Jacobians are zeros.
        order: "auto" (what :func:`vertex_elim_env.tune` chose for this function on this device, else
            a search with a fixed budget and seed, remembered for equal graphs),
            "forward", "reverse", "markowitz", a permutation of the graph's eliminable vertices, or
            a Solution found for the graph of this function, arguments and argnums.

    Returns:
        A function of the same arguments. Its result is a tree of the outputs, each with a tree of
        the chosen arguments, of arrays of shape ``(*output.shape, *input.shape)`` in the input's
        dtype; with ``has_aux`` a pair of that and the auxiliary data.

    Raises:
        TraceError: on the call, if an input or output has no derivative.
        OrderError: if ``order`` is no order for the function's graph.

    >>> import jax.numpy as jnp
    >>> jacobian(lambda x: jnp.sin(x) * x[0])(jnp.array([0.0, 1.0]))
    Array([[0.        , 0.        ],
           [0.84147096, 0.        ]], dtype=float32)
    """
    run = value_and_jacobian(fun, argnums, has_aux, holomorphic, allow_int, order=order)

    @wraps(fun)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        value, result = run(*args, **kwargs)
        return (result, value[1]) if has_aux else result

    return wrapped


def value_and_jacobian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    order: OrderLike = "auto",
) -> Callable[..., Any]:
    """Return a function that computes ``fun`` and its Jacobian together, the value for free.

    As :func:`jacobian`, but it returns a pair: the value, or with ``has_aux`` the pair
    (value, auxiliary data), and the Jacobian.
    """
    if not callable(fun):
        raise TypeError(f"the function to differentiate must be callable; got {fun!r}")
    if isinstance(order, str):
        check_order_name(order)

    @wraps(fun)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        flat = flatten_function(fun, args, kwargs, argnums, has_aux=has_aux)
        for k in flat.wanted:
            check_input(flat.leaves[k], holomorphic=holomorphic, allow_int=allow_int)
        traced = trace_flat(flat)
        chosen = settle_order(order, traced, flat.wanted, flat.num_outputs)
        if mode := jax_mode(chosen, traced.graph):
            run = value_and_jacobian_by(mode, fun, argnums, has_aux, holomorphic, allow_int)
            return run(*args, **kwargs)
        return _run(flat, traced, chosen, single=isinstance(argnums, int), holomorphic=holomorphic)

    return wrapped


def _run(
    flat: FlatFunction, traced: TracedProgram, order: OrderLike, *, single: bool, holomorphic: bool
) -> Any:
    num_outputs, (out_tree, aux_tree) = flat.num_outputs, flat.out_trees
    for variable in traced.program.outputs[:num_outputs]:
        check_output(traced.program.avals[variable].dtype, holomorphic=holomorphic)
    permutation = resolve_order(order, traced.graph)
    values = traced.program.evaluate(flat.leaves)
    blocks = accumulate(traced, permutation, values)
    results = [values[variable] for variable in traced.program.outputs]
    rows = [_row(flat, traced, blocks, out, single=single) for out in range(num_outputs)]
    value = jax.tree.unflatten(out_tree, results[:num_outputs])
    if aux_tree is not None:
        value = value, jax.tree.unflatten(aux_tree, results[num_outputs:])
    return value, jax.tree.unflatten(out_tree, rows)


def _row(
    flat: FlatFunction,
    traced: TracedProgram,
    blocks: dict[tuple[int, int], Block],
    out: int,
    *,
    single: bool,
) -> Any:
    """The Jacobians of one output leaf, as a tree of the chosen arguments."""
    out_shape = jnp.shape(traced.program.avals[traced.program.outputs[out]])
    entries = []
    for k, position in zip(flat.wanted, traced.inputs, strict=True):
        block = blocks.get((traced.outputs[out], position))  # type: ignore[arg-type]
        entries.append(_entry(block, out_shape, flat.leaves[k]))
    trees, start = [], 0
    for tree in flat.in_trees:
        trees.append(jax.tree.unflatten(tree, entries[start : start + tree.num_leaves]))
        start += tree.num_leaves
    return trees[0] if single else tuple(trees)


def _entry(block: Block | None, out_shape: tuple[int, ...], leaf: Any) -> Any:
    shape, dtype = out_shape + jnp.shape(leaf), jnp.result_type(leaf)
    if block is None:  # also for integers, whose Jacobians are zeros as in JAX
        return jnp.zeros(shape, dtype)
    return to_dense(block).reshape(shape).astype(dtype)
