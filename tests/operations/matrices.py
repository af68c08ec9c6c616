"""Factorisations and solves of random programs, of matrices that are well conditioned."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.operations.operation import Draw, Shape, chosen, fitted, operation

SIZES = [(1, 1), (2, 2), (3, 3), (2, 2, 2)]


def square(draw: Draw, shape: Shape) -> str:
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        return "a"
    return fitted("a", shape, chosen(draw, SIZES))


@operation("matrix")
def cholesky(draw: Draw, shape: Shape) -> str:
    return f"lax.linalg.cholesky(positive({square(draw, shape)}))"


@operation("matrix", arity=2)
def triangular_solve(draw: Draw, a: Shape, b: Shape) -> str:
    n, m = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    batch = chosen(draw, [(), (), (2,)])
    left = draw(st.booleans())
    options = (
        f"left_side={left}, lower={draw(st.booleans())}, transpose_a={draw(st.booleans())}, "
        f"unit_diagonal={draw(st.booleans())}"
    )
    matrix = f"positive({fitted('a', a, (*batch, n, n))})"
    right = fitted("b", b, (*batch, n, m) if left else (*batch, m, n))
    return f"lax.linalg.triangular_solve({matrix}, {right}, {options})"


@operation("matrix", arity=2)
def solve(draw: Draw, a: Shape, b: Shape) -> str:
    n = draw(st.integers(1, 3))
    right = fitted("b", b, chosen(draw, [(n,), (n, 2)]))
    return f"jnp.linalg.solve(positive({fitted('a', a, (n, n))}), {right})"


@operation("matrix")
def inverse(draw: Draw, shape: Shape) -> str:
    return f"jnp.linalg.{chosen(draw, ['inv', 'det'])}(positive({square(draw, shape)}))"


@operation("matrix")
def factors(draw: Draw, shape: Shape) -> str:
    matrix = f"positive({square(draw, shape)})"
    return chosen(
        draw,
        [f"lax.linalg.lu({matrix})[0]", f"tuple(lax.linalg.qr({matrix}, full_matrices=False))"],
    )


@operation("matrix")
def spectrum(draw: Draw, shape: Shape) -> str:
    n = draw(st.integers(1, 3))
    matrix = f"separated({fitted('a', shape, (n, n))})"
    return chosen(
        draw,
        [
            f"lax.linalg.eigh({matrix})[1]",
            f"tuple(lax.square(x) for x in lax.linalg.eigh({matrix}))",
            f"jnp.linalg.svd({matrix}, compute_uv=False)",
            f"lax.square(jnp.linalg.svd({matrix}, full_matrices=False)[0])",
        ],
    )


@operation("matrix", arity=2)
def tridiagonal_solve(draw: Draw, a: Shape, b: Shape) -> str:
    n = draw(st.integers(3, 4))
    side = f"0.3 * jnp.tanh({fitted('a', a, (n,))})"
    return (
        f"lax.linalg.tridiagonal_solve(({side}).at[0].set(0.0), 2 + {side}, "
        f"({side}).at[-1].set(0.0), {fitted('b', b, (n, 2))})"
    )
