"""PPO on the pure JAX environment: rollout, advantages and update in one compiled function."""

from baselines.ppo.config import PRESETS, PPOConfig
from baselines.ppo.metrics import Metrics
from baselines.ppo.trainer import PPOTrainer, TrainState

__all__ = ["PRESETS", "Metrics", "PPOConfig", "PPOTrainer", "TrainState"]
