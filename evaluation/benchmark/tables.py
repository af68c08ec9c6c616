"""The difficulty report as a table and as sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.table import Table

from evaluation.benchmark.difficulty import CATEGORIES, EASY_PERCENT, Difficulty


def difficulty_table(rows: Sequence[Difficulty], seconds: Sequence[float]) -> Table:
    """Return the rows as a table: costs known and proved, and how far rules and searches stay behind."""
    table = Table(
        title="How difficult the instances are",
        caption="rules, annealing: how much more their order costs than the best known one. solved: the best known "
        f"cost meets the bound; easy: a rule comes within {EASY_PERCENT}%; hard: the rest.",
    )
    table.add_column("instance", no_wrap=True)
    table.add_column("cost model", no_wrap=True)
    limits = [f"annealing\n{limit:g} s" for limit in seconds]
    for name in ("vertices", "bound", "best known", "rules", *limits):
        table.add_column(name, justify="right")
    table.add_column("category")
    for row in rows:
        gaps = [row.best_heuristic, *row.searches.values()]
        table.add_row(
            row.instance,
            row.cost_model,
            str(row.eliminable),
            f"{row.lower_bound:,}" if row.lower_bound else "-",
            f"{row.best_known:,}",
            *(f"{row.gap(cost):.1%}" for cost in gaps),
            row.category,
        )
    return table


def summary(rows: Sequence[Difficulty]) -> str:
    """Return how many instances are solved, easy and hard, by cost model and collection."""
    lines = []
    for model in dict.fromkeys(row.cost_model for row in rows):
        of_model = [row for row in rows if row.cost_model == model]
        lines.append(f"{model}: {_counts(of_model)}")
        for collection in dict.fromkeys(row.collection for row in of_model):
            part = [row for row in of_model if row.collection == collection]
            lines.append(f"  {collection}: {_counts(part)}")
    return "\n".join(lines)


def _counts(rows: Sequence[Difficulty]) -> str:
    counts = Counter(row.category for row in rows)
    return ", ".join(f"{counts[category]} {category}" for category in CATEGORIES)
