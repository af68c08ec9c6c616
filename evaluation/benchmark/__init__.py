"""The benchmark: best known orders, verified and improved, and how difficult the instances are."""

from evaluation.benchmark.command import main

__all__ = ["main"]
