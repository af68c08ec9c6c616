"""The distribution: the wheel holds the package alone, the source everything; versions are pinned."""

from __future__ import annotations

import configparser
import contextlib
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built from a copy of the sources."""
    source = tmp_path_factory.mktemp("source") / "checkout"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, source, ignore=ignored)
    out = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(source)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return out


def test_the_wheel_holds_the_package_alone_with_its_data(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"vertex_elim_env"}
    data = [name for name in names if name.endswith((".json", "py.typed"))]
    assert "vertex_elim_env/py.typed" in data
    assert any(name.startswith("vertex_elim_env/tasks/best_known/orders/") for name in data)
    assert {f"vertex_elim_env/render/page.{end}" for end in ("css", "html", "js")} <= set(names)
    assert sum("/frozen/" in name for name in data) == 10
    assert sum("/programs/" in name for name in data) == 3


def test_the_source_distribution_holds_what_runs_from_a_checkout(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as source:
        names = {"/".join(name.split("/")[1:]) for name in source.getnames()}
    for needed in (
        "Makefile",
        "constraints.txt",
        "evaluation/demo.py",
        "tests/conftest.py",
        "examples/quickstart.py",
        "LICENSE",
    ):
        assert needed in names
    assert not [name for name in names if name.endswith((".pyc", ".nbi", ".nbc"))]


def test_setup_cfg_alone_says_what_the_distribution_is() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        assert "project" not in tomllib.load(file)


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


OWN_PLACE = ("interop", "ray", "rllib")
"""Extras installed apart from the others, without the constraints (`make interop`)."""


def test_every_requirement_is_pinned_to_a_version_it_allows(pinned: dict[str, str]) -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    extras = config["options.extras_require"]
    blocks = [
        config["options"]["install_requires"],
        *(extras[name] for name in extras if name not in OWN_PLACE),
    ]
    requirements = [Requirement(line) for block in blocks for line in block.split()]
    assert len(requirements) > 20
    for needed in requirements:
        assert normalized(needed.name) in pinned, f"constraints.txt lacks {needed.name}"
        assert pinned[normalized(needed.name)] in needed.specifier, f"the pin is outside {needed}"


def test_what_the_requirements_require_is_pinned_too(pinned: dict[str, str]) -> None:
    """Followed through what is installed; `make test` leaves out the extra of agents."""
    left, seen = set(pinned), set()
    while left:
        seen.add(name := left.pop())
        with contextlib.suppress(metadata.PackageNotFoundError):
            for line in metadata.requires(name) or ():
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                    left |= {normalized(needed.name)} - seen
    assert seen == set(pinned)
