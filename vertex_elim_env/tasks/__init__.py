"""Functions worth differentiating, by domain, with frozen graphs and published counts; families of any size."""

from vertex_elim_env.tasks import families
from vertex_elim_env.tasks.task import Task, best_known_entries, get, names

__all__ = ["Task", "best_known_entries", "families", "get", "names"]
