"""From an elimination order to a JAX function that computes the Jacobian."""

from vertex_elim_env.executor.accumulation import (
    ACCUMULATION_SCOPE,
    accumulate,
    count_multiplications,
)
from vertex_elim_env.executor.jacobian import hessian, jacobian, value_and_jacobian
from vertex_elim_env.executor.jax_modes import JAX_MODES
from vertex_elim_env.executor.memory import Tuning
from vertex_elim_env.executor.orders import NAMED_ORDERS, OrderLike, resolve_order
from vertex_elim_env.executor.tuning import tune

__all__ = [
    "ACCUMULATION_SCOPE",
    "JAX_MODES",
    "NAMED_ORDERS",
    "OrderLike",
    "Tuning",
    "accumulate",
    "count_multiplications",
    "hessian",
    "jacobian",
    "resolve_order",
    "tune",
    "value_and_jacobian",
]
