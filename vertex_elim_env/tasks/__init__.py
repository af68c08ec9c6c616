"""Functions worth differentiating, by domain, with graphs and best known orders; families of any size."""

from vertex_elim_env.tasks import best_known, families
from vertex_elim_env.tasks.task import Task, get, names

__all__ = ["Task", "best_known", "families", "get", "names"]
