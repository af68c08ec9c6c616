"""tune: the Jacobian that is fastest on the user's own shapes, batch and device, by measurement."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer

from vertex_elim_env.errors import VertexEliminationError, require
from vertex_elim_env.executor.candidates import Subject, orders_of, solution_of
from vertex_elim_env.executor.jax_modes import JAX_MODES, LOGGER
from vertex_elim_env.executor.memory import Tuning, current_memory
from vertex_elim_env.executor.timing import Timing, time_interleaved
from vertex_elim_env.graph import is_count

FIRST_ROUND = 0.4
"""Share of the timing in which all candidates take part; the rest is for those not clearly slower."""
CLEARLY_SLOWER = 1.25
"""Ratio of medians beyond which a candidate, its quartiles apart from the best one's, is slower."""
ROUNDING_EXPONENT = 0.4
"""Deviations up to this power of the machine epsilon are roundings: 2e-3 in float32, for TF32 too."""
BETWEEN_MODES = 10.0
"""Deviations up to this multiple of that between JAX's two modes are roundings too."""

Executable = Callable[..., Any]


def tune(
    fn: Callable[..., Any],
    *example_args: Any,
    argnums: int | Sequence[int] = 0,
    batch: int | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    unroll_scans: int = 0,
    seconds: float = 2.0,
    progress: bool = False,
) -> Tuning:
    """Time several ways to a function's Jacobian, choose the fastest and remember it.

    Elimination orders (forward, reverse, lowest Markowitz cost with either tie rule, annealed for
    multiplications and for flops) and ``jax.jacfwd`` and ``jax.jacrev`` are compiled, compared with
    each other, and timed in turns. From then on ``order="auto"`` takes the choice for this function
    on this kind of device, also under ``jit`` and ``vmap`` and in other processes. Where JAX's own
    is fastest it is chosen, and ``method`` says so; so a tuned Jacobian is not slower than the
    better of JAX's two modes, but for noise. Medians are logged to "vertex_elim_env" at INFO.

    Args:
        fn: as for :func:`vertex_elim_env.jacobian`.
        example_args: concrete arguments of one call. Their shapes and dtypes are what is tuned;
            numbers and arrays are traced, as under ``jit``, unless the function needs them static.
        argnums: the positional arguments to differentiate with respect to.
        batch: time a ``vmap`` over so many copies of the arguments, floating-point arrays varied a
            little; None for a single call.
        has_aux: whether ``fn`` returns a pair (output, auxiliary data).
        holomorphic: as for ``jacobian``.
        allow_int: as for ``jacobian``.
        unroll_scans: as for ``jacobian``; a tuning serves calls with the same.
        seconds: time for the timing, beside that for searches and compilation.
        progress: whether to show a progress bar (needs the extra "plot").

    Returns:
        The choice as a Solution, with the timings of all candidates. Passed as ``order`` it does
        what the memory does.

    Raises:
        TraceError: if an input or output has no derivative.
        TypeError: if an argument is not concrete.
        VertexEliminationError: if candidates disagree about the Jacobian, or none can be compiled.
    """
    _check(fn, example_args, batch, seconds)
    subject = Subject(fn, example_args, argnums, has_aux, holomorphic, allow_int, unroll_scans)
    with _reporting(progress) as report:
        report("tracing")
        key, graph, view = subject.as_under_jit()
        report("searching")
        functions = {
            name: view.of(function)
            for name, function in subject.jacobians(orders_of(graph)).items()
        }
        arguments = view.leaves
        if batch is not None:
            functions = {name: jax.vmap(function) for name, function in functions.items()}
            arguments = view.batch(batch)
        arguments = jax.device_put(arguments)
        report(f"compiling {len(functions)} candidates")
        compiled, left_out = _compile(functions, arguments)
        _check_agreement(compiled, arguments, left_out)
        report("timing")
        choice, timings = _time(compiled, arguments, seconds)
    chosen = Tuning(
        **vars(solution_of(choice, graph)),
        timings=timings,
        left_out=left_out,
        batch=batch,
        device=key.device,
    )
    LOGGER.info("%s: %s", getattr(fn, "__name__", repr(fn)), _sentence(chosen))
    if (memory := current_memory()) is not None:
        memory.remember(key, chosen)
        key_outside, graph_outside = subject.key_of_call(*example_args)
        if key_outside != key:  # outside jit, arguments that are not differentiated are static
            memory.remember(
                key_outside, replace(chosen, **vars(solution_of(choice, graph_outside)))
            )
    return chosen


def _check(
    fn: Callable[..., Any], example_args: Sequence[Any], batch: int | None, seconds: float
) -> None:
    if not callable(fn):
        raise TypeError(f"the function to tune must be callable; got {fn!r}")
    if batch is not None and (not is_count(batch) or batch < 1):
        raise ValueError(f"batch must be a positive number or None; got {batch!r}")
    if not (isinstance(seconds, int | float) and math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"seconds must be a positive number; got {seconds!r}")
    for leaf in jax.tree.leaves(example_args):
        if isinstance(leaf, Tracer | jax.ShapeDtypeStruct):
            raise TypeError(
                f"tune measures on concrete arrays; got {leaf!r}. Call it outside jit and vmap, with "
                "example arguments of the shapes that you will use"
            )


