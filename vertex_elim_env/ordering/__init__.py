"""Elimination orders: rules, annealing, and what a search returns."""

from vertex_elim_env.ordering.search import METHODS, RULES, find_order
from vertex_elim_env.ordering.solution import Improvement, Solution

__all__ = ["METHODS", "RULES", "Improvement", "Solution", "find_order"]
