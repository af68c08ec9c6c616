"""The page: one HTML file that needs nothing else; every number opens the records that it comes from."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evaluation.report.document import Cell, Document, Fact, Figure, RecordTable, Section, Table
from vertex_elim_env.version import __version__

ASSETS = Path(__file__).parent


def to_page(document: Document, *, elimination: str = "", elimination_title: str = "") -> str:
    """Return a document as a page.

    Args:
        document: the document.
        elimination: a page that steps through an elimination, shown within; none if empty.
        elimination_title: what it shows.
    """
    sections = [_section(section) for section in document.sections]
    names = [(section.name, section.title) for section in document.sections]
    if elimination:
        sections.append(_elimination(elimination, elimination_title))
        names.append(("elimination", "Step by step"))
    names.append(("records", "Records"))
    pieces = {
        "title": html.escape(document.title),
        "facts": "".join(_fact(fact, dict(names)) for fact in document.facts),
        "contents": "".join(f'<li><a href="#{n}">{html.escape(t)}</a></li>\n' for n, t in names),
        "sections": "\n".join(sections),
        "records": "\n".join(map(_records, document.records)),
        "sources": "".join(f"<li>{_text(sentence)}</li>\n" for sentence in document.sources),
        "version": html.escape(__version__),
        "style": _asset("page.css"),
        "script": _asset("page.js"),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: pieces[match[1]], _asset("page.html"))


def _fact(fact: Fact, sections: Mapping[str, str]) -> str:
    number = html.escape(fact.number)
    if fact.section in sections:
        number = f'<a href="#{fact.section}">{number}</a>'
    return f"<div><dt>{html.escape(fact.meaning)}</dt><dd>{number}</dd></div>\n"


def _section(section: Section) -> str:
    parts = [f'<section id="{section.name}">\n<h2>{html.escape(section.title)}</h2>']
    parts += [f"<p>{_text(paragraph)}</p>" for paragraph in section.text]
    if section.figures:
        figures = "\n".join(map(_figure, section.figures))
        parts.append(f'<div class="figures">\n{figures}\n</div>')
    parts += map(_table, section.tables)
    return "\n".join([*parts, "</section>"])


def _figure(figure: Figure) -> str:
    title, description = html.escape(figure.title), html.escape(figure.description)
    svg = figure.draw().replace("<svg ", f'<svg role="img" aria-label="{title}. {description}" ', 1)
    return (
        f'<figure class="card">\n<figcaption><b>{title}</b> <span>{description}</span></figcaption>\n'
        f"{svg}\n</figure>"
    )


def _table(table: Table) -> str:
    rows = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    return (
        f'<div class="card">\n<h3>{html.escape(table.title)}</h3>\n<div class="scroll" tabindex="0">\n'
        f"<table>\n{_head(table.columns)}\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n{note}</div>"
    )


def _head(columns: Iterable[str]) -> str:
    cells = "".join(
        f'<th scope="col"><button type="button">{html.escape(name)}</button></th>'
        for name in columns
    )
    return f"<thead><tr>{cells}</tr></thead>"


def _cell(cell: Cell) -> str:
    text = html.escape(cell.text)
    if cell.is_strong:
        text = f"<b>{text}</b>"
    if cell.records:
        ids = " ".join(cell.records)
        text = f'<a href="#{cell.records[0]}" data-records="{ids}">{text}</a>'
    attributes = "" if cell.value is None else f' class="number" data-value="{cell.value!r}"'
    if cell.text == "–":
        attributes = ' class="number"'
    if cell.note:
        attributes += f' title="{html.escape(cell.note)}"'
    return f"<td{attributes}>{text}</td>"


def _records(table: RecordTable) -> str:
    rows = "\n".join(
        f'<tr id="{row.id}">{"".join(map(_cell, row.cells))}'
        f"<td><code>{html.escape(row.command)}</code></td></tr>"
        for row in table.rows
    )
    return (
        f'<details class="card records">\n<summary>{html.escape(table.title)} ({len(table.rows):,})</summary>\n'
        f'<p><input type="search" placeholder="words that a row must have" '
        f'aria-label="Words that a row must have"></p>\n<div class="scroll" tabindex="0">\n'
        f"<table>\n{_head((*table.columns, 'command'))}\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>\n</details>"
    )


def _elimination(page: str, title: str) -> str:
    data = base64.b64encode(page.encode()).decode()
    return (
        f'<section id="elimination">\n<h2>Step by step</h2>\n<p>{_text(title)} '
        f'<a href="elimination.html">Alone on a page</a>, if that lies beside this one.</p>\n'
        f'<iframe class="card" title="An elimination, step by step" loading="lazy" '
        f'src="data:text/html;charset=utf-8;base64,{data}"></iframe>\n</section>'
    )


def _text(text: str) -> str:
    """Text with what stands between backticks as code."""
    return "".join(_marked(text.split("`")))


def _marked(parts: list[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        escaped = html.escape(part)
        yield f"<code>{escaped}</code>" if number % 2 else escaped


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
