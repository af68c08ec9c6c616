"""Operations of random programs that move entries: reshaping, slicing, padding, joining."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from tests.operations.operation import Draw, Shape, axis_of, chosen, fitted, operation, subset


@operation("layout")
def reshape(draw: Draw, shape: Shape) -> str:
    size = math.prod(shape)
    divisors = [k for k in range(1, size + 1) if size % k == 0]
    first = chosen(draw, divisors)
    second = chosen(draw, [k for k in divisors if (size // first) % k == 0])
    new = chosen(draw, [(size,), (first, size // first), (first, second, size // first // second)])
    return f"a.reshape({new})"


@operation("layout")
def transpose(draw: Draw, shape: Shape) -> str:
    return f"lax.transpose(a, {tuple(draw(st.permutations(range(len(shape)))))})"


@operation("layout")
def expand_dims(draw: Draw, shape: Shape) -> str:
    return f"jnp.expand_dims(a, {draw(st.integers(0, len(shape)))})"


@operation("layout")
def squeeze(draw: Draw, shape: Shape) -> str | None:
    ones = [k for k, n in enumerate(shape) if n == 1]
    return f"lax.squeeze(a, ({chosen(draw, ones)},))" if ones else None


@operation("layout")
def broadcast(draw: Draw, shape: Shape) -> str:
    new = list(shape)
    new.insert(draw(st.integers(0, len(shape))), draw(st.integers(1, 3)))
    kept = sorted(draw(st.permutations(range(len(new))))[: len(shape)])
    sizes = [1] * len(new)
    for axis, n in zip(kept, shape, strict=True):
        sizes[axis] = n
    full = [draw(st.integers(1, 3)) if k not in kept else n for k, n in enumerate(sizes)]
    return f"lax.broadcast_in_dim(a, {tuple(full)}, {tuple(kept)})"


@operation("layout")
def stretch(draw: Draw, shape: Shape) -> str | None:
    """Axes of length one grow by broadcasting."""
    if 1 not in shape:
        return None
    return f"jnp.broadcast_to(a, {tuple(draw(st.integers(1, 3)) if n == 1 else n for n in shape)})"


@operation("layout")
def slices(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    parts = []
    for n in shape:
        start = draw(st.integers(0, n - 1))
        parts.append((start, draw(st.integers(start + 1, n)), draw(st.integers(1, 3))))
    starts, stops, steps = (tuple(part[k] for part in parts) for k in range(3))
    return f"lax.slice(a, {starts}, {stops}, {steps})"


@operation("layout")
def item(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    picks = [
        str(draw(st.integers(0, n - 1))) if draw(st.booleans()) else chosen(draw, [":", "::-1"])
        for n in shape
    ]
    return f"a[{', '.join(picks)}]"


@operation("layout")
def roll(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    return f"jnp.roll(a, {draw(st.integers(-2, 2))}, {axis_of(draw, shape)})"


@operation("layout")
def flip(draw: Draw, shape: Shape) -> str:
    return f"lax.rev(a, {tuple(subset(draw, range(len(shape))))})"


@operation("layout", arity=2)
def pad(draw: Draw, a: Shape, b: Shape) -> str | None:
    config = []
    for n in a:
        low, high, inside = (
            draw(st.integers(-1, 1)),
            draw(st.integers(-1, 1)),
            chosen(draw, [0, 0, 1]),
        )
        if n + max(n - 1, 0) * inside + low + high < 1:
            low = high = 0
        config.append((low, high, inside))
    value = chosen(draw, ["a.dtype.type(0.0)", "a.dtype.type(0.5)", "b.reshape(-1)[0]"])
    return f"lax.pad(a, {value}, {config})"


@operation("layout")
def pad_by_mode(draw: Draw, shape: Shape) -> str | None:
    mode = chosen(draw, ["edge", "wrap", "reflect", "symmetric", "linear_ramp"])
    widths = [(draw(st.integers(0, 1)), draw(st.integers(0, 1))) for _ in shape]
    return f"jnp.pad(a, {widths}, mode={mode!r})" if shape else None


@operation("layout", arity=2)
def concatenate(draw: Draw, a: Shape, b: Shape) -> str | None:
    if not a:
        return None
    axis = axis_of(draw, a)
    fits = len(a) == len(b) and all(
        m == n or k == axis for k, (m, n) in enumerate(zip(a, b, strict=True))
    )
    other = "b" if fits else fitted("b", b, a)
    return f"lax.concatenate([{chosen(draw, ['a, ' + other, other + ', a, a'])}], {axis})"


@operation("layout", arity=2)
def stack(draw: Draw, a: Shape, b: Shape) -> str:
    return f"jnp.stack([a, {fitted('b', b, a)}, a], {draw(st.integers(0, len(a)))})"


@operation("layout")
def unstack(draw: Draw, shape: Shape) -> str | None:
    return f"tuple(jnp.unstack(a, axis={axis_of(draw, shape)}))" if shape else None


@operation("layout")
def split(draw: Draw, shape: Shape) -> str | None:
    long = [axis for axis, n in enumerate(shape) if n > 1]
    if not long:
        return None
    axis = chosen(draw, long)
    first = draw(st.integers(1, shape[axis] - 1))
    return f"tuple(lax.split(a, {(first, shape[axis] - first)}, axis={axis}))"


@operation("layout")
def tile(draw: Draw, shape: Shape) -> str | None:
    reps = tuple(draw(st.integers(1, 2)) for _ in shape)
    return f"jnp.tile(a, {reps})" if shape else None


@operation("layout")
def repeat(draw: Draw, shape: Shape) -> str | None:
    return f"jnp.repeat(a, {draw(st.integers(1, 3))}, {axis_of(draw, shape)})" if shape else None


@operation("layout")
def diagonal(draw: Draw, shape: Shape) -> str | None:
    if not 1 <= len(shape) <= 2:
        return None
    return f"jnp.diag(a, {draw(st.integers(-1, 1))})"


@operation("layout")
def triangle(draw: Draw, shape: Shape) -> str | None:
    if len(shape) < 2:
        return None
    return f"jnp.{chosen(draw, ['tril', 'triu'])}(a, {draw(st.integers(-1, 1))})"


@operation("layout")
def iota(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    return f"a * lax.broadcasted_iota(a.dtype, {shape}, {axis_of(draw, shape)})"
