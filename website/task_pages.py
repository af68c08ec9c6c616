"""Pages of the tasks: one for each function of the catalogue, from its graph, its records and its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import vertex_elim_env as ve
from vertex_elim_env.graph import ComputationalGraph
from vertex_elim_env.tasks import Task, best_known
from website.listing import listing
from website.page import Page, table

PAPER_FIELD = "The paper's ten"
"""Heading of the tasks that were published with their counts, before the fields of science."""

INTRODUCTION = """# Tasks

Functions worth differentiating, each with its source. Costs on this page are multiplications, unit edges counted. The
lower bound is proved: no order costs less, and where it is met, the order is optimal. Functions of any size are on the
page of [families](families.md).

"""


def task_pages() -> Mapping[str, tuple[Page, ...]]:
    """Return a page for every task by field, those of the paper first, in the catalogue's order."""
    return {
        field: tuple(Page(f"tasks/{task.name}.md", task.name, _text(task)) for task in tasks)
        for field, tasks in tasks_by_field().items()
    }


def tasks_by_field() -> Mapping[str, list[Task]]:
    """Return all tasks of all collections by field."""
    found: dict[str, list[Task]] = {}
    for collection in ve.tasks.COLLECTIONS:
        for name in ve.tasks.names(collection):
            task = ve.tasks.get(name)
            field = PAPER_FIELD if collection == "paper" else task.spec.domain
            found.setdefault(field, []).append(task)
    first, *others = found
    return {f"{field[0].upper()}{field[1:]}": found[field] for field in (first, *sorted(others))}


def tasks_overview() -> Page:
    """Return the page that leads to all of them."""
    parts = [INTRODUCTION]
    for field, tasks in tasks_by_field().items():
        rows = [_overview_row(task) for task in tasks]
        parts += [f"## {field}\n\n", table(OVERVIEW, rows), "\n"]
    return Page("tasks/index.md", "All tasks", "".join(parts))


OVERVIEW = ("task", "vertices", "forward", "reverse", "best known", "lower bound")


def _overview_row(task: Task) -> tuple[object, ...]:
    costs = next(cost_rows(task.graph, ["multiplications"]))
    return f"[{task.name}]({task.name}.md)", task.graph.num_eliminable, *costs[1:5]


COSTS = ("cost model", "forward", "reverse", "best known", "lower bound", "found by")


def cost_rows(
    graph: ComputationalGraph, cost_models: Iterable[str] = ve.COST_MODELS
) -> Iterator[tuple[object, ...]]:
    """Yield a row of ``COSTS`` for each cost model; what is not on record is left empty."""
    records = best_known.of_graph(graph.fingerprint)
    program = range(graph.num_eliminable)
    for model in cost_models:
        modes = [ve.elimination_cost(graph, order, model) for order in (program, program[::-1])]
        record = records.get(model)
        found = (record.cost, _bound(record), record.solver) if record else ("", "", "")
        yield model, *modes, *found


def _bound(record: best_known.Record) -> str:
    return f"{record.lower_bound:,}{' (optimal)' if record.is_optimal else ''}"


def _text(task: Task) -> str:
    graph, spec = task.graph, task.spec
    size = table(
        ("inputs", "vertices to eliminate", "outputs", "edges"),
        [(graph.num_inputs, graph.num_eliminable, graph.num_outputs, len(graph.edges))],
    )
    return "\n".join(
        [
            f"# {task.name}\n",
            f"{task.description}\n",
            f"Field: {spec.domain}.{_sizes(task)}\n",
            size,
            f"## Costs\n\n{table(COSTS, list(cost_rows(graph)))}{_published(task)}",
            f"## Make it\n\n{_making(task.name)}",
            f"## Function\n\n{code(spec.function)}",
            f"## Sources\n\n{citations(task.sources)}",
        ]
    )


def _sizes(task: Task) -> str:
    if not task.spec.sizes:
        return ""
    sizes = ", ".join(f"{name}={size}" for name, size in task.spec.sizes.items())
    return f" Sizes that can be changed: `ve.tasks.get({task.name!r}, {sizes})`."


def _published(task: Task) -> str:
    counts = task.spec.published
    if not counts:
        return ""
    differs = "" if task.spec.comparable else " They were made for another graph or bookkeeping."
    return (
        f"\nPublished multiplications, agents by the best of their seeds.{differs}\n\n"
        f"{table(tuple(counts), [tuple(counts.values())])}"
    )


def _making(name: str) -> str:
    return f"""```python
import gymnasium as gym
import vertex_elim_env as ve

task = ve.tasks.get("{name}")  # task.graph, task.function, task.example_args, task.best_known
env = gym.make("VertexElimination-v0", task="{name}")
```

```sh
python -m vertex_elim_env solve {name} --out run
python -m vertex_elim_env render {name} --order run/order.json --out elimination.html
```
"""


def code(reference: str) -> str:
    """Return the source of "module:name" with what it uses, and say which file it is in."""
    place = reference.partition(":")[0].replace(".", "/")
    return f"In `{place}.py`, with what it uses:\n\n```python\n{listing(reference)}\n```\n"


def citations(sources: Iterable[str]) -> str:
    """Return a list of sources."""
    return "".join(f"- {source}\n" for source in sources)
