"""python -m evaluation readme: write the README's results table from the published records.

Nothing is searched: the table is a selection of what ``make results`` published, so the two always agree.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from evaluation.benchmark.results import FILE, Result, read_results
from evaluation.report.benchmark_sections import PUBLISHED_MODEL
from evaluation.report.comparison import Case, Comparison, compare
from vertex_elim_env import tasks
from vertex_elim_env.files import write_text

README = Path(__file__).parent.parent / "README.md"
RECORDS = Path(__file__).parent / "results" / FILE
BEGIN, END = "<!-- results: python -m evaluation readme -->\n", "<!-- end of results -->"
RULES = {"forward": "forward", "reverse": "reverse", "markowitz-late": "Markowitz, late ties"}
"""Rules that the table shows, and what it calls them."""
AGENT = "ppo"
LEARNED = {AGENT: "our PPO", "generalist": "generalist"}
"""Solvers of ours that learn or have learned, and what it calls them; each where it has records."""
PAPER = {"alphazero": "AlphaZero", "ppo": "PPO"}
"""The paper's agents."""


def table(records: Path = RECORDS) -> str:
    """Return the table and a sentence on it as Markdown, as the records in a file give them.

    Raises:
        ValueError: if a task of the paper has no record of a rule or of annealing.
    """
    comparison = _published(read_results(records))
    cases = [comparison.cases[name] for name in tasks.names() if name in comparison.cases]
    budgets = comparison.budgets_of("annealing")
    if len(cases) < len(tasks.names()) or not budgets:
        raise ValueError(f"{records} lacks a task of the paper, or annealing; run make results")
    learned = [solver for solver in LEARNED if any(case.of(solver) for case in cases)]
    columns = ["task", "vertices", *RULES.values(), "annealing"]
    columns += [LEARNED[solver] for solver in learned]
    columns += ["lower bound", *(f"{name}, paper's" for name in PAPER.values())]
    rows = [columns, *(_cells(case, budgets[-1], learned) for case in cases)]
    head, *body = [f"| {' | '.join(cells)} |" for cells in rows]
    lines = [head, f"|---|{'--:|' * (len(columns) - 1)}", *body, "", _sentence(cases, budgets[-1])]
    return "".join(f"{line}\n" for line in lines)


def _published(results: Mapping[str, Result]) -> Comparison:
    """The comparison under the paper's cost model, of all the solvers on the paper's tasks."""
    own = {
        key: result
        for key, result in results.items()
        if result.cost_model == PUBLISHED_MODEL and result.instance in tasks.names()
    }
    return next(iter(compare(own)), Comparison(PUBLISHED_MODEL))


def _cells(case: Case, budget: str, learned: Sequence[str]) -> Iterator[str]:
    spec = tasks.get(case.instance).spec
    yield case.instance
    yield str(case.eliminable)
    yield from (_lowest(case.of(rule)) for rule in RULES)
    annealed = case.of("annealing", budget)
    yield _lowest(annealed)
    for solver in learned:
        runs = _longest(case.of(solver))
        yield _number(median(r.cost for r in runs)) if runs else "–"
    is_met = any(result.cost == case.lower_bound for result in annealed.values())
    yield f"{case.lower_bound:,}{' (optimal)' if is_met else ''}"
    mark = "" if spec.comparable else "\\*"
    yield from (f"{spec.published[agent]:,}{mark}" for agent in PAPER)


def _sentence(cases: Sequence[Case], budget: str) -> str:
    """Say where the numbers come from."""
    annealed = max(len(case.of("annealing", budget)) for case in cases)
    text = (
        "From the [published results](evaluation/results/README.md), which have more solvers. "
        f"Annealing: {budget}, {'the best of ' if annealed > 1 else ''}{_runs(annealed)}."
    )
    runs = [run for case in cases for run in _longest(case.of(AGENT))]
    if runs:
        shortest, longest = (f(run.budget_seconds or 0.0 for run in runs) for f in (min, max))
        limit = f"{longest:g}" if shortest == longest else f"{shortest:g} to {longest:g}"
        text += (
            f" Our PPO: trained for at most {limit} s on the task alone, the median of its runs."
        )
    if any(case.of("generalist") for case in cases):
        text += " Generalist: one order of a network that has learned on other graphs alone."
    return (
        f"{text} AlphaZero, PPO: the paper's best seeds; \\* not comparable: another graph "
        "(BlackScholes_Jacobian) or coarser bookkeeping of tensors."
    )


def _longest(results: Mapping[str, Result]) -> list[Result]:
    """A solver's runs with the most time."""
    most = max((result.budget_seconds or 0.0 for result in results.values()), default=0.0)
    return [result for result in results.values() if (result.budget_seconds or 0.0) == most]


def _lowest(results: Mapping[str, Result]) -> str:
    return _number(min(result.cost for result in results.values())) if results else "–"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _runs(number: int) -> str:
    return f"{number} runs" if number > 1 else "one run"


def replace_table(text: str, new: str) -> str:
    """Return the README's text with another table between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{new}{END}{after}"


def main(argv: Sequence[str] | None = None) -> int:
    """Rewrite the table."""
    parser = argparse.ArgumentParser(prog="python -m evaluation readme", description=__doc__)
    parser.add_argument("--records", type=Path, default=RECORDS, metavar="FILE")
    parser.add_argument("--readme", type=Path, default=README, metavar="FILE")
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    try:
        new = table(options.records)
    except ValueError as error:
        parser.error(str(error))
    write_text(options.readme, replace_table(options.readme.read_text(encoding="utf-8"), new))
    print(f"{options.readme.name}: table written")
    return 0
