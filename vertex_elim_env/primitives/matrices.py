"""Linear algebra on the last two axes: the axes before them are a batch, linked."""

from __future__ import annotations

from vertex_elim_env.primitives.batched import Passed, batched_rule
from vertex_elim_env.primitives.rule import Equation, OutputRule, register


@register("cholesky", "eigh", "lu", "qr", "svd")
def factorization(eqn: Equation) -> tuple[OutputRule, ...]:
    """A matrix in, matrices and vectors out, for every index of the batch."""
    batch = {k: k for k in range(len(eqn.shape(0)) - 2)}

    def passed(out: int, operand: int) -> Passed:
        return {
            k: k for k in batch if k < len(eqn.shape(operand)) and k < len(eqn.results[out].shape)
        }

    return batched_rule(eqn, passed)


@register("triangular_solve")
def triangular_solve(eqn: Equation) -> tuple[OutputRule, ...]:
    """x in a x = b (or x a = b): columns (or rows) of b don't mix."""
    rank = len(eqn.shape(1))
    batch = {k: k for k in range(rank - 2)}
    beside = rank - 1 if eqn.params["left_side"] else rank - 2
    sides = (batch, {**batch, beside: beside})
    return batched_rule(eqn, lambda out, operand: sides[operand])


@register("tridiagonal_solve")
def tridiagonal_solve(eqn: Equation) -> tuple[OutputRule, ...]:
    """Diagonals (..., n) and right-hand sides (..., n, k): columns don't mix."""
    rank = len(eqn.out_shape)
    batch = {k: k for k in range(rank - 2)}
    return batched_rule(
        eqn, lambda out, operand: batch if operand < 3 else {**batch, rank - 1: rank - 1}
    )
