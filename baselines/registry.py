"""Solvers by name, loaded when they are asked for."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from baselines.solver import Solver

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
        "lookahead": "baselines.search.lookahead:Lookahead",
        "beam": "baselines.search.beam:BeamSearch",
        "large-neighbourhood": "baselines.search.large_neighbourhood:LargeNeighbourhood",
        "annealing": "baselines.search.annealing:Annealing",
        "exact": "baselines.exact.solver:ExactSolver",
        "milp": "baselines.exact.milp:MilpSolver",
        "ppo": "baselines.ppo.solver:PPO",
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


def make(name: str, **options: Any) -> Solver:
    """Return a solver.

    Args:
        name: one of :func:`names`.
        **options: of its class.

    Raises:
        ValueError: for an unknown name.
        MissingExtraError: if it needs an extra that is not installed.
    """
    if name not in _HOMES:
        near = difflib.get_close_matches(name, _HOMES, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"unknown solver {name!r}, expected one of {', '.join(_HOMES)}{hint}")
    module, _, attribute = _HOMES[name].partition(":")
    return getattr(importlib.import_module(module), attribute)(**options)
