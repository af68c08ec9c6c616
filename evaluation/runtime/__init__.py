"""Run times of Jacobians: elimination orders beside JAX's own modes, on every task and batch size."""

from evaluation.runtime.command import main

__all__ = ["main"]
