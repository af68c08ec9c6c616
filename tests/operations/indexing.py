"""Gathers, scatters and dynamic slices of random programs, by known and by unknown indices."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.operations.operation import (
    Draw,
    Shape,
    axis_of,
    chosen,
    fitted,
    indices,
    operation,
    subset,
)


@operation("indexing")
def dynamic_slice(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    sizes = tuple(draw(st.integers(1, n)) for n in shape)
    return f"lax.dynamic_slice(a, {_starts(draw, shape)}, {sizes})"


@operation("indexing", arity=2)
def dynamic_update_slice(draw: Draw, a: Shape, b: Shape) -> str | None:
    if not a:
        return None
    sizes = tuple(draw(st.integers(1, n)) for n in a)
    return f"lax.dynamic_update_slice(a, {fitted('b', b, sizes)}, {_starts(draw, a)})"


def _starts(draw: Draw, shape: Shape) -> str:
    """Start indices, some of them out of bounds, each known or unknown."""
    numbers = [draw(st.integers(-1, n)) for n in shape]
    known = [
        f"np.int32({k})" if draw(st.booleans()) else f"unknown(np.int32({k}), a)" for k in numbers
    ]
    return f"[{', '.join(known)}]"


@operation("indexing")
def take(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    axis = axis_of(draw, shape)
    where = indices(draw, chosen(draw, [(), (2,), (3,), (2, 2)]), shape[axis])
    mode = chosen(draw, ["None", "'clip'", "'fill', fill_value=0.5", "'wrap'"])
    return f"jnp.take(a, {where}, axis={axis}, mode={mode})"


@operation("indexing")
def take_along_axis(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    axis = axis_of(draw, shape)
    new = tuple(draw(st.integers(1, 2)) if k == axis else n for k, n in enumerate(shape))
    return f"jnp.take_along_axis(a, {indices(draw, new, shape[axis])}, axis={axis})"


@operation("indexing")
def index_by_arrays(draw: Draw, shape: Shape) -> str | None:
    """NumPy's advanced indexing: arrays, numbers and slices side by side."""
    if not shape:
        return None
    picks = []
    for n in shape:
        kind = draw(st.integers(0, 3))
        options = [":", "::-1", str(draw(st.integers(0, n - 1))), indices(draw, (2,), n)]
        picks.append(options[kind])
    return f"a[{', '.join(picks)}]"


