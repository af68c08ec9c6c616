"""Whether an environment keeps Gymnasium's laws and those of vertex elimination."""

from vertex_elim_env.testing.check import check_env
from vertex_elim_env.testing.referee import ConformanceError, Referee

__all__ = ["ConformanceError", "Referee", "check_env"]
