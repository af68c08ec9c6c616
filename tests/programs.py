"""Random programs as source text, for the laws of tracing and execution and for the fuzzer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st
from jax import lax

from tests.operations import functions
from tests.operations.catalogue import OPERATIONS, Operation
from tests.operations.operation import OPERANDS, Draw, Shape

MAX_SIZE, MAX_RANK = 48, 4
KINDS: tuple[str, ...] = tuple(sorted({operation.kind for operation in OPERATIONS.values()}))
COMMON = ("unary", "binary", "layout", "reduction", "contraction", "indexing")
"""Kinds that are drawn twice as often as the rest."""

_NAMES: dict[str, Any] = {
    "jax": jax,
    "jnp": jnp,
    "np": np,
    "lax": lax,
    **{name: getattr(functions, name) for name in functions.__all__},
}
PRELUDE = """\
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

import vertex_elim_env as ve
from tests.operations.functions import *
from tests.programs import FORMS, random_inputs, random_orders
from vertex_elim_env.executor import count_multiplications
"""


@dataclass(frozen=True)
class Step:
    """One operation: an expression in a, b, c, and which earlier arrays those are."""

    name: str
    source: str
    operands: tuple[int, ...]
    num_outputs: int = 1

    @property
    def parameters(self) -> str:
        """The names that the expression reads."""
        return ", ".join(OPERANDS[: len(self.operands)])

    def __call__(self, *operands: Any) -> tuple[jax.Array, ...]:
        result = eval(f"lambda {self.parameters}: {self.source}", _NAMES)(*operands)
        return tuple(result) if isinstance(result, tuple | list) else (result,)


@dataclass(frozen=True)
class Program:
    """A straight-line program: inputs, steps that append arrays, outputs."""

    shapes: tuple[Shape, ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]

    @cached_property
    def source(self) -> str:
        """The text of a Python function."""
        count = len(self.shapes)
        lines = [f"def program({', '.join(f'x{k}' for k in range(count))}):"]
        for step in self.steps:
            targets = ", ".join(f"x{count + k}" for k in range(step.num_outputs))
            several = "" if step.num_outputs == 1 else ","
            operands = ", ".join(f"x{k}" for k in step.operands)
            lines.append(
                f"    {targets}{several * (targets.count(',') == 0)} = "
                f"(lambda {step.parameters}: {step.source})({operands})  # {step.name}"
            )
            count += step.num_outputs
        lines.append(f"    return {', '.join(f'x{k}' for k in self.outputs)},")
        return "\n".join(lines)

    def __call__(self, *inputs: jax.Array) -> tuple[jax.Array, ...]:
        arrays = list(inputs)
        for step in self.steps:
            arrays.extend(step(*(arrays[k] for k in step.operands)))
        return tuple(arrays[k] for k in self.outputs)

    def __repr__(self) -> str:
        return f"# inputs {self.shapes}\n{self.source}"

    @property
    def is_forward_only(self) -> bool:
        """Whether JAX has no reverse mode for it."""
        return "while_loop" in self.source

    @property
    def is_reverse_only(self) -> bool:
        """Whether JAX has no forward mode for it."""
        return "reversed_only" in self.source

    @property
    def is_single(self) -> bool:
        """Whether part of it runs in float32 whatever its inputs are."""
        return "float32" in self.source


FORMS: dict[str, Callable[..., Any]] = {
    "plain": lambda program: program,
    "batched": jax.vmap,
    "gradient": lambda program: jax.grad(
        lambda *x: sum(jnp.sum(jnp.sin(out)) for out in program(*x)), tuple(range(arity(program)))
    ),
}
"""What is made of a program before it is differentiated: each form has primitives of its own."""


def arity(function: Any) -> int:
    """The number of a program's inputs."""
    if isinstance(function, Program):
        return len(function.shapes)
    return function.__code__.co_argcount


def random_inputs(
    shapes: Sequence[Shape], seed: int, dtype: str, form: str = "plain"
) -> tuple[np.ndarray, ...]:
    """Inputs without ties, away from zero; two of each where the form is a batch."""
    rng = np.random.default_rng(seed)
    batch = (2,) if form == "batched" else ()
    return tuple(
        (rng.uniform(0.3, 1.3, batch + shape) * rng.choice([-1, 1], batch + shape)).astype(dtype)
        for shape in shapes
    )


