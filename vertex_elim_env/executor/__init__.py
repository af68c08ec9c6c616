"""From an elimination order to a JAX function that computes the Jacobian."""

from vertex_elim_env.executor.accumulation import (
    ACCUMULATION_SCOPE,
    accumulate,
    count_multiplications,
)
from vertex_elim_env.executor.jacobian import jacobian, value_and_jacobian
from vertex_elim_env.executor.orders import NAMED_ORDERS, OrderLike, resolve_order

__all__ = [
    "ACCUMULATION_SCOPE",
    "NAMED_ORDERS",
    "OrderLike",
    "accumulate",
    "count_multiplications",
    "jacobian",
    "resolve_order",
    "value_and_jacobian",
]
