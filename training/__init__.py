"""Training of agents: ``python -m training ppo --task NAME --minutes M --seed S --out DIR``."""
