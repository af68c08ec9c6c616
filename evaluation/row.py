"""Row: what the demo finds for one task."""

from __future__ import annotations

from dataclasses import dataclass

from vertex_elim_env.executor.timing import Timing

TOLERANCE = 1e-3
"""Largest deviation from JAX's Jacobian that float32 may show, relative to its largest entry."""


@dataclass(frozen=True)
class Row:
    """What the demo found for one task; counts in multiplications, times in seconds a batch.

    Attributes:
        task: its name.
        eliminable: number of vertices to eliminate.
        counts: cost of every method's order under "multiplications".
        executed: cost of every method's order under "nontrivial".
        lower_bound: proved bound on "multiplications", 0 where there is none.
        best_known: lowest cost on record, for comparison only.
        published: the paper's counts.
        comparable: whether the published counts were made for the same graph and convention.
        errors: for every method, the deviation of its Jacobian from JAX's.
        times: of every method's Jacobian and of JAX's two modes.
    """

    task: str
    eliminable: int
    counts: dict[str, int]
    executed: dict[str, int]
    lower_bound: int
    best_known: int | None
    published: dict[str, int]
    comparable: bool
    errors: dict[str, float]
    times: dict[str, Timing]

    @property
    def agrees(self) -> bool:
        """Whether every order's Jacobian agrees with JAX's."""
        return all(error <= TOLERANCE for error in self.errors.values())
