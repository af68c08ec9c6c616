"""Programs as data: a list of primitive operations in JSON, read into a JAX function.

One operation a line, flattened: ``{"id": 7, "op": "mul", "in": [3, {"const": 0.5}], "shape": [],
"dtype": "float32"}``, with ``"params"`` where the primitive has some. Infinities are spelt
``Infinity`` and ``-Infinity``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from vertex_elim_env.errors import VertexEliminationError
from vertex_elim_env.tasks.arguments import float32_arrays

Array = jax.Array
Params = Mapping[str, Any]


class ProgramError(VertexEliminationError, ValueError):
    """A program's JSON is not valid."""


def _plain(function: Callable[..., Array]) -> Callable[..., Array]:
    return lambda params, *operands: function(*operands)


def _dot_general(params: Params, x: Array, y: Array) -> Array:
    contract, batch = params["dimension_numbers"]
    return lax.dot_general(x, y, (contract, batch))


def _broadcast(params: Params, x: Array) -> Array:
    return lax.broadcast_in_dim(x, params["shape"], params["broadcast_dimensions"])


_PLAIN = [
    "abs",
    "acos",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "div",
    "erf",
    "exp",
    "log",
    "logistic",
    "max",
    "min",
    "mul",
    "neg",
    "pow",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "stop_gradient",
    "sub",
    "tan",
    "tanh",
]

OPERATIONS: Mapping[str, Callable[..., Array]] = MappingProxyType(
    {
        **{name: _plain(getattr(lax, name)) for name in _PLAIN},
        "broadcast_in_dim": _broadcast,
        "concatenate": lambda params, *operands: lax.concatenate(operands, params["dimension"]),
        "convert_element_type": lambda params, x: lax.convert_element_type(
            x, np.dtype(params["new_dtype"])
        ),
        "dot_general": _dot_general,
        "integer_pow": lambda params, x: lax.integer_pow(x, params["y"]),
        "reduce_max": lambda params, x: jnp.max(x, axis=tuple(params["axes"])),
        "reduce_min": lambda params, x: jnp.min(x, axis=tuple(params["axes"])),
        "reduce_sum": lambda params, x: jnp.sum(x, axis=tuple(params["axes"])),
        "reshape": lambda params, x: lax.reshape(x, params["new_sizes"]),
        "slice": lambda params, x: lax.slice(x, params["start_indices"], params["limit_indices"]),
        "transpose": lambda params, x: lax.transpose(x, params["permutation"]),
    }
)


def read_program(text: str) -> dict[str, Any]:
    """Read a program from JSON text and check that every operation is known and well connected.

    Raises:
        ProgramError: naming the operation that is wrong.
    """
    try:
        program = json.loads(text)
    except (ValueError, TypeError) as error:
        raise ProgramError(f"a program must be JSON text; {error}") from None
    keys = {"name", "inputs", "ops", "outputs"}
    if not isinstance(program, dict) or set(program) != keys:
        raise ProgramError(f"a program must be an object with the keys {sorted(keys)}")
    known: set[int] = set()
    for row in (*program["inputs"], *program["ops"]):
        if not isinstance(row, dict) or not isinstance(row.get("id"), int) or "shape" not in row:
            raise ProgramError(
                f"an input or operation needs a whole-number id and a shape; got {str(row)[:80]}"
            )
        for operand in row.get("in", ()):
            if not (operand in known if isinstance(operand, int) else _is_constant(operand)):
                raise ProgramError(
                    f"operation {row['id']} reads {operand!r}, which is no earlier id and no constant"
                )
        if "in" in row and row.get("op") not in OPERATIONS:
            raise ProgramError(
                f"operation {row['id']} is {row.get('op')!r}; known are {', '.join(sorted(OPERATIONS))}"
            )
        if row["id"] in known:
            raise ProgramError(f"id {row['id']} appears twice")
        known.add(row["id"])
    missing = [k for k in program["outputs"] if k not in known]
    if missing:
        raise ProgramError(f"output {missing[0]!r} is the id of no operation")
    return program


