"""Control flow, calls, derivative rules of the user's own, and everything else that holds a jaxpr."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.ad_checkpoint import checkpoint_name, checkpoint_policies
from jax.sharding import PartitionSpec

from tests.conformance.case import Case, case, uniform

X, V, MATRIX = uniform(3, 4), uniform(4, seed=1), uniform(4, 4, seed=2)
DEVICE_ARRAY, ONE = jnp.asarray(MATRIX), np.float32(1)

LOOPS: dict[str, Case] = {
    "scan": case(lambda c, x: lax.scan(lambda c, a: (jnp.sin(c) * a, c + a), c, x), ONE, V),
    "scan of vectors": case(lambda c, x: lax.scan(lambda c, a: (c * a, c.sum()), c, x), V, X),
    "scan in reverse": case(
        lambda x: lax.scan(lambda c, a: (c * a, c), ONE, x, reverse=True)[1], V
    ),
    "scan with closed-over matrix": case(
        lambda m, x: lax.scan(lambda c, _: (jnp.tanh(m @ c), None), x, None, length=3)[0], MATRIX, V
    ),
    "scan of integers beside": case(
        lambda x: lax.scan(lambda c, k: (c + 1, x[k] * c), 1, jnp.arange(4))[1], V
    ),
    "scan unrolled": case(lambda x: lax.scan(lambda c, a: (c * a, c), ONE, x, unroll=2)[1], V),
    "scan of scan": case(
        lambda x: lax.scan(lambda c, r: lax.scan(lambda d, a: (d * a, d), c, r), ONE, x)[1], X
    ),
    "scan of nothing": case(
        lambda x: lax.scan(lambda c, _: (c * 2, c), x, None, length=0)[0] * x, V
    ),
    "fori_loop": case(lambda x: lax.fori_loop(0, 3, lambda i, c: jnp.sin(c) * x, x), V),
    "fori_loop to an argument": case(
        lambda x, n: lax.fori_loop(0, n, lambda i, c: c * x[i], ONE),
        V,
        np.int32(3),
        reference=jax.jacfwd,
    ),
    "while_loop": case(
        lambda x: lax.while_loop(lambda c: c[0] < 2, lambda c: (c[0] + 1, c[1] * x), (0, x))[1],
        V,
        reference=jax.jacfwd,
    ),
    "while_loop until it converges": case(
        lambda a: lax.while_loop(lambda r: abs(r * r - a) > 1e-5, lambda r: (r + a / r) / 2, a),
        np.float32(2),
        reference=jax.jacfwd,
    ),
    "map": case(lambda x: lax.map(lambda r: r * r.sum(), x), X),
    "map in batches": case(lambda x: lax.map(lambda r: r * r[0], x, batch_size=2), X),
    "associative_scan": case(lambda x: lax.associative_scan(jnp.matmul, x), uniform(3, 2, 2)),
}

BRANCHES: dict[str, Case] = {
    "cond": case(lambda x: lax.cond(x[0] > 0.1, lambda y: y * 2, jnp.sin, jnp.exp(x)), V),
    "cond on an argument": case(
        lambda p, x, y: lax.cond(p, lambda a, b: a * b, lambda a, b: a - b, x, y),
        np.array(True),
        V,
        V + 1,
    ),
    "cond of trees": case(
        lambda x: lax.cond(
            x.sum() > 0, lambda t: {"a": t["a"] * 2, "b": 1.0}, lambda t: t, {"a": x, "b": x[0]}
        ),
        V,
    ),
    "switch": case(
        lambda k, x: lax.switch(k, [jnp.sin, jnp.cos, lambda y: y * y[0]], x), np.int32(2), V
    ),
    "platform_dependent": case(
        lambda x: lax.platform_dependent(x, cpu=jnp.sin, default=lambda y: jnp.sin(y)), V
    ),
    "scan of cond": case(
        lambda x: lax.scan(
            lambda c, a: (lax.cond(a > 0.5, lambda: c * a, lambda: c + a), c), ONE, x
        )[1],
        V,
    ),
    "while in cond in scan": case(
        lambda x: lax.scan(
            lambda c, a: (
                lax.cond(a > 0.5, lambda b: lax.fori_loop(0, 2, lambda _, d: d * a, b), jnp.sin, c),
                c,
            ),
            ONE,
            x,
        )[1],
        V,
    ),
}


@jax.custom_jvp
def surrogate(x: jax.Array) -> jax.Array:
    """A step whose derivative the user made up."""
    return jnp.where(x > 0.5, 1.0, 0.0)


@surrogate.defjvp
def _surrogate_jvp(primals: Any, tangents: Any) -> Any:
    (x,), (t,) = primals, tangents
    return surrogate(x), t / (1 + jnp.abs(x - 0.5)) ** 2


@jax.custom_jvp
def coupled(x: jax.Array, y: jax.Array) -> tuple[jax.Array, jax.Array]:
    return x.sum() * y, x * 2


@coupled.defjvp
def _coupled_jvp(primals: Any, tangents: Any) -> Any:
    (x, y), (t, s) = primals, tangents
    return coupled(x, y), (3.0 * t.sum() * y + x.sum() * s, t * y)


@jax.custom_vjp
def clipped(x: jax.Array, limit: jax.Array) -> jax.Array:
    return x * limit


clipped.defvjp(
    lambda x, limit: (clipped(x, limit), (x, limit)),
    lambda saved, ct: (jnp.clip(ct, -1, 1) * saved[1], (ct * saved[0]).sum() * 0.5),
)


@jax.custom_vjp
def weighted(x: jax.Array) -> jax.Array:
    """It closes over an array."""
    return x * DEVICE_ARRAY[0]


weighted.defvjp(lambda x: (weighted(x), None), lambda _, ct: (ct * DEVICE_ARRAY[1],))


@jax.custom_gradient
def doubled(x: jax.Array) -> Any:
    return x * x, lambda ct: ct * 5.0


def root(a: jax.Array) -> jax.Array:
    """The solution of x^3 = a by Newton's method, differentiated by the implicit function theorem."""

    def solve(f: Any, guess: jax.Array) -> jax.Array:
        return lax.fori_loop(0, 20, lambda _, x: x - f(x) / jax.grad(f)(x), guess)

    return lax.custom_root(lambda x: x**3 - a, a, solve, lambda g, y: y / g(jnp.ones_like(y)))


