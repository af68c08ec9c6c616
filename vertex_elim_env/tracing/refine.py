"""One refined shape for every variable, so that reshapes link axis to axis.

A reshape such as (12,) -> (3, 4) corresponds axis by axis once the axis of length 12 is cut in two.
Axes that correspond index by index across equations share their cuts: they are one class of a
union-find. Cuts spread until nothing changes; an axis that a slice or another map touches is never
cut, and cuts that don't nest (12 -> 3x4 and 12 -> 2x6) leave the later reshape dense.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from vertex_elim_env.primitives import Group, OutputRule, Summed, ToOut
from vertex_elim_env.tracing.flatten import FlatProgram

AxisOf: TypeAlias = tuple[int, int]  # (variable, public axis)


class Refinement:
    """The cuts of every public axis of a program's variables.

    Attributes:
        dense_groups: reshape groups that stay dense, as (equation, output, operand, group).
    """

    def __init__(self, program: FlatProgram, rules: Sequence[Sequence[OutputRule]]) -> None:
        self._program = program
        self._parents: dict[AxisOf, AxisOf] = {}
        self._cuts: dict[AxisOf, frozenset[int]] = {}
        self._rigid: set[AxisOf] = set()
        self.dense_groups: set[tuple[int, int, int, Group]] = set()
        self._join_axes(rules)
        self._spread_cuts(rules)

    def sizes(self, variable: int, axis: int) -> tuple[int, ...]:
        """Return the lengths that a public axis is refined into; none for an axis of length 1."""
        size = self._program.avals[variable].shape[axis]
        if size == 1:
            return ()
        cuts = self._cuts.get(self._find((variable, axis)), frozenset())
        bounds = [size, *sorted(cuts, reverse=True), 1]
        return tuple(a // b for a, b in pairwise(bounds))

    def shape(self, variable: int) -> tuple[int, ...]:
        """Return a variable's refined shape."""
        rank = len(self._program.avals[variable].shape)
        return tuple(size for axis in range(rank) for size in self.sizes(variable, axis))

    def axes(self, variable: int, axis: int) -> tuple[int, ...]:
        """Return the refined axes of a public axis."""
        start = sum(len(self.sizes(variable, k)) for k in range(axis))
        return tuple(range(start, start + len(self.sizes(variable, axis))))

    def _find(self, axis: AxisOf) -> AxisOf:
        root = axis
        while (parent := self._parents.get(root, root)) != root:
            root = parent
        while axis != root:
            axis, self._parents[axis] = self._parents.get(axis, axis), root
        return root

    def _join(self, first: AxisOf, second: AxisOf) -> None:
        a, b = self._find(first), self._find(second)
        if a != b:
            self._parents[a] = b
            if a in self._rigid:
                self._rigid.add(b)

    def _join_axes(self, rules: Sequence[Sequence[OutputRule]]) -> None:
        for eqn, outputs in zip(self._program.equations, rules, strict=True):
            for variable, output in zip(eqn.outputs, outputs, strict=True):
                summed: dict[int, AxisOf] = {}
                for operand, rule in zip(eqn.inputs, output.operands, strict=True):
                    sides = {"out": variable, "in": operand}
                    self._rigid |= {self._find((sides[s], k)) for (s, k), _ in rule.within}
                    for axis, ref in enumerate(rule.axes):
                        here = (operand, axis)
                        if isinstance(ref, Summed):
                            self._join(here, summed.setdefault(ref.number, here))
                        elif isinstance(ref, ToOut) and ref.map is None:
                            self._join(here, (variable, ref.axis))
                        elif isinstance(ref, ToOut):
                            self._rigid |= {self._find(here), self._find((variable, ref.axis))}
        self._rigid = {self._find(axis) for axis in self._rigid}

    def _spread_cuts(self, rules: Sequence[Sequence[OutputRule]]) -> None:
        groups = [
            (number, k, place, group)
            for number, outputs in enumerate(rules)
            for k, output in enumerate(outputs)
            for place, rule in enumerate(output.operands)
            for group in rule.groups
        ]
        changed = True
        while changed:
            changed = False
            for key in groups:
                if key not in self.dense_groups:
                    changed |= self._cut_group(key)

    def _cut_group(self, key: tuple[int, int, int, Group]) -> bool:
        """Make both sides of a group share their cuts; return whether anything changed."""
        number, output, place, group = key
        eqn = self._program.equations[number]
        sides = [
            [(eqn.outputs[output], axis) for axis in group.out],
            [(eqn.inputs[place], axis) for axis in group.into],
        ]
        bounds = frozenset[int]().union(*(self._bounds(side) for side in sides))
        if not _nests(sorted(bounds)):
            self.dense_groups.add(key)
            return True
        wanted = [new for side in sides for new in self._wanted(side, bounds)]
        if any(cuts and not self._may_cut(axis, cuts) for axis, cuts in wanted):
            self.dense_groups.add(key)
            return True
        for axis, cuts in wanted:
            root = self._find(axis)
            self._cuts[root] = self._cuts.get(root, frozenset()) | cuts
        return any(cuts for _, cuts in wanted)

    def _size(self, axis: AxisOf) -> int:
        return self._program.avals[axis[0]].shape[axis[1]]

    def _bounds(self, side: Iterable[AxisOf]) -> frozenset[int]:
        """Strides at which a side of a group is cut, its axes' own boundaries included."""
        stride, bounds = 1, set[int]()
        for axis in reversed(list(side)):
            bounds |= {stride, *(stride * cut for cut in self._cuts.get(self._find(axis), ()))}
            stride *= self._size(axis)
        return frozenset(bounds | {stride})

    def _wanted(
        self, side: Iterable[AxisOf], bounds: frozenset[int]
    ) -> list[tuple[AxisOf, frozenset[int]]]:
        """The new cuts that the bounds ask of each axis of a side."""
        stride, wanted = 1, []
        for axis in reversed(list(side)):
            size = self._size(axis)
            inside = {bound // stride for bound in bounds if stride < bound < stride * size}
            wanted.append((axis, frozenset(inside) - self._cuts.get(self._find(axis), frozenset())))
            stride *= size
        return wanted

    def _may_cut(self, axis: AxisOf, cuts: frozenset[int]) -> bool:
        root = self._find(axis)
        chain = sorted({1, self._size(axis), *self._cuts.get(root, ()), *cuts})
        return root not in self._rigid and _nests(chain)


def _nests(chain: Sequence[int]) -> bool:
    return all(a and b % a == 0 for a, b in pairwise(chain))