def _is_constant(operand: object) -> bool:
    return (
        isinstance(operand, dict)
        and set(operand) == {"const"}
        and isinstance(operand["const"], int | float)
    )


def to_function(program: Mapping[str, Any]) -> Callable[..., tuple[Array, ...]]:
    """Return a program as a JAX function of its inputs that returns its outputs.

    Raises:
        ProgramError: on a call, if an operation's result has another shape than the program says.
    """

    def run(*arguments: Array) -> tuple[Array, ...]:
        if len(arguments) != len(program["inputs"]):
            raise ProgramError(
                f"{program['name']} takes {len(program['inputs'])} arguments; got {len(arguments)}"
            )
        values: dict[int, Array] = {
            row["id"]: argument for row, argument in zip(program["inputs"], arguments, strict=True)
        }
        for row in program["ops"]:
            operands = [
                np.float32(k["const"]) if isinstance(k, dict) else values[k] for k in row["in"]
            ]
            try:
                result = OPERATIONS[row["op"]](row.get("params", {}), *operands)
            except (TypeError, ValueError, KeyError) as error:
                raise ProgramError(
                    f"operation {row['id']} ({row['op']}) of {program['name']} fails: {error}"
                ) from error
            if list(jnp.shape(result)) != list(row["shape"]):
                raise ProgramError(
                    f"operation {row['id']} ({row['op']}) of {program['name']} gives shape "
                    f"{jnp.shape(result)}; the program says {row['shape']}"
                )
            values[row["id"]] = result
        return tuple(values[k] for k in program["outputs"])

    run.__name__ = program["name"]
    return run


def _shipped(name: str) -> Callable[..., tuple[Array, ...]]:
    file = resources.files("vertex_elim_env.tasks").joinpath(f"programs/{name}.json")
    return to_function(read_program(file.read_text(encoding="utf-8")))


def random_f() -> Callable[..., tuple[Array, ...]]:
    """Return the paper's random function f of vectors and matrices."""
    return _shipped("RandomF")


def random_g() -> Callable[..., tuple[Array, ...]]:
    """Return the paper's random function g of scalars."""
    return _shipped("RandomG")


def black_scholes_jacobian() -> Callable[..., tuple[Array, ...]]:
    """Return the first derivatives of the Black-Scholes price of a call, as reverse mode writes them.

    F. Black, M. Scholes, "The pricing of options and corporate liabilities", Journal of Political
    Economy 81 (1973) 637-654, in Black's form for a forward. Its own Jacobian holds the second-order
    Greeks.
    """
    return _shipped("BlackScholes_Jacobian")


# Arguments at which every intermediate value of the random programs is finite and below 50; found by
# sampling and mutation, rounded.
def random_f_args() -> tuple[np.ndarray, ...]:
    """A vector, two matrices and a column, within the domains of acos and sqrt."""
    return float32_arrays(
        [0.655, 0.306, 0.089, 0.066],
        [[0.334, 0.113, 0.475], [0.810, 0.867, 0.763]],
        [
            [0.101, 0.341, 0.409, 0.101],
            [0.163, 0.664, 0.463, 0.739],
            [0.283, 0.371, 0.648, 0.772],
            [0.575, 0.059, 0.805, 0.644],
        ],
        [[0.336], [0.562], [0.511], [0.371]],
    )


def random_g_args() -> tuple[np.ndarray, ...]:
    """Fifteen scalars, within the domains of asin, atanh, log and pow."""
    return float32_arrays(
        *(1.014, 0.395, -1.536, 0.219, 0.485, 1.143, -0.536, 1.921),
        *(0.090, 2.439, 1.942, 0.141, 1.587, 1.144, 0.230),
    )


def black_scholes_jacobian_args() -> tuple[np.ndarray, ...]:
    """Spot, strike, rate, volatility and time to expiry of a call near the money."""
    return float32_arrays(100.0, 110.0, 0.05, 0.2, 1.5)
