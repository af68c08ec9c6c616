"""Reductions, cumulative operations and selections of random programs."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.operations.operation import Draw, Shape, axis_of, chosen, fitted, operation, subset


@operation("reduction")
def reduce(draw: Draw, shape: Shape) -> str:
    name = chosen(draw, ["sum", "mean", "prod", "max", "min"])
    axes = tuple(subset(draw, range(len(shape))))
    return f"jnp.{name}(ladder(a), axis={axes}, keepdims={draw(st.booleans())})"


@operation("reduction")
def reduce_by_function(draw: Draw, shape: Shape) -> str:
    name = chosen(draw, ["var", "ptp", "linalg.norm"]) if shape else "var"
    return f"jnp.{name}(ladder(a){f', axis={axis_of(draw, shape)}' if shape else ''})"


@operation("reduction")
def cumulative(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    name = chosen(draw, ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"])
    return f"lax.{name}(ladder(a), {axis_of(draw, shape)}, reverse={draw(st.booleans())})"


@operation("reduction")
def argmax(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    axis, name = axis_of(draw, shape), chosen(draw, ["argmax", "argmin"])
    index = f"jnp.expand_dims(lax.{name}(ladder(a), {axis}, jnp.int32), {axis})"
    return chosen(
        draw, [f"jnp.take_along_axis(a, {index}, {axis})", f"a * {index}.astype(a.dtype)"]
    )


@operation("reduction")
def softmax(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    name = chosen(draw, ["softmax", "log_softmax", "logsumexp", "standardize"])
    return f"jax.nn.{name}(ladder(a), axis={axis_of(draw, shape)})"


@operation("selection")
def sort(draw: Draw, shape: Shape) -> str | None:
    return f"lax.sort(ladder(a), dimension={axis_of(draw, shape)})" if shape else None


@operation("selection", arity=2)
def sort_together(draw: Draw, a: Shape, b: Shape) -> str | None:
    if not a:
        return None
    operands = f"ladder(a), {fitted('b', b, a)}"
    keys = draw(st.integers(1, 2))
    return f"tuple(lax.sort([{operands}], dimension={axis_of(draw, a)}, num_keys={keys}))"


@operation("selection")
def argsort(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    axis = axis_of(draw, shape)
    return f"jnp.take_along_axis(a, jnp.argsort(ladder(a), axis={axis}), axis={axis})"


@operation("selection")
def top_k(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    axis = axis_of(draw, shape)
    name = chosen(
        draw,
        [
            "lax.top_k(ladder(a), {k}, axis={axis})[0]",
            "lax.approx_max_k(ladder(a), {k}, {axis})[0]",
        ],
    )
    return name.format(k=draw(st.integers(1, shape[axis])), axis=axis)


@operation("selection")
def median(draw: Draw, shape: Shape) -> str | None:
    return f"jnp.quantile(ladder(a), 0.4, axis={axis_of(draw, shape)})" if shape else None
