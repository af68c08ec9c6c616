"""Products of random programs that sum over axes."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.operations.operation import Draw, Shape, chosen, fitted, operation, subset


@operation("contraction", arity=2)
def dot_general(draw: Draw, a: Shape, b: Shape) -> str:
    """Any batch axes and contracted axes of the first; the second is brought to match."""
    axes = draw(st.permutations(range(len(a))))
    batch = axes[: draw(st.integers(0, min(1, len(a))))]
    contracted = axes[len(batch) : len(batch) + draw(st.integers(0, 2))]
    extra = draw(st.lists(st.integers(1, 3), max_size=1))
    sizes = [*(a[k] for k in batch), *(a[k] for k in contracted), *extra]
    order = draw(st.permutations(range(len(sizes))))
    shape = tuple(sizes[k] for k in order)
    place = {k: order.index(k) for k in range(len(sizes))}
    batch_b = tuple(place[k] for k in range(len(batch)))
    contracted_b = tuple(place[len(batch) + k] for k in range(len(contracted)))
    numbers = ((tuple(contracted), contracted_b), (tuple(batch), batch_b))
    return f"lax.dot_general(a, {fitted('b', b, shape)}, {numbers})"


@operation("contraction", arity=2)
def shared_dot(draw: Draw, a: Shape, b: Shape) -> str | None:
    """A product along a length that both happen to have."""
    pairs = [(i, j) for i, n in enumerate(a) for j, m in enumerate(b) if n == m]
    if not pairs:
        return None
    contract = chosen(draw, pairs)
    batches = [p for p in pairs if p[0] != contract[0] and p[1] != contract[1]]
    batch = [chosen(draw, batches)] if batches and draw(st.booleans()) else []
    numbers = (
        ((contract[0],), (contract[1],)),
        (tuple(p[0] for p in batch), tuple(p[1] for p in batch)),
    )
    return f"lax.dot_general(a, b, {numbers})"


@operation("contraction", arity=2)
def matmul(draw: Draw, a: Shape, b: Shape) -> str | None:
    if not a:
        return None
    shape = chosen(draw, [(a[-1],), (a[-1], 2)])
    return f"a @ {fitted('b', b, shape)}"


@operation("contraction")
def gram(draw: Draw, shape: Shape) -> str | None:
    if len(shape) < 2:
        return None
    return chosen(draw, ["a @ jnp.swapaxes(a, -1, -2)", "jnp.swapaxes(a, -1, -2) @ a"])


@operation("contraction", arity=3)
def einsum(draw: Draw, a: Shape, b: Shape, c: Shape) -> str:
    i, j, k = 2, draw(st.integers(1, 3)), 2
    text = chosen(
        draw, ["ij,jk,ik->i", "ij,jk,ik->jk", "ii,ij,ij->j", "ij,jk,kl->il", "ij,ik,il->jkl"]
    )
    sizes = {"i": i, "j": j, "k": k, "l": 2}
    shapes = [tuple(sizes[letter] for letter in part) for part in text.split("->")[0].split(",")]
    operands = ", ".join(
        fitted(name, own, shape) for name, own, shape in zip("abc", (a, b, c), shapes, strict=True)
    )
    return f"jnp.einsum({text!r}, {operands})"


@operation("contraction", arity=2)
def outer(draw: Draw, a: Shape, b: Shape) -> str | None:
    if len(a) + len(b) > 3:
        return None
    return f"jnp.multiply.outer(a, {fitted('b', b, tuple(subset(draw, [2, 3])) or (2,))})"
