"""python -m evaluation readme: write the README's results table from a fresh search."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import vertex_elim_env as ve
from vertex_elim_env.files import write_text

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- results: python -m evaluation readme -->\n", "<!-- end of results -->"
METHODS = ("forward", "reverse", "markowitz-late", "annealing")


def table(seconds: float, seed: int) -> str:
    """Return the table as Markdown: every task, our methods, the bound, the published agents."""
    lines = [
        "| task | vertices | forward | reverse | Markowitz, late ties | annealing | lower bound | AlphaZero | PPO |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name in ve.tasks.names():
        task = ve.tasks.get(name)
        found = {
            m: ve.find_order(task.graph, method=m, time_limit=seconds, seed=seed) for m in METHODS
        }
        proved = ve.lower_bound(task.graph)
        counts = [f"{found[m].cost:,}" for m in METHODS]
        bound = f"{proved}" + (" (optimal)" if found["annealing"].cost == proved else "")
        mark = "" if task.spec.comparable else "\\*"
        published = [f"{task.spec.published[key]:,}{mark}" for key in ("alphazero", "ppo")]
        lines.append(
            f"| {name} | {task.graph.num_eliminable} | {' | '.join([*counts, bound, *published])} |"
        )
    return "\n".join(lines) + "\n"


def replace_table(text: str, new: str) -> str:
    """Return the README's text with another table between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{new}{END}{after}"


def main(argv: Sequence[str] | None = None) -> int:
    """Search every task anew and rewrite the table."""
    parser = argparse.ArgumentParser(prog="python -m evaluation readme", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="search time a task")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    write_text(
        README,
        replace_table(README.read_text(encoding="utf-8"), table(options.seconds, options.seed)),
    )
    print(f"{README.name}: table written")
    return 0
