"""RuleBook: an algebra as the compiled loops read it, filled where they stop."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.algebra import Algebra
from vertex_elim_env.observation import structure_class

if TYPE_CHECKING:
    from vertex_elim_env.engine.features import Rules


class RuleBook:
    """The tables of an algebra and the classes of its structures.

    A storage is a module of ``engine.features``: ``dense`` or ``sparse``.

    Attributes:
        algebra: shared by all games that go by this book.
    """

    def __init__(self, algebra: Algebra) -> None:
        self.algebra = algebra
        self._classes = np.zeros(0, np.int8)
        self._num_classes = 0
        self._rules: Rules | None = None
        self._missing = np.zeros(2, np.int32)

    @property
    def rules(self) -> Rules:
        """The tables as they are now; to be fetched anew after a fill."""
        algebra, known = self.algebra, self._rules
        if known is None or self._num_classes != len(algebra.structures):
            known = self._rules = self._read()
        return known

    def _read(self) -> Rules:
        from vertex_elim_env.engine.features import Rules

        algebra, uniform_cost = self.algebra, _uniform_cost(self.algebra)
        classes = np.zeros(len(algebra.product), np.int8)
        classes[: self._num_classes] = self._classes[: self._num_classes]
        new = algebra.structures[self._num_classes :]
        classes[self._num_classes : len(algebra)] = [structure_class(s) for s in new]
        self._classes, self._num_classes = classes, len(algebra)
        return Rules(
            algebra.product,
            algebra.cost,
            algebra.sum,
            algebra.sum_cost,
            classes,
            pays_additions=algebra.cost_model == "flops",
            uniform_cost=uniform_cost,
        )

    def step(self, storage: ModuleType, live: Any, vertex: int) -> Any:
        """Take a step in place, filling the tables where it stops.

        Returns:
            The state: another object where a pool was too small.
        """
        missing, is_eliminated = self._missing, False
        while True:
            status, is_eliminated = storage.step(live, vertex, self.rules, missing, is_eliminated)
            if not status:
                return live
            if status == storage.NO_ROOM:
                live = storage.with_room(live, vertex)
            else:
                self.fill(status, missing)

    def refresh(self, storage: ModuleType, live: Any) -> None:
        """Describe what is stale, filling the tables where it stops."""
        while status := storage.refresh(live, self.rules, self._missing):
            self.fill(status, self._missing)

    def fill(self, status: int, missing: NDArray[np.int32]) -> None:
        """Fill the entry of the tables at which a loop stopped."""
        from vertex_elim_env.engine.compiled import fill_missing

        fill_missing(self.algebra, status, missing)


def _uniform_cost(algebra: Algebra) -> int:
    """What every product costs where one structure is all there is, as in scalar graphs; else -1."""
    only = algebra.structures[1] if len(algebra) == 2 else None
    if only is None or only.in_shape != only.out_shape:
        return -1
    is_kept = algebra.fill_product(1, 1) == 1 and algebra.fill_sum(1, 1) == 1
    return int(algebra.cost[1, 1]) if is_kept and not algebra.sum_cost[1, 1] else -1
