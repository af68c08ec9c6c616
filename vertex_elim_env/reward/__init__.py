"""Rewards, injectable: what a step of an elimination is worth."""

from vertex_elim_env.reward.base import Reward, finite
from vertex_elim_env.reward.choice import REWARDS, check_reward, make_reward
from vertex_elim_env.reward.costs import CostReward, RelativeCost, StepCost, TerminalCost
from vertex_elim_env.reward.run_time import RunTime

__all__ = [
    "REWARDS",
    "CostReward",
    "RelativeCost",
    "Reward",
    "RunTime",
    "StepCost",
    "TerminalCost",
    "check_reward",
    "finite",
    "make_reward",
]
