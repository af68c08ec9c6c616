"""Listings: the source of a function together with all of the tasks' code that it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from website.module_source import Origin, read_module

SHOWN = "vertex_elim_env.tasks."
"""What a function uses of these modules is shown with it; anything else is imported."""

FUTURE = "from __future__ import annotations"


def listing(reference: str) -> str:
    """Return the code that "module:name" needs to run, imports first, as one readable text."""
    module, _, name = reference.partition(":")
    needed: dict[tuple[str, str], ast.stmt] = {}
    imports: set[str] = set()
    _follow(Origin(module, name), needed, imports)
    modules = list(dict.fromkeys(module for module, _ in needed))[::-1]  # what is used comes first
    places = sorted(needed, key=lambda place: (modules.index(place[0]), needed[place].lineno))
    parts = dict.fromkeys(_text(place[0], needed[place]) for place in places)
    return "\n\n".join(["\n".join([FUTURE, *sorted(imports)]), *parts])


def _follow(
    origin: Origin, needed: dict[tuple[str, str], ast.stmt], imports: set[str], known: str = ""
) -> None:
    """Note the definition of a name and whatever that uses, in the order of need."""
    source = read_module(origin.module) if origin.module.startswith(SHOWN) else None
    if source is None or origin.name is None:
        imports.add(_import(origin, known))
    elif origin.name in source.definitions:
        if (origin.module, origin.name) in needed:
            return
        node = source.definitions[origin.name]
        needed[origin.module, origin.name] = node
        for name in _names(node):
            if name in source.definitions:
                _follow(Origin(origin.module, name), needed, imports)
            elif name in source.imports:
                _follow(source.imports[name], needed, imports, name)


def _names(node: ast.stmt) -> Iterator[str]:
    yield from dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _import(origin: Origin, known: str) -> str:
    if origin.name is None:
        renamed = "" if known in ("", origin.module) else f" as {known}"
        return f"import {origin.module}{renamed}"
    renamed = "" if known in ("", origin.name) else f" as {known}"
    return f"from {origin.module} import {origin.name}{renamed}"


def _text(module: str, node: ast.stmt) -> str:
    """The lines of a definition, from its decorators to the docstring below a constant."""
    source = read_module(module)
    assert source is not None, "the definition was found in it"
    decorators = getattr(node, "decorator_list", [])
    first = min(part.lineno for part in (node, *decorators))
    last = source.docstring_below(node) or node
    return "\n".join(source.text.splitlines()[first - 1 : last.end_lineno])
