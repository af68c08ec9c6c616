"""Accumulation: eliminating vertices from a graph whose edges carry blocks of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax

from vertex_elim_env.block import FOLDING_SCOPE, Block, add, multiply
from vertex_elim_env.tracing import TracedProgram

ACCUMULATION_SCOPE = "jacobian_accumulation"
"""Name scope of the accumulation phase: its multiplications are what "nontrivial" counts."""


def accumulate(
    traced: TracedProgram, order: Iterable[int], values: dict[int, Any]
) -> dict[tuple[int, int], Block]:
    """Eliminate all intermediate vertices in the given order.

    Args:
        traced: the program.
        order: a permutation of ``range(n)``.
        values: the value of every variable of the program.

    Returns:
        For (output, input), by program position, the block of the Jacobian; none where it is zero.
    """
    predecessors: list[dict[int, Block]] = [{} for _ in traced.graph.vertices]
    successors: list[set[int]] = [set() for _ in traced.graph.vertices]
    for edge, block in zip(traced.edges, traced.blocks(values), strict=True):
        predecessors[edge.target][edge.source] = block
        successors[edge.source].add(edge.target)
    positions = traced.graph.positions
    with jax.named_scope(ACCUMULATION_SCOPE):
        for vertex in order:
            _eliminate(positions[vertex], predecessors, successors)
    outputs = traced.graph.positions_of("output")
    return {(w, u): block for w in outputs for u, block in predecessors[w].items()}


def _eliminate(
    vertex: int, predecessors: list[dict[int, Block]], successors: list[set[int]]
) -> None:
    incoming = predecessors[vertex]
    for w in sorted(successors[vertex]):
        outgoing = predecessors[w].pop(vertex)
        for u, block in incoming.items():
            through = multiply(outgoing, block)
            if through is None:
                continue
            present = predecessors[w].get(u)
            total = through if present is None else add(present, through)
            if total is None:
                del predecessors[w][u]
                successors[u].discard(w)
            else:
                predecessors[w][u] = total
                successors[u].add(w)
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
