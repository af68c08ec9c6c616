"""TracedProgram: a function's flat program beside its computational graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

from vertex_elim_env.block import Block
from vertex_elim_env.graph import ComputationalGraph, Edge, Vertex
from vertex_elim_env.primitives import Equation, Operands, OutputRule, rules_of
from vertex_elim_env.primitives.rule import is_empty
from vertex_elim_env.structure import JacobianStructure, identity, plan_sum
from vertex_elim_env.tracing.flatten import FlatProgram, flatten
from vertex_elim_env.tracing.local import Localizer, LocalJacobian, varying_axes
from vertex_elim_env.tracing.refine import Refinement


@dataclass(frozen=True, eq=False)
class TracedEdge:
    """An edge of the graph and the local Jacobians that add up to it.

    Attributes:
        source, target: program positions of the graph's vertices.
        terms: local Jacobians of one equation, more than one where it reads the variable twice;
            none for the copy of an output, whose Jacobian is the identity.
        structure: of their sum.
    """

    source: int
    target: int
    terms: tuple[LocalJacobian, ...]
    structure: JacobianStructure

    def blocks(self, operands: Mapping[Equation, Operands], dtype: np.dtype) -> list[Block]:
        """Return the blocks that add up to the edge's, given the operands of every equation."""
        if not self.terms:
            return [Block(self.structure, None, dtype)]
        return [term.block(operands[term.equation]) for term in self.terms]


@dataclass(frozen=True, eq=False)
class TracedProgram:
    """What tracing a function yields.

    Attributes:
        program: the flat program.
        graph: its computational graph with respect to the chosen inputs.
        edges: the graph's edges with their local Jacobians.
        inputs: for each chosen input, the position of its vertex, or None if no output depends on it.
        outputs: for each output, the position of its vertex, or None where it depends on no input.
        dtypes: dtype of every vertex's array, by position.
    """

    program: FlatProgram
    graph: ComputationalGraph
    edges: tuple[TracedEdge, ...]
    inputs: tuple[int | None, ...]
    outputs: tuple[int | None, ...]
    dtypes: tuple[np.dtype, ...]

    def blocks(self, values: Mapping[int, Any]) -> list[list[Block]]:
        """Return the blocks of every edge, to be added, for the values of the program's variables."""
        needed: dict[Equation, set[tuple[int, int]]] = {}
        for edge in self.edges:
            for term in edge.terms:
                needed.setdefault(term.equation, set()).add((term.output, term.operand))
        operands = {
            eqn: Operands([values[k] for k in eqn.inputs], pairs) for eqn, pairs in needed.items()
        }
        return [edge.blocks(operands, self.dtypes[edge.target]) for edge in self.edges]


def trace_program(
    closed: Any, wanted: Sequence[int], num_outputs: int, *, unroll_scans: int = 0
) -> TracedProgram:
    """Return the traced program of a closed jaxpr.

    Args:
        closed: the jaxpr of a function of flat arrays.
        wanted: positions of the arguments to differentiate with respect to.
        num_outputs: how many of the jaxpr's outputs to differentiate; the rest is auxiliary.
        unroll_scans: scans of at most this length are written out.
    """
    program = flatten(closed, unroll_scans=unroll_scans)
    if not any(eqn.name in MUTATING for eqn in program.equations):
        traced = _trace(program, wanted, num_outputs)
        if not _has_complex_detour(traced):
            return traced
    # On the way through complex numbers and back, derivatives are no complex numbers (real(), abs()),
    # and what is written to a mutable array is no result of any equation: the whole function is then
    # one dense step, which JAX differentiates.
    whole = jax.make_jaxpr(jax.jit(core.jaxpr_as_fun(closed)))(*closed.in_avals)
    return _trace(flatten(whole, inline=False), wanted, num_outputs)


MUTATING = frozenset({"empty_ref", "get", "new_ref", "run_state", "swap"})
"""Primitives of mutable arrays."""


def _trace(program: FlatProgram, wanted: Sequence[int], num_outputs: int) -> TracedProgram:
    inputs = [program.inputs[k] for k in wanted]
    return _Tracer(program, inputs, program.outputs[:num_outputs]).trace()


def _has_complex_detour(traced: TracedProgram) -> bool:
    kinds = zip(traced.graph.vertices, traced.dtypes, strict=True)
    is_complex = {v.kind: False for v in traced.graph.vertices}
    for vertex, dtype in kinds:
        is_complex[vertex.kind] |= bool(jnp.issubdtype(dtype, jnp.complexfloating))
    return is_complex.get("eliminable", False) and not is_complex.get("input", False)


def _is_differentiable(aval: jax.ShapeDtypeStruct) -> bool:
    return (
        aval.dtype is not None
        and jnp.issubdtype(aval.dtype, jnp.inexact)
        and not is_empty(aval.shape)
    )


