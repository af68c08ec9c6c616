"""From a function of pytrees to a traced program, with every argument checked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

from vertex_elim_env.errors import TraceError
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.tracing.program import TracedProgram, trace_program

COMPUTED = object()
"""Stands for a leaf of auxiliary data that is an output of the traced program."""


@dataclass(frozen=True, eq=False)
class Auxiliary:
    """Auxiliary data that a function returned: only what depends on traced values is computed.

    Attributes:
        tree: of the data.
        leaves: as they were returned, ``COMPUTED`` for those that are outputs of the traced program.
    """

    tree: Any
    leaves: tuple[Any, ...]

    def fill(self, values: Sequence[Any]) -> Any:
        """Return the data with the computed leaves' values."""
        rest = iter(values)
        leaves = [next(rest) if leaf is COMPUTED else leaf for leaf in self.leaves]
        return jax.tree.unflatten(self.tree, leaves)


@dataclass(frozen=True, eq=False)
class FlatFunction:
    """A function of pytrees seen as one of flat arguments.

    Attributes:
        leaves: the leaves that are traced, those to differentiate with respect to among them.
        wanted: positions among them of the chosen arguments' leaves.
        in_trees: for each chosen argument, its tree.
        call: the function on flat leaves; returns the flat outputs, auxiliary ones after them.
        out_trees: filled by the first call: the tree of the outputs, and the auxiliary data as
            :class:`Auxiliary` or None.
    """

    leaves: tuple[Any, ...]
    wanted: tuple[int, ...]
    in_trees: tuple[Any, ...]
    call: Callable[..., list[Any]]
    out_trees: list[Any]

    @property
    def num_outputs(self) -> int:
        """Number of output leaves, auxiliary ones apart; after the first call."""
        return self.out_trees[0].num_leaves


def normalize_argnums(argnums: int | Sequence[int], num_arguments: int) -> tuple[int, ...]:
    """Return argnums as a tuple of non-negative ints.

    Raises:
        TypeError: if they are no ints.
        ValueError: if one is out of range or appears twice.
    """
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    if not all(isinstance(k, int) and not isinstance(k, bool) for k in numbers):
        raise TypeError(f"argnums must be an int or a sequence of ints; got {argnums!r}")
    for k in numbers:
        if not -num_arguments <= k < num_arguments:
            raise ValueError(
                f"argnums={argnums!r} names argument {k}, but the function was called with "
                f"{num_arguments} positional arguments"
            )
    result = tuple(k % num_arguments for k in numbers)
    if len(set(result)) < len(result):
        raise ValueError(f"argnums={argnums!r} names an argument twice")
    return result


def flatten_function(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    keywords: dict[str, Any],
    argnums: int | Sequence[int],
    *,
    has_aux: bool = False,
) -> FlatFunction:
    """Return a function called on arguments as one of flat leaves."""
    numbers = normalize_argnums(argnums, len(arguments))
    leaves, tree = jax.tree.flatten((tuple(arguments), keywords))
    counts = [jax.tree.structure(argument).num_leaves for argument in arguments]
    starts = [sum(counts[:k]) for k in range(len(counts))]
    wanted = tuple(starts[k] + j for k in numbers for j in range(counts[k]))
    in_trees = tuple(jax.tree.structure(arguments[k]) for k in numbers)
    # As in JAX, other arguments stay as they are, so that a number may say how long a loop is.
    is_traced = [
        k in wanted or isinstance(leaf, jax.ShapeDtypeStruct) for k, leaf in enumerate(leaves)
    ]
    out_trees: list[Any] = []

    def call(*arrays: Any) -> list[Any]:
        rest = iter(arrays)
        full = [
            next(rest) if traced else leaf for leaf, traced in zip(leaves, is_traced, strict=True)
        ]
        args, kwargs = jax.tree.unflatten(tree, full)
        result = function(*args, **kwargs)
        if has_aux:
            if not (isinstance(result, tuple) and len(result) == 2):
                raise TypeError(
                    "with has_aux=True the function must return a pair (output, auxiliary data); "
                    f"got {type(result).__name__}"
                )
            outputs, out_tree = jax.tree.flatten(result[0])
            data, data_tree = jax.tree.flatten(result[1])
            computed = [leaf for leaf in data if isinstance(leaf, Tracer)]
            kept = (COMPUTED if isinstance(leaf, Tracer) else leaf for leaf in data)
            out_trees[:] = [out_tree, Auxiliary(data_tree, tuple(kept))]
        else:
            outputs, out_tree = jax.tree.flatten(result)
            computed, out_trees[:] = [], [out_tree, None]
        for output in outputs:
            if not _is_array(output):
                raise TraceError(
                    f"the function must return arrays or trees of arrays; got {output!r} of type "
                    f"{type(output).__name__}"
                )
        return [*outputs, *computed]

    traced_leaves = tuple(leaf for leaf, traced in zip(leaves, is_traced, strict=True) if traced)
    place = {k: sum(is_traced[:k]) for k in wanted}
    return FlatFunction(traced_leaves, tuple(place[k] for k in wanted), in_trees, call, out_trees)


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, int | float | complex | bool) or hasattr(leaf, "dtype")


