"""Functions worth differentiating, by domain, with graphs and best known orders; families of any size."""

from vertex_elim_env.tasks import best_known, families
from vertex_elim_env.tasks.task import COLLECTIONS, Task, get, names, of_graph

__all__ = ["COLLECTIONS", "Task", "best_known", "families", "get", "names", "of_graph"]
