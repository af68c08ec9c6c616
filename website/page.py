"""Page: one page of the site that no file holds."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """A page of the site.

    Attributes:
        path: its place under the site's root, ending in ".md".
        title: what the navigation calls it.
        text: its Markdown.
    """

    path: str
    title: str
    text: str


def table(header: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a Markdown table; whole numbers are set to the right, with thousands apart."""
    is_number = [
        bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(header))
    ]
    lines = [header, tuple("--:" if number else "---" for number in is_number)]
    lines += [
        tuple(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
