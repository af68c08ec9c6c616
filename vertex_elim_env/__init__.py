"""Elimination orders for automatic differentiation: environment, searches, Jacobians.

Importing registers ``VertexElimination-v0`` with Gymnasium. Names load on first use, so that an
environment needs neither JAX nor numba until it takes a step.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vertex_elim_env.registration import register_environments
from vertex_elim_env.version import __version__

if TYPE_CHECKING:
    from vertex_elim_env import errors, tasks
    from vertex_elim_env.algebra import COST_MODELS
    from vertex_elim_env.bounds import lower_bound
    from vertex_elim_env.engine import elimination_cost
    from vertex_elim_env.executor import hessian, jacobian, tune, value_and_jacobian
    from vertex_elim_env.graph import ComputationalGraph
    from vertex_elim_env.ordering import Solution, find_order
    from vertex_elim_env.structure import JacobianStructure
    from vertex_elim_env.tracing import trace

__all__ = [
    "COST_MODELS",
    "ComputationalGraph",
    "JacobianStructure",
    "Solution",
    "__version__",
    "elimination_cost",
    "errors",
    "find_order",
    "hessian",
    "jacobian",
    "lower_bound",
    "tasks",
    "trace",
    "tune",
    "value_and_jacobian",
]

_SUBMODULES = ("errors", "tasks")
_HOMES = {
    "COST_MODELS": "algebra",
    "ComputationalGraph": "graph",
    "JacobianStructure": "structure",
    "Solution": "ordering",
    "elimination_cost": "engine",
    "find_order": "ordering",
    "hessian": "executor",
    "jacobian": "executor",
    "lower_bound": "bounds",
    "trace": "tracing",
    "tune": "executor",
    "value_and_jacobian": "executor",
}
_NEED_JAX = ("executor", "tracing")


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if _HOMES[name] in _NEED_JAX:
        importlib.import_module(f"{__name__}.errors").require("jax", extra="jax")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)


register_environments()
