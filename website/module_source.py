"""ModuleSource: what a module's text defines and imports, without importing it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent


class Origin(NamedTuple):
    """Where an imported name comes from; ``name`` is None where the module itself is meant."""

    module: str
    name: str | None


@dataclass(frozen=True)
class ModuleSource:
    """A module of the checkout.

    Attributes:
        name: its dotted name.
        path: its file.
    """

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        """The file's content."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @cached_property
    def definitions(self) -> dict[str, ast.stmt]:
        """What is defined at the top level, by name, in the file's order."""
        found: dict[str, ast.stmt] = {}
        for node in self.tree.body:
            for name in _bound(node):
                found[name] = node
        return found

    @cached_property
    def imports(self) -> dict[str, Origin]:
        """Where imported names come from, by the name that they have here."""
        found: dict[str, Origin] = {}
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    for alias in node.names:
                        bound = alias.asname or alias.name.partition(".")[0]
                        found[bound] = Origin(alias.name, None)
                case ast.ImportFrom(module=str(module), level=0):
                    for alias in node.names:
                        found[alias.asname or alias.name] = Origin(module, alias.name)
        return found

    @cached_property
    def public_names(self) -> tuple[str, ...]:
        """``__all__``; else all classes, functions and documented constants without an underscore."""
        declared = self.definitions.get("__all__")
        if isinstance(declared, ast.Assign):
            return tuple(ast.literal_eval(declared.value))
        return tuple(
            name
            for name, node in self.definitions.items()
            if not name.startswith("_")
            and (isinstance(node, ast.FunctionDef | ast.ClassDef) or self.docstring_below(node))
        )

    def docstring_below(self, node: ast.stmt) -> ast.stmt | None:
        """Return the text that documents a constant of the module, if there is one."""
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return None
        match self.tree.body[self.tree.body.index(node) + 1 :][:1]:
            case [ast.Expr(value=ast.Constant(value=str())) as text]:
                return text
        return None


def _bound(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [part.id for part in ast.walk(ast.Tuple(targets)) if isinstance(part, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


@cache
def read_module(name: str) -> ModuleSource | None:
    """Return a module or package of the checkout by its dotted name, None if there is none."""
    place = ROOT.joinpath(*name.split("."))
    files = (place.with_suffix(".py"), place / "__init__.py")
    path = next((file for file in files if file.is_file()), None)
    return None if path is None else ModuleSource(name, path)


def home_of(module: str, name: str) -> str:
    """Return the dotted name under which a name of a module is defined, through all imports."""
    source = read_module(module)
    origin = source.imports.get(name) if source and name not in source.definitions else None
    if origin is None or origin == (module, name):  # from a package its own submodule
        return f"{module}.{name}"
    return origin.module if origin.name is None else home_of(origin.module, origin.name)
