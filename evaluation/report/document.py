"""Document: sections of text, tables and figures, which become a page and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """A number or a word in a table.

    Attributes:
        text: as it is read.
        value: to sort by; the text where it is None.
        records: ids of the records that it comes from.
        is_strong: whether it is to be seen first.
        note: said when it is pointed at, and to a reader aloud.
    """

    text: str
    value: float | None = None
    records: tuple[str, ...] = ()
    is_strong: bool = False
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells under column titles.

    Attributes:
        title: what the table shows.
        columns: titles; the first column names the row.
        rows: as many cells each as there are columns.
        note: below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.columns) for row in self.rows), self.title


@dataclass(frozen=True)
class Figure:
    """A drawing, drawn when it is asked for: tables alone need no matplotlib.

    Attributes:
        title: what it shows.
        description: what is to be seen in it, in words.
        draw: returns an svg element whose colours are the page's.
    """

    title: str
    description: str
    draw: Callable[[], str] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        name: its address within the page.
        title: its heading.
        text: paragraphs.
        figures, tables: in this order.
    """

    name: str
    title: str
    text: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class RecordRow:
    """A record as the page shows it: its id, what it says, and the command that makes it again."""

    id: str
    cells: tuple[Cell, ...]
    command: str


@dataclass(frozen=True)
class RecordTable:
    """All records of a kind."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[RecordRow, ...]


@dataclass(frozen=True)
class Fact:
    """A number that stands at the top, what it means, and the name of the section that it is of."""

    number: str
    meaning: str
    section: str


@dataclass(frozen=True)
class Document:
    """The report.

    Attributes:
        title: its title.
        facts: at its top.
        sections: in their order.
        records: what everything comes from.
        sources: which commands, revisions and machines the records come from, a sentence each.
    """

    title: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    records: tuple[RecordTable, ...]
    sources: tuple[str, ...]


def percent(share: float) -> str:
    """Return a share as text, with as many digits as tell it from 0."""
    if share == 0:
        return "0 %"
    if abs(share) < 0.0001:
        return "< 0.01 %" if share > 0 else "> -0.01 %"
    digits = 2 if abs(share) < 0.001 else 1 if abs(share) < 0.1 else 0
    return f"{100 * share:,.{digits}f} %"


def word(text: object) -> Cell:
    """Return a cell of text."""
    return Cell(str(text))