@contextmanager
def _reporting(progress: bool) -> Iterator[Callable[[str], None]]:
    """A function to call with what comes next; with a spinner and the time where it is asked for."""
    if not progress:
        yield lambda text: None
        return
    rich = require("rich.progress", extra="plot")
    with rich.Progress(
        rich.SpinnerColumn(), rich.TextColumn("{task.description}"), rich.TimeElapsedColumn()
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda text: bar.update(task, description=text)


def _compile(
    functions: Mapping[str, Executable], arguments: Sequence[Any]
) -> tuple[dict[str, Executable], dict[str, str]]:
    """Compile all side by side and call each once; return those that ran, and why others did not."""

    def compile_one(lowered: Any) -> Any:
        try:
            return lowered.compile()
        except (
            Exception
        ) as error:  # a backend's failure, whatever its class, leaves one candidate out
            return error

    lowered: dict[str, Any] = {}
    ready: dict[str, Executable] = {}
    left_out: dict[str, str] = {}
    for name, function in functions.items():
        try:
            lowered[name] = jax.jit(function).lower(*arguments)
        except Exception as error:  # as jacrev's of a while loop
            left_out[name] = _reason(error)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = dict(zip(lowered, pool.map(compile_one, lowered.values()), strict=True))
    for name, result in results.items():
        try:
            if isinstance(result, Exception):
                raise result
            jax.block_until_ready(result(*arguments))
            ready[name] = result
        except Exception as error:  # as memory that does not suffice
            left_out[name] = _reason(error)
    return ready, left_out


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _check_agreement(
    compiled: Mapping[str, Executable], arguments: Sequence[Any], left_out: Mapping[str, str]
) -> None:
    """Refuse candidates that differ by more than roundings from JAX's own.

    Each must agree with one of JAX's modes; where neither runs, with the first candidate.
    """
    if not compiled:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise VertexEliminationError(f"no candidate for the Jacobian could be run. {reasons}")
    references = [name for name in JAX_MODES if name in compiled] or list(compiled)[:1]
    expected = [compiled[name](*arguments) for name in references]
    between, roundings = map(float, _deviation(expected[0], expected[-1]))
    allowed = max(roundings, BETWEEN_MODES * between if math.isfinite(between) else 0.0)
    for name in compiled.keys() - set(references):
        actual = compiled[name](*arguments)
        deviation = min(float(_deviation(actual, each)[0]) for each in expected)
        if deviation > allowed:
            raise VertexEliminationError(
                f"the Jacobian by {name} deviates from that by {' and '.join(references)} by "
                f"{deviation:.1e} of its largest entry, more than the {allowed:.1e} that may be roundings. "
                "Nothing was chosen; please report the function as a bug"
            )


@jax.jit
def _deviation(actual: Any, expected: Any) -> tuple[jax.Array, jax.Array]:
    """The largest deviation relative to an array's largest entry, and what may be roundings.

    Entries that are not finite as expected can't be compared; NaN in place of a number is infinite.
    """
    worst, roundings = jnp.zeros(()), jnp.zeros(())
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        if b.size == 0 or not jnp.issubdtype(b.dtype, jnp.inexact):
            continue
        narrow = min(a.dtype, b.dtype, key=lambda dtype: jnp.finfo(dtype).bits)
        roundings = jnp.maximum(roundings, float(jnp.finfo(narrow).eps) ** ROUNDING_EXPONENT)
        wide = jnp.promote_types(b.dtype, jnp.float32)
        difference, size = jnp.abs(a.astype(wide) - b.astype(wide)), jnp.abs(b.astype(wide))
        known = jnp.isfinite(size)
        largest = jnp.max(jnp.where(known, size, 0))
        error = jnp.max(jnp.where(known, difference, 0)) / jnp.where(largest > 0, largest, 1)
        worst = jnp.maximum(worst, jnp.where(jnp.isnan(error), jnp.inf, error))
    return worst, roundings


def _time(
    compiled: Mapping[str, Executable], arguments: Sequence[Any], seconds: float
) -> tuple[str, dict[str, Timing]]:
    """Return the name of the fastest candidate and all timings.

    Those that are not clearly slower in a first round take turns in a longer second one, which
    decides; the better of JAX's modes is always among them.
    """
    first = time_interleaved(compiled, arguments, seconds=FIRST_ROUND * seconds)
    best = min(first.values(), key=lambda timing: timing.median)
    own = min(
        (name for name in JAX_MODES if name in first), key=lambda n: first[n].median, default=""
    )
    close = {
        name: compiled[name]
        for name, timing in first.items()
        if name == own
        or timing.median <= CLEARLY_SLOWER * best.median
        or timing.lower_quartile <= best.upper_quartile
    }
    second = time_interleaved(close, arguments, seconds=(1 - FIRST_ROUND) * seconds)
    return min(second, key=lambda name: second[name].median), {**first, **second}


def _sentence(chosen: Tuning) -> str:
    """What was chosen, of what, and where."""
    own = ", JAX's own," if chosen.method in JAX_MODES else ""
    medians = ", ".join(f"{name} {t.median * 1e6:.1f}" for name, t in chosen.timings.items())
    failed = "".join(f"; {name} left out ({reason})" for name, reason in chosen.left_out.items())
    batch = "a single call" if chosen.batch is None else f"batch {chosen.batch}"
    return (
        f"{chosen.method}{own} chosen for {batch} on {chosen.device}; medians in microseconds: "
        f"{medians}{failed}"
    )
