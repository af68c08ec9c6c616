"""Renumbered: the graphs of a generator under random valid numberings; and what no numbering changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

import numpy as np

from vertex_elim_env.generator.base import Generator, Limits
from vertex_elim_env.generator.checks import check_generator
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.structure.json import structure_to_json


@dataclass(frozen=True)
class Renumbered:
    """Draws a graph, then one of its valid program orders: the same function, written down otherwise.

    An agent that is trained so can't rely on the places that vertices have in one program.

    Attributes:
        generator: what to draw from.
    """

    generator: Generator

    def __post_init__(self) -> None:
        check_generator(self.generator)

    @property
    def limits(self) -> Limits:
        """The generator's."""
        return self.generator.limits

    def sample(self, random: np.random.Generator) -> ComputationalGraph:
        """Return a graph of the generator in a random program order."""
        graph = self.generator.sample(random)
        waiting = [0] * graph.num_vertices
        readers: list[list[int]] = [[] for _ in waiting]
        for edge in graph.edges:
            waiting[edge.target] += 1
            readers[edge.source].append(edge.target)
        ready = [k for k, count in enumerate(waiting) if not count]
        order: list[int] = []
        while ready:
            order.append(ready.pop(int(random.integers(len(ready)))))
            for reader in readers[order[-1]]:
                waiting[reader] -= 1
                if not waiting[reader]:
                    ready.append(reader)
        return graph.relabel(order)


def numbering_free_digest(graph: ComputationalGraph) -> str:
    """Return a hex digest that all valid numberings of a graph share.

    A vertex's colour is the hash of its kind, its shape and the sorted colours of what it reads, then
    of that and the colours of what reads it: colour refinement (B. Weisfeiler, A. Leman, 1968), of
    which two sweeps do in a graph without cycles what rounds do elsewhere. Different graphs may
    share a digest, which for a split means only that they stay together.
    """
    labels = {
        structure: json.dumps(structure_to_json(structure))
        for structure in {edge.structure for edge in graph.edges}
    }
    reads: list[list[tuple[int, str]]] = [[] for _ in graph.vertices]
    readers: list[list[tuple[int, str]]] = [[] for _ in graph.vertices]
    for edge in graph.edges:
        label = f"{labels[edge.structure]} {edge.elementwise}"
        reads[edge.target].append((edge.source, label))
        readers[edge.source].append((edge.target, label))
    colours = [_hash(vertex.kind, *map(str, vertex.shape)) for vertex in graph.vertices]
    for k in range(graph.num_vertices):
        colours[k] = _hash(colours[k], *sorted(colours[u] + label for u, label in reads[k]))
    for k in reversed(range(graph.num_vertices)):
        colours[k] = _hash(colours[k], *sorted(colours[w] + label for w, label in readers[k]))
    return _hash(*sorted(colours))


def _hash(*parts: str) -> str:
    return hashlib.blake2b("|".join(parts).encode(), digest_size=16).hexdigest()