def random_orders(seed: int, count: int) -> list[list[int]]:
    """A random order of so many vertices, and forward or reverse."""
    rng = np.random.default_rng(seed)
    plain = list(range(count))
    return [rng.permutation(count).tolist(), plain[:: rng.choice([-1, 1])]]


def script(program: Program, seed: int, dtype: str, form: str, options: Mapping[str, Any]) -> str:
    """The text of a script that shows how a program fails."""
    mode = "jacfwd" if program.is_forward_only else "jacrev"
    return f"""{PRELUDE}
jax.config.update("jax_enable_x64", {dtype == "float64"})


{program.source}


function = FORMS[{form!r}](program)
arguments = random_inputs({program.shapes}, {seed}, {dtype!r}, {form!r})
argnums = tuple(range(len(arguments)))
expected = jax.jit(jax.{mode}(function, argnums))(*arguments)
options = {dict(options)}
graph = ve.trace(function, *arguments, argnums=argnums, unroll_scans=options["unroll_scans"])
for order in random_orders({seed}, graph.num_eliminable):
    jacobian = ve.jacobian(function, argnums, order=order, **options)
    cost = ve.elimination_cost(graph, order, "nontrivial")
    print(f"{{count_multiplications(jax.make_jaxpr(jacobian)(*arguments))}} executed, {{cost}} counted")
    for row, wanted in zip(jax.jit(jacobian)(*arguments), expected):
        dense = [a.todense() if options["sparse"] else a for a in row]
        print([float(jnp.abs(a - b).max(initial=0.0)) for a, b in zip(dense, wanted)], "off")
"""


def draw_step(draw: Draw, operation: Operation, shapes: Sequence[Shape]) -> Step | None:
    """A step by an operation on some of the arrays there are, or None if it has no such thing."""
    last = len(shapes) - 1
    operands = [max(0, last - draw(st.integers(0, 3)))]  # long chains, not many short ones
    operands += [draw(st.integers(0, last)) for _ in range(operation.arity - 1)]
    source = operation.source(draw, *(shapes[k] for k in operands))
    return Step(operation.name, source, tuple(operands)) if source else None


def result_shapes(step: Step, shapes: Sequence[Shape]) -> list[Shape] | None:
    """The shapes that a step appends, or None if they are too large."""
    operands = [jax.ShapeDtypeStruct(shapes[k], np.float32) for k in step.operands]
    results = jax.eval_shape(step, *operands)
    found = [tuple(result.shape) for result in results]
    fits = all(len(s) <= MAX_RANK and 0 < math.prod(s) <= MAX_SIZE for s in found)
    return found if fits else None


@st.composite
def programs(
    draw: Draw, max_steps: int = 8, names: tuple[str, ...] = tuple(sorted(OPERATIONS))
) -> Program:
    """Programs of up to ``max_steps`` of the named operations on small arrays."""
    sizes = st.sampled_from([1, 2, 3, 4])
    inputs = draw(st.lists(st.lists(sizes, max_size=3).map(tuple), min_size=1, max_size=3))
    shapes: list[Shape] = list(inputs)
    steps: list[Step] = []
    by_kind = {kind: [n for n in names if OPERATIONS[n].kind == kind] for kind in KINDS}
    kinds = [kind for kind in (*COMMON, *KINDS) if by_kind[kind]]
    for k in range(max_steps):
        if k and draw(st.integers(0, 15)) == 0:  # one draw a step, so that steps shrink away
            break
        name = draw(st.sampled_from(by_kind[draw(st.sampled_from(kinds))]))
        step = draw_step(draw, OPERATIONS[name], shapes)
        found = result_shapes(step, shapes) if step else None
        if step and found:
            steps.append(Step(step.name, step.source, step.operands, len(found)))
            shapes.extend(found)
    last = len(shapes) - 1
    extra = draw(st.lists(st.integers(0, last), max_size=2))
    return Program(tuple(inputs), tuple(steps), (last, *extra))
