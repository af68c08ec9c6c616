"""Instances: graphs by name that orders are compared on, and that agents are judged on."""

from vertex_elim_env.instances.catalogue import COLLECTIONS, get, names
from vertex_elim_env.instances.instance import Instance

__all__ = ["COLLECTIONS", "Instance", "get", "names"]
