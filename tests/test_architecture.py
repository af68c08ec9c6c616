"""The shape of the house: floors, sizes, and what may be imported where.

Every rule is a function of a source tree, tried below on small trees that break it.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("vertex_elim_env", "baselines", "training", "evaluation", "website")

FLOORS: tuple[tuple[str, ...], ...] = (
    ("training", "evaluation", "website"),
    ("baselines.registry",),
    ("baselines.ppo", "baselines.alphazero", "baselines.sb3"),
    ("baselines.networks", "baselines.search", "baselines.exact"),
    ("baselines.heuristics",),
    ("baselines.solver", "baselines.variants"),
    ("vertex_elim_env.__main__",),
    ("vertex_elim_env.commands",),
    ("vertex_elim_env.target",),
    ("vertex_elim_env.registration", "vertex_elim_env.testing"),
    ("vertex_elim_env.env", "vertex_elim_env.vector_env", "vertex_elim_env.functional"),
    ("vertex_elim_env.wrappers",),
    ("vertex_elim_env.render",),
    ("vertex_elim_env.game",),
    ("vertex_elim_env.observation",),
    ("vertex_elim_env.instances",),
    ("vertex_elim_env.generator", "vertex_elim_env.reward"),
    ("vertex_elim_env.tasks",),
    ("vertex_elim_env.executor",),
    ("vertex_elim_env.tracing",),
    ("vertex_elim_env.primitives",),
    ("vertex_elim_env.block", "vertex_elim_env.ordering"),
    ("vertex_elim_env.bounds",),
    ("vertex_elim_env.engine",),
    ("vertex_elim_env.algebra",),
    ("vertex_elim_env.graph",),
    ("vertex_elim_env.structure",),
    ("vertex_elim_env.files",),
    ("vertex_elim_env.errors", "vertex_elim_env.version"),
)
"""From the roof down. A module imports from lower floors only; rooms of one floor don't see each other."""

OPEN_TO_ALL = frozenset({"vertex_elim_env"})
"""The menu: it shows everything, and those above the package's own floors may order from it."""
MENU_USERS = ("training", "evaluation", "website", "baselines")

ONLY_THERE = {
    "torch": ("baselines/sb3/",),
    "stable_baselines3": ("baselines/sb3/",),
    "sb3_contrib": ("baselines/sb3/",),
    "mctx": ("baselines/alphazero/",),
    "mkdocs": ("website/",),
    "griffe": ("website/",),
    "pickle": (),
    "cloudpickle": (),
    "dill": (),
    "joblib": (),
}
LOADERS = frozenset({"import_module", "__import__", "require"})
FORBIDDEN_NAMES = frozenset({"utils", "common", "misc", "helpers", "util", "helper"})
MAX_FILE_LINES, MAX_FUNCTION_LINES = 300, 60


def python_files(root: Path) -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((root / package).rglob("*.py"))


def module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(root: Path, path: Path) -> Iterator[str]:
    """What a file imports: inside functions, relatively, and by a name given as a string too."""
    package = path.relative_to(root).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                base = package[: len(package) - node.level + 1] if node.level else ()
                source = (*base, node.module) if node.module else base
                yield from (".".join((*source, alias.name)) for alias in node.names)
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(function).split(".")[-1] in LOADERS:
                    yield name


def room_of(module: str) -> tuple[int, str] | None:
    """The floor and the room that a module, or a name in it, belongs to."""
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if module == room or module.startswith(room + "."):
                return floor, room
    return None


def climbing_imports(root: Path) -> list[str]:
    found = []
    for path in python_files(root):
        module = module_name(root, path)
        here = room_of(module)
        for imported in imports(root, path):
            there = room_of(imported)
            if here is None or module in OPEN_TO_ALL:
                continue
            if there is None:
                uses_menu = imported.split(".")[0] == "vertex_elim_env"
                if uses_menu and not module.startswith(MENU_USERS):
                    found.append(f"{module} imports {imported} through the menu")
            elif here[1] != there[1] and here[0] >= there[0]:
                found.append(f"{module} imports {imported}")
    return found


def rooms_without_a_floor(root: Path) -> list[str]:
    modules = {module_name(root, path) for path in python_files(root)}
    return sorted(m for m in modules if room_of(m) is None and m not in (*OPEN_TO_ALL, "baselines"))


