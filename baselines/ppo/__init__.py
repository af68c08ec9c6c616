"""PPO on the pure JAX environment: rollout, advantages and update in one compiled function."""
