"""Sections from the benchmark's results: the paper's counts, the comparison of solvers, difficulty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from evaluation.benchmark.difficulty import EASY_PERCENT, Difficulty
from evaluation.benchmark.results import Result
from evaluation.benchmark.solvers import AGENTS, is_rule
from evaluation.report.charts import difficulty_chart, interval_chart, profile_chart
from evaluation.report.comparison import Case, Comparison, Pair
from evaluation.report.document import Cell, Fact, Section, Table, percent, word
from evaluation.report.statistics import Estimate, estimate
from vertex_elim_env import tasks

PUBLISHED_MODEL = "multiplications"
RULES_OF_THE_PAPER = {
    "forward": "forward",
    "reverse": "reverse",
    "markowitz": "markowitz-early",
}
"""The paper's names, and ours."""
NONE = Cell("–")


def best(results: Mapping[str, Result], *, cost: int | None = None) -> Cell:
    """Return a cell of the lowest cost; it links to the runs that reached it."""
    if not results:
        return NONE
    lowest = min(result.cost for result in results.values())
    reached = tuple(name for name, result in results.items() if result.cost == lowest)
    note = f"reached by {len(reached)} of {len(results)} runs" if len(results) > 1 else ""
    return Cell(f"{lowest:,}", lowest, reached, is_strong=lowest == cost, note=note)


def best_known(case: Case) -> Cell:
    """Return a cell of the lowest cost known; it links to the runs that reached it, which may be none."""
    reached = tuple(k for k, r in case.results.items() if r.cost == case.best_known)
    note = "" if reached else "of the library; no run reached it"
    return Cell(f"{case.best_known:,}", case.best_known, reached, is_strong=True, note=note)


def mean(results: Mapping[str, Result]) -> Cell:
    """Return a cell of the mean cost; it links to all runs."""
    if not results:
        return NONE
    value = fmean(result.cost for result in results.values())
    return Cell(f"{value:,.1f}", value, tuple(results))


def bound(case: Case) -> Cell:
    """Return a cell of the lower bound."""
    if not case.lower_bound:
        return NONE
    proving = tuple(k for k, r in case.results.items() if r.lower_bound == case.lower_bound)[:1]
    is_met = case.lower_bound == case.best_known
    text = f"{case.lower_bound:,}" + (" ✓" if is_met else "")
    return Cell(text, case.lower_bound, proving, note="optimal" if is_met else "")


def paper_section(comparison: Comparison) -> Section | None:
    """The paper's counts beside ours; None where no paper task was run."""
    names = [name for name in comparison.cases if name in tasks.names()]
    budgets = comparison.budgets_of("annealing")
    if comparison.cost_model != PUBLISHED_MODEL or not names or not budgets:
        return None
    budget = budgets[-1]
    agents = [(name, own[-1]) for name in AGENTS if (own := comparison.budgets_of(name))]
    columns = ["task", "vertices", "best known", "bound", f"annealing {budget}", "its mean"]
    columns += [*(" ".join(pair) for pair in agents), "best rule"]
    columns += ["AlphaZero, paper's", "PPO, paper's"]
    for rule in RULES_OF_THE_PAPER:
        columns += [rule, f"{rule}, paper's"]
    rows = [_paper_row(comparison.cases[name], budget, agents) for name in names]
    table = Table(
        "Multiplications of the accumulated Jacobian",
        tuple(columns),
        tuple(rows),
        "Paper's: Lohoff and Neftci, NeurIPS 2024, best of their seeds. * not comparable: another graph (dead results "
        "and constants kept), or another bookkeeping of tensor Jacobians. ✓ proved optimal. Bold: the best known cost.",
    )
    text = (
        "The paper's table beside ours. A learned agent is worth its name next to the best of the rules, and next to "
        "annealing in the same time.",
    )
    return Section("paper", "The paper's table", text, (), (table,))