RULES: dict[str, Case] = {
    "custom_jvp": case(surrogate, X),
    "custom_jvp of a sum": case(lambda x: surrogate(x * x[0]).sum(0), X),
    "custom_jvp of two outputs": case(coupled, V, V + 1),
    "custom_vjp": case(clipped, V, ONE),
    "custom_vjp inside": case(lambda x: clipped(jnp.sin(x), x[0]) * x, V),
    "custom_vjp that closes over an array": case(lambda x: weighted(x * x), V),
    "custom_gradient": case(lambda x: doubled(x) * x, V),
    "custom_root": case(lambda a: root(a) * a, ONE + 1),
    "custom_jvp of nothing known": case(lambda x: jax.nn.relu(x - 0.5) + jax.nn.relu(0.5 - x), X),
}


def with_reference(x: jax.Array) -> jax.Array:
    """A mutable array inside a pure function."""
    box = jax.new_ref(jnp.zeros_like(x))
    box[...] = jnp.sin(x)
    box[0] = x[1] * x[2]
    return box[...] * x


def on_a_mesh(function: Any) -> Any:
    mesh = jax.make_mesh((1,), ("rows",), axis_types=(jax.sharding.AxisType.Auto,))
    rows = PartitionSpec("rows")
    return jax.shard_map(function, mesh=mesh, in_specs=rows, out_specs=rows, check_vma=False)


def collective(x: jax.Array) -> jax.Array:
    gathered = lax.all_gather(x * 2, "rows", axis=0, tiled=True)
    permuted = lax.ppermute(x, "rows", [(0, 0)]) * lax.all_to_all(x, "rows", 0, 1, tiled=True)
    scattered = lax.psum_scatter(x, "rows", scatter_dimension=0, tiled=True)
    return gathered * x + permuted + scattered + lax.pmean(x, "rows")


