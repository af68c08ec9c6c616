"""AlphaZero on the pure JAX environment: Gumbel MuZero search with the true game as its model."""