class _Tracer:
    def __init__(self, program: FlatProgram, wanted: Sequence[int], outputs: Sequence[int]) -> None:
        self.program = program
        self.outputs = outputs
        self.wanted = list(dict.fromkeys(wanted))
        self.rules: list[tuple[OutputRule, ...]] = [rules_of(eqn) for eqn in program.equations]
        self.refinement = Refinement(program, self.rules)

    def trace(self) -> TracedProgram:
        terms = self._local_jacobians()
        used = self._useful(terms)
        names = {v: eqn.name for eqn in self.program.equations for v in eqn.outputs}
        inner = {s for (s, t) in terms if t in used and s in used}
        copied = self._copied_outputs(used, inner)
        produced = (v for eqn in self.program.equations for v in eqn.outputs)
        order = list(dict.fromkeys(v for v in (*self.wanted, *produced) if v in used))
        position = {v: k for k, v in enumerate(order)}
        first_output = {v for v in self.outputs if v in used} - copied
        vertices = [
            Vertex(self._kind(v, first_output), self.refinement.shape(v), names.get(v, "argument"))
            for v in order
        ]
        variables = list(order)
        edges = [
            TracedEdge(position[s], position[t], tuple(locals_), structure)
            for (s, t), (locals_, structure) in terms.items()
            if s in used and t in used
        ]
        outputs: list[int | None] = []
        for v in self.outputs:
            if v not in used:
                outputs.append(None)
            elif v in copied:
                outputs.append(len(vertices))
                edges.append(
                    TracedEdge(position[v], len(vertices), (), identity(self.refinement.shape(v)))
                )
                vertices.append(Vertex("output", self.refinement.shape(v), "copy"))
                variables.append(v)
            else:
                outputs.append(position[v])
        edges.sort(key=lambda e: (e.target, e.source))
        graph = ComputationalGraph(
            tuple(vertices),
            tuple(
                Edge(e.source, e.target, e.structure, all(term.elementwise for term in e.terms))
                for e in edges
            ),
        )
        dtypes = tuple(np.dtype(self.program.avals[v].dtype) for v in variables)
        inputs = tuple(position.get(v) for v in self.wanted)
        return TracedProgram(self.program, graph, tuple(edges), inputs, tuple(outputs), dtypes)

    def _kind(self, variable: int, outputs: set[int]) -> Any:
        if variable in self.wanted:
            return "input"
        return "output" if variable in outputs else "eliminable"

    def _copied_outputs(self, used: set[int], inner: set[int]) -> set[int]:
        """Outputs that are inputs, are used inside, or are returned more than once."""
        times = Counter(v for v in self.outputs if v in used)
        inputs = set(self.wanted)
        return {v for v, count in times.items() if v in inputs or v in inner or count > 1}

    def _local_jacobians(
        self,
    ) -> dict[tuple[int, int], tuple[list[LocalJacobian], JacobianStructure]]:
        """The local Jacobians from active variables, by (source, target), parallel ones together."""
        active = {v for v in self.wanted if _is_differentiable(self.program.avals[v])}
        varying = {
            v: (True,) * len(self.refinement.shape(v))
            for v in (*self.program.inputs, *self.program.constants)
        }
        localizer = Localizer(self.refinement, varying)
        edges: dict[tuple[int, int], tuple[list[LocalJacobian], JacobianStructure]] = {}
        for number, eqn in enumerate(self.program.equations):
            for k, rule in enumerate(self.rules[number]):
                target = eqn.outputs[k]
                if _is_differentiable(self.program.avals[target]):
                    found = self._into(localizer, number, eqn, k, rule, active)
                    edges.update({(source, target): edge for source, edge in found.items()})
                    active |= {target} if found else set()
                varying[target] = varying_axes(self.refinement, eqn, k, rule, varying)
        return edges

    def _into(
        self,
        localizer: Localizer,
        number: int,
        eqn: Equation,
        out: int,
        rule: OutputRule,
        active: set[int],
    ) -> dict[int, tuple[list[LocalJacobian], JacobianStructure]]:
        terms: dict[int, list[LocalJacobian]] = {}
        sums: dict[int, JacobianStructure | None] = {}
        for place, source in enumerate(eqn.inputs):
            if source not in active:
                continue
            local = localizer.local(number, eqn, out, rule, place)
            if local is None:
                continue
            terms.setdefault(source, []).append(local)
            present = sums.get(source)
            sums[source] = (
                local.structure if present is None else plan_sum(present, local.structure).structure
            )
        return {s: (terms[s], total) for s, total in sums.items() if total is not None}

    def _useful(self, edges: dict[tuple[int, int], Any]) -> set[int]:
        """Variables on a path from a chosen input to an output."""
        reached = set(self.wanted)
        for s, t in edges:
            if s in reached:
                reached.add(t)
        useful = set(self.outputs)
        for s, t in reversed(edges):
            if t in useful:
                useful.add(s)
        ends = {t for s, t in edges if s in reached} | set(self.wanted)
        return {v for v in reached & useful & ends if _is_differentiable(self.program.avals[v])}
