"""From a JAX function to its computational graph and the local Jacobians on its edges."""

from vertex_elim_env.tracing.program import TracedEdge, TracedProgram, trace_program
from vertex_elim_env.tracing.trace import (
    FlatFunction,
    check_input,
    check_output,
    flatten_function,
    trace,
    trace_flat,
)

__all__ = [
    "FlatFunction",
    "TracedEdge",
    "TracedProgram",
    "check_input",
    "check_output",
    "flatten_function",
    "trace",
    "trace_flat",
    "trace_program",
]
