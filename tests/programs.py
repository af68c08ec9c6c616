"""Random tensor programs up to rank 4, as JAX functions, for the laws of tracing and execution."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import strategies as st
from jax import lax

MAX_SIZE = 64
UNARY = {
    "sin": jnp.sin,
    "tanh": jnp.tanh,
    "square": jnp.square,
    "neg": jnp.negative,
    "double": lambda x: 2.0 * x,
    "relu": jax.nn.relu,
    "stop": lambda x: x + lax.stop_gradient(x),
    "twice": lambda x: x + x,
    "jitted": jax.jit(lambda x: jnp.cos(x) * x),
}
BINARY = {
    "add": jnp.add,
    "sub": jnp.subtract,
    "mul": jnp.multiply,
    "maximum": jnp.maximum,
    "where": lambda x, y: jnp.where(x > 0.1, x, y),
    "div": lambda x, y: x / (2.0 + jnp.tanh(y)),
}


@dataclass(frozen=True)
class Step:
    """One operation: its function of earlier arrays, and which arrays those are."""

    name: str
    function: Callable[..., jax.Array]
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """A straight-line program: inputs, steps that append one array each, outputs."""

    shapes: tuple[tuple[int, ...], ...]
    steps: tuple[Step, ...]
    outputs: tuple[int, ...]

    def __call__(self, *inputs: jax.Array) -> tuple[jax.Array, ...]:
        arrays = list(inputs)
        for step in self.steps:
            arrays.append(step.function(*(arrays[k] for k in step.operands)))
        return tuple(arrays[k] for k in self.outputs)

    def __repr__(self) -> str:
        lines = [f"{len(self.shapes) + k} = {s.name}{s.operands}" for k, s in enumerate(self.steps)]
        return f"Program({self.shapes}; {'; '.join(lines)}; return {self.outputs})"

    def example(self, seed: int) -> tuple[np.ndarray, ...]:
        """Float32 inputs without ties."""
        rng = np.random.default_rng(seed)
        return tuple(rng.uniform(-1, 1, shape).astype(np.float32) for shape in self.shapes)


def _axis(draw: st.DrawFn, shape: tuple[int, ...]) -> int:
    return draw(st.integers(0, len(shape) - 1))


def _reshape(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    size = math.prod(shape)
    divisors = [k for k in range(1, size + 1) if size % k == 0]
    first = draw(st.sampled_from(divisors))
    new = (first, size // first) if draw(st.booleans()) else (size,)
    return f"reshape{new}", lambda x: x.reshape(new)


def _transpose(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    order = draw(st.permutations(range(len(shape))))
    return f"transpose{order}", lambda x: jnp.transpose(x, order)


def _reduce(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    axis, name = _axis(draw, shape), draw(st.sampled_from(["sum", "max", "mean"]))
    keep = draw(st.booleans())
    return f"{name}@{axis}{keep}", lambda x: getattr(jnp, name)(x, axis=axis, keepdims=keep)


def _slice(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    axis = _axis(draw, shape)
    start = draw(st.integers(0, shape[axis] - 1))
    stop = draw(st.integers(start + 1, shape[axis]))
    step = draw(st.integers(1, 2))
    return f"slice@{axis}[{start}:{stop}:{step}]", lambda x: lax.slice_in_dim(
        x, start, stop, step, axis
    )


def _roll(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    axis, shift = _axis(draw, shape), draw(st.integers(-2, 2))
    return f"roll@{axis}{shift}", lambda x: jnp.roll(x, shift, axis)


def _pad(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    low, high, interior = draw(st.integers(-1, 1)), draw(st.integers(0, 1)), draw(st.integers(0, 1))
    axis = _axis(draw, shape)
    if shape[axis] + low + high < 1:
        low = 0
    config = [(low, high, interior) if k == axis else (0, 0, 0) for k in range(len(shape))]
    return f"pad{config}", lambda x: lax.pad(x, jnp.float32(0.5), config)


def _flip(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    axis = _axis(draw, shape)
    return f"flip@{axis}", lambda x: jnp.flip(x, axis)


def _cumsum(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    axis, reverse = _axis(draw, shape), draw(st.booleans())
    return f"cumsum@{axis}{reverse}", lambda x: lax.cumsum(x, axis, reverse=reverse)


def _expand(draw: st.DrawFn, shape: tuple[int, ...]) -> tuple[str, Callable[..., jax.Array]]:
    axis, count = draw(st.integers(0, len(shape))), draw(st.integers(1, 3))
    new = (*shape[:axis], count, *shape[axis:])
    return f"expand{new}", lambda x: jnp.broadcast_to(jnp.expand_dims(x, axis), new)


SHAPED = [_reshape, _transpose, _reduce, _slice, _roll, _pad, _flip, _cumsum]


def _contract(
    draw: st.DrawFn, a: tuple[int, ...], b: tuple[int, ...]
) -> tuple[str, Callable[..., jax.Array]] | None:
    """A dot_general over one shared length, with a batch axis where there is another."""
    pairs = [(i, j) for i, n in enumerate(a) for j, m in enumerate(b) if n == m]
    if not pairs:
        return None
    contract = draw(st.sampled_from(pairs))
    batches = [p for p in pairs if p[0] != contract[0] and p[1] != contract[1]]
    batch = [draw(st.sampled_from(batches))] if batches and draw(st.booleans()) else []
    numbers = (([contract[0]], [contract[1]]), ([p[0] for p in batch], [p[1] for p in batch]))
    return f"dot{numbers}", lambda x, y: lax.dot_general(x, y, numbers)


def _step(draw: st.DrawFn, shapes: list[tuple[int, ...]]) -> Step | None:
    kind = draw(
        st.sampled_from(["unary", "binary", "shaped", "shaped", "expand", "dot", "concatenate"])
    )
    a = max(0, len(shapes) - 1 - draw(st.integers(0, 3)))  # long chains, not many short ones
    b = draw(st.integers(0, len(shapes) - 1))
    if kind == "unary":
        name = draw(st.sampled_from(sorted(UNARY)))
        return Step(name, UNARY[name], (a,))
    if kind == "binary":
        name = draw(st.sampled_from(sorted(BINARY)))
        return Step(name, BINARY[name], (a, b))
    if kind == "shaped" and shapes[a]:
        return Step(*draw(st.sampled_from(SHAPED))(draw, shapes[a]), (a,))
    if kind == "expand":
        return Step(*_expand(draw, shapes[a]), (a,))
    if kind == "dot" and (contraction := _contract(draw, shapes[a], shapes[b])):
        return Step(*contraction, (a, b))
    if kind == "concatenate" and shapes[a] and len(shapes[a]) == len(shapes[b]):
        axis = _axis(draw, shapes[a])
        return Step(f"concatenate@{axis}", lambda x, y: jnp.concatenate([x, y], axis), (a, b))
    return None


@st.composite
def programs(draw: st.DrawFn, max_steps: int = 8) -> Program:
    """Programs of up to ``max_steps`` operations on small arrays."""
    sizes = st.sampled_from([1, 2, 3, 4])
    inputs = draw(st.lists(st.lists(sizes, max_size=3).map(tuple), min_size=1, max_size=3))
    shapes: list[tuple[int, ...]] = list(inputs)
    steps: list[Step] = []
    for _ in range(draw(st.integers(1, max_steps))):
        step = _step(draw, shapes)
        if step is None:
            continue
        operands = [jax.ShapeDtypeStruct(shapes[k], np.float32) for k in step.operands]
        try:
            result = jax.eval_shape(step.function, *operands)
        except (TypeError, ValueError):  # shapes that don't broadcast, or don't concatenate
            continue
        if len(result.shape) <= 4 and math.prod(result.shape) <= MAX_SIZE:
            steps.append(step)
            shapes.append(tuple(result.shape))
    last = len(shapes) - 1
    extra = draw(st.lists(st.integers(0, last), max_size=2))
    return Program(tuple(inputs), tuple(steps), (last, *extra))