@operation("indexing")
def mask(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    flags = draw(st.lists(st.booleans(), min_size=shape[0], max_size=shape[0]))
    return f"a[np.array({flags})]" if any(flags) else None


@operation("indexing", arity=2)
def update(draw: Draw, a: Shape, b: Shape) -> str | None:
    """Indexed updates along one axis."""
    if not a:
        return None
    axis, count = axis_of(draw, a), draw(st.integers(1, 3))
    method = chosen(draw, ["set", "add", "subtract", "max", "min", "multiply", "divide"])
    unique = method in ("multiply", "divide", "set")
    count = min(count, a[axis]) if unique else count
    where = indices(draw, (count,), a[axis], unique)
    shape = (*a[:axis], count, *a[axis + 1 :])
    index = ", ".join([":"] * axis + [where])
    operand = "ladder(a)" if method in ("max", "min") else "a"
    values = fitted("b", b, shape)
    values = f"inside({values}, 0.5, 2.0)" if method == "divide" else values
    return f"{operand}.at[{index}].{method}({values}, unique_indices={unique})"


@dataclass(frozen=True)
class Windows:
    """How a gather or scatter reads its indices.

    Attributes:
        sizes: of the window, along each axis of the operand.
        collapsed: axes of the operand that a window drops.
        mapped: axes that the index vectors speak of.
        batching: axes of the operand that go along with axes of the indices, and those axes.
        index_shape: of the index array, the index vector's axis apart.
        offsets: places of the window's axes among the result's (or the updates').
        indices: source of the index array.
        in_bounds: whether every window lies inside.
    """

    sizes: Shape
    collapsed: Shape
    mapped: Shape
    batching: tuple[Shape, Shape]
    index_shape: Shape
    offsets: Shape
    indices: str
    in_bounds: bool

    @property
    def result_shape(self) -> Shape:
        """Shape of the gathered array, or of the updates."""
        dropped = (*self.collapsed, *self.batching[0])
        window = iter(n for k, n in enumerate(self.sizes) if k not in dropped)
        batch = iter(self.index_shape)
        rank = len(self.index_shape) + len(self.sizes) - len(dropped)
        return tuple(next(window) if k in self.offsets else next(batch) for k in range(rank))


def _windows(draw: Draw, shape: Shape, *, apart: bool = False) -> Windows:
    """Any windows; if ``apart``, such that no two overlap."""
    axes = draw(st.permutations(range(len(shape))))
    mapped = tuple(axes[: draw(st.integers(1, min(2, len(shape))))])
    others = [k for k in range(len(shape)) if k not in mapped]
    batched = subset(draw, others, most=1)
    first = mapped[0]
    sizes = [
        1
        if k in batched or (apart and k == first)
        else draw(st.integers(1, n))
        if k in mapped
        else chosen(draw, [1, n])
        for k, n in enumerate(shape)
    ]
    collapsed = tuple(subset(draw, [k for k, n in enumerate(sizes) if n == 1 and k not in batched]))
    count = draw(st.integers(1, min(3, shape[first]) if apart else 3))
    index_shape: list[int] = [count]
    if not apart and draw(st.booleans()):
        index_shape.insert(0, 2)
    index_axes = []
    for axis in batched:
        place = draw(st.integers(0, len(index_shape)))
        index_shape.insert(place, shape[axis])
        index_axes = [place]
    number = math.prod(index_shape)
    slack = 0 if apart else chosen(draw, [0, 0, 1])
    columns = []
    for axis in mapped:
        last = shape[axis] - sizes[axis]
        if apart and axis == first:
            distinct = draw(st.permutations(range(shape[axis])))[:count]
            place = index_shape.index(count) if not batched else 1 - index_axes[0]
            shape_of = [count if k == place else 1 for k in range(len(index_shape))]
            columns.append(
                f"np.broadcast_to(np.array({distinct}).reshape({shape_of}), {tuple(index_shape)})"
            )
        else:
            numbers = draw(
                st.lists(st.integers(-slack, last + slack), min_size=number, max_size=number)
            )
            columns.append(f"np.array({numbers}).reshape({tuple(index_shape)})")
    where = f"np.stack([{', '.join(columns)}], -1)"
    window_rank = len(shape) - len(collapsed) - len(batched)
    places = draw(st.permutations(range(len(index_shape) + window_rank)))[:window_rank]
    return Windows(
        tuple(sizes),
        collapsed,
        mapped,
        (tuple(batched), tuple(index_axes)),
        tuple(index_shape),
        tuple(sorted(places)),
        where if draw(st.booleans()) else f"unknown({where}, a)",
        slack == 0,
    )


@operation("indexing")
def gather(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    w = _windows(draw, shape)
    mode = chosen(draw, ["'clip'", "'fill'", *(["'promise_in_bounds'"] if w.in_bounds else [])])
    numbers = f"{w.offsets}, {w.collapsed}, {w.mapped}, {w.batching[0]}, {w.batching[1]}"
    return (
        f"lax.gather(a, {w.indices}, lax.GatherDimensionNumbers({numbers}), {w.sizes}, "
        f"mode={mode}, fill_value=0.0)"
    )


@operation("indexing", arity=2)
def scatter(draw: Draw, a: Shape, b: Shape) -> str | None:
    if not a:
        return None
    name = chosen(
        draw, ["scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_min", "scatter_max"]
    )
    apart = name == "scatter_mul" or draw(st.booleans())
    w = _windows(draw, a, apart=apart)
    mode = chosen(draw, ["'clip'", "'drop'", *(["'promise_in_bounds'"] if w.in_bounds else [])])
    numbers = f"{w.offsets}, {w.collapsed}, {w.mapped}, {w.batching[0]}, {w.batching[1]}"
    operand = "ladder(a)" if name in ("scatter_min", "scatter_max") else "a"
    return (
        f"lax.{name}({operand}, {w.indices}, {fitted('b', b, w.result_shape)}, "
        f"lax.ScatterDimensionNumbers({numbers}), unique_indices={apart}, mode={mode})"
    )
