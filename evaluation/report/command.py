"""The command: a page with plots and sortable tables, and Markdown, from records alone.

The records are those of benchmark, runtime and throughput (JSON lines) and of training runs (summary.json).
The page needs nothing but itself; every number on it opens its records and the commands that made them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evaluation.report.contents import shown, to_document
from evaluation.report.markdown import to_markdown
from evaluation.report.page import to_page
from evaluation.report.publication import publish
from evaluation.report.sources import SourceError, Sources, read_sources
from vertex_elim_env import instances
from vertex_elim_env.files import write_text
from vertex_elim_env.render import replay, write_page
from vertex_elim_env.render import to_page as elimination_page

MARKDOWN, PAGE, ELIMINATION = "report.md", "index.html", "elimination.html"


def main(argv: Sequence[str] | None = None) -> int:
    """Read records, write the report."""
    parser = argparse.ArgumentParser(prog="python -m evaluation report", description=__doc__)
    parser.add_argument(
        "--records", nargs="+", type=Path, required=True, metavar="PATH", help="files or folders"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--publish", type=Path, metavar="DIR", help="write small records and their tables there too"
    )
    options = parser.parse_args(sys.argv[1:] if argv is None else argv)
    try:
        sources = read_sources(options.records)
    except (SourceError, OSError) as error:
        parser.error(str(error))
    document = to_document(sources)
    write_text(options.out / MARKDOWN, to_markdown(document))
    page, title = _write_elimination(sources, options.out)
    write_text(options.out / PAGE, to_page(document, elimination=page, elimination_title=title))
    print(f"page: {options.out / PAGE}\ntables: {options.out / MARKDOWN}")
    if options.publish:
        publish(sources, options.publish)
        print(f"published: {options.publish}")
    return 0


def _write_elimination(sources: Sources, folder: Path) -> tuple[str, str]:
    """Write the page of an elimination, and return it with a sentence on it; nothing without a result."""
    result = shown(sources)
    if result is None:
        return "", ""
    graph = instances.get(result.instance).graph
    story = replay(graph, result.order, name=result.instance, cost_model=result.cost_model)
    write_page(story, folder / ELIMINATION)
    title = (
        f"{result.instance}: the order that {result.solver} found ({result.budget}, seed {result.seed}), "
        f"{result.cost:,} {result.cost_model}."
    )
    return elimination_page(story), title
