"""The README's example: from a function to an elimination order to its Jacobian."""

import jax
import jax.numpy as jnp

import vertex_elim_env as ve


def pendulum(state, length):
    angle, speed = state
    return jnp.stack([speed, -9.81 / length * jnp.sin(angle) - 0.1 * speed * jnp.abs(speed)])


state, length = jnp.array([0.5, -1.0]), jnp.float32(2.0)
graph = ve.trace(pendulum, state, length, argnums=(0, 1))
solution = ve.find_order(graph, time_limit=0.5)
print(f"{graph.num_eliminable} vertices, {solution.cost} multiplications, {solution.method}")

jacobian = jax.jit(ve.jacobian(pendulum, argnums=(0, 1), order=solution))
by_state, by_length = jacobian(state, length)
expected, _ = jax.jacrev(pendulum, argnums=(0, 1))(state, length)
assert jnp.allclose(by_state, expected)
print(by_state)
