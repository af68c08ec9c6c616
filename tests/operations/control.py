"""Loops, branches, calls and derivative rules of the user's own in random programs."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.operations.operation import Draw, Shape, axis_of, chosen, fitted, operation

BODIES = [
    "jnp.sin(c) * x",
    "c + x",
    "0.5 * c * x + 1.0",
    "jnp.roll(c, 1, 0) - x",
    "c[::-1] * 0.5 + x",
]


@operation("loop", arity=2)
def scan(draw: Draw, a: Shape, b: Shape) -> str:
    """A scan over the leading axis of a, the carry of the same shape as a row."""
    shape = a if a else (2,)
    row = shape[1:]
    body = chosen(draw, BODIES if row else BODIES[:3])
    out = chosen(draw, ["c", "c * x", "x.sum()", "(c, x * 2.0)[0]"])
    return (
        f"tuple(lax.scan(lambda c, x: ({body}, {out}), {fitted('b', b, row)}, "
        f"{fitted('a', a, shape)}, reverse={draw(st.booleans())}))"
    )


@operation("loop", arity=2)
def scan_around(draw: Draw, a: Shape, b: Shape) -> str:
    """A scan that closes over an array and runs over integers."""
    return (
        f"lax.scan(lambda c, k: (jnp.sin(c) * a + k, c), {fitted('b', b, a)}, "
        f"jnp.arange({draw(st.integers(1, 3))}, dtype=a.dtype))[{chosen(draw, [0, 1])}]"
    )


@operation("loop")
def fori_loop(draw: Draw, shape: Shape) -> str:
    body = chosen(draw, ["jnp.sin(c) * a", "c * 0.5 + i * a", "c + a"])
    return f"lax.fori_loop(0, {draw(st.integers(1, 3))}, lambda i, c: {body}, a)"


@operation("loop")
def while_loop(draw: Draw, shape: Shape) -> str:
    body = chosen(draw, ["jnp.sin(c[1]) * a", "0.5 * c[1] + a"])
    return f"lax.while_loop(lambda c: c[0] < 2, lambda c: (c[0] + 1, {body}), (0, a))[1]"


@operation("loop")
def mapped(draw: Draw, shape: Shape) -> str | None:
    if not shape:
        return None
    body = chosen(draw, ["jnp.sum(x) * x", "jnp.cumsum(jnp.atleast_1d(x))", "jnp.max(ladder(x))"])
    return f"lax.map(lambda x: {body}, a)"


@operation("branch", arity=2)
def cond(draw: Draw, a: Shape, b: Shape) -> str:
    one, two = draw(st.permutations(["x * y", "x + 2.0 * y", "jnp.sin(x)", "y", "x * jnp.sum(y)"]))[
        :2
    ]
    predicate = chosen(draw, ["below(a)", "below(b)"])
    return f"lax.cond({predicate}, lambda x, y: {one}, lambda x, y: {two}, a, {fitted('b', b, a)})"


@operation("branch", arity=2)
def switch(draw: Draw, a: Shape, b: Shape) -> str:
    branches = "[lambda x, y: x - y, lambda x, y: x * y, lambda x, y: jnp.exp(-x * x)]"
    return f"lax.switch(unknown(np.int32({draw(st.integers(0, 2))}), a), {branches}, a, {fitted('b', b, a)})"


@operation("call")
def custom_jvp(draw: Draw, shape: Shape) -> str:
    return chosen(draw, ["bent(a)", "bent(a * a)", "jax.vmap(bent)(a)"][: 3 if shape else 2])


@operation("call", arity=2)
def custom_jvp_of_two(draw: Draw, a: Shape, b: Shape) -> str:
    return "mixed(a, b)"


@operation("call")
def custom_vjp(draw: Draw, shape: Shape) -> str:
    return "reversed_only(a)"


@operation("call", arity=2)
def checkpoint(draw: Draw, a: Shape, b: Shape) -> str:
    return f"jax.checkpoint(lambda x, y: jnp.sin(x) * y * x)(a, {fitted('b', b, a)})"


@operation("call", arity=2)
def vmapped(draw: Draw, a: Shape, b: Shape) -> str | None:
    if not a:
        return None
    axis = axis_of(draw, a)
    body = chosen(draw, ["x * y.sum()", "jnp.sin(x).sum() * y", "jnp.sort(ladder(x.ravel()))"])
    return f"jax.vmap(lambda x, y: {body}, ({axis}, None), {chosen(draw, [0, 0, -1])})(a, b)"


@operation("call")
def gradient(draw: Draw, shape: Shape) -> str:
    body = chosen(
        draw, ["jnp.sum(jnp.sin(x) ** 3)", "jnp.sum(x * x[..., ::-1]) + jnp.sum(jnp.tanh(x))"]
    )
    return f"jax.grad(lambda x: {body if shape else 'jnp.sin(x) ** 3'})(a)"