def normalized(x: jax.Array) -> jax.Array:
    turned = lax.ppermute(x, "rows", [(0, 1), (1, 2), (2, 0)])
    return turned / lax.psum(jnp.exp(x), "rows") + lax.all_gather(x, "rows")[0]


def printed(x: jax.Array) -> jax.Array:
    jax.debug.callback(lambda _: None, x)
    jax.debug.print("")
    return jnp.sin(x) * x


CALLS: dict[str, Case] = {
    "jit": case(jax.jit(lambda x: jnp.sin(x) * x[0]), V),
    "jit in jit, shared": case(
        lambda x: (f := jax.jit(lambda y: jax.jit(jnp.cos)(y) * y))(f(x)) + f(x * 2), V
    ),
    "checkpoint": case(jax.checkpoint(lambda x: jnp.sin(jnp.cos(x) * x[0])), V),
    "checkpoint by a policy": case(
        jax.checkpoint(
            lambda m, x: jnp.sin(checkpoint_name(jnp.tanh(m @ x), "kept")),
            policy=checkpoint_policies.save_only_these_names("kept"),
        ),
        MATRIX,
        V,
    ),
    "checkpoint in scan": case(
        lambda x: lax.scan(jax.checkpoint(lambda c, a: (jnp.sin(c * a), c)), ONE, x)[1], V
    ),
    "closure over an array": case(lambda x: MATRIX @ x * x, V),
    "closure over a device array": case(lambda x: DEVICE_ARRAY @ x, V),
    "vmap": case(jax.vmap(lambda r: r * r.sum()), X),
    "vmap over the second axis": case(jax.vmap(jnp.dot, (1, None), 0), X, V[:3]),
    "vmap of collectives": case(jax.vmap(normalized, axis_name="rows"), X),
    "shard_map": case(on_a_mesh(lambda x: x * lax.psum(x.sum(), "rows")), X),
    "shard_map of collectives": case(on_a_mesh(collective), uniform(3, 3)),
    "grad": case(jax.grad(lambda x: jnp.sum(jnp.sin(x) ** 3)), V),
    "hessian": case(jax.hessian(lambda x: jnp.prod(jnp.sin(x))), V),
    "jvp": case(lambda x, t: jax.jvp(jnp.tanh, (x,), (t,)), V, V + 1),
    "vjp": case(lambda x, ct: jax.vjp(jnp.tanh, x)[1](ct)[0], V, V + 1),
    "linearize": case(lambda x: jax.linearize(jnp.sin, x)[1](x * x), V),
    "linear_transpose": case(lambda x: jax.linear_transpose(lambda y: MATRIX @ y, x)(x * x)[0], V),
    "gradient of a maximum of windows": case(
        jax.grad(
            lambda x: jnp.sum(lax.reduce_window(x, -jnp.inf, lax.max, (2, 2), (1, 1), "VALID") ** 2)
        ),
        np.arange(12, dtype=np.float32).reshape(3, 4)[::-1] % 7 + X / 10,
    ),
    "jvp of a maximum of windows": case(
        lambda x: jax.jvp(
            lambda y: lax.reduce_window(y, -jnp.inf, lax.max, (2, 2), (1, 1), "VALID"),
            (x,),
            (jnp.sin(x),),
        )[1],
        np.arange(12, dtype=np.float32).reshape(3, 4)[::-1] % 7 + X / 10,
    ),
    "mutable array": case(with_reference, V),
    "debug callback": case(printed, V),
    "named scope": case(jax.named_call(lambda x: x * x[0], name="scope"), V),
    "device_put": case(lambda x: jax.device_put(x, jax.devices()[0]) * x, V),
    "layout of a sharding": case(
        lambda x: (
            lax.with_sharding_constraint(x, jax.sharding.SingleDeviceSharding(jax.devices()[0])) * x
        ),
        V,
    ),
}
