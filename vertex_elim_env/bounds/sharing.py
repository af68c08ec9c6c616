"""Sharing: many overlapping clusters bound the cost together, each charged a share of it.

Give every cluster B that holds a vertex j a share of j's cost, none negative, all of them adding up
to 1, and a price for every pair k, j of its vertices, to be paid if k comes before j, the prices of
one pair adding up to 0 over the clusters. In any order of all vertices the clusters then pay together
what the order costs, and each pays at least what its own cheapest order costs (``clusters.py``):
the sum of these, and of the bounds of vertices in no cluster, bounds the cost of every order.

The bound is a concave function of shares and prices. It is raised by subgradient steps
(B. T. Polyak, "Minimization of unsmooth functionals", 1969): a cluster in which j pays more than on
average takes a larger share of it; a pair that is ordered one way here and the other way there is
made dearer where it stands. This is Lagrangian decomposition (M. Guignard, S. Kim 1987). All
amounts are integers, UNIT to one multiplication, so that no rounding touches the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.bounds.clusters import Cluster, cheapest

UNIT = 1 << 20
"""What one multiplication counts in shares and prices."""
PRICE_SCALE = 6.0
"""How far prices step for one step of shares."""

Map = Callable[[Callable[[int], int], Iterable[int]], Iterable[int]]
"""As the built-in ``map``; one that runs on several threads may stand in for it."""


@dataclass(eq=False)
class Sharing:
    """Clusters, their shares and prices, and the bound that these prove.

    Attributes:
        clusters: the clusters.
        rest: what vertices in no cluster cost at least.
        allowed: per cluster, the subsets that may come up, bool (2**b,).
        shares: per cluster, of its vertices' costs, int64 (b,).
        prices: per cluster, of k before j, int64 (b, b) by [j, k].
        orders: per cluster, its cheapest order at the last evaluation, int64 (b,).
        paid: per cluster, what its vertices cost in it, int64 (b,).
    """

    clusters: Sequence[Cluster]
    rest: int
    allowed: list[NDArray[np.bool_]] = field(init=False)

    def __post_init__(self) -> None:
        sizes = [cluster.size for cluster in self.clusters]
        self.allowed = [np.ones(1 << size, np.bool_) for size in sizes]
        self.orders = [np.zeros(size, np.int64) for size in sizes]
        self.paid = [np.zeros(size, np.int64) for size in sizes]
        self._forward = [np.empty(1 << size, np.int64) for size in sizes]
        self._vertices = _Groups(np.concatenate([c.vertices for c in self.clusters]))
        self._pairs = _Groups(np.concatenate([_pair_keys(c.vertices) for c in self.clusters]))
        self._cuts = np.cumsum(sizes)[:-1]
        self._pair_cuts = np.cumsum([size * size for size in sizes])[:-1]
        self._shares = 1.0 / self._vertices.counts[self._vertices.of]
        self._prices = np.zeros(len(self._pairs.of))
        self.set_multipliers(self._shares, self._prices)

    def multipliers(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return shares and prices, one after another, in multiplications."""
        return self._shares.copy(), self._prices.copy()

    def set_multipliers(self, shares: NDArray[np.float64], prices: NDArray[np.float64]) -> None:
        """Set shares and prices; they are rounded so that they add up to 1 and to 0 exactly."""
        self._shares, self._prices = shares, prices
        whole = np.floor(shares * UNIT).astype(np.int64)
        self.shares = np.split(self._vertices.balanced(whole, UNIT), self._cuts)
        whole = self._pairs.balanced(np.rint(prices * UNIT).astype(np.int64), 0)
        self.prices = [
            row.reshape(c.size, c.size)
            for c, row in zip(self.clusters, np.split(whole, self._pair_cuts), strict=True)
        ]

    def evaluate(self, map_: Map = map) -> int:
        """Return the bound that the present shares and prices prove, UNIT to a multiplication."""
        return self.rest * UNIT + sum(map_(self._solve, range(len(self.clusters))))

    def _solve(self, k: int) -> int:
        return cheapest(
            self.clusters[k].costs,
            self.shares[k],
            self.prices[k],
            self.allowed[k],
            self._forward[k],
            self.orders[k],
            self.paid[k],
        )

    def subgradient(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return by how much each share and each price differs from its mean, at the last orders."""
        before = []
        for order in self.orders:
            position = np.argsort(order)
            before.append((position[None, :] < position[:, None]).ravel())
        return (
            self._vertices.deviations(np.concatenate(self.paid)),
            self._pairs.deviations(np.concatenate(before)),
        )

    def step(self, length: float, shares: NDArray[np.float64], prices: NDArray[np.float64]) -> None:
        """Go a step along a direction, then to the nearest shares that add up to 1."""
        moved = self._vertices.projected(self._shares + length * shares)
        self.set_multipliers(moved, self._prices + length * PRICE_SCALE * prices)


class _Groups:
    """Which entries of an array belong together.

    Attributes:
        of: the group of each entry, int64 (L,).
        counts: entries of each group, int64 (G,).
    """

    def __init__(self, keys: NDArray[np.int64]) -> None:
        _, self._first, self.of, self.counts = np.unique(
            keys, return_index=True, return_inverse=True, return_counts=True
        )

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(self.of, values, len(self.counts)).astype(np.float64)

    def deviations(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the difference of each entry from the mean of its group."""
        numbers = values.astype(np.float64)
        return numbers - (self.sums(numbers) / self.counts)[self.of]

    def projected(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the nearest non-negative values of which each group adds up to 1 (Michelot 1986)."""
        inside = np.ones(len(values), np.bool_)
        while True:
            sums = self.sums(np.where(inside, values, 0.0))
            shift = (sums - 1) / np.bincount(self.of, inside, len(self.counts))
            shifted = values - shift[self.of]
            if (shifted[inside] >= 0).all():
                return np.where(inside, shifted, 0.0)
            inside &= shifted > 0

    def balanced(self, values: NDArray[np.int64], total: int) -> NDArray[np.int64]:
        """Return the values, the first of each group changed so that the group adds up to total."""
        sums = np.zeros(len(self.counts), np.int64)
        np.add.at(sums, self.of, values)
        values[self._first] += total - sums
        return values


def _pair_keys(vertices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the pairs [j, k] of a cluster's vertices, alike in all clusters, int64 (b * b,)."""
    return ((vertices[:, None] << 32) + vertices[None, :]).ravel()


def ascend(
    sharing: Sharing,
    *,
    rounds: int,
    goal: float | None = None,
    map_: Map = map,
    patience: int = 10,
    stop: Callable[[int], bool] = lambda bound: False,
) -> int:
    """Raise a bound by subgradient steps; return the best one, UNIT to a multiplication.

    Args:
        sharing: what is raised; afterwards it holds the multipliers of the best bound.
        rounds: evaluations, at most.
        goal: what the bound is hoped to reach, in multiplications; by default a little more than it is.
        map_: how the clusters' cheapest orders are found.
        patience: rounds without progress after which the steps become shorter.
        stop: told the best bound after each round; ends the ascent.
    """
    best, kept, eagerness, stalled = -1, sharing.multipliers(), 1.0, 0
    for _ in range(rounds):
        value = sharing.evaluate(map_)
        if value > best:
            stalled = 0 if value - best > UNIT // 20 else stalled
            best, kept = value, sharing.multipliers()
        else:
            stalled += 1
        if stop(best):
            break
        if stalled >= patience:
            eagerness, stalled = 0.7 * eagerness, 0
            sharing.set_multipliers(*kept)
            value = sharing.evaluate(map_)
        shares, prices = sharing.subgradient()
        norm = float(shares @ shares + PRICE_SCALE * (prices @ prices))
        if norm == 0:
            break
        hoped = goal if goal is not None else 1.04 * best / UNIT + 2
        sharing.step(eagerness * max(0.5, hoped - value / UNIT) / norm, shares, prices)
    sharing.set_multipliers(*kept)
    return best