def abstract(leaf: Any) -> Any:
    """Return a leaf's shape, dtype and weak type, as jax.jacrev would see them."""
    return jax.typeof(leaf) if not isinstance(leaf, jax.ShapeDtypeStruct) else leaf


def check_input(leaf: Any, *, holomorphic: bool = False, allow_int: bool = False) -> None:
    """Refuse inputs that have no derivative, as jax.jacrev does.

    Raises:
        TraceError: saying which dtype was given and which is expected.
    """
    if not _is_array(leaf):
        raise TraceError(f"arguments to differentiate must be arrays or numbers; got {leaf!r}")
    dtype = jnp.result_type(leaf)
    if holomorphic and not jnp.issubdtype(dtype, jnp.complexfloating):
        raise TraceError(f"holomorphic=True needs complex inputs; got {dtype}")
    if not holomorphic and jnp.issubdtype(dtype, jnp.complexfloating):
        raise TraceError(
            f"a Jacobian needs real inputs; got {dtype}. For a holomorphic function pass holomorphic=True"
        )
    if not allow_int and not jnp.issubdtype(dtype, jnp.inexact):
        raise TraceError(
            f"a Jacobian needs floating-point inputs; got {dtype}. Convert the argument to float, "
            "choose others by argnums, "
            "or pass allow_int=True for a Jacobian of zeros"
        )


def check_output(dtype: Any, *, holomorphic: bool = False) -> None:
    """Refuse outputs that have no derivative, as jax.jacrev does.

    Raises:
        TraceError: saying which dtype was returned and which is expected.
    """
    if holomorphic and not jnp.issubdtype(dtype, jnp.complexfloating):
        raise TraceError(f"holomorphic=True needs complex outputs; the function returns {dtype}")
    if not holomorphic and jnp.issubdtype(dtype, jnp.complexfloating):
        raise TraceError(
            f"a Jacobian needs real outputs; the function returns {dtype}. For a holomorphic "
            "function pass holomorphic=True"
        )
    if not jnp.issubdtype(dtype, jnp.inexact):
        raise TraceError(
            f"a Jacobian needs floating-point outputs; the function returns {dtype}. Return it as "
            "auxiliary data (has_aux=True) or convert it"
        )


def trace_flat(flat: FlatFunction, *, unroll_scans: int = 0) -> TracedProgram:
    """Trace a flat function with respect to its chosen leaves."""
    if not isinstance(unroll_scans, int) or isinstance(unroll_scans, bool) or unroll_scans < 0:
        raise ValueError(f"unroll_scans must be a length, an int from 0; got {unroll_scans!r}")
    closed = jax.make_jaxpr(flat.call)(*(abstract(leaf) for leaf in flat.leaves))
    return trace_program(closed, flat.wanted, flat.num_outputs, unroll_scans=unroll_scans)


def trace(
    function: Callable[..., Any],
    *example_args: Any,
    argnums: int | Sequence[int] = 0,
    unroll_scans: int = 0,
) -> ComputationalGraph:
    """Return the computational graph of a JAX function.

    Nested calls are inlined and vertices numbered after that, in program order. Constants are no
    vertices, and a vertex that no path joins to a chosen input and to an output is pruned.

    Args:
        function: any function that JAX can trace; its outputs a tree of floating-point arrays.
        example_args: arguments, as arrays, numbers, trees of them or ``jax.ShapeDtypeStruct``.
        argnums: which positional arguments to differentiate with respect to.
        unroll_scans: scans of at most this length are written out; longer ones stay one vertex an
            output.

    Raises:
        TraceError: if an input or output has no derivative (integers, complex numbers).
        ValueError: if ``argnums`` doesn't fit the arguments.

    >>> import jax.numpy as jnp
    >>> trace(lambda x: jnp.sin(jnp.exp(x)) * x, jnp.float32(1.0))
    ComputationalGraph(1 inputs, 2 eliminable vertices, 1 outputs, 4 edges)
    """
    flat = flatten_function(function, example_args, {}, argnums)
    for k in flat.wanted:
        check_input(flat.leaves[k])
    traced = trace_flat(flat, unroll_scans=unroll_scans)
    for variable in traced.program.outputs[: flat.num_outputs]:
        check_output(traced.program.avals[variable].dtype)
    return traced.graph
