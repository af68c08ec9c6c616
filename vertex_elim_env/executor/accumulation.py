"""Accumulation: eliminating vertices from a graph whose edges carry blocks of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import jax

from vertex_elim_env.block import FOLDING_SCOPE, Block, add, multiply
from vertex_elim_env.structure import plan_sum
from vertex_elim_env.tracing import TracedProgram

ACCUMULATION_SCOPE = "jacobian_accumulation"
"""Name scope of the accumulation phase: its multiplications are what "nontrivial" counts."""

Terms: TypeAlias = tuple[Block, ...]
"""The blocks of one edge, to be added; none where the edge is zero."""

Add: TypeAlias = Callable[[Terms, Block], Terms]


def add_up(terms: Terms, block: Block) -> Terms:
    """Add a block to an edge's, so that one is left; none where they cancel."""
    if not terms:
        return (block,)
    (present,) = terms
    total = add(present, block)
    return () if total is None else (total,)


def add_apart(terms: Terms, block: Block) -> Terms:
    """Add a block to one that it fits with; blocks whose sum is a fuller one stay apart.

    So a stencil's Jacobian is held as its diagonals, and never as the dense matrix.
    """
    for k, present in enumerate(terms):
        result = plan_sum(present.structure, block.structure).structure
        counts = present.structure.num_entries, block.structure.num_entries
        if result is None or result.num_entries in (max(counts), sum(counts)):
            total = add(present, block)
            return (*terms[:k], *(() if total is None else (total,)), *terms[k + 1 :])
    return (*terms, block)


def accumulate(
    traced: TracedProgram,
    order: Iterable[int],
    values: dict[int, Any],
    *,
    add_to: Add = add_up,
) -> dict[tuple[int, int], Terms]:
    """Eliminate all intermediate vertices in the given order.

    Args:
        traced: the program.
        order: a permutation of ``range(n)``.
        values: the value of every variable of the program.
        add_to: how parallel blocks are added.

    Returns:
        For (output, input), by program position, the blocks whose sum is the Jacobian; no entry
        where it is zero.
    """
    predecessors: list[dict[int, Terms]] = [{} for _ in traced.graph.vertices]
    successors: list[set[int]] = [set() for _ in traced.graph.vertices]
    for edge, blocks in zip(traced.edges, traced.blocks(values), strict=True):
        terms: Terms = ()
        for block in blocks:
            terms = add_to(terms, block)
        if terms:
            predecessors[edge.target][edge.source] = terms
            successors[edge.source].add(edge.target)
    positions = traced.graph.positions
    with jax.named_scope(ACCUMULATION_SCOPE):
        for vertex in order:
            _eliminate(positions[vertex], predecessors, successors, add_to)
    outputs = traced.graph.positions_of("output")
    return {(w, u): terms for w in outputs for u, terms in predecessors[w].items()}


def _eliminate(
    vertex: int, predecessors: list[dict[int, Terms]], successors: list[set[int]], add_to: Add
) -> None:
    incoming = predecessors[vertex]
    for w in sorted(successors[vertex]):
        outgoing = predecessors[w].pop(vertex)
        for u, terms in incoming.items():
            total = predecessors[w].get(u, ())
            for left in outgoing:
                for right in terms:
                    through = multiply(left, right)
                    total = total if through is None else add_to(total, through)
            if total:
                predecessors[w][u] = total
                successors[u].add(w)
            elif u in predecessors[w]:
                del predecessors[w][u]
                successors[u].discard(w)
    for u in incoming:
        successors[u].discard(vertex)
    predecessors[vertex], successors[vertex] = {}, set()


def count_multiplications(jaxpr: Any) -> int:
    """Return the multiplications in the accumulation phase of a jaxpr.

    Counted are the elements of every ``mul`` and ``div`` and B*M*N*K of every ``dot_general`` whose
    name scope is that of the accumulation, products with static coefficients apart.
    """
    return sum(
        _multiplications(eqn)
        for eqn in _equations(getattr(jaxpr, "jaxpr", jaxpr))
        if ACCUMULATION_SCOPE in (stack := str(eqn.source_info.name_stack))
        and FOLDING_SCOPE not in stack
    )


def _multiplications(eqn: Any) -> int:
    size = eqn.outvars[0].aval.size
    if eqn.primitive.name in ("mul", "div"):
        return size
    if eqn.primitive.name == "dot_general":
        (contracted, _), _ = eqn.params["dimension_numbers"]
        for axis in contracted:
            size *= eqn.invars[0].aval.shape[axis]
        return size
    return 0


def _equations(jaxpr: Any) -> Sequence[Any]:
    """All equations, those of nested jaxprs included, each with its outer name scopes."""
    found = []
    for eqn in jaxpr.eqns:
        inner = [p for p in eqn.params.values() if hasattr(getattr(p, "jaxpr", p), "eqns")]
        if inner:
            for body in inner:
                found += _equations(getattr(body, "jaxpr", body))
        else:
            found.append(eqn)
    return found
