"""The commands of python -m vertex_elim_env, each a function of its parsed options."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from vertex_elim_env import tasks
from vertex_elim_env.engine import elimination_cost
from vertex_elim_env.errors import OrderError
from vertex_elim_env.files import write_text
from vertex_elim_env.ordering import Solution, find_order
from vertex_elim_env.target import Target, TargetError, find_target, target_of_task

TOLERANCE = 1e-3
"""Largest deviation from JAX that float32 may show, relative to a Jacobian's largest entry."""


def _target(options: argparse.Namespace) -> Target:
    sizes = dict(options.size or ())
    return find_target(
        options.target, arguments_file=options.args, argnums=options.argnums, sizes=sizes
    )


def _report(options: argparse.Namespace, record: dict[str, Any]) -> None:
    """Write a record as JSON where the user asked for it."""
    if options.json is not None:
        write_text(options.json, json.dumps(record) + "\n")


def list_tasks(options: argparse.Namespace) -> int:
    """List the tasks of a collection with the sizes of their graphs and their best known costs."""
    rows = []
    for name in tasks.names(options.collection):
        task = tasks.get(name)
        known = task.best_known
        rows.append(
            {
                "task": name,
                "domain": task.spec.domain,
                "eliminable": task.graph.num_eliminable,
                "best_known": known,
            }
        )
        counts = ", ".join(f"{model} {cost:,}" for model, cost in known.items())
        print(
            f"{name:<27} {task.graph.num_eliminable:>4} vertices  {task.spec.domain:<22} {counts}"
        )
    if options.json is not None:
        write_text(options.json, "".join(json.dumps(row) + "\n" for row in rows))
    return 0


def solve(options: argparse.Namespace) -> int:
    """Find an order and write it to DIR/order.json."""
    target = _target(options)
    solution = find_order(
        target.graph,
        method=options.method,
        time_limit=options.time_limit,
        seed=options.seed,
        cost_model=options.cost_model,
    )
    path = options.out / "order.json"
    solution.save(path)
    bound = (
        "no bound proved" if not solution.lower_bound else f"lower bound {solution.lower_bound:,}"
    )
    proved = ", proved optimal" if solution.optimal else ""
    print(
        f"{target.name}: {solution.cost:,} {solution.cost_model} by {solution.method} in "
        f"{solution.seconds:.2f} s; {bound}{proved}"
    )
    print(f"order: {path}")
    _report(options, {**json.loads(solution.to_json()), "target": target.name})
    return 0


def verify(options: argparse.Namespace) -> int:
    """Check an order file from scratch: the cost, the bound, and the Jacobian it executes."""
    solution = Solution.load(options.file)
    target = _target(options) if options.target else _target_of(solution, options.file)
    if solution.fingerprint != target.graph.fingerprint:
        raise OrderError(
            f"{options.file} is for the graph {solution.fingerprint}; {target.name} has {target.graph.fingerprint}"
        )
    cost = elimination_cost(target.graph, solution.order, solution.cost_model)
    bound = _lower_bound(target, solution.cost_model)
    error = _deviation(target, solution)
    cost_agrees, jacobian_agrees = cost == solution.cost, error <= TOLERANCE
    print(f"{target.name}: order of {len(solution.order)} vertices")
    print(
        f"cost: {cost:,} {solution.cost_model}{'' if cost_agrees else f', but the file says {solution.cost:,}'}"
    )
    print(
        f"lower bound: {bound:,}{', met: the order is optimal' if cost == bound else ''}"
        if bound
        else "lower bound: none proved"
    )
    print(
        f"Jacobian: {'agrees with' if jacobian_agrees else 'DISAGREES with'} jax.jacrev (relative "
        f"deviation {error:.1e})"
    )
    record = {
        "target": target.name,
        "cost_model": solution.cost_model,
        "cost": cost,
        "cost_in_file": solution.cost,
        "lower_bound": bound,
        "optimal": cost == bound,
        "relative_deviation": error,
        "cost_agrees": cost_agrees,
        "jacobian_agrees": jacobian_agrees,
    }
    _report(options, record)
    return 0 if cost_agrees and jacobian_agrees and solution.lower_bound <= cost else 1


