"""From a function to a flat program: nested calls inlined, variables numbered in program order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend import core

from vertex_elim_env.primitives import INLINED, Equation, inner_jaxpr
from vertex_elim_env.tracing.constants import Known, known_result, known_value
from vertex_elim_env.tracing.unroll import is_scan_up_to, unrolled_scan


@dataclass(frozen=True, eq=False)
class FlatProgram:
    """A jaxpr without nested calls.

    Attributes:
        avals: shape and dtype of every variable, by number.
        inputs: the variables of the function's arguments.
        constants: variables whose value is known, with it.
        equations: in program order.
        outputs: the variables that the function returns, repeats allowed.
    """

    avals: tuple[jax.ShapeDtypeStruct, ...]
    inputs: tuple[int, ...]
    constants: dict[int, Any]
    equations: tuple[Equation, ...]
    outputs: tuple[int, ...]

    def evaluate(self, arguments: Sequence[Any]) -> dict[int, Any]:
        """Return the value of every variable, by number."""
        values = dict(self.constants)
        values.update(zip(self.inputs, map(jnp.asarray, arguments), strict=True))
        for eqn in self.equations:
            results = eqn.bind(*(values[k] for k in eqn.inputs))
            values.update(zip(eqn.outputs, results, strict=True))
        return values


class _Flattener:
    def __init__(self, *, inline: bool, unroll_scans: int) -> None:
        self.inline = inline
        self.unroll_scans = unroll_scans
        self.avals: list[jax.ShapeDtypeStruct] = []
        self.constants: dict[int, Any] = {}
        self.known: dict[int, Known] = {}
        self.equations: list[Equation] = []

    def variable(self, aval: Any) -> int:
        shape, dtype = getattr(aval, "shape", ()), getattr(aval, "dtype", None)
        self.avals.append(jax.ShapeDtypeStruct(shape, dtype))
        return len(self.avals) - 1

    def constant(self, aval: Any, value: Any) -> int:
        number = self.variable(aval)
        self.constants[number] = value
        self.known[number] = known_value(value)
        return number

    def body(self, jaxpr: Any, consts: Sequence[Any], arguments: Sequence[int]) -> list[int]:
        """Add the equations of a jaxpr and return the variables of its outputs."""
        known: dict[Any, int] = dict(zip(jaxpr.invars, arguments, strict=True))
        for var, value in zip(jaxpr.constvars, consts, strict=True):
            known[var] = self.constant(var.aval, value)

        def read(atom: Any) -> int:
            if isinstance(atom, core.Literal):
                return self.constant(atom.aval, atom.val)
            return known[atom]

        for eqn in jaxpr.eqns:
            inputs = [read(atom) for atom in eqn.invars]
            if self.inline and eqn.primitive.name in INLINED:
                inner, constants = inner_jaxpr(eqn.params)
                outputs = self.body(inner, constants, inputs)
            elif self.inline and is_scan_up_to(eqn, self.unroll_scans):
                steps = unrolled_scan(eqn)
                outputs = self.body(steps.jaxpr, steps.consts, inputs)
            else:
                outputs = [self.variable(var.aval) for var in eqn.outvars]
                self.equations.append(self.equation(eqn, inputs, outputs))
            known.update(zip(eqn.outvars, outputs, strict=True))
        return [read(atom) for atom in jaxpr.outvars]

    def equation(self, eqn: Any, inputs: Sequence[int], outputs: Sequence[int]) -> Equation:
        known = tuple(self.known.get(k) for k in inputs)
        if len(outputs) == 1:
            aval = self.avals[outputs[0]]
            self.known[outputs[0]] = known_result(eqn.primitive.name, eqn.params, known, aval)
        return Equation(
            eqn.primitive,
            eqn.params,
            tuple(self.avals[k] for k in inputs),
            tuple(self.avals[k] for k in outputs),
            tuple(inputs),
            tuple(outputs),
            known,
        )


def flatten(closed: Any, *, inline: bool = True, unroll_scans: int = 0) -> FlatProgram:
    """Return a closed jaxpr as a flat program.

    Args:
        closed: the jaxpr.
        inline: whether the bodies of nested calls become part of it.
        unroll_scans: scans of at most this length do, too, step by step.
    """
    flattener = _Flattener(inline=inline, unroll_scans=unroll_scans)
    inputs = [flattener.variable(var.aval) for var in closed.jaxpr.invars]
    outputs = flattener.body(closed.jaxpr, closed.consts, inputs)
    return FlatProgram(
        tuple(flattener.avals),
        tuple(inputs),
        flattener.constants,
        tuple(flattener.equations),
        tuple(outputs),
    )
