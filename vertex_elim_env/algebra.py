"""The elimination algebra: structures as small integers, with tables filled on demand.

Structures met along real eliminations are few, the closure over all pairs is not; so a table entry
is computed when its pair is first met. The tables are all that an engine needs to play the game.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.structure import JacobianStructure, plan_product, plan_sum

CostModel = Literal["multiplications", "nontrivial", "flops"]
COST_MODELS: tuple[CostModel, ...] = get_args(CostModel)

NO_EDGE = 0
UNKNOWN = -1
MAX_STRUCTURES = 2_000
"""Past this many structures new ones are widened to dense, so that a search always ends."""

_LARGEST_COST = 2**62


class _CostRule(NamedTuple):
    """How a cost model reads the structures: which edge structure is counted, and what is paid."""

    counted: Callable[[JacobianStructure], JacobianStructure]
    pays_additions: bool
    description: str


def _as_stored(structure: JacobianStructure) -> JacobianStructure:
    return structure.stored_on_out() if structure.is_pattern else structure


def _as_is(structure: JacobianStructure) -> JacobianStructure:
    return structure


COST_RULES: Mapping[str, _CostRule] = MappingProxyType(
    {
        "multiplications": _CostRule(
            _as_stored,
            False,
            "multiplications, patterns of elementwise primitives counted as if stored "
            "(the published convention; Lohoff and Neftci 2024)",
        ),
        "nontrivial": _CostRule(
            _as_is,
            False,
            "multiplications that are executed: products with a pure +-1 pattern are free",
        ),
        "flops": _CostRule(
            _as_is,
            True,
            "executed multiplications and additions, those of sums, contractions and sums before them",
        ),
    }
)


def check_cost_model(name: str) -> CostModel:
    """Return the name if it is that of a cost model.

    Raises:
        ValueError: otherwise.
    """
    if name not in COST_MODELS:
        raise ValueError(f"unknown cost model {name!r}; expected one of {', '.join(COST_MODELS)}")
    return name  # type: ignore[return-value]


class Algebra:
    """Hash-consed structures and their tables, under one cost model.

    Ids are small integers, 0 meaning no edge. For ids p (v -> w) and q (u -> v):
    ``product[p, q]`` and ``cost[p, q]`` are the id of the edge u -> w and what it costs;
    ``sum[a, b]`` and ``sum_cost[a, b]`` the same for parallel edges. An entry of ``product`` or
    ``sum`` that was never asked for is -1: call :meth:`fill_product` or :meth:`fill_sum`, which fill
    it in place. The arrays are replaced when the tables grow: read the attributes again then.

    Attributes:
        cost_model: its name.
        structures: list of structures by id; the first is None.
        product, sum: int32 (capacity, capacity).
        cost, sum_cost: int64 (capacity, capacity), in the cost model's unit.
        num_widened: how many structures were widened because the algebra was full.
    """

    def __init__(
        self, cost_model: str = "multiplications", *, max_structures: int = MAX_STRUCTURES
    ) -> None:
        self.cost_model = check_cost_model(cost_model)
        self.structures: list[JacobianStructure | None] = [None]
        self.num_widened = 0
        self._max_structures = max_structures
        self._rule = COST_RULES[cost_model]
        self._ids: dict[JacobianStructure, int] = {}
        self._allocate(16)

    def _allocate(self, capacity: int) -> None:
        shape = (capacity, capacity)
        self.product: NDArray[np.int32] = np.full(shape, UNKNOWN, np.int32)
        self.sum: NDArray[np.int32] = np.full(shape, UNKNOWN, np.int32)
        self.cost: NDArray[np.int64] = np.zeros(shape, np.int64)
        self.sum_cost: NDArray[np.int64] = np.zeros(shape, np.int64)
        self.product[0, :] = self.product[:, 0] = NO_EDGE
        self.sum[0, :] = self.sum[:, 0] = np.arange(capacity)

    def __len__(self) -> int:
        return len(self.structures)

    def intern(self, structure: JacobianStructure | None) -> int:
        """Return the id of a structure, a new one where it was not met before."""
        if structure is None:
            return NO_EDGE
        known = self._ids.get(structure)
        if known is not None:
            return known
        if len(self) >= self._max_structures and structure != structure.widened():
            self.num_widened += 1
            return self._ids.setdefault(structure, self.intern(structure.widened()))
        self.structures.append(structure)
        self._ids[structure] = len(self) - 1
        if len(self) > len(self.product):
            self._grow()
        return len(self) - 1

    def intern_edge(self, structure: JacobianStructure, *, elementwise: bool) -> int:
        """Return the id under which an initial edge is counted by the cost model."""
        return self.intern(self._rule.counted(structure) if elementwise else structure)

    def _grow(self) -> None:
        old = self.product, self.sum, self.cost, self.sum_cost
        size = len(self.product)
        self._allocate(2 * size)
        for table, filled in zip(
            (self.product, self.sum, self.cost, self.sum_cost), old, strict=True
        ):
            table[:size, :size] = filled

    def fill_product(self, left: int, right: int) -> int:
        """Fill the entry of a product (dw/dv times dv/du) and return the id of dw/du."""
        p, q = self.structures[left], self.structures[right]
        assert p is not None and q is not None, (
            "a product with no edge is in the tables from the start"
        )
        plan = plan_product(p, q)
        result = self.intern(plan.structure)
        cost = plan.multiplications + plan.additions * self._rule.pays_additions
        self.cost[left, right] = _checked(cost)
        self.product[left, right] = result
        return result

    def fill_sum(self, first: int, second: int) -> int:
        """Fill the entries of a sum of parallel edges, both ways, and return its id."""
        a, b = self.structures[first], self.structures[second]
        assert a is not None and b is not None, "a sum with no edge is in the tables from the start"
        plan = plan_sum(a, b)
        result = self.intern(plan.structure)
        for pair in ((first, second), (second, first)):
            self.sum_cost[pair] = _checked(plan.additions * self._rule.pays_additions)
            self.sum[pair] = result
        return result


def _checked(cost: int) -> int:
    if cost > _LARGEST_COST:
        raise OverflowError(
            f"one product of two Jacobians costs {cost}, past the 2**62 that tables hold"
        )
    return cost
