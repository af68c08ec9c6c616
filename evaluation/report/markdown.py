"""Markdown: the report's tables as text, the same for the same records."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evaluation.report.document import Cell, Document, Section, Table


def to_markdown(document: Document, *, heading: str = "") -> str:
    """Return a document as Markdown: facts, tables, and where the records come from.

    Args:
        document: the document.
        heading: a paragraph below the title.
    """
    parts = [f"# {document.title}", *([heading] if heading else [])]
    parts.append("\n".join(f"- **{fact.number}** {fact.meaning}" for fact in document.facts))
    for section in document.sections:
        parts += _section(section)
    parts.append("## Where the records come from")
    parts.append("\n".join(f"- {sentence}." for sentence in document.sources))
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield from section.text
    for table in section.tables:
        yield f"**{table.title}**"
        yield to_table(table)
        if table.note:
            yield _escaped(table.note)


def to_table(table: Table) -> str:
    """Return a table as Markdown; columns of numbers are aligned right."""
    is_numeric = [all(_is_number(row[k]) for row in table.rows) for k in range(len(table.columns))]
    lines = [
        _line([_escaped(name) for name in table.columns]),
        "|" + "|".join("--:" if right else "---" for right in is_numeric) + "|",
    ]
    lines += [_line([_cell(cell) for cell in row]) for row in table.rows]
    return "\n".join(lines)


def _is_number(cell: Cell) -> bool:
    return cell.value is not None or cell.text == "–"


def _cell(cell: Cell) -> str:
    text = _escaped(cell.text)
    return f"**{text}**" if cell.is_strong else text


def _escaped(text: str) -> str:
    return re.sub(r"([*|_])", r"\\\1", text)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
