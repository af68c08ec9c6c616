"""The catalogue of functions from science and engineering; reading it needs no JAX."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from vertex_elim_env.tasks.catalogue import TaskSpec
from vertex_elim_env.tasks.science.catalogue import computing, earth_and_life, engineering, physics

SCIENCE: Mapping[str, TaskSpec] = MappingProxyType(
    {
        spec.name: spec
        for part in (physics, engineering, earth_and_life, computing)
        for spec in part.SPECS
    }
)
"""All functions by name, by domain."""
