"""Functions worth differentiating, by domain, with frozen graphs and published counts."""

from vertex_elim_env.tasks.task import Task, best_known_entries, get, names

__all__ = ["Task", "best_known_entries", "get", "names"]
