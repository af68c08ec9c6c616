"""Dynamic rules of the literature: the vertex to go next is the one that looks best now.

On tensor graphs, and under the other cost models, the cost of eliminating a vertex stands where the
scalar rule says Markowitz degree. Where nothing else is said, remaining ties go to the latest vertex
in program order, and can be sent to the earliest by ``is_late=False``.

References:
    A. Griewank, S. Reese, On the calculation of Jacobian matrices by the Markowitz rule, in: Automatic
    Differentiation of Algorithms, SIAM, 1991.
    A. Albrecht, P. Gottschling, U. Naumann, Markowitz-type heuristics for computing Jacobian matrices
    efficiently, ICCS 2003, LNCS 2658.
    A. Griewank, A. Walther, Evaluating Derivatives, 2nd edition, SIAM, 2008, chapter 10.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from baselines.heuristics.heuristic import Heuristic
from vertex_elim_env.engine.problem import EliminationProblem
from vertex_elim_env.ordering.dynamic import Criterion, Rule, dynamic_order

COST, FILL_IN, DAMAGE = Criterion(cost=1), Criterion(fill_in=1), Criterion(damage=1)


@dataclass(frozen=True)
class DynamicHeuristic(Heuristic):
    """A rule by criteria, each of which breaks the ties of those before it.

    Attributes:
        ties: further criteria by which ties are broken, in their order.
        is_late: whether what is tied then goes to the latest vertex, not the earliest.
    """

    criterion: ClassVar[Criterion]
    ties: tuple[Criterion, ...] = ()
    is_late: bool = True

    def rule(self) -> Rule:
        """Return the rule."""
        return Rule((self.criterion, *self.ties), self.is_late)

    def order(self, problem: EliminationProblem, deadline: float = math.inf) -> Sequence[int]:
        """Return the order of a problem."""
        order = dynamic_order(problem, self.rule(), deadline=deadline)
        assert order is not None, "without a limit a rule has an order"
        return order


@dataclass(frozen=True)
class MarkowitzLate(DynamicHeuristic):
    """Lowest Markowitz degree first, ties to the latest vertex. Griewank and Reese 1991."""

    name: ClassVar[str] = "markowitz-late"
    criterion: ClassVar[Criterion] = COST


@dataclass(frozen=True)
class MarkowitzEarly(MarkowitzLate):
    """Lowest Markowitz degree first, ties to the earliest vertex. Griewank and Reese 1991."""

    name: ClassVar[str] = "markowitz-early"
    is_late: bool = False


@dataclass(frozen=True)
class RelativeMarkowitz(DynamicHeuristic):
    """Lowest relative Markowitz degree first. Griewank and Walther 2008; Albrecht et al. 2003 (LRM).

    It is the Markowitz degree less what it would be if the vertex went last: the number of inputs
    that reach it times that of outputs that it reaches. On tensor graphs that number of pairs is
    costed as the vertex's present pairs are on average.
    """

    name: ClassVar[str] = "relative-markowitz"
    criterion: ClassVar[Criterion] = Criterion(cost=1, last_cost=-1)


@dataclass(frozen=True)
class MinimalFill(DynamicHeuristic):
    """Least fill-in first, ties to the lowest cost.

    Fill-in are the pairs (predecessor, successor) without an edge between them. D. J. Rose, R. E.
    Tarjan, Algorithmic aspects of vertex elimination on directed graphs, SIAM J. Appl. Math. 34, 1978.
    """

    name: ClassVar[str] = "minimal-fill"
    criterion: ClassVar[Criterion] = FILL_IN
    ties: tuple[Criterion, ...] = (COST,)


@dataclass(frozen=True)
class LowestMarkowitzMinimalDamage(DynamicHeuristic):
    """Lowest sum of Markowitz degree and weighted damage first. Albrecht et al. 2003 (LMMD).

    The damage is the rise of the neighbours' Markowitz degrees.

    Attributes:
        weight: of the damage.
    """

    name: ClassVar[str] = "lmmd"
    weight: float = 1.0

    def rule(self) -> Rule:
        """Return the rule."""
        return Rule((Criterion(cost=1, damage=self.weight), *self.ties), self.is_late)


@dataclass(frozen=True)
class MaximalOverallMarkowitzReduction(DynamicHeuristic):
    """Largest fall of the sum of all Markowitz degrees first. Albrecht et al. 2003 (MOMR).

    The fall is the vertex's own Markowitz degree less the damage, the rise of its neighbours'.
    """

    name: ClassVar[str] = "momr"
    criterion: ClassVar[Criterion] = Criterion(cost=-1, damage=1)
