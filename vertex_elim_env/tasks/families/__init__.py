"""Parametric families of functions: the same mathematics at any size, traced on demand."""

from vertex_elim_env.tasks.families.catalogue import get, names
from vertex_elim_env.tasks.families.family import Family, Parameter

__all__ = ["Family", "Parameter", "get", "names"]
