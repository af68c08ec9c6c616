"""The best known orders, a JSON file for every graph and cost model: for comparison, no solver reads them.

They change by ``python -m evaluation benchmark --update`` only, and for the better.
"""

from vertex_elim_env.tasks.best_known.library import Library, of_graph
from vertex_elim_env.tasks.best_known.record import BOUND_BY_PATHS, Record, RecordError

__all__ = ["BOUND_BY_PATHS", "Library", "Record", "RecordError", "of_graph"]
