"""Which axes a body of equations passes on index by index: the structure of loops, branches and calls.

A loop or a call is one vertex whose numbers JAX computes; but a batch axis that runs through its
whole body stays linked, so that a vectorised loop's Jacobian never holds batch x batch entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import jax
from jax.extend import core

from vertex_elim_env.primitives.batched import Passed
from vertex_elim_env.primitives.rule import Equation, OutputRule, ToOut

Reach: TypeAlias = dict[int, Passed]
"""What a variable has of each input that it depends on: the input's axes to its own."""

RulesOf: TypeAlias = Callable[[Equation], tuple[OutputRule, ...]]


def equation_of(eqn: Any) -> Equation:
    """Return an equation of a jaxpr as one that rules read."""
    operands = tuple(_struct(atom.aval) for atom in eqn.invars)
    results = tuple(_struct(atom.aval) for atom in eqn.outvars)
    return Equation(eqn.primitive, eqn.params, operands, results, known=(None,) * len(operands))


def _struct(aval: Any) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(getattr(aval, "shape", ()), getattr(aval, "dtype", None))


def identity(shape: Sequence[int]) -> Passed:
    """Every axis passed on as it is."""
    return {axis: axis for axis in range(len(shape))}


def compose(first: Passed, then: Passed) -> Passed:
    """Return what is passed on by both, one after the other."""
    return {axis: then[middle] for axis, middle in first.items() if middle in then}


def merge(reach: Reach, source: int, passed: Passed) -> None:
    """Add another way from an input: only what both ways pass on alike remains."""
    present = reach.get(source)
    both = passed if present is None else {k: a for k, a in passed.items() if present.get(k) == a}
    reach[source] = both


def reach_through(
    jaxpr: Any,
    inputs: Iterable[int],
    rules_of: RulesOf,
    inlined: Callable[[str], bool],
    body_of: Callable[[Any], Any],
) -> list[Reach]:
    """Return for every output of an open jaxpr what it has of the given inputs.

    Equations that none of these reach are not looked at: a derivative rule may well call the
    function that it belongs to.
    """
    known: dict[Any, Reach] = {
        jaxpr.invars[k]: {k: identity(jaxpr.invars[k].aval.shape)} for k in inputs
    }

    def read(atom: Any) -> Reach:
        return {} if isinstance(atom, core.Literal) else known.get(atom, {})

    for eqn in jaxpr.eqns:
        sources = {k: read(atom) for k, atom in enumerate(eqn.invars)}
        reached = [k for k, source in sources.items() if source]
        steps: list[Reach] = [{} for _ in eqn.outvars]
        if reached and inlined(eqn.primitive.name):
            steps = reach_through(body_of(eqn.params), reached, rules_of, inlined, body_of)
        elif reached:
            steps = [one_step(rule) for rule in rules_of(equation_of(eqn))]
        for var, step in zip(eqn.outvars, steps, strict=True):
            known[var] = follow(sources, step)
    return [read(atom) for atom in jaxpr.outvars]


def one_step(rule: OutputRule) -> Reach:
    """Return what an output has of the operands of its own equation."""
    reach: Reach = {}
    for k, operand in enumerate(rule.operands):
        if operand.local is None:
            continue
        passed = {
            axis: ref.axis
            for axis, ref in enumerate(operand.axes)
            if isinstance(ref, ToOut) and ref.map is None
        }
        alone = [group for group in operand.groups if len(group.out) == len(group.into) == 1]
        reach[k] = passed | {group.into[0]: group.out[0] for group in alone}
    return reach


def follow(sources: Mapping[int, Reach], step: Mapping[int, Passed]) -> Reach:
    """Return what an output has of the inputs, given what its operands have of them."""
    reach: Reach = {}
    for operand, passed in step.items():
        for source, before in sources.get(operand, {}).items():
            merge(reach, source, compose(before, passed))
    return reach
