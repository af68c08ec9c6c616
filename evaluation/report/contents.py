"""Contents: the report's document from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from evaluation.benchmark.results import Result
from evaluation.report.agents_section import agents_sections
from evaluation.report.benchmark_sections import (
    benchmark_facts,
    comparison_section,
    difficulty_section,
    paper_section,
)
from evaluation.report.comparison import Comparison, compare
from evaluation.report.document import Document, Fact, Section
from evaluation.report.record_tables import record_tables
from evaluation.report.sources import Sources
from evaluation.report.training_section import training_section

TITLE = "Vertex elimination: results"
SHOWN_VERTICES = 200
"""Of the graph whose elimination is drawn, at most."""
SHOWN_FIRST = "RoeFlux_1d"


def to_document(sources: Sources) -> Document:
    """Return the report as a document."""
    comparisons = compare(sources.results)
    facts, sections = list[Fact](), list[Section]()
    for comparison in comparisons:
        facts += benchmark_facts(comparison) if comparison is comparisons[0] else []
        sections += _of_comparison(comparison)
    if sources.measurements:
        from evaluation.report import speed_sections

        facts += speed_sections.runtime_facts(sources.measurements)
        sections.append(speed_sections.runtime_section(sources.measurements))
    if sources.speeds:
        from evaluation.report import speed_sections

        sections.append(speed_sections.throughput_section(sources.speeds))
    if sources.trainings:
        sections.append(training_section(sources.trainings))
    return Document(
        title=TITLE,
        facts=tuple(facts),
        sections=tuple(sections),
        records=record_tables(sources),
        sources=tuple(_sentences(sources)),
    )


def _of_comparison(comparison: Comparison) -> Iterator[Section]:
    found = (
        paper_section(comparison),
        comparison_section(comparison) if comparison.pairs else None,
        *agents_sections(comparison),
        difficulty_section(comparison),
    )
    yield from (section for section in found if section is not None)


def _sentences(sources: Sources) -> Iterator[str]:
    """Which command made how many records, of which revision and where."""
    runs = Counter(_origin(result.provenance) for result in sources.results.values())
    for origin, number in runs.items():
        yield f"{number:,} runs of solvers {origin}"
    places = Counter(_place(record) for _, record in sources.measurements.values())
    for place, number in places.items():
        yield f"{number:,} timed Jacobians by `python -m evaluation runtime`, {place}"
    places = Counter(_place(row) for row in sources.speeds.values())
    for place, number in places.items():
        yield f"{number:,} rates by `python -m evaluation throughput`, {place}"
    for run in sources.trainings.values():
        graphs = ", ".join(row["graph"] for row in run["rows"])
        yield f"a training run by `python -m training {run['agent']}` on {graphs}"


def _origin(provenance: Mapping[str, Any]) -> str:
    versions = ", ".join(
        f"{name} {provenance[name]}" for name in ("python", "numpy", "numba") if name in provenance
    )
    command = provenance.get("command", "python -m evaluation benchmark")
    return (
        f"by `{command}` at revision {provenance['revision']}, on {provenance['processor']} "
        f"({provenance['cores']} cores, {provenance['system']}), {versions}"
    )


def _place(record: Mapping[str, Any]) -> str:
    found = {k: record[k] for k in ("revision",) if k in record} | record.get("environment", {})
    return ", ".join(f"{key} {value}" for key, value in found.items())


def shown(sources: Sources) -> Result | None:
    """Return the result whose elimination is drawn: the cheapest of a small graph, RoeFlux_1d if it is there."""
    found = [r for r in sources.results.values() if r.eliminable <= SHOWN_VERTICES]
    return min(
        found,
        key=lambda r: (r.instance != SHOWN_FIRST, -r.eliminable, r.instance, r.cost),
        default=None,
    )
