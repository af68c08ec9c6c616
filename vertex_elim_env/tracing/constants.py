"""Integer values that are known while tracing, such as the indices that a gather reads.

JAX wraps static indices in a few operations (negative ones count from the end). They are followed
here in numpy, so that an index written as a constant is known to be one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax.core import Tracer
from numpy.typing import NDArray

Known = NDArray[Any] | None

MAX_SIZE = 1 << 20
"""Larger index arrays are not followed."""


def known_value(value: Any) -> Known:
    """Return an integer or boolean constant as a numpy array; None for anything else."""
    if isinstance(value, Tracer) or getattr(value, "size", 1) > MAX_SIZE:
        return None
    dtype = jnp.result_type(value)
    if not (jnp.issubdtype(dtype, jnp.integer) or jnp.issubdtype(dtype, jnp.bool_)):
        return None
    return np.asarray(value)


def known_result(
    name: str, params: Mapping[str, Any], operands: Sequence[Known], aval: Any
) -> Known:
    """Return the output of a primitive whose operands are known, or None where it isn't followed."""
    compute = _FOLLOWED.get(name)
    if compute is None or any(operand is None for operand in operands) or aval.size > MAX_SIZE:
        return None
    if not (jnp.issubdtype(aval.dtype, jnp.integer) or jnp.issubdtype(aval.dtype, jnp.bool_)):
        return None
    return np.asarray(compute(params, *operands)).astype(aval.dtype)


def _broadcast(params: Mapping[str, Any], operand: NDArray[Any], *_: Any) -> NDArray[Any]:
    shape = [1] * len(params["shape"])
    for axis, target in enumerate(params["broadcast_dimensions"]):
        shape[target] = operand.shape[axis]
    return np.broadcast_to(operand.reshape(shape), params["shape"])


def _slice(params: Mapping[str, Any], operand: NDArray[Any]) -> NDArray[Any]:
    strides = params["strides"] or (1,) * operand.ndim
    ranges = zip(params["start_indices"], params["limit_indices"], strides, strict=True)
    return operand[tuple(slice(*each) for each in ranges)]


def _iota(params: Mapping[str, Any]) -> NDArray[Any]:
    shape, axis = params["shape"], params["dimension"]
    line = np.arange(shape[axis]).reshape([-1 if k == axis else 1 for k in range(len(shape))])
    return np.broadcast_to(line, shape)


def _select(_: Mapping[str, Any], which: NDArray[Any], *cases: NDArray[Any]) -> NDArray[Any]:
    return np.choose(np.broadcast_to(which, cases[0].shape).astype(np.intp), cases)


def _binary(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda params, *operands: function(*operands)


_FOLLOWED: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "add": _binary(np.add),
        "sub": _binary(np.subtract),
        "mul": _binary(np.multiply),
        "neg": _binary(np.negative),
        "max": _binary(np.maximum),
        "min": _binary(np.minimum),
        "lt": _binary(np.less),
        "le": _binary(np.less_equal),
        "gt": _binary(np.greater),
        "ge": _binary(np.greater_equal),
        "eq": _binary(np.equal),
        "ne": _binary(np.not_equal),
        "clamp": _binary(lambda low, x, high: np.minimum(np.maximum(x, low), high)),
        "copy": _binary(np.asarray),
        "convert_element_type": _binary(np.asarray),
        "stop_gradient": _binary(np.asarray),
        "select_n": _select,
        "broadcast_in_dim": _broadcast,
        "iota": _iota,
        "slice": _slice,
        "reshape": lambda params, x: x.reshape(params["new_sizes"]),
        "squeeze": lambda params, x: np.squeeze(x, tuple(params["dimensions"])),
        "expand_dims": lambda params, x: np.expand_dims(x, tuple(params["dimensions"])),
        "transpose": lambda params, x: x.transpose(params["permutation"]),
        "rev": lambda params, x: np.flip(x, params["dimensions"]),
        "concatenate": lambda params, *x: np.concatenate(x, params["dimension"]),
        "stack": lambda params, *x: np.stack(x, params["axis"]),
    }
)
