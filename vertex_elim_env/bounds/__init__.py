"""Lower bounds on the cost of any elimination order, each with its proof in words."""

from vertex_elim_env.bounds.bound import lower_bound
from vertex_elim_env.bounds.paths import disjoint_paths

__all__ = ["disjoint_paths", "lower_bound"]
