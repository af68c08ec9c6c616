"""The report at the end of a run: evaluation through Gymnasium, and verification of the orders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from training.evaluation import Evaluation, evaluate
from vertex_elim_env import __main__ as command
from vertex_elim_env.files import write_text

if TYPE_CHECKING:
    from training.run import Run


def report(run: Run, references: Mapping[str, Mapping[str, int]]) -> int:
    """Evaluate, verify, print, and write summary.json.

    Returns:
        0 if every order written passed the check of ``vertex_elim_env verify``.
    """
    untrained = run.agent.begin(run.lesson.params, run.options.seed).network
    rows, status = [], 0
    for name, graph in run.curriculum.examination().items():
        model, seed = run.options.cost_model, run.options.seed
        before = evaluate(untrained, graph, cost_model=model, seed=seed)
        after = evaluate(run.state.network, graph, cost_model=model, seed=seed)
        row = {"graph": name, "trained": _shown(after), "untrained": _shown(before)}
        if not run.curriculum.is_endless:
            run.offer(name, graph, after.order)
            row["best"] = run.records[name].cost
        rows.append(row | dict(references.get(name, {})))
        print(_sentence(rows[-1]))
    if not run.curriculum.is_endless:
        run.save()
        status = max(_verify(run, name) for name in run.lesson.names)
    content = {**run.describe(), "num_steps": run.num_steps, "rows": rows, "verified": status == 0}
    write_text(run.options.out / "summary.json", json.dumps(content) + "\n")
    return status


def _verify(run: Run, name: str) -> int:
    path = run.order_path(name)
    record = path.with_name("verification.json")
    return command.main(["verify", str(path), name, "--json", str(record)])


def _shown(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "greedy": evaluation.greedy,
        "sampled_mean": evaluation.sampled_mean,
        "sampled_best": evaluation.sampled_best,
    }


def _sentence(row: Mapping[str, Any]) -> str:
    trained, untrained = row["trained"], row["untrained"]
    others = ", ".join(f"{k} {row[k]:,}" for k in ("best", "rules", "best known") if k in row)
    return (
        f"{row['graph']}: greedy {trained['greedy']:,}, mean of samples {trained['sampled_mean']:,.1f} "
        f"(untrained {untrained['greedy']:,} and {untrained['sampled_mean']:,.1f}); {others}"
    )