def misplaced_imports(root: Path) -> list[str]:
    found = []
    for path in python_files(root):
        where = path.relative_to(root).as_posix()
        for imported in imports(root, path):
            allowed = ONLY_THERE.get(imported.split(".")[0])
            if allowed is not None and not where.startswith(allowed or ("nowhere",)):
                found.append(f"{where} imports {imported}")
            if imported.startswith("jax._src"):
                found.append(
                    f"{where} imports {imported}: private JAX needs an adapter file of its own"
                )
    return found


def long_pieces(root: Path) -> list[str]:
    found = []
    for path in python_files(root):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(root).as_posix()
        if (lines := text.count("\n")) > MAX_FILE_LINES:
            found.append(f"{where} has {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
                if length > MAX_FUNCTION_LINES:
                    found.append(f"{where}: {node.name} has {length} lines")
    return found


def undescribed_modules(root: Path) -> list[str]:
    return [
        path.relative_to(root).as_posix()
        for path in python_files(root)
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]


def forbidden_names(root: Path) -> list[str]:
    return [
        str(path.relative_to(root)) for path in python_files(root) if path.stem in FORBIDDEN_NAMES
    ]


RULES = (
    climbing_imports,
    rooms_without_a_floor,
    misplaced_imports,
    long_pieces,
    undescribed_modules,
    forbidden_names,
)


@pytest.mark.parametrize("rule", RULES)
def test_the_house_keeps_its_rules(rule: object) -> None:
    assert rule(ROOT) == []  # type: ignore[operator]


BROKEN = {
    climbing_imports: (
        "vertex_elim_env/graph.py",
        '"""A."""\nfrom vertex_elim_env.engine import x\n',
    ),
    rooms_without_a_floor: ("vertex_elim_env/attic.py", '"""A."""\n'),
    misplaced_imports: ("vertex_elim_env/graph.py", '"""A."""\ndef f():\n    import torch.nn\n'),
    long_pieces: ("vertex_elim_env/graph.py", '"""A."""\ndef f():\n' + "    x = 1\n" * 61),
    undescribed_modules: ("vertex_elim_env/graph.py", "x = 1\n"),
    forbidden_names: ("vertex_elim_env/utils.py", '"""A."""\n'),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_finds_what_breaks_it(rule: object, tmp_path: Path) -> None:
    name, text = BROKEN[rule]  # type: ignore[index]
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text)
    assert len(rule(tmp_path)) == 1  # type: ignore[operator]


def test_siblings_and_the_menu_are_out_of_sight(tmp_path: Path) -> None:
    (tmp_path / "vertex_elim_env").mkdir()
    (tmp_path / "vertex_elim_env" / "block.py").write_text(
        "from vertex_elim_env.ordering import x\nfrom vertex_elim_env import trace\n"
    )
    assert len(climbing_imports(tmp_path)) == 2


@pytest.mark.parametrize(
    "line",
    [
        "from .engine import x",
        "from . import engine",
        "import vertex_elim_env.engine.loops",
        "def f():\n    importlib.import_module('vertex_elim_env.engine')",
    ],
)
def test_no_spelling_of_an_import_climbs_unseen(line: str, tmp_path: Path) -> None:
    (tmp_path / "vertex_elim_env" / "graph").mkdir(parents=True)
    (tmp_path / "vertex_elim_env" / "graph.py").write_text(line)
    (tmp_path / "vertex_elim_env" / "graph" / "parts.py").write_text(
        line.replace("from .", "from ..")
    )
    assert len(climbing_imports(tmp_path)) == 2


def test_an_extra_asked_for_by_name_is_seen(tmp_path: Path) -> None:
    (tmp_path / "vertex_elim_env").mkdir()
    (tmp_path / "vertex_elim_env" / "env.py").write_text('torch = require("torch", extra="agents")')
    assert len(misplaced_imports(tmp_path)) == 1


HEAVY = ("jax", "torch", "numba", "networkx", "matplotlib", "scipy")


@pytest.mark.parametrize(
    "code",
    [
        "import vertex_elim_env",
        "import vertex_elim_env as ve; ve.tasks.get('Encoder').graph, ve.ComputationalGraph, ve.COST_MODELS",
        "import gymnasium as gym, vertex_elim_env; gym.make('VertexElimination-v0', task='RoeFlux_3d').reset()",
        "import gymnasium as gym; gym.make('vertex_elim_env:VertexElimination-v0').reset()",
    ],
)
def test_importing_making_and_resetting_load_nothing_heavy(code: str) -> None:
    report = f"; import sys; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code + report], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"
