"""Candidates: the ways to one function's Jacobian that a tuning compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.executor.jacobian import jacobian
from vertex_elim_env.executor.jax_modes import DIRECTIONS, JAX_MODES
from vertex_elim_env.executor.memory import Key
from vertex_elim_env.executor.orders import memory_key, search
from vertex_elim_env.executor.timing import batch_of
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Solution
from vertex_elim_env.tracing import check_input, check_output, flatten_function, trace_flat
from vertex_elim_env.tracing.trace import normalize_argnums

SEARCHES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "forward": ("forward", "nontrivial"),
        "reverse": ("reverse", "nontrivial"),
        "markowitz-early": ("markowitz-early", "nontrivial"),
        "markowitz-late": ("markowitz-late", "nontrivial"),
        "annealing-nontrivial": ("annealing", "nontrivial"),
        "annealing-flops": ("annealing", "flops"),
    }
)
"""Method and cost model of every elimination order that is tried, by the name of the choice."""


def solution_of(name: str, graph: ComputationalGraph) -> Solution:
    """Return a candidate's order for a graph; for JAX's own mode the order of its direction."""
    method, cost_model = SEARCHES[DIRECTIONS.get(name, name)]
    return replace(search(graph, method, cost_model), method=name)


@dataclass(frozen=True, eq=False)
class Subject:
    """A function with concrete arguments and the options of ``jacobian``."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: int | Sequence[int]
    has_aux: bool
    holomorphic: bool
    allow_int: bool
    unroll_scans: int = 0

    def key_of_call(self, *args: Any) -> tuple[Key, ComputationalGraph]:
        """Return the memory's key and the graph that ``jacobian`` comes to when called like this.

        Raises:
            TraceError: if an input or output has no derivative.
        """
        flat = flatten_function(self.fn, args, {}, self.argnums, has_aux=self.has_aux)
        for k in flat.wanted:
            check_input(flat.leaves[k], holomorphic=self.holomorphic, allow_int=self.allow_int)
        traced = trace_flat(flat, unroll_scans=self.unroll_scans)
        for variable in traced.program.outputs[: flat.num_outputs]:
            check_output(traced.program.avals[variable].dtype, holomorphic=self.holomorphic)
        return memory_key(traced, flat.wanted, flat.num_outputs), traced.graph

    def as_under_jit(self) -> tuple[Key, ComputationalGraph, LeafFunction]:
        """Trace as under jit; arguments stay static where the function can't do without.

        Returns:
            The memory's key, the graph, and a way to see functions of the arguments as functions of
            the leaves that were traced.
        """
        leaves = jax.tree.leaves(self.args)
        chosen = normalize_argnums(self.argnums, len(self.args))
        sizes = [len(jax.tree.leaves(arg)) for arg in self.args]
        wanted = tuple(k in chosen for k, size in enumerate(sizes) for _ in range(size))
        arrays = tuple(w or hasattr(x, "dtype") for w, x in zip(wanted, leaves, strict=True))
        numbers = tuple(
            a or isinstance(x, int | float | complex) for a, x in zip(arrays, leaves, strict=True)
        )
        *others, last = dict.fromkeys((numbers, arrays, wanted))
        for mask in others:
            try:
                return self._trace(mask)
            except (
                Exception
            ):  # whatever tracers make the user's function raise; the last one counts
                continue
        return self._trace(last)

    def _trace(self, is_traced: tuple[bool, ...]) -> tuple[Key, ComputationalGraph, LeafFunction]:
        found: list[tuple[Key, ComputationalGraph]] = []
        view = LeafFunction(self.args, is_traced)
        jax.make_jaxpr(view.of(lambda *args: found.append(self.key_of_call(*args))))(*view.leaves)
        return *found[0], view

    def jacobians(self, solutions: Mapping[str, Solution]) -> dict[str, Callable[..., Any]]:
        """Return the functions to compare by name: those of the orders and JAX's two modes."""
        options: dict[str, Any] = {"has_aux": self.has_aux, "holomorphic": self.holomorphic}
        numbers = self.argnums if isinstance(self.argnums, int) else tuple(self.argnums)
        reverse = {"allow_int": self.allow_int}
        ours = {**options, **reverse, "unroll_scans": self.unroll_scans}
        made = {
            name: jacobian(self.fn, numbers, **ours, order=solution)
            for name, solution in solutions.items()
        }
        for name, mode in JAX_MODES.items():
            made[name] = mode(
                self.fn, numbers, **options, **(reverse if mode is jax.jacrev else {})
            )
        return {name: _without_aux(made[name]) for name in made} if self.has_aux else made


def _without_aux(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: function(*args)[0]


@dataclass(frozen=True, eq=False)
class LeafFunction:
    """A view of functions of trees as functions of some of the leaves; the others stay as they are."""

    args: tuple[Any, ...]
    is_traced: tuple[bool, ...]

    @property
    def leaves(self) -> list[Any]:
        """The leaves that are traced."""
        leaves = jax.tree.leaves(self.args)
        return [leaf for leaf, traced in zip(leaves, self.is_traced, strict=True) if traced]

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as one of the traced leaves."""
        leaves, tree = jax.tree.flatten(self.args)

        def on_leaves(*traced: Any) -> Any:
            rest = iter(traced)
            pairs = zip(leaves, self.is_traced, strict=True)
            return function(*jax.tree.unflatten(tree, [next(rest) if t else x for x, t in pairs]))

        return on_leaves

    def batch(self, length: int) -> list[Any]:
        """Return the traced leaves along a new first axis: floating-point arrays varied a little.

        Integers, random keys and Python numbers are repeated, the latter with their weak types.
        """
        return [_batch(leaf, length, seed) for seed, leaf in enumerate(self.leaves)]


def _batch(leaf: Any, length: int, seed: int) -> Any:
    if hasattr(leaf, "dtype") and jnp.issubdtype(leaf.dtype, jnp.inexact):
        return jnp.asarray(batch_of([np.asarray(leaf)], length, seed)[0])
    return jnp.broadcast_to(leaf, (length, *jnp.shape(leaf)))


def orders_of(graph: ComputationalGraph) -> dict[str, Solution]:
    """Return the orders to compare by the name of their search, equal ones once."""
    found = {name: solution_of(name, graph) for name in SEARCHES}
    names = {solution.order: name for name, solution in reversed(found.items())}
    return {name: found[name] for name in found if name in names.values()}
