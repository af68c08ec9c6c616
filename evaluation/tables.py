"""The demo's two tables: what orders cost, and how fast their Jacobians run."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from evaluation.row import Row

COUNT_COLUMNS = {
    "forward": "forward",
    "reverse": "reverse",
    "markowitz-early": "Markowitz\nearly ties",
    "markowitz-late": "Markowitz\nlate ties",
    "annealing": "annealing",
}


def counts_table(rows: Sequence[Row]) -> Table:
    """Multiplications of every method's order, beside the published counts and the bound."""
    table = Table(
        title="Multiplications of the accumulated Jacobian (published convention)",
        caption="AlphaZero, PPO: Lohoff and Neftci, NeurIPS 2024, best of their seeds. * = not comparable: "
        "another graph (dead results and constants kept) or another bookkeeping of tensor Jacobians.\n"
        "bound: certified lower bound; annealing in bold where it is met (proved optimal).",
    )
    table.add_column("task", no_wrap=True)
    for name in ("vertices", *COUNT_COLUMNS.values(), "bound", "AlphaZero", "PPO"):
        table.add_column(name, justify="right")
    for row in rows:
        counts = [f"{row.counts[method]:,}" for method in COUNT_COLUMNS]
        if row.counts["annealing"] == row.lower_bound:
            counts[-1] = f"[bold]{counts[-1]}[/bold]"
        mark = "" if row.comparable else "*"
        published = [
            f"{row.published[key]:,}{mark}" if key in row.published else "-"
            for key in ("alphazero", "ppo")
        ]
        table.add_row(
            row.task, str(row.eliminable), *counts, str(row.lower_bound or "-"), *published
        )
    return table


def runtime_table(rows: Sequence[Row], batch: int) -> Table:
    """Median times of the Jacobians, and the ratio of JAX's better mode to ours."""
    table = Table(
        title=f"One Jacobian of a batch of {batch}: median microseconds, all candidates taking turns",
        caption="orders found for the executed count (nontrivial); speed-up: better of "
        "vmap(jacfwd) and vmap(jacrev) / annealing.",
    )
    table.add_column("task", no_wrap=True)
    columns = (
        "count\nforward",
        "count\nreverse",
        "count\nannealing",
        "forward",
        "reverse",
        "annealing",
        "jacfwd",
        "jacrev",
    )
    for name in (*columns, "speed-up", "error"):
        table.add_column(name, justify="right")
    for row in rows:
        executed = [f"{row.executed[method]:,}" for method in ("forward", "reverse", "annealing")]
        times = [
            f"{row.times[m].median * 1e6:,.0f}"
            for m in ("forward", "reverse", "annealing", "jacfwd", "jacrev")
        ]
        best = min(row.times["jacfwd"].median, row.times["jacrev"].median)
        error = f"{max(row.errors.values()):.0e}" + ("" if row.agrees else " !")
        table.add_row(
            row.task, *executed, *times, f"{best / row.times['annealing'].median:.2f}", error
        )
    return table
