"""Solvers by name, loaded when they are asked for."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from baselines.solver import Solver
from baselines.variants import options_of, split_name

_HOMES: Mapping[str, str] = MappingProxyType(
    {
        "forward": "baselines.heuristics.static:Forward",
        "reverse": "baselines.heuristics.static:Reverse",
        "eliad-forward": "baselines.heuristics.static:EliADForward",
        "eliad-reverse": "baselines.heuristics.static:EliADReverse",
        "markowitz-early": "baselines.heuristics.dynamic:MarkowitzEarly",
        "markowitz-late": "baselines.heuristics.dynamic:MarkowitzLate",
        "relative-markowitz": "baselines.heuristics.dynamic:RelativeMarkowitz",
        "minimal-fill": "baselines.heuristics.dynamic:MinimalFill",
        "lmmd": "baselines.heuristics.dynamic:LowestMarkowitzMinimalDamage",
        "momr": "baselines.heuristics.dynamic:MaximalOverallMarkowitzReduction",
        "portfolio": "baselines.heuristics.portfolio:Portfolio",
        "random": "baselines.search.random_orders:RandomOrders",
        "lookahead": "baselines.search.lookahead:Lookahead",
        "beam": "baselines.search.beam:BeamSearch",
        "large-neighbourhood": "baselines.search.large_neighbourhood:LargeNeighbourhood",
        "annealing": "baselines.search.annealing:Annealing",
        "exact": "baselines.exact.solver:ExactSolver",
        "milp": "baselines.exact.milp:MilpSolver",
        "ppo": "baselines.ppo.solver:PPO",
        "generalist": "baselines.ppo.generalist:Generalist",
        "ppo+annealing": "baselines.ppo.annealed:AnnealedPPO",
        "maskable-ppo": "baselines.sb3.solver:MaskablePPOSolver",
        "sb3-ppo": "baselines.sb3.solver:PlainPPO",
        "sb3-dqn": "baselines.sb3.solver:PlainDQN",
        "alphazero": "baselines.alphazero.solver:AlphaZero",
    }
)
"""From a solver's name to "module:Class"."""


def names() -> tuple[str, ...]:
    """Return the names of all solvers."""
    return tuple(_HOMES)


def has(spec: str) -> bool:
    """Whether a solver bears a name, words behind a colon apart."""
    return split_name(spec)[0] in _HOMES


def make(spec: str, **options: Any) -> Solver:
    """Return a solver.

    >>> make("annealing:moves=1000", workers=2)
    Annealing(workers=2, moves=1000, cycle_seconds=10.0)

    Args:
        spec: one of :func:`names`, or one with options behind a colon, see ``baselines.variants``.
        **options: of its class; they prevail.

    Raises:
        ValueError: for an unknown name or option.
        MissingExtraError: if it needs an extra that is not installed.
    """
    name, words = split_name(spec)
    if name not in _HOMES:
        near = difflib.get_close_matches(name, _HOMES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown solver {name!r}, expected one of {', '.join(_HOMES)}{hint}")
    module, _, attribute = _HOMES[name].partition(":")
    kind = getattr(importlib.import_module(module), attribute)
    return kind(**{**options_of(kind, words), **options})
