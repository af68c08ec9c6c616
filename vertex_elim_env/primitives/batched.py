"""Primitives that pass some axes on index by index and are dense along the rest; numbers by JAX.

Along a passed axis every entry depends on the entry of its own index only, so one tangent (or
cotangent) of ones there yields the whole diagonal: linearising such a primitive costs as many
tangents as the operand has entries along its other axes, or as many cotangents as the output has.
The cheaper of the two serves all outputs and operands that are asked for. A primitive that is known
to pass nothing on is dense: always right, never best.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import jax
import jax.numpy as jnp
from jax import lax

from vertex_elim_env.primitives.rule import (
    Axis,
    AxisRef,
    Equation,
    OperandRule,
    Operands,
    OutputRule,
    ToOut,
    Value,
    is_inexact,
)

Passed: TypeAlias = Mapping[int, int]
"""Axes of an operand that reach an output index by index: the operand's axis to the output's."""


def dense_rule(eqn: Equation) -> tuple[OutputRule, ...]:
    """Every output depends on every operand of inexact numbers, entry by entry."""
    return batched_rule(eqn, lambda out, operand: {})


def batched_rule(
    eqn: Equation,
    passed: Callable[[int, int], Passed],
    *,
    depends: Callable[[int, int], bool] = lambda out, operand: True,
    repeats: bool = True,
) -> tuple[OutputRule, ...]:
    """The rule of a primitive that passes some axes on.

    Args:
        eqn: the equation.
        passed: for (output, operand) the passed axes.
        depends: for (output, operand) whether there is a derivative.
        repeats: whether what repeats along a passed axis of all operands does so in the outputs.
    """
    linearization = Linearization(eqn, passed)
    places = range(len(eqn.operands))
    rules = []
    for out, result in enumerate(eqn.results):
        axes = range(len(result.shape))
        varying = () if repeats else tuple(("out", axis) for axis in axes)
        operands = tuple(
            linearization.rule(out, k, places, varying)
            if depends(out, k)
            else OperandRule(linearization.refs(out, k), None)
            for k in places
        )
        reached = {ref.axis for rule in operands for ref in rule.axes if isinstance(ref, ToOut)}
        own = tuple(axis for axis in axes if not repeats or axis not in reached)
        rules.append(OutputRule(operands, own))
    return tuple(rules)


@dataclass(frozen=True, eq=False)
class Linearization:
    """Local Jacobians of one equation by JAX's own derivatives of it.

    Attributes:
        eqn: the equation.
        passed: for (output, operand) the passed axes.
    """

    eqn: Equation
    passed: Callable[[int, int], Passed]

    def refs(self, out: int, operand: int) -> tuple[AxisRef, ...]:
        """Return where an operand's axes go: passed ones to the output's, the others nowhere."""
        passed = self.passed(out, operand)
        rank = len(self.eqn.shape(operand))
        return tuple(ToOut(passed[k]) if k in passed else None for k in range(rank))

    def rule(
        self, out: int, operand: int, varies_with: Sequence[int], varying: Sequence[Axis] = ()
    ) -> OperandRule:
        """Return one operand's rule: passed axes linked, the others free and stored.

        Args:
            out, operand: which output and operand; integers have no derivative.
            varies_with: operands along whose passed axes the numbers vary.
            varying: passed axes along which they vary in any case.
        """
        refs = self.refs(out, operand)
        if not (is_inexact(self.eqn.operands[operand]) and is_inexact(self.eqn.results[out])):
            return OperandRule(refs, None)
        free_out = tuple(("out", axis) for axis in self._free_out(out, operand))
        free_in = tuple(("in", axis) for axis in self._free_in(out, operand))
        axes = tuple(("out", axis) for axis in range(len(self.eqn.results[out].shape)))
        compute = partial(self.numbers, out, operand)
        always = (*free_out, *free_in, *varying)
        return OperandRule(refs, Value(compute, (*axes, *free_in), tuple(varies_with), always))

    def numbers(self, out: int, operand: int, operands: Operands) -> jax.Array:
        """Return ``(*out.shape, *free axes of the operand)``, by tangents or by cotangents."""
        ways = [self._by_tangents, self._by_cotangents]
        if not self._prefers_tangents({(out, operand), *operands.needed}):
            ways.reverse()
        # Loops of unknown length have no reverse mode, custom_vjp functions no forward mode, and
        # linear solves want all their operands differentiated together.
        reasons = []
        for together in (False, True):
            for way in ways:
                try:
                    return way(out, operand, operands, together)
                except (ValueError, TypeError, NotImplementedError) as error:
                    reasons.append(error)
        raise reasons[0]

    def _free_in(self, out: int, operand: int) -> tuple[int, ...]:
        through = self.passed(out, operand)
        return tuple(k for k in range(len(self.eqn.shape(operand))) if k not in through)

    def _free_out(self, out: int, operand: int) -> tuple[int, ...]:
        through = self.passed(out, operand).values()
        return tuple(k for k in range(len(self.eqn.results[out].shape)) if k not in through)

    def _prefers_tangents(self, needed: Iterable[tuple[int, int]]) -> bool:
        """Whether all tangents that are needed are fewer than, or as many as, all cotangents."""
        tangents, cotangents = {}, {}
        for out, operand in needed:
            free_in, free_out = self._free_in(out, operand), self._free_out(out, operand)
            tangents[operand, free_in] = _size(self.eqn.shape(operand), free_in)
            cotangents[out, free_out] = _size(self.eqn.results[out].shape, free_out)
        return sum(tangents.values()) <= sum(cotangents.values())

    def _by_tangents(self, out: int, operand: int, operands: Operands, together: bool) -> jax.Array:
        free = self._free_in(out, operand)
        outs = tuple(sorted({o for o, k in operands.needed if k == operand} | {out}))

        def push() -> Sequence[jax.Array]:
            apply, places = self._function(operands, (operand,), outs, together)
            primals = tuple(operands[k] for k in places)

            def derivative(tangent: jax.Array) -> Sequence[jax.Array]:
                tangents = tuple(
                    tangent if k == operand else jnp.zeros_like(operands[k]) for k in places
                )
                return jax.jvp(apply, primals, tangents)[1]

            return jax.vmap(derivative, out_axes=-1)(_basis(operands[operand], free))

        columns = operands.share(("tangents", operand, free, outs, together), push)
        column = columns[outs.index(out)]
        sizes = [self.eqn.shape(operand)[axis] for axis in free]
        return column.reshape(*self.eqn.results[out].shape, *sizes)

    def _by_cotangents(
        self, out: int, operand: int, operands: Operands, together: bool
    ) -> jax.Array:
        free = self._free_out(out, operand)
        sources = tuple(sorted({k for o, k in operands.needed if o == out} | {operand}))

        def pull() -> dict[int, jax.Array]:
            apply, places = self._function(operands, sources, (out,), together)
            values, derivative = jax.vjp(apply, *(operands[k] for k in places))
            rows = jax.vmap(lambda cotangent: derivative([cotangent]))(_basis(values[0], free))
            return dict(zip(places, rows, strict=True))

        rows = operands.share(("cotangents", out, free, sources, together), pull)
        return self._laid_out(rows[operand], out, operand, free)

    def _laid_out(self, row: jax.Array, out: int, operand: int, free: Sequence[int]) -> jax.Array:
        """Bring ``(free axes of out as one, *operand.shape)`` to the layout of the numbers."""
        through, shape = self.passed(out, operand), self.eqn.results[out].shape
        row = row.reshape(*(shape[axis] for axis in free), *self.eqn.shape(operand))
        source = {axis: len(free) + k for k, axis in through.items()}
        source |= {axis: place for place, axis in enumerate(free)}
        order = [source[axis] for axis in range(len(shape))]
        return row.transpose(*order, *(len(free) + k for k in self._free_in(out, operand)))

    def _function(
        self, operands: Operands, sources: Sequence[int], outs: Sequence[int], together: bool
    ) -> tuple[Callable[..., list[jax.Array]], tuple[int, ...]]:
        """The equation as a function of some operands (or all inexact ones) to some outputs."""
        places = self.eqn.differentiable if together else tuple(sources)

        def apply(*arrays: jax.Array) -> list[jax.Array]:
            values = dict(zip(places, arrays, strict=True))
            results = self.eqn.bind(*(values.get(k, array) for k, array in enumerate(operands)))
            return [results[out] for out in outs]

        return apply, places


def _size(shape: Sequence[int], axes: Sequence[int]) -> int:
    return math.prod(shape[axis] for axis in axes)


def _basis(like: jax.Array, free: Sequence[int]) -> jax.Array:
    """One array for each index of the free axes: one there, zero elsewhere, the same along others.

    Returns:
        Array (number of indices, *like.shape) of the dtype of ``like``.
    """
    like = jnp.asarray(like)
    sizes = [like.shape[axis] for axis in free]
    count = math.prod(sizes)
    basis = jnp.eye(count, dtype=like.dtype).reshape(count, *sizes)
    return lax.broadcast_in_dim(basis, (count, *like.shape), (0, *(axis + 1 for axis in free)))