def _target_of(solution: Solution, path: Path) -> Target:
    task = tasks.of_graph(solution.fingerprint)
    if task is None:
        raise TargetError(
            f"{path} is for the graph {solution.fingerprint}, which is no task's; name the task and --size, "
            "or the module:function and --args, that it was found for"
        )
    return target_of_task(task)


def _lower_bound(target: Target, cost_model: str) -> int:
    from vertex_elim_env.bounds import lower_bound

    return lower_bound(target.graph, cost_model)


def _deviation(target: Target, solution: Solution) -> float:
    """How far the executed Jacobian is from JAX's, relative to its largest entry."""
    from vertex_elim_env.errors import require

    jax = require("jax", extra="jax")
    from vertex_elim_env.executor import jacobian
    from vertex_elim_env.executor.timing import relative_error

    function, arguments, argnums = target.load()
    actual = jax.jit(jacobian(function, argnums, order=solution))(*arguments)
    return relative_error(actual, jax.jit(jax.jacrev(function, argnums))(*arguments))


def time_jacobians(options: argparse.Namespace) -> int:
    """Time the Jacobian of an order beside JAX's own modes, all taking turns."""
    from vertex_elim_env.errors import require

    jax = require("jax", extra="jax")
    from vertex_elim_env.executor import JAX_MODES, jacobian
    from vertex_elim_env.executor.timing import batch_of, time_interleaved

    target = _target(options)
    order = Solution.load(options.order) if Path(options.order).suffix == ".json" else options.order
    function, example_args, argnums = target.load()
    candidates = {
        "ours": jacobian(function, argnums, order=order),
        "jacfwd": jax.jacfwd(function, argnums),
        "jacrev": jax.jacrev(function, argnums),
    }
    compiled = {name: jax.jit(jax.vmap(candidate)) for name, candidate in candidates.items()}
    arguments = jax.device_put(batch_of(example_args, options.batch))
    times = time_interleaved(compiled, arguments, seconds=options.seconds)
    best = min(times["jacfwd"].median, times["jacrev"].median)
    for name, timing in times.items():
        print(
            f"{name:<7} {timing.median * 1e6:>10.1f} us  (quartiles {timing.lower_quartile * 1e6:.1f} to "
            f"{timing.upper_quartile * 1e6:.1f}, {timing.rounds} rounds)"
        )
    print(
        f"better of jacfwd and jacrev / ours: {best / times['ours'].median:.2f} at batch "
        f"{options.batch} on {jax.default_backend()}"
    )
    if isinstance(order, Solution) and order.method in JAX_MODES:
        print(f"ours is {order.method} itself, which a tuning chose: no gain")
    record = {
        "target": target.name,
        "order": str(options.order),
        "batch": options.batch,
        "backend": jax.default_backend(),
    }
    _report(options, {**record, "times": {name: vars(timing) for name, timing in times.items()}})
    return 0


def render(options: argparse.Namespace) -> int:
    """Write an elimination as a page, an animation or a drawing, as the file's ending says."""
    from vertex_elim_env.render import check_format, replay, write_elimination

    check_format(options.out)
    target = _target(options)
    if options.order is None:
        solution = find_order(target.graph, time_limit=0.2)
    else:
        solution = Solution.load(options.order)
        if solution.fingerprint != target.graph.fingerprint:
            raise OrderError(
                f"{options.order} is for the graph {solution.fingerprint}; {target.name} has {target.graph.fingerprint}"
            )
    story = replay(target.graph, solution.order, solution.cost_model, name=target.name)
    written = write_elimination(story, options.out)
    print(f"{target.name}: {story.cost:,} {story.cost_model}; {options.out}, {written}")
    _report(options, {"target": target.name, "cost": story.cost, "out": str(options.out)})
    return 0
