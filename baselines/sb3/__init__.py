"""Stable-Baselines3's agents: MaskablePPO with the graph network in torch; PPO and DQN for reference."""
