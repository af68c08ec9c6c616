"""Links: between files of the repository on a code host, between pages on the site."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from types import MappingProxyType

COPIES: Mapping[str, str] = MappingProxyType(
    {
        "README.md": "index.md",
        "evaluation/results/README.md": "results.md",
        "CITATION.cff": "CITATION.cff",
    }
)
"""Files outside of docs/ that the site shows, by their place in the repository, and where it does."""

LINK = re.compile(r"(\]\()([^)#:\s]+)((?:#[^)\s]*)?\))")
"""A relative link of Markdown: one with a colon leads to another host."""


def with_site_links(text: str, file: str) -> str:
    """Return a file's Markdown with its links leading to the site's pages.

    Args:
        text: the Markdown.
        file: place of the file in the repository.
    """
    here = posixpath.dirname(_place(file))

    def moved(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), link[2]))
        return f"{link[1]}{posixpath.relpath(_place(target), here or '.')}{link[3]}"

    return LINK.sub(moved, text)


def _place(file: str) -> str:
    """Where the site has a file of the repository."""
    return COPIES.get(file, file.removeprefix("docs/"))
