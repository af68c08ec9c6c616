"""PPO on the pure JAX environment: rollout, advantages and update in one compiled function."""

from baselines.ppo.config import PRESETS, PPOConfig
from baselines.ppo.trainer import Metrics, PPOTrainer, TrainState

__all__ = ["PRESETS", "Metrics", "PPOConfig", "PPOTrainer", "TrainState"]