def _paper_row(case: Case, budget: str, agents: Sequence[Pair]) -> tuple[Cell, ...]:
    spec = tasks.get(case.instance).spec
    mark = "" if spec.comparable else "*"

    def published(name: str) -> Cell:
        count = spec.published[name]
        return Cell(f"{count:,}{mark}", count, is_strong=not mark and count == case.best_known)

    annealed = case.of("annealing", budget)
    row = [word(case.instance), Cell(str(case.eliminable), case.eliminable)]
    row += [best_known(case), bound(case)]
    row += [best(annealed, cost=case.best_known), mean(annealed)]
    row += [best(case.of(*pair), cost=case.best_known) for pair in agents]
    row += [best(case.of("portfolio"), cost=case.best_known)]
    row += [published("alphazero"), published("ppo")]
    for theirs, ours in RULES_OF_THE_PAPER.items():
        row += [best(case.of(ours), cost=case.best_known), published(theirs)]
    return tuple(row)


def comparison_section(comparison: Comparison) -> Section:
    """Solvers over all instances: gaps with intervals, and performance profiles."""
    estimates = {pair: estimate(comparison.gaps(pair)) for pair in comparison.pairs}
    ranked = sorted(estimates, key=lambda pair: (estimates[pair].value, pair))
    table = Table(
        f"Solvers over {len(comparison.cases)} instances",
        (
            "solver",
            "budget",
            "IQM gap",
            "95 % interval",
            "mean gap",
            "gap to the bound",
            "best known reached",
            "proved optimal",
            "runs",
        ),
        tuple(_solver_row(comparison, pair, estimates[pair]) for pair in ranked),
        "Gap: cost above the best known, relative to it. IQM: mean of the middle half of all runs; intervals: "
        "stratified bootstrap over seeds. Gap to the bound: mean over instances that have one. A rule has no seeds, "
        "so no interval.",
    )
    figures = []
    if comparison.budgets:
        figures.append(interval_chart(comparison, {p: estimates[p] for p in comparison.searches}))
        figures.append(profile_chart(comparison, comparison.usual_budget))
    return Section(
        _name("solvers", comparison),
        f"Solvers, {comparison.cost_model}",
        (
            "Equal time on one core each: a solver has the seconds of its budget, compilation apart.",
        ),
        tuple(figures),
        (table,),
    )


def _solver_row(comparison: Comparison, pair: Pair, found: Estimate) -> tuple[Cell, ...]:
    results = comparison.results(pair)
    ids = tuple(results)
    cases = [(comparison.cases[result.instance], result) for result in results.values()]
    to_bound = [g for case, r in cases if (g := case.gap_to_bound(r.cost)) is not None]
    gaps = [case.gap(result.cost) for case, result in cases]
    reached = {
        k: r for k, r in results.items() if r.cost == comparison.cases[r.instance].best_known
    }
    proved = {
        k: r for k, r in reached.items() if r.cost == comparison.cases[r.instance].lower_bound
    }
    has_interval = found.low < found.high or len(results) > len(comparison.cases)
    interval = f"{percent(found.low)} to {percent(found.high)}" if has_interval else "–"
    return (
        word(pair[0]),
        Cell(pair[1], next(iter(results.values())).budget_seconds or 0.0),
        Cell(percent(found.value), found.value, ids, is_strong=True),
        Cell(interval, found.high if has_interval else None, ids if has_interval else ()),
        Cell(percent(fmean(gaps)), fmean(gaps), ids),
        Cell(percent(fmean(to_bound)), fmean(to_bound), ids) if to_bound else NONE,
        Cell(percent(len(reached) / len(results)), len(reached) / len(results), tuple(reached)),
        Cell(percent(len(proved) / len(results)), len(proved) / len(results), tuple(proved)),
        Cell(f"{len(results):,}", len(results), ids),
    )


