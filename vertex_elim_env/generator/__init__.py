"""Where the graph of an episode comes from: sets, families, random graphs, their mixtures and splits."""

from vertex_elim_env.generator.base import Generator, Limits, playable
from vertex_elim_env.generator.bounded import Bounded
from vertex_elim_env.generator.choice import DEFAULT_TASK, choose_generator
from vertex_elim_env.generator.family_generator import FamilyGenerator
from vertex_elim_env.generator.graph_set import GraphSet
from vertex_elim_env.generator.layered import LayeredDAGs
from vertex_elim_env.generator.mixture import Mixture
from vertex_elim_env.generator.random_programs import RandomPrograms
from vertex_elim_env.generator.renumbered import Renumbered
from vertex_elim_env.generator.series_parallel import SeriesParallelDAGs
from vertex_elim_env.generator.splits import SPLIT_NAMES, Split, SplitName, Splits, split, split_of
from vertex_elim_env.generator.traps import TRAPS, Traps

__all__ = [
    "DEFAULT_TASK",
    "SPLIT_NAMES",
    "TRAPS",
    "Bounded",
    "FamilyGenerator",
    "Generator",
    "GraphSet",
    "LayeredDAGs",
    "Limits",
    "Mixture",
    "RandomPrograms",
    "Renumbered",
    "SeriesParallelDAGs",
    "Split",
    "SplitName",
    "Splits",
    "Traps",
    "choose_generator",
    "playable",
    "split",
    "split_of",
]
