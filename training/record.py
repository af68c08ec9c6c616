"""Record: the cheapest order that an agent has played on a graph, and how it came to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import vertex_elim_env as ve
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.ordering import Improvement, Solution


@dataclass(frozen=True)
class Record:
    """Of one graph; counted anew by the package's own count, not by what played it.

    Attributes:
        cost: None before the first order.
        order: the order.
        trace: the improvements on the way.
    """

    cost: int | None = None
    order: tuple[int, ...] = ()
    trace: tuple[Improvement, ...] = field(default=())

    def offered(
        self,
        graph: ComputationalGraph,
        order: Sequence[int],
        *,
        cost_model: str,
        seconds: float,
        evaluations: int,
    ) -> Record:
        """Return the record after an order, which counts if it is cheaper."""
        if tuple(order) == self.order:
            return self
        cost = ve.elimination_cost(graph, order, cost_model)
        if self.cost is not None and cost >= self.cost:
            return self
        reached = Improvement(seconds, evaluations, cost)
        return replace(self, cost=cost, order=tuple(order), trace=(*self.trace, reached))

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Record:
        """Return the record of which :meth:`to_json` made this."""
        trace = tuple(Improvement(*row) for row in content["trace"])
        return cls(content["cost"], tuple(content["order"]), trace)

    def solution(
        self,
        graph: ComputationalGraph,
        *,
        method: str,
        cost_model: str,
        seconds: float,
        evaluations: int,
    ) -> Solution:
        """Return the order as a solution with a bound."""
        assert self.cost is not None
        return Solution(
            order=self.order,
            cost=self.cost,
            lower_bound=ve.lower_bound(graph, cost_model),
            cost_model=cost_model,
            fingerprint=graph.fingerprint,
            method=method,
            seconds=seconds,
            evaluations=max(1, evaluations),
            trace=self.trace,
        )
