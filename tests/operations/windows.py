"""Window reductions and convolutions of random programs."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.operations.operation import Draw, Shape, chosen, fitted, operation


@operation("window")
def reduce_window(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    reduction = chosen(draw, ["0.0, lax.add", "-jnp.inf, lax.max", "jnp.inf, lax.min"])
    rows = []
    for n in shape:
        window, stride = draw(st.integers(1, min(n, 3))), draw(st.integers(1, 2))
        padding = (draw(st.integers(0, window - 1)), draw(st.integers(0, window - 1)))
        dilations = (chosen(draw, [1, 1, 2]), chosen(draw, [1, 1, 2]))
        extent = (window - 1) * dilations[1] + 1
        if (n - 1) * dilations[0] + 1 + sum(padding) < extent:
            dilations = (dilations[0], 1)
        rows.append((window, stride, padding, *dilations))
    window, stride, padding, base, inner = (tuple(row[k] for row in rows) for k in range(5))
    if "add" not in reduction and max(base) * max(inner) > 1:
        base = inner = (1,) * len(shape)
    return (
        f"lax.reduce_window(ladder(a), {reduction}, {window}, {stride}, {padding}, {base}, {inner})"
    )


@operation("window")
def derivative_of_windows(draw: Draw, shape: Shape) -> str | None:
    """The derivative of a maximum or minimum over windows is a primitive of its own."""
    if not shape:
        return None
    sizes = (draw(st.integers(1, min(shape[0], 2))), *(1 for _ in shape[1:]))
    strides = (1,) * len(shape)
    reduction = chosen(draw, ["-jnp.inf, lax.max", "jnp.inf, lax.min"])
    apply = f"lambda x: lax.reduce_window(ladder(x), {reduction}, {sizes}, {strides}, 'VALID')"
    return chosen(
        draw,
        [
            f"jax.jvp({apply}, (a,), (a * a,))[1]",
            f"jax.grad(lambda y: jnp.sum(({apply})(y) ** 2))(a)",
        ],
    )


@operation("window", arity=2)
def convolve(draw: Draw, a: Shape, b: Shape) -> str | None:
    if len(a) != 1:
        return None
    length = draw(st.integers(1, 3))
    mode = chosen(draw, ["full", "same", "valid"])
    return f"jnp.convolve(a, {fitted('b', b, (length,))}, {mode!r})"


@operation("window", arity=2)
def convolution(draw: Draw, a: Shape, b: Shape) -> str | None:
    """A general convolution over one or two spatial axes, its operands fitted to it."""
    rank = draw(st.integers(1, 2))
    groups, batch_groups = chosen(draw, [(1, 1), (1, 1), (2, 1), (1, 2)])
    features_in, features_out = (
        groups * draw(st.integers(1, 2)),
        groups * batch_groups * draw(st.integers(1, 2)),
    )
    batch = batch_groups * draw(st.integers(1, 2))
    space = tuple(draw(st.integers(2, 3)) for _ in range(rank))
    window = tuple(draw(st.integers(1, 2)) for _ in range(rank))
    strides = tuple(draw(st.integers(1, 2)) for _ in range(rank))
    padding = [(draw(st.integers(0, 1)), draw(st.integers(0, 1))) for _ in range(rank)]
    spread = tuple(chosen(draw, [1, 1, 2]) for _ in range(rank))
    letters = "HW"[:rank]
    orders = [tuple(draw(st.permutations(range(rank + 2)))) for _ in range(3)]
    specs = [
        "".join(name[k] for k in order)
        for name, order in zip(
            ("NC" + letters, "OI" + letters, "NC" + letters), orders, strict=True
        )
    ]
    left, right = (batch, features_in, *space), (features_out, features_in // groups, *window)
    a_shape = tuple(left[k] for k in orders[0])
    b_shape = tuple(right[k] for k in orders[1])
    reverse = draw(st.booleans())
    return (
        f"lax.conv_general_dilated({fitted('a', a, a_shape)}, {fitted('b', b, b_shape)}, {strides}, "
        f"{padding}, lhs_dilation={spread}, rhs_dilation={spread if reverse else (1,) * rank}, "
        f"dimension_numbers={tuple(specs)}, feature_group_count={groups}, "
        f"batch_group_count={batch_groups})"
    )
