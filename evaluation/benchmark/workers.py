"""Workers: processes that run jobs, one core each, so that equal seconds are equal work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import Result
from evaluation.benchmark.running import Failure, attempt


def num_cores() -> int:
    """Return how many cores this process may use."""
    return len(_cores())


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def outcomes(jobs: Sequence[Job], processes: int) -> Iterator[Result | Failure]:
    """Yield what the jobs come to, as they end; leaving the loop ends the processes.

    Raises:
        BrokenProcessPool: if the system killed one of them, as for its memory.
    """
    context = multiprocessing.get_context("spawn")
    cores = context.SimpleQueue()
    for number in range(processes):
        cores.put(_cores()[number % num_cores()])
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(processes, context, _begin, (cores,))
    try:
        for future in as_completed([pool.submit(attempt, job) for job in jobs]):
            yield future.result()
        pool.shutdown()
    finally:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        pool.shutdown(cancel_futures=True)


def _begin(cores: Any) -> None:
    """Stay on one core, leave Ctrl-C to the parent, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    core = cores.get()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None, "workers are spawned"
    parent.join()
    os._exit(1)
