"""Measurement: every way to a task's Jacobian compiled, checked against JAX's and timed in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from evaluation.runtime.attempts import Attempt, check_all, compile_all, compile_one, lower, share
from evaluation.runtime.candidates import BASELINES, Candidate, Job
from evaluation.runtime.ratios import REPORT_ROUNDS, best_of, paired_ratio
from evaluation.runtime.records import Measurement
from vertex_elim_env.executor.timing import sample_interleaved, summarize

FIRST_ROUNDS = 2
"""Rounds in which all candidates take turns."""
MIN_ROUNDS = 10
"""Least rounds of those that are in the race."""
ENOUGH_ROUNDS = 30
"""Where the time suffices for so many rounds of all, nobody leaves the race."""
CROSS_BATCH_SHARE = 0.1
"""Share of the time for JAX's mode around vmap: another job, so it takes no turns with the others."""
CLEARLY_SLOWER = 1.5
"""A candidate so many times slower than both JAX's better mode and the best of ours leaves the race,
if waiting for it would take longer than the timing may."""

OURS = ("order", "auto", "tuned")
Report = Callable[[str], None]


def measure(
    job: Job,
    *,
    seconds: float,
    tune_seconds: float,
    workers: int,
    report: Report,
    has_cross_batch: bool = True,
) -> list[Measurement]:
    """Measure every candidate for a job.

    All candidates take turns in one run. The best elimination order is chosen by every other round
    and its time and ratio come from the rounds between, so that being chosen does not flatter it.
    Candidates that lower to the same program are timed once. One that fails, that would hold too
    much memory or whose Jacobian is wrong is recorded as such, and the others go on.

    Args:
        job: the task and batch.
        seconds: for the timing.
        tune_seconds: for the timing inside ``ve.tune``.
        workers: how many programs are compiled side by side.
        report: is called with what comes next.
        has_cross_batch: False to skip JAX's mode around vmap.

    Returns:
        A measurement for each candidate, and one for the best elimination order.
    """
    report("searching")
    attempts = [Attempt(candidate) for candidate in job.candidates()]
    arguments = job.arguments()
    cross = Attempt(job.cross_batch())
    note = job.why_not_cross_batch() if has_cross_batch else "it was not asked for"
    if note is not None:
        cross.end("skipped", note)
    report("compiling")
    compile_all([*attempts, cross], arguments, job.max_bytes, workers)
    report("tuning")
    attempts.append(_tuned(job, tune_seconds, attempts, arguments))
    attempts.append(cross)
    report("checking")
    check_all(attempts, arguments)
    report("timing")
    _time([attempt for attempt in attempts if attempt.is_running], arguments, seconds)
    return _measurements(job, attempts)


def _tuned(
    job: Job, seconds: float, others: Sequence[Attempt], arguments: Sequence[Any]
) -> Attempt:
    """Tune, and compile what was chosen unless another candidate is the same program."""
    try:
        tuned = Attempt(job.tuned(seconds))
    except Exception as error:  # whatever goes wrong is this candidate's result
        tuned = Attempt(Candidate("tuned", "tuned", job.task.function))
        tuned.fail(error)
        return tuned
    lower(tuned, arguments)
    same = (other for other in others if other.is_running and other.text == tuned.text)
    if tuned.is_running and (original := next(same, None)) is not None:
        tuned.original = original.original or original
        share(tuned, original)
    elif tuned.is_running:
        compile_one(tuned)
    tuned.lowered = None
    return tuned


def _time(attempts: Sequence[Attempt], arguments: Sequence[Any], seconds: float) -> None:
    """Give each attempt its samples."""
    programs = {a.name: a for a in attempts if a.original is None}
    apart = {name for name, a in programs.items() if a.candidate.kind == "cross-batch"}
    turns = {name: a.compiled for name, a in programs.items() if name not in apart}
    samples: dict[str, list[float]] = {}
    if turns:
        samples = sample_interleaved(turns, arguments, seconds=0, min_rounds=FIRST_ROUNDS)
        medians = {name: statistics.median(row) for name, row in samples.items()}
        kinds = {name: programs[name].candidate.kind for name in turns}
        later = sample_interleaved(
            {name: turns[name] for name in still_racing(medians, kinds, seconds)},
            arguments,
            seconds=seconds,
            min_rounds=MIN_ROUNDS - FIRST_ROUNDS,
        )
        samples = {name: row + later.get(name, []) for name, row in samples.items()}
    for name in apart:
        samples |= sample_interleaved(
            {name: programs[name].compiled},
            arguments,
            seconds=CROSS_BATCH_SHARE * seconds,
            min_rounds=1,
        )
    for attempt in attempts:
        attempt.samples = samples[attempt.original.name if attempt.original else attempt.name]


def still_racing(
    medians: Mapping[str, float], kinds: Mapping[str, str], seconds: float
) -> list[str]:
    """Return who takes turns to the end: all where there is time, else those not clearly slower."""
    if sum(medians.values()) * ENOUGH_ROUNDS <= seconds:
        return list(medians)
    own = [median for name, median in medians.items() if kinds[name] == "jax"]
    ours = [median for name, median in medians.items() if kinds[name] in OURS]
    limit = CLEARLY_SLOWER * max(min(own, default=0.0), min(ours, default=0.0))
    return [name for name, median in medians.items() if median <= limit]


def _measurements(job: Job, attempts: Sequence[Attempt]) -> list[Measurement]:
    baselines = {a.name: a.samples for a in attempts if a.name in BASELINES.values()}
    made = {}
    for attempt in attempts:
        candidate, samples = attempt.candidate, attempt.samples
        is_ours = candidate.kind in OURS
        made[attempt.name] = Measurement(
            task=job.task.name,
            batch=job.batch,
            batch_used=job.batch_used,
            candidate=attempt.name,
            kind=candidate.kind,
            status=attempt.status,
            note=attempt.note,
            choice=candidate.choice,
            cost=candidate.cost,
            search_seconds=candidate.search_seconds,
            deviation=attempt.deviation,
            same_program_as=attempt.original.name if attempt.original else None,
            program=attempt.program,
            timing=summarize(samples) if samples else None,
            ratio=paired_ratio(baselines, samples) if is_ours else None,
            samples=tuple(float(f"{sample:.5g}") for sample in samples),
        )
    orders = {a.name: a.samples for a in attempts if a.candidate.kind == "order"}
    if (best := best_of(orders)) is not None:
        reported = orders[best][REPORT_ROUNDS]
        made["best order"] = replace(
            made[best],
            candidate="best order",
            kind="best",
            choice=best,
            same_program_as=best,
            timing=summarize(reported),
            ratio=paired_ratio(baselines, orders[best], REPORT_ROUNDS),
            samples=(),
        )
    return list(made.values())
