"""Jobs on a Ray cluster come to the same results; a stand-in plays its part where Ray is not installed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evaluation.benchmark import main
from evaluation.benchmark.cluster import LOCAL, outcomes_on_ray
from evaluation.benchmark.jobs import Job
from evaluation.benchmark.results import FILE, Result, read_results
from evaluation.benchmark.running import Failure, run
from evaluation.provenance import ROOT

JOBS = [Job("Traps/forward/3", "flops", rule) for rule in ("forward", "reverse", "markowitz-late")]


def without_clock(result: Result | Failure) -> Result:
    assert isinstance(result, Result)
    return replace(result, seconds=0.0)


class StandIn:
    """As much of Ray as is used: everything runs when it is asked for, the last job first."""

    def __init__(self) -> None:
        self.inits: list[dict[str, Any]] = []
        self.is_down = False

    def init(self, **options: Any) -> None:
        self.inits.append(options)

    def remote(self, **options: Any) -> Callable[[Callable[..., Any]], Any]:
        assert options == {"num_cpus": 1}
        return lambda function: SimpleNamespace(remote=lambda job: lambda: function(job))

    def wait(self, waiting: Sequence[Any]) -> tuple[list[Any], list[Any]]:
        return [waiting[-1]], list(waiting[:-1])

    def get(self, done: Sequence[Callable[[], Any]]) -> list[Any]:
        return [each() for each in done]

    def shutdown(self) -> None:
        self.is_down = True


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    ray = StandIn()
    monkeypatch.setitem(sys.modules, "ray", ray)
    return ray


def test_every_job_comes_back_and_the_cluster_is_left(stand_in: StandIn) -> None:
    found = [without_clock(each) for each in outcomes_on_ray(JOBS, "auto")]
    assert found == [without_clock(run(job)) for job in reversed(JOBS)]
    [options] = stand_in.inits
    assert options["address"] == "auto"
    assert options["runtime_env"]["working_dir"] == str(ROOT)
    assert stand_in.is_down


def test_the_command_s_records_are_those_of_one_machine(stand_in: StandIn, tmp_path: Path) -> None:
    options = ["--instances", "Traps/forward/3", "--cost-models", "flops", "--alone"]
    options += ["--solvers", "forward", "reverse", "markowitz-late", "--ray", LOCAL]
    assert main(["--out", str(tmp_path), *options]) == 0
    found = read_results(tmp_path / FILE)
    assert set(found) == {job.key for job in JOBS}
    assert all("--ray local" in result.provenance["command"] for result in found.values())
    assert stand_in.inits[0]["runtime_env"] == {}, "this machine has the code"


def test_without_ray_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--instances", "MLP", "--ray", LOCAL])
    assert "vertex-elim-env[ray]" in capsys.readouterr().err


@pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: make interop")
@pytest.mark.filterwarnings("default")
def test_a_cluster_of_this_machine_gives_the_same_results() -> None:
    found = {each.job.key: without_clock(each) for each in outcomes_on_ray(JOBS, LOCAL)}
    assert found == {job.key: without_clock(run(job)) for job in JOBS}


@pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: make interop")
@pytest.mark.filterwarnings("default")
def test_a_machine_that_is_lost_costs_no_record() -> None:
    from ray.cluster_utils import Cluster

    jobs = [Job("PropaneCombustion", "flops", "annealing", seed, 1.0) for seed in range(8)]
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        other = cluster.add_node(num_cpus=1)
        cluster.wait_for_nodes()
        outcomes = outcomes_on_ray(jobs, cluster.address)
        found = [next(outcomes)]
        cluster.remove_node(other, allow_graceful=False)
        found += outcomes
    finally:
        cluster.shutdown()
    assert all(isinstance(each, Result) for each in found), found
    assert sorted(each.job.key for each in found) == sorted(job.key for job in jobs)
