"""One case or more for every differentiable function of jnp.linalg, jax.scipy.linalg and lax.linalg."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import jax.scipy.linalg as scipy_linalg
import numpy as np
from jax import lax
from jax.numpy import linalg
from jax.scipy.sparse.linalg import bicgstab, cg, gmres

from tests.conformance.case import Case, case, rng, uniform

A = rng(0).normal(size=(3, 3)).astype(np.float32)
B, V = uniform(3, 2, seed=1), uniform(3, seed=2)
TALL = rng(3).normal(size=(4, 2)).astype(np.float32)
BATCH = rng(5).normal(size=(2, 3, 3)).astype(np.float32)
REGULAR = A + 3 * np.eye(3, dtype=np.float32)
TRIANGLE = np.tril(uniform(3, 3, seed=6)) + np.eye(3, dtype=np.float32)


def positive(a: jax.Array) -> jax.Array:
    return a @ jnp.swapaxes(a, -1, -2) + jnp.eye(a.shape[-1], dtype=a.dtype)


def symmetric(a: jax.Array) -> jax.Array:
    return a + jnp.swapaxes(a, -1, -2)


NUMPY: dict[str, Case] = {
    "cholesky": case(lambda a: linalg.cholesky(positive(a)), A),
    "cholesky in batches": case(lambda a: linalg.cholesky(positive(a)), BATCH),
    "cond": case(linalg.cond, A, tolerance=1e-4),
    "cross": case(linalg.cross, A, REGULAR),
    "det": case(linalg.det, A),
    "det of larger ones": case(linalg.det, rng(7).normal(size=(4, 4)).astype(np.float32)),
    "diagonal": case(linalg.diagonal, BATCH),
    "eigh": case(lambda a: linalg.eigh(symmetric(a))[0], A, tolerance=1e-4),
    "eigh vectors": case(lambda a: linalg.eigh(symmetric(a))[1] ** 2, A, tolerance=1e-4),
    "eigvals": case(lambda a: jnp.real(linalg.eigvals(a)), A, tolerance=1e-4),
    "eigvalsh": case(lambda a: linalg.eigvalsh(symmetric(a)), A, tolerance=1e-4),
    "inv": case(linalg.inv, REGULAR),
    "inv in batches": case(lambda a: linalg.inv(positive(a)), BATCH, tolerance=1e-4),
    "lstsq": case(lambda a, b: linalg.lstsq(a, b)[0], TALL, uniform(4), tolerance=1e-3),
    "matmul": case(linalg.matmul, A, B),
    "matrix_norm": case(linalg.matrix_norm, A),
    "matrix_norm nuclear": case(lambda a: linalg.matrix_norm(a, ord="nuc"), A, tolerance=1e-4),
    "matrix_power": case(lambda a: linalg.matrix_power(a, 3), A),
    "matrix_transpose": case(lambda a: linalg.matrix_transpose(a) * a, A),
    "multi_dot": case(lambda a, b, c: linalg.multi_dot([a, b, c]), A, B, uniform(2, 3)),
    "norm": case(lambda a: linalg.norm(a, axis=1), A),
    "norm of order one": case(lambda a: linalg.norm(a, ord=1), A),
    "norm of order two": case(lambda a: linalg.norm(a, ord=2), A, tolerance=1e-4),
    "outer": case(linalg.outer, V, V[:2]),
    "pinv": case(linalg.pinv, TALL, tolerance=1e-4),
    "qr": case(linalg.qr, TALL, tolerance=1e-4),
    "slogdet": case(lambda a: linalg.slogdet(a)[1], A),
    "solve": case(linalg.solve, REGULAR, V),
    "solve in batches": case(linalg.solve, BATCH + 3 * np.eye(3, dtype=np.float32), BATCH),
    "svd": case(lambda a: linalg.svd(a)[1], A, tolerance=1e-4),
    "svd vectors": case(
        lambda a: [x**2 for x in linalg.svd(a, full_matrices=False)], TALL, tolerance=1e-4
    ),
    "svdvals": case(linalg.svdvals, TALL, tolerance=1e-4),
    "tensordot": case(lambda a, b: linalg.tensordot(a, b, axes=1), A, BATCH[0]),
    "tensorinv": case(lambda a: linalg.tensorinv(a.reshape(2, 2, 4), 2), uniform(4, 4)),
    "tensorsolve": case(lambda a, b: linalg.tensorsolve(a.reshape(3, 3, 1), b), REGULAR, V),
    "trace": case(linalg.trace, BATCH),
    "vecdot": case(linalg.vecdot, A, REGULAR),
    "vector_norm": case(lambda v: linalg.vector_norm(v, ord=3), V),
}

SCIPY: dict[str, Case] = {
    "block_diag": case(scipy_linalg.block_diag, A, B),
    "cho_factor and cho_solve": case(
        lambda a, b: scipy_linalg.cho_solve(scipy_linalg.cho_factor(positive(a)), b), A, V
    ),
    "cholesky upper": case(lambda a: scipy_linalg.cholesky(positive(a)), A),
    "circulant": case(scipy_linalg.circulant, V),
    "det": case(scipy_linalg.det, A),
    "eigh": case(lambda a: scipy_linalg.eigh(symmetric(a))[0], A, tolerance=1e-4),
    "eigh_tridiagonal": case(
        lambda d, e: scipy_linalg.eigh_tridiagonal(d, e, eigvals_only=True),
        V + np.arange(3, dtype=np.float32),
        V[1:],
        reference=jax.jacfwd,
        tolerance=1e-4,
    ),
    "expm": case(scipy_linalg.expm, A * 0.3),
    "expm_frechet": case(
        lambda a, e: scipy_linalg.expm_frechet(a, e, compute_expm=False), A * 0.3, REGULAR
    ),
    "inv": case(scipy_linalg.inv, REGULAR),
    "lu": case(scipy_linalg.lu, A, argnums=(0,), tolerance=1e-4),
    "lu_factor and lu_solve": case(
        lambda a, b: scipy_linalg.lu_solve(scipy_linalg.lu_factor(a), b), REGULAR, V
    ),
    "polar": case(lambda a: scipy_linalg.polar(a, method="svd")[0], REGULAR, tolerance=1e-4),
    "qr": case(lambda a: scipy_linalg.qr(a, mode="economic"), TALL, tolerance=1e-4),
    "solve, positive definite": case(
        lambda a, b: scipy_linalg.solve(positive(a), b, assume_a="pos"), A, V
    ),
    "solve_triangular": case(
        lambda a, b: scipy_linalg.solve_triangular(a, b, lower=True), TRIANGLE, B
    ),
    "solve_triangular transposed": case(
        lambda a, b: scipy_linalg.solve_triangular(a, b, trans=1, lower=True), TRIANGLE, V
    ),
    "svd": case(lambda a: scipy_linalg.svd(a, compute_uv=False), A, tolerance=1e-4),
    "toeplitz": case(scipy_linalg.toeplitz, V, np.concatenate([V[:1], V[1:] + 1])),
}


def operator(x: jax.Array) -> jax.Array:
    return A @ A.T @ x + x


ITERATIVE: dict[str, Case] = {
    "cg": case(lambda b: cg(operator, b)[0], V, tolerance=1e-3),
    "gmres": case(lambda b: gmres(operator, b, restart=3, maxiter=2)[0], V, tolerance=1e-3),
    "bicgstab": case(lambda b: bicgstab(operator, b)[0], V, tolerance=1e-3),
}

LAX: dict[str, Case] = {
    "cholesky": case(lambda a: lax.linalg.cholesky(positive(a)), A),
    "eigh": case(lambda a: lax.linalg.eigh(symmetric(a))[1], A, tolerance=1e-4),
    "lu": case(lambda a: lax.linalg.lu(a)[0], A, tolerance=1e-4),
    "qr": case(lambda a: lax.linalg.qr(a, full_matrices=False), TALL, tolerance=1e-4),
    "svd": case(lambda a: lax.linalg.svd(a, full_matrices=False)[1], TALL, tolerance=1e-4),
    "triangular_solve": case(
        lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True), TRIANGLE, B
    ),
    "triangular_solve from the right": case(
        lambda a, b: lax.linalg.triangular_solve(a, b, lower=True, transpose_a=True), TRIANGLE, B.T
    ),
    "triangular_solve in batches": case(
        lambda a, b: lax.linalg.triangular_solve(
            a, b, left_side=True, lower=True, unit_diagonal=True
        ),
        np.stack([TRIANGLE, TRIANGLE * 2]),
        uniform(2, 3, 2),
    ),
    "tridiagonal_solve": case(
        lax.linalg.tridiagonal_solve,
        np.array([0.0, 0.3, 0.2], np.float32),
        V + 1,
        np.array([0.1, 0.4, 0.0], np.float32),
        B,
    ),
    "custom_linear_solve": case(
        lambda a, b: lax.custom_linear_solve(
            lambda x: a @ x,
            b,
            lambda _, y: linalg.solve(a, y),
            transpose_solve=lambda _, y: linalg.solve(a.T, y),
        ),
        REGULAR,
        V,
    ),
}
