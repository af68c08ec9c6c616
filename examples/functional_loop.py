"""A training loop in pure JAX, as with gymnax: policy gradients over whole episodes in one compiled step.

``python examples/functional_loop.py --task RoeFlux_1d --iterations 200``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import optax

import vertex_elim_env as ve
from vertex_elim_env.functional import VertexEliminationKeyedEnv, make_params

WIDTH, NUM_FEATURES = 32, 12
Weights = dict[str, jax.Array]


def init_weights(key: jax.Array) -> Weights:
    """A network of one hidden layer, the same for every vertex; its first logits are all 0."""
    hidden = jax.random.normal(key, (NUM_FEATURES, WIDTH)) / NUM_FEATURES**0.5
    return {"hidden": hidden, "bias": jnp.zeros(WIDTH), "out": jnp.zeros(WIDTH)}


def logits_of(weights: Weights, observation: Any) -> jax.Array:
    """A logit for every action, far below all others where the action is illegal."""
    mask = observation["action_mask"]
    rows = observation["vertex_features"][: len(mask)]
    logits = jnp.tanh(rows @ weights["hidden"] + weights["bias"]) @ weights["out"]
    return jnp.where(mask == 1, logits, -1e9)


def play(env: VertexEliminationKeyedEnv, weights: Weights, key: jax.Array) -> Any:
    """Play an episode: what was seen, what was done, the rewards to come, and what it cost."""
    reset_key, *keys = jax.random.split(key, env.num_actions + 1)

    def step(carry: Any, key: jax.Array) -> Any:
        observation, state = carry
        action = jax.random.categorical(key, logits_of(weights, observation))
        following, state, reward, _, info = env.step_env(key, state, action)
        seen = {name: observation[name] for name in ("vertex_features", "action_mask")}
        return (following, state), (seen, action, reward, info["cost"])

    _, (seen, actions, rewards, costs) = jax.lax.scan(step, env.reset(reset_key), jnp.stack(keys))
    return seen, actions, jnp.cumsum(rewards[::-1])[::-1], costs[-1]


def main(argv: Sequence[str] | None = None) -> tuple[Weights, list[float], tuple[int, ...]]:
    """Train; return the weights, the mean cost of every iteration, and the best order played."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", default="RoeFlux_1d", choices=ve.tasks.names())
    parser.add_argument("--iterations", type=int, default=200)
    parser.add_argument("--num-envs", type=int, default=32)
    options = parser.parse_args(argv)
    graph = ve.tasks.get(options.task).graph
    env = VertexEliminationKeyedEnv(make_params(graph, reward="relative"))
    optimizer = optax.adam(3e-3)

    def loss(weights: Weights, seen: Any, actions: jax.Array, returns: jax.Array) -> jax.Array:
        every_step = jax.vmap(jax.vmap(logits_of, (None, 0)), (None, 0))
        chances = jax.nn.log_softmax(every_step(weights, seen))
        chosen = jnp.take_along_axis(chances, actions[..., None], axis=-1)[..., 0]
        advantages = returns - returns.mean(axis=0)  # at the same step of other episodes
        return -jnp.mean(chosen * advantages / (returns.std() + 1e-6))

    @jax.jit
    def improve(weights: Weights, moments: Any, key: jax.Array) -> Any:
        keys = jax.random.split(key, options.num_envs)
        played = jax.vmap(lambda key: play(env, weights, key))(keys)
        seen, actions, returns, costs = played
        gradient = jax.grad(loss)(weights, seen, actions, returns)
        updates, moments = optimizer.update(gradient, moments)
        best = costs.argmin()
        return optax.apply_updates(weights, updates), moments, costs, actions[best]

    key, weights = jax.random.key(0), init_weights(jax.random.key(1))
    moments, means, best, order = optimizer.init(weights), [], None, ()
    for number in range(options.iterations):
        weights, moments, costs, actions = improve(
            weights, moments, jax.random.fold_in(key, number)
        )
        means.append(float(costs.mean()))
        if best is None or int(costs.min()) < best:
            best, order = int(costs.min()), tuple(actions.tolist())
        if number % 20 == 0:
            print(f"iteration {number}: mean cost {means[-1]:.1f}, best so far {best}", flush=True)
    markowitz = ve.find_order(graph, method="markowitz").cost
    print(f"{options.task}: best {best}, mean {means[-1]:.1f}; lowest Markowitz {markowitz}")
    assert best == ve.elimination_cost(graph, order)
    return weights, means, order


if __name__ == "__main__":
    main()
