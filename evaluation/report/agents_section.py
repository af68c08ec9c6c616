"""Sections on agents: what they found beside rules, annealing and the paper's; what their parts are worth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, median

from evaluation.benchmark.agents import UNTRAINED, is_variant
from evaluation.benchmark.results import Result
from evaluation.benchmark.solvers import is_agent
from evaluation.report.agents_charts import learning_charts
from evaluation.report.comparison import Case, Comparison, Pair, compare
from evaluation.report.document import Cell, Section, Table, percent, word
from evaluation.report.markdown import to_table
from vertex_elim_env import tasks

PUBLISHED = {"ppo": "ppo", "maskable-ppo": "ppo", "alphazero": "alphazero"}
"""Which of the paper's agents one of ours stands next to."""
BESIDE = {
    "random": "random orders",
    UNTRAINED: "untrained network",
    "generalist": "generalist",
    "portfolio": "best rule",
    "annealing": "annealing",
}
"""Solvers that stand next to agents, and what they are called there."""
NONE = Cell("–")


def agents_sections(comparison: Comparison) -> list[Section]:
    """What agents found, and what the parts of agents are worth; none where none was run."""
    cases = [case for case in comparison.cases.values() if any(map(case.of, PUBLISHED))]
    found = []
    if cases:
        beside = [name for name in BESIDE if any(case.of(name) for case in cases)]
        columns = ("task", "agent", "budget", "runs", "median", "best", "minutes", "steps")
        others = (*(BESIDE[name] for name in beside), "best known", "paper's")
        rows = [row for case in cases for row in _agent_rows(case, beside)]
        note = (
            "Minutes and environment steps: medians, of whole runs; a run ends with its budget, its steps or a proved "
            "optimum. Paper's: the best seed of its agent, * not comparable. The others: the best of their runs; an "
            "untrained network plays 257 orders, the generalist one, of a network that has learned on other graphs."
        )
        table = Table("Agents", (*columns, *others), tuple(rows), note)
        text = (
            "Agents' own play while they learn, each on one task and one core: no rule's order, no annealing and no "
            "best known order is a start. An agent is worth its name next to what costs seconds.",
        )
        name = f"agents-{comparison.cost_model}"
        figures = learning_charts(comparison, tuple(PUBLISHED))
        found.append(Section(name, f"Agents, {comparison.cost_model}", text, figures, (table,)))
    return found + _ablations(comparison)


def _agent_rows(case: Case, beside: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    """A row for each agent and budget: what had more time is no run of the same thing."""
    for agent in PUBLISHED:
        own = case.of(agent).values()
        limits = {result.budget: result.budget_seconds or 0.0 for result in own}
        for budget in sorted(limits, key=limits.__getitem__):
            yield _agent_row(case, agent, budget, beside)


def _agent_row(case: Case, agent: str, budget: str, beside: Sequence[str]) -> tuple[Cell, ...]:
    runs = case.of(agent, budget)
    costs = [result.cost for result in runs.values()]
    lowest = min(costs)
    reached = tuple(name for name, result in runs.items() if result.cost == lowest)
    return (
        word(case.instance),
        word(agent),
        Cell(budget, next(iter(runs.values())).budget_seconds or 0.0),
        Cell(str(len(runs)), len(runs), tuple(runs)),
        _number(median(costs), runs, is_strong=median(costs) == case.best_known),
        Cell(f"{lowest:,}", lowest, reached, is_strong=lowest == case.best_known),
        _number(median(result.seconds / 60 for result in runs.values()), runs, digits=1),
        _number(median(r.evaluations * r.eliminable for r in runs.values()), runs),
        *(_lowest(case.of(solver)) for solver in beside),
        Cell(f"{case.best_known:,}", case.best_known),
        _published(case.instance, agent),
    )


def _published(instance: str, agent: str) -> Cell:
    if instance not in tasks.names():
        return NONE
    spec = tasks.get(instance).spec
    count = spec.published.get(PUBLISHED[agent])
    return NONE if count is None else Cell(f"{count:,}{'' if spec.comparable else '*'}", count)


def _lowest(results: Mapping[str, Result]) -> Cell:
    return _number(min(r.cost for r in results.values()), results) if results else NONE


def _number(
    value: float, results: Mapping[str, Result], *, digits: int = 0, is_strong: bool = False
) -> Cell:
    digits = digits if digits or value == round(value) else 1
    return Cell(f"{value:,.{digits}f}", value, tuple(results), is_strong=is_strong)


def _ablations(comparison: Comparison) -> list[Section]:
    """Agents with options, by instance and budget: those that were run on the same instances are one table."""
    found: dict[tuple[str, float], Pair] = {}
    names: list[str] = []
    for case in comparison.cases.values():
        for result in case.results.values():
            if is_agent(result.solver) and is_variant(result.solver):
                pair = result.solver, result.budget
                found[result.solver, result.budget_seconds or 0.0] = pair
                names += [case.instance] if case.instance not in names else []
    if not found:
        return []
    columns = ("agent", "budget", "runs", *names, "mean gap", "minutes")
    rows = tuple(_ablation_row(comparison, found[key], names) for key in sorted(found))
    note = (
        "Medians over seeds; the gap is to the best known cost. Words behind a colon: a preset of the agent's "
        "configuration, and fields that are set."
    )
    table = Table("Agents without a part, or with fewer steps", columns, rows, note)
    text = ("One thing is changed at a time, for fewer steps than usual.",)
    name = f"ablations-{comparison.cost_model}"
    return [Section(name, f"What parts are worth, {comparison.cost_model}", text, (), (table,))]


def _ablation_row(comparison: Comparison, pair: Pair, names: Sequence[str]) -> tuple[Cell, ...]:
    own = {name: comparison.cases[name].of(*pair) for name in names}
    runs = {key: result for results in own.values() for key, result in results.items()}
    gaps = [comparison.cases[r.instance].gap(r.cost) for r in runs.values()]
    return (
        word(pair[0]),
        Cell(pair[1], next(iter(runs.values())).budget_seconds or 0.0),
        Cell(str(len(runs)), len(runs), tuple(runs)),
        *(
            _number(median(r.cost for r in own[n].values()), own[n]) if own[n] else NONE
            for n in names
        ),
        Cell(percent(fmean(gaps)), fmean(gaps), tuple(runs)),
        _number(median(r.seconds / 60 for r in runs.values()), runs, digits=1),
    )


def printed(results: Mapping[str, Result]) -> str:
    """Return the tables of these sections as text."""
    sections = [section for found in compare(results) for section in agents_sections(found)]
    return "\n\n".join(to_table(table) for section in sections for table in section.tables)
