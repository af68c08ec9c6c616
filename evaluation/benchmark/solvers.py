"""Solvers: which kinds there are, and what a run of each may be given."""

from __future__ import annotations

from functools import cache

from baselines import registry
from baselines.heuristics.heuristic import Heuristic
from baselines.heuristics.portfolio import Portfolio
from baselines.variants import split_name
from vertex_elim_env.ordering.search import METHODS

RULES = (
    "forward",
    "reverse",
    "eliad-forward",
    "eliad-reverse",
    "markowitz-early",
    "markowitz-late",
    "relative-markowitz",
    "minimal-fill",
    "lmmd",
    "momr",
)
"""Solvers that search nothing."""
SEARCHES = ("annealing", "large-neighbourhood", "beam", "lookahead", "exact")
ALWAYS = ("portfolio", "annealing")
"""What everything else is compared with: the best of all rules, and annealing in the same time."""
AGENTS = ("ppo", "alphazero", "maskable-ppo")
"""Solvers that learn."""
PROVERS = ("exact", "milp")
"""Solvers whose search proves bounds of its own; the others prove nothing that ``lower_bound`` doesn't."""
SEEDLESS = ("lookahead", "beam", "milp", "generalist")
"""Solvers that end by themselves or search until time is up, with nothing random."""
EVALUATION_OPTIONS = {"annealing": "moves"}
"""Solvers that can be given a number of orders to evaluate, and the option that says how many."""


@cache
def is_rule(solver: str) -> bool:
    """Whether a solver follows a rule to its end: no budget, nothing random."""
    if not registry.has(solver):
        return solver in METHODS and solver not in ("auto", "annealing")
    return isinstance(registry.make(solver), Heuristic | Portfolio)


def is_agent(solver: str) -> bool:
    """Whether a solver learns; options behind its name don't matter."""
    return split_name(solver)[0] in AGENTS
