"""Cluster: jobs on the machines of a Ray cluster, a core each; the records are those of a single machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import Result
from evaluation.benchmark.running import Failure, attempt
from evaluation.provenance import ROOT
from vertex_elim_env.errors import require

LOCAL = "local"
"""An address: a cluster of this machine alone, which ends with the run."""
LEFT_OUT = [".git", ".venv*", "build", "dist", "docs", "tests", "**/__pycache__"]
"""Of the checkout, which is sent to the machines of a cluster."""


def outcomes_on_ray(jobs: Sequence[Job], address: str) -> Iterator[Result | Failure]:
    """Yield what the jobs come to, as they end; a job whose machine is lost runs on another.

    Args:
        jobs: the jobs.
        address: of the cluster, "auto" to look for one, "local" to start one here.

    Raises:
        MissingExtraError: without the extra ``ray``.
        ConnectionError: if there is no cluster.
    """
    ray = require("ray", extra="ray")
    sent = {"working_dir": str(ROOT), "excludes": LEFT_OUT} if address != LOCAL else {}
    ray.init(address=address, runtime_env=sent, log_to_driver=False)
    try:
        run = ray.remote(num_cpus=1)(attempt)
        waiting = [run.remote(job) for job in jobs]
        while waiting:
            done, waiting = ray.wait(waiting)
            yield from ray.get(done)
    finally:
        ray.shutdown()
