"""Scans written out step by step."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from jax.extend import core


def is_scan_up_to(eqn: Any, length: int) -> bool:
    """Whether an equation is a scan of at most this length."""
    return eqn.primitive.name == "scan" and 0 < eqn.params["length"] <= length


def unrolled_scan(eqn: Any) -> Any:
    """Return a closed jaxpr that does what a scan does, without a loop."""
    params = eqn.params
    length, num_consts, num_carry = params["length"], params["num_consts"], params["num_carry"]
    step = core.jaxpr_as_fun(params["jaxpr"])

    def steps(*operands: jax.Array) -> list[jax.Array]:
        consts = operands[:num_consts]
        carry = list(operands[num_consts : num_consts + num_carry])
        read = operands[num_consts + num_carry :]
        stacked: list[list[jax.Array]] = []
        for k in reversed(range(length)) if params["reverse"] else range(length):
            results = step(*consts, *carry, *(lax.index_in_dim(x, k, keepdims=False) for x in read))
            carry = list(results[:num_carry])
            stacked.append(list(results[num_carry:]))
        if params["reverse"]:
            stacked.reverse()
        return [*carry, *(jnp.stack(column) for column in zip(*stacked, strict=True))]

    return jax.make_jaxpr(steps)(*(atom.aval for atom in eqn.invars))
