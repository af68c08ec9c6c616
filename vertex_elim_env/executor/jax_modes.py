"""JAX's own modes, for functions where they were measured to be the fastest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp

LOGGER = logging.getLogger("vertex_elim_env")
"""Where it is said what was chosen."""

JAX_MODES: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"jax.jacfwd": jax.jacfwd, "jax.jacrev": jax.jacrev}
)
"""Choices of a tuning that are no elimination order, by the method that names them."""

DIRECTIONS: Mapping[str, str] = MappingProxyType({"jax.jacfwd": "forward", "jax.jacrev": "reverse"})
"""The order of the same direction as each."""


def value_and_jacobian_by(
    mode: str,
    fun: Callable[..., Any],
    argnums: int | Sequence[int],
    has_aux: bool,
    holomorphic: bool,
    allow_int: bool,
) -> Callable[..., Any]:
    """Return the function that ``value_and_jacobian`` returns, computed by a mode of JAX's.

    Values are arrays and Jacobians in the inputs' dtypes, as an elimination order gives them.
    """

    def with_value(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        result = fun(*args, **kwargs)
        return (result[0], result) if has_aux else (result, result)

    numbers = argnums if isinstance(argnums, int) else tuple(argnums)
    options = {"allow_int": allow_int} if mode == "jax.jacrev" else {}
    run = JAX_MODES[mode](with_value, numbers, has_aux=True, holomorphic=holomorphic, **options)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        jacobians, value = run(*args, **kwargs)
        chosen = [args[k] for k in ((numbers,) if isinstance(numbers, int) else numbers)]
        dtypes = [jnp.result_type(leaf) for leaf in jax.tree.leaves(chosen)]
        leaves, tree = jax.tree.flatten(jacobians)
        cast = [jnp.asarray(x, dtypes[k % len(dtypes)]) for k, x in enumerate(leaves)]
        return jax.tree.map(jnp.asarray, value), jax.tree.unflatten(tree, cast)

    return wrapped
