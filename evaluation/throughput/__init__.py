"""python -m evaluation throughput: speeds of engines and environments in one run, and start-up seconds."""

from evaluation.throughput.command import main

__all__ = ["main"]
