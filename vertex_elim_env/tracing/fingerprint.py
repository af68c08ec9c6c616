"""The fingerprint of a function's program: equal in every process, under jit and vmap or not."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import lru_cache, partial
from typing import Any

import jax
import numpy as np
from jax.core import Tracer
from jax.extend import core

from vertex_elim_env.tracing.flatten import FlatProgram

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_MAX_DEPTH = 40
"""Parameters nested deeper than this are described by their text."""


def fingerprint_of(program: FlatProgram, wanted: Sequence[int], num_outputs: int) -> str:
    """Return a hex digest that tells programs apart and repeats for equal ones.

    It covers the primitives with their parameters and variables, shapes and dtypes, bodies of loops
    and branches, and the numbers that are written into the function. Arrays that it is given, as
    arguments or as closed-over ``jax.Array``, count by shape and dtype: under jit they are tracers.
    What their values mean for the structure, as static indices, the graph's own fingerprint tells.

    Args:
        program: the flat program.
        wanted: positions of the inputs to differentiate with respect to.
        num_outputs: how many outputs are differentiated; the rest is auxiliary.
    """
    digest = hashlib.sha256()
    for part in _parts(program):
        digest.update(part.encode())
        digest.update(b"\n")
    digest.update(repr((tuple(wanted), num_outputs)).encode())
    return digest.hexdigest()[:32]


def _parts(program: FlatProgram) -> Iterator[str]:
    for aval in program.avals:
        yield _aval(tuple(aval.shape), str(aval.dtype))
    yield f"{program.inputs} -> {program.outputs}"
    for number, value in sorted(program.constants.items()):
        yield f"{number} = {_describe(value)}"
    for eqn in program.equations:
        yield f"{eqn.outputs} = {eqn.name}{_describe(eqn.params)} {eqn.inputs}"


@lru_cache(maxsize=4096)
def _aval(shape: tuple[Any, ...], dtype: str) -> str:
    return f"{dtype}{list(shape)}"


def _describe(value: Any, depth: int = 0) -> str:
    """A text of any parameter or constant that holds no memory address and no order of a set."""
    inner = partial(_describe, depth=depth + 1)
    match value:
        case None | bool() | str() | bytes():
            return repr(value)
        case Enum():
            return f"{type(value).__qualname__}.{value.name}"
        case int() | float() | complex():
            return f"{value!r}"
        case type():
            return f"{value.__module__}.{value.__qualname__}"
        case jax.Array() | Tracer():
            return _aval(tuple(value.shape), str(value.dtype))
        case np.dtype():
            return str(value)
        case _ if depth > _MAX_DEPTH:
            return _text(value)
        case Mapping():
            return _braces(f"{inner(k)}:{inner(v)}" for k, v in value.items())
        case set() | frozenset():
            return _braces(map(inner, value))
        case tuple() | list():
            return f"({','.join(map(inner, value))})"
        case core.ClosedJaxpr():
            return f"{_jaxpr(value.jaxpr, depth + 1)}({','.join(map(inner, value.consts))})"
        case core.Jaxpr():
            return _jaxpr(value, depth + 1)
        case partial():
            return f"{inner(value.func)}({inner(value.args)},{inner(value.keywords)})"
        case _ if dataclasses.is_dataclass(value):
            content = {f.name: getattr(value, f.name, None) for f in dataclasses.fields(value)}
            return f"{type(value).__qualname__}{inner(content)}"
        case _ if hasattr(value, "__array__"):
            return _numbers(np.asarray(value))
        case _ if callable(value) and hasattr(value, "__qualname__"):
            return f"{getattr(value, '__module__', '')}.{value.__qualname__}"
    return _text(value)


def _braces(texts: Iterable[str]) -> str:
    return "{" + ",".join(sorted(texts)) + "}"


def _text(value: object) -> str:
    return f"{type(value).__qualname__}:{_ADDRESS.sub('', repr(value))}"


def _numbers(array: np.ndarray) -> str:
    content = array.tobytes() if array.dtype != object else _text(array.tolist()).encode()
    described = content.hex() if len(content) <= 64 else hashlib.sha256(content).hexdigest()
    return f"{_aval(array.shape, str(array.dtype))}{described}"


def _jaxpr(jaxpr: Any, depth: int) -> str:
    """A body with its variables numbered in the order in which they appear."""
    numbers: dict[Any, int] = {}

    def name(atom: Any) -> str:
        if isinstance(atom, core.Literal):
            return f"{_describe(atom.val, depth)}:{atom.aval}"
        return str(numbers.setdefault(atom, len(numbers)))

    def bind(variables: Sequence[Any]) -> str:
        typed = [f"{name(v)}:{v.aval.str_short()}" for v in variables]
        return ",".join(typed)

    lines = [bind([*jaxpr.constvars, *jaxpr.invars])]
    for eqn in jaxpr.eqns:
        inputs = ",".join(map(name, eqn.invars))
        parameters = _describe(eqn.params, depth)
        lines.append(f"{bind(eqn.outvars)}={eqn.primitive.name}{parameters}({inputs})")
    return f"[{';'.join(lines)}->{','.join(map(name, jaxpr.outvars))}]"
