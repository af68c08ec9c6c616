"""The product of two Jacobian structures: which numbers are multiplied, and what comes out.

``plan_product(P, Q)`` follows every axis of the vertex v between P: v -> w and Q: u -> v. The plan is
the single source of both the count (``multiplications``, ``additions``) and the execution (block.py
takes, sums and contracts what the plan says), so the two can't disagree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.structure.index import (
    IndexMap,
    IndexSet,
    map_arrays,
    positions,
    set_array,
)
from vertex_elim_env.structure.jacobian import CACHED_PLANS, Free, JacobianStructure, Link, build

Label: TypeAlias = tuple[str, int]  # ("w", axis), ("v", axis) or ("u", axis)
Take: TypeAlias = (
    "int | NDArray[np.intp] | None"  # one position (drops the axis), positions, or all
)


@dataclass(frozen=True, eq=False)
class Operand:
    """How the values of one factor enter the product.

    Attributes:
        takes: for every value axis, what of it is kept.
        labels: for every value axis left after the takes, its label.
        summed: labels summed over before the multiplication (the other factor is constant there).
    """

    takes: tuple[Take, ...]
    labels: tuple[Label, ...]
    summed: tuple[Label, ...]


@dataclass(frozen=True, eq=False)
class ProductPlan:
    """A product of structures, ready to be counted or executed.

    Attributes:
        structure: the result, or None where it is zero (no edge).
        left, right: the two factors.
        contracted: labels stored in both factors and summed over by the multiplication.
        output: labels of the result's value axes, in their order.
        scale: static integer by which the result's values are multiplied (1 for a pattern).
        multiplications: scalar multiplications of values.
        additions: scalar additions of contractions and of sums before the multiplication.
    """

    structure: JacobianStructure | None
    left: Operand
    right: Operand
    contracted: tuple[Label, ...]
    output: tuple[Label, ...]
    scale: int
    multiplications: int
    additions: int


_NOTHING = Operand((), (), ())
ZERO = ProductPlan(None, _NOTHING, _NOTHING, (), (), 1, 0, 0)


class _Side:
    """Collects, for one factor, what is kept of each value axis and under which label."""

    def __init__(self, structure: JacobianStructure) -> None:
        self.structure = structure
        self.takes: dict[tuple[str, int], Take] = {}
        self.labels: dict[tuple[str, int], Label] = {}
        self.summed: list[Label] = []

    def put(self, axis: tuple[str, int], label: Label, take: NDArray[np.intp] | None) -> None:
        if take is not None and len(take) == 1:
            self.takes[axis] = int(take[0])
        else:
            self.takes[axis], self.labels[axis] = take, label

    def operand(self) -> Operand:
        axes = self.structure.value_axes
        return Operand(
            tuple(self.takes[axis] for axis in axes),
            tuple(self.labels[axis] for axis in axes if axis in self.labels),
            tuple(self.summed),
        )


class _Product:
    """The state of one product while the axes are followed."""

    def __init__(self, left: JacobianStructure, right: JacobianStructure) -> None:
        self.left, self.right = left, right
        self.sides = _Side(left), _Side(right)
        self.links: list[Link] = []
        self.out_free: list[Free] = list(left.out_free)
        self.in_free: list[Free] = list(right.in_free)
        self.sizes: dict[Label, int] = {}
        self.contracted: list[Label] = []
        self.repetitions = 1

    def link(self, p: Link, q: Link) -> bool:
        """v's axis is linked on both sides: w's axis links to u's by the composed map."""
        size = self.left.in_shape[p.into]
        if p.map is None and q.map is None:
            out = into = take_p = take_q = None
            count = size
        else:
            p_out, p_mid = map_arrays(p.map, size)
            q_mid, q_in = map_arrays(q.map, size)
            where, found = positions(p_mid, q_mid)
            take_p, take_q = np.flatnonzero(found), where[found]
            out, into = p_out[found], q_in[take_q]
            count = len(out)
        label = ("w", p.out)
        if p.stored:
            self.sides[0].put(("out", p.out), label, take_p)
        if q.stored:
            self.sides[1].put(("out", q.out), label, take_q)
        self.sizes[label] = count
        composed = None if out is None or into is None else IndexMap.of(out, into)
        self.links.append(Link(p.out, q.into, composed, p.stored or q.stored))
        return count > 0

    def free_out(self, p: Link, q: Free) -> bool:
        """Linked to w only: w's axis becomes free on the image of the active set."""
        size = self.left.in_shape[p.into]
        p_out, p_mid = map_arrays(p.map, size)
        where, found = positions(p_mid, set_array(q.active, size))
        take_p = None if found.all() else np.flatnonzero(found)
        take_q = None if p.map is None and q.active is None else where[found]
        active = p_out[found]
        label = ("w", p.out)
        if p.stored:
            self.sides[0].put(("out", p.out), label, take_p)
        if q.stored:
            self.sides[1].put(("out", q.axis), label, take_q)
        self.sizes[label] = len(active)
        self.out_free.append(Free(p.out, IndexSet(active.tobytes()), p.stored or q.stored))
        return len(active) > 0

    def free_in(self, p: Free, q: Link) -> bool:
        """Linked to u only: u's axis becomes free on the preimage of the active set."""
        size = self.left.in_shape[p.axis]
        q_mid, q_in = map_arrays(q.map, size)
        where, found = positions(q_mid, set_array(p.active, size))
        kept = np.flatnonzero(found)
        kept = kept[np.argsort(q_in[kept], kind="stable")]
        active = q_in[kept]
        label = ("u", q.into)
        whole = q.map is None and p.active is None
        if p.stored:
            self.sides[0].put(("in", p.axis), label, None if whole else where[kept])
        if q.stored:
            self.sides[1].put(("out", q.out), label, None if whole else kept)
        self.sizes[label] = len(active)
        self.in_free.append(Free(q.into, IndexSet(active.tobytes()), p.stored or q.stored))
        return len(active) > 0

    def contract(self, p: Free, q: Free) -> bool:
        """Free on both sides: contracted over the intersection of the active sets."""
        size = self.left.in_shape[p.axis]
        p_set, q_set = set_array(p.active, size), set_array(q.active, size)
        where, found = positions(p_set, q_set)
        take_p, take_q = np.flatnonzero(found), where[found]
        count = len(take_p)
        label = ("v", p.axis)
        if p.stored:
            self.sides[0].put(("in", p.axis), label, None if count == len(p_set) else take_p)
        if q.stored:
            self.sides[1].put(("out", q.axis), label, None if count == len(q_set) else take_q)
        self.sizes[label] = count
        if count > 1:
            if p.stored and q.stored:
                self.contracted.append(label)
            elif p.stored or q.stored:
                self.sides[0 if p.stored else 1].summed.append(label)
            else:
                self.repetitions *= count
        return count > 0

    def keep_outer_axes(self) -> None:
        """Free axes of w in P, and of u in Q, pass on unchanged."""
        for f in self.left.out_free:
            if f.stored:
                self.sides[0].put(("out", f.axis), ("w", f.axis), None)
                self.sizes[("w", f.axis)] = self.left.size_of(f)
        for f in self.right.in_free:
            if f.stored:
                self.sides[1].put(("in", f.axis), ("u", f.axis), None)
                self.sizes[("u", f.axis)] = self.right.size_of(f, side="in")

    def follow_axes(self) -> bool:
        """Follow each axis of v; return whether an entry of the product can be non-zero."""
        p_links = {link.into: link for link in self.left.links}
        q_links = {link.out: link for link in self.right.links}
        p_frees = {f.axis: f for f in self.left.in_free}
        q_frees = {f.axis: f for f in self.right.out_free}
        for axis in range(len(self.left.in_shape)):
            p, q = p_links.get(axis), q_links.get(axis)
            if p and q:
                alive = self.link(p, q)
            elif p:
                alive = self.free_out(p, q_frees[axis])
            elif q:
                alive = self.free_in(p_frees[axis], q)
            else:
                alive = self.contract(p_frees[axis], q_frees[axis])
            if not alive:
                return False
        return True

    def plan(self) -> ProductPlan:
        self.keep_outer_axes()
        if not self.follow_axes():
            return ZERO
        coefficients = [s.coefficient for s in (self.left, self.right) if s.coefficient is not None]
        scale = math.prod(coefficients) * self.repetitions
        pattern = len(coefficients) == 2
        result = build(
            self.left.out_shape,
            self.right.in_shape,
            self.links,
            self.out_free,
            self.in_free,
            scale if pattern else None,
        )
        if result is None:
            return ZERO
        left, right = self.sides[0].operand(), self.sides[1].operand()
        labels = [("w" if side == "out" else "u", axis) for side, axis in result.value_axes]
        multiplications, additions = self._count(left, right, not coefficients)
        return ProductPlan(
            result,
            left,
            right,
            tuple(self.contracted),
            tuple(labels),
            1 if pattern else scale,
            multiplications,
            additions,
        )

    def _count(self, left: Operand, right: Operand, both_valued: bool) -> tuple[int, int]:
        additions = 0
        for operand in (left, right):
            entries = math.prod(self.sizes[label] for label in operand.labels)
            summed = math.prod(self.sizes[label] for label in operand.summed)
            additions += entries - entries // summed
        presummed = {*left.summed, *right.summed}
        kept = {*left.labels, *right.labels} - presummed
        products = math.prod(self.sizes[label] for label in kept) if both_valued else 0
        depth = math.prod(self.sizes[label] for label in self.contracted)
        return products, additions + products - products // depth


@lru_cache(maxsize=CACHED_PLANS)
def plan_product(left: JacobianStructure, right: JacobianStructure) -> ProductPlan:
    """Return the plan of ``left @ right``: dw/dv times dv/du is dw/du through v.

    Args:
        left: structure of dw/dv.
        right: structure of dv/du.

    Raises:
        ValueError: if the two don't meet in the shape of v.
    """
    if left.in_shape != right.out_shape:
        raise ValueError(
            f"a product needs dw/dv and dv/du of one v; got v of shape {left.in_shape} on the left "
            f"and {right.out_shape} on the right"
        )
    return _Product(left, right).plan()
