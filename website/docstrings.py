"""Docstrings: what is Sphinx's or the terminal's in them becomes Markdown, before the reference is made."""

from __future__ import annotations

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:func|meth|class|data|mod):`([\w.]+)`")
EXAMPLE = re.compile(r"^( *)>>> .*(?:\n\1\S.*)*", re.MULTILINE)


def to_markdown(text: str) -> str:
    """Return a docstring with examples fenced, and with what a role names as code."""
    return EXAMPLE.sub(_fence, ROLE.sub(r"`\1`", text))


def _fence(example: re.Match[str]) -> str:
    indent = example[1]
    return f"{indent}```pycon\n{example[0]}\n{indent}```"


class MarkdownDocstrings(griffe.Extension):
    """Rewrites every docstring as it is read."""

    def on_object(self, *, obj: griffe.Object, **others: Any) -> None:
        """Rewrite one."""
        if obj.docstring:
            obj.docstring.value = to_markdown(obj.docstring.value)
