"""What a rule says of a primitive: how its axes correspond, and the value of its Jacobian."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from vertex_elim_env.structure import IndexMap, IndexSet

Axis: TypeAlias = tuple[str, int]
"""A public axis of a local Jacobian: ("out", a) of the output, ("in", b) of the operand."""


class ToOut(NamedTuple):
    """An operand's axis corresponds to an axis of the output (``map`` None: index by index)."""

    axis: int
    map: IndexMap | None = None


class Summed(NamedTuple):
    """An operand's axis does not reach the output; operands that share a number share the axis."""

    number: int


AxisRef: TypeAlias = ToOut | Summed | None
"""Where an operand's axis goes; None for a free one: of length 1 and dropped, or read in any way."""


class Group(NamedTuple):
    """Axes of a reshape: the output's and the operand's have one product, in row-major order."""

    out: tuple[int, ...]
    into: tuple[int, ...]


class Operands(Sequence[jax.Array]):
    """The arrays that an equation is applied to, and what its local Jacobians compute together.

    Attributes:
        needed: the (output, operand) pairs whose local Jacobians are asked for.
    """

    def __init__(self, arrays: Sequence[Any], needed: Iterable[tuple[int, int]]) -> None:
        self._arrays = tuple(arrays)
        self._shared: dict[Hashable, Any] = {}
        self.needed = tuple(sorted(needed))

    def __getitem__(self, place: Any) -> Any:
        return self._arrays[place]

    def __len__(self) -> int:
        return len(self._arrays)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._arrays)

    def share(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return what ``compute`` returned when this key was first asked for."""
        if key not in self._shared:
            self._shared[key] = compute()
        return self._shared[key]


@dataclass(frozen=True)
class Value:
    """The numbers of a local Jacobian.

    Attributes:
        compute: from the arrays of the operands, the array of numbers.
        axes: which axis of the Jacobian each axis of that array runs along (None: length 1).
        varies_with: operands along whose axes the numbers vary.
        always: axes of the Jacobian along which they vary in any case.
    """

    compute: Callable[[Operands], jax.Array]
    axes: tuple[Axis | None, ...]
    varies_with: tuple[int, ...] = ()
    always: tuple[Axis, ...] = ()


@dataclass(frozen=True)
class OperandRule:
    """One operand's part in one output.

    Attributes:
        axes: where each public axis of the operand goes.
        local: the derivative: a static coefficient, values, or None where there is none.
        groups: for a reshape, in place of ``axes``.
        elementwise: whether the primitive is elementwise (see the cost model "multiplications").
        within: free axes outside whose given indices the Jacobian is zero.
    """

    axes: tuple[AxisRef, ...]
    local: int | Value | None
    groups: tuple[Group, ...] = ()
    elementwise: bool = False
    within: tuple[tuple[Axis, IndexSet], ...] = ()


@dataclass(frozen=True)
class OutputRule:
    """One output of an equation.

    Attributes:
        operands: one rule for each operand.
        varying: public axes of the output along which its values vary whatever the operands do.
    """

    operands: tuple[OperandRule, ...]
    varying: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Equation:
    """One primitive applied to arrays, all nested calls inlined.

    Attributes:
        primitive: the JAX primitive.
        params: its parameters.
        operands: shapes and dtypes of its operands.
        results: shapes and dtypes of its outputs.
        inputs, outputs: the variables' numbers in the program.
        known: for each operand its value where that is an integer constant, else None.
    """

    primitive: Any
    params: Mapping[str, Any]
    operands: tuple[jax.ShapeDtypeStruct, ...]
    results: tuple[jax.ShapeDtypeStruct, ...]
    inputs: tuple[int, ...] = field(default=())
    outputs: tuple[int, ...] = field(default=())
    known: tuple[np.ndarray | None, ...] = field(default=())

    @property
    def name(self) -> str:
        """The primitive's name."""
        return self.primitive.name

    def bind(self, *arrays: jax.Array) -> list[jax.Array]:
        """Apply the primitive and return the list of its outputs."""
        result = self.primitive.bind(*arrays, **self.primitive.get_bind_params(dict(self.params)))
        return list(result) if self.primitive.multiple_results else [result]

    def shape(self, operand: int) -> tuple[int, ...]:
        """Shape of an operand."""
        return tuple(self.operands[operand].shape)

    @property
    def differentiable(self) -> tuple[int, ...]:
        """Operands that have a derivative: inexact ones; not what a custom_vjp call closes over."""
        closed_over = self.params["num_consts"] if self.name.startswith("custom_vjp") else 0
        places = range(closed_over, len(self.operands))
        return tuple(k for k in places if is_inexact(self.operands[k]))

    @property
    def out_shape(self) -> tuple[int, ...]:
        """Shape of the first output."""
        return tuple(self.results[0].shape)


Rule: TypeAlias = Callable[[Equation], tuple[OutputRule, ...]]

_RULES: dict[str, Rule] = {}


def register(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for the primitives of the given names."""

    def decorate(rule: Rule) -> Rule:
        for name in names:
            assert name not in _RULES, f"two rules for {name}"
            _RULES[name] = rule
        return rule

    return decorate


def registered_names() -> tuple[str, ...]:
    """Names of the primitives that have a rule of their own, sorted."""
    return tuple(sorted(_RULES))


def find_rule(name: str) -> Rule | None:
    """Return the rule registered for a primitive, or None."""
    return _RULES.get(name)


def straight(shape: Sequence[int]) -> tuple[ToOut, ...]:
    """References of an operand whose axes are the output's, one by one."""
    return tuple(ToOut(axis) for axis in range(len(shape)))


def out_axes(shape: Sequence[int]) -> tuple[Axis, ...]:
    """The axes of a value that has the output's shape."""
    return tuple(("out", axis) for axis in range(len(shape)))


def operand_axes(
    refs: Sequence[AxisRef], differentiated: Sequence[AxisRef]
) -> tuple[Axis | None, ...]:
    """The axes of a value that is an operand itself, in the Jacobian with respect to another.

    An axis that the two operands sum over together is an axis of the differentiated one.
    """
    own = {ref.number: axis for axis, ref in enumerate(differentiated) if isinstance(ref, Summed)}
    return tuple(
        ("out", ref.axis) if isinstance(ref, ToOut) else ("in", own[ref.number]) if ref else None
        for ref in refs
    )


def is_inexact(aval: Any) -> bool:
    """Whether an array holds floating-point or complex numbers."""
    return aval.dtype is not None and bool(jnp.issubdtype(aval.dtype, jnp.inexact))


def is_empty(shape: Sequence[int]) -> bool:
    """Whether an array of this shape has no entry."""
    return math.prod(shape) == 0