def difficulty_section(comparison: Comparison) -> Section | None:
    """The instances: what rules and annealing leave to gain; None where either is missing."""
    budgets = comparison.budgets_of("annealing")
    if not budgets or not any(is_rule(solver) for solver, _ in comparison.pairs):
        return None
    cases = list(comparison.cases.values())
    rows = [difficulty(case, budgets) for case in cases]
    columns = ["instance", "collection", "vertices", "best rule", "rule's gap"]
    columns += [f"annealing {budget}, mean gap" for budget in budgets]
    columns += ["best known", "library", "bound", "gap to the bound", "category"]
    table = Table(
        f"{len(rows)} instances",
        tuple(columns),
        tuple(_instance_row(case, row, budgets) for case, row in zip(cases, rows, strict=True)),
        f"Solved: the best known cost meets the bound. Easy: a rule comes within {EASY_PERCENT} %. Hard: the rest. "
        "Library: the best known orders that ship; ★ a run here is better.",
    )
    return Section(
        _name("difficulty", comparison),
        f"Difficulty, {comparison.cost_model}",
        ("What the best of the rules leaves to gain, and what annealing leaves of that.",),
        (difficulty_chart(comparison.cost_model, rows),),
        (table,),
    )


def difficulty(case: Case, budgets: list[str]) -> Difficulty:
    """Return how difficult a case is."""
    results = case.results.values()
    searched = {b: min(r.cost for r in case.of("annealing", b).values()) for b in budgets}
    return Difficulty(
        instance=case.instance,
        collection=case.collection,
        cost_model=case.cost_model,
        eliminable=case.eliminable,
        heuristics={r.solver: r.cost for r in results if is_rule(r.solver)},
        searches=searched,
        best_known=case.best_known,
        lower_bound=case.lower_bound,
    )


def _instance_row(case: Case, row: Difficulty, budgets: list[str]) -> tuple[Cell, ...]:
    rules = {k: r for k, r in case.results.items() if is_rule(r.solver)}
    gap, to_bound = case.gap(row.best_heuristic), case.gap_to_bound(case.best_known)
    mark = " ★" if case.is_better_than_known else ""
    annealed = []
    for budget in budgets:
        runs = case.of("annealing", budget)
        value = fmean(case.gap(result.cost) for result in runs.values())
        annealed.append(Cell(percent(value), value, tuple(runs)))
    library = NONE if case.library is None else Cell(f"{case.library:,}{mark}", case.library)
    return (
        word(case.instance),
        word(case.collection),
        Cell(f"{case.eliminable:,}", case.eliminable),
        best(rules, cost=case.best_known),
        Cell(percent(gap), gap, best(rules).records),
        *annealed,
        best_known(case),
        library,
        bound(case),
        NONE if to_bound is None else Cell(percent(to_bound), to_bound, bound(case).records),
        word(row.category),
    )


def benchmark_facts(comparison: Comparison) -> list[Fact]:
    """What the results come to, in a few numbers."""
    cases = list(comparison.cases.values())
    solved = sum(case.lower_bound == case.best_known for case in cases)
    runs = sum(len(case.results) for case in cases)
    solvers, difficulty = _name("solvers", comparison), _name("difficulty", comparison)
    facts = [
        Fact(f"{runs:,}", f"runs on {len(cases)} instances, every order counted anew", solvers),
        Fact(
            f"{solved} of {len(cases)}",
            "instances solved: the best known cost is proved optimal",
            difficulty,
        ),
    ]
    specs = {c.instance: tasks.get(c.instance).spec for c in cases if c.instance in tasks.names()}
    comparable = {
        name: min(spec.published[agent] for agent in ("alphazero", "ppo"))
        for name, spec in specs.items()
        if spec.comparable
    }
    if comparison.cost_model == PUBLISHED_MODEL and comparable:
        lower = sum(comparison.cases[k].best_known < count for k, count in comparable.items())
        same = sum(comparison.cases[k].best_known == count for k, count in comparable.items())
        words = f"comparable paper tasks below the published agents, {same} equal"
        facts.append(Fact(f"{lower} of {len(comparable)}", words, "paper"))
    if budgets := comparison.budgets_of("annealing"):
        found = estimate(comparison.gaps(("annealing", budgets[-1])))
        words = f"IQM gap of annealing with {budgets[-1]}, to the best known orders"
        facts.append(Fact(percent(found.value), words, solvers))
    return facts


def _name(section: str, comparison: Comparison) -> str:
    return f"{section}-{comparison.cost_model}"
