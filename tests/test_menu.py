"""The menu: every public name resolves, is documented, and says so when an extra is missing."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import gymnasium as gym
import pytest

import vertex_elim_env as ve
from vertex_elim_env.registration import ENVIRONMENTS, register_environments


@pytest.mark.parametrize("name", ve.__all__)
def test_a_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(ve, name)
    assert name in ("__version__", "COST_MODELS") or value.__doc__


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ve.nothing  # noqa: B018


def test_registering_twice_is_harmless() -> None:
    register_environments()
    assert all(name in gym.registry for name in ENVIRONMENTS)


@pytest.mark.parametrize("use", ["ve.jacobian", "ve.trace", "ve.tasks.get('MLP', width=16).graph"])
def test_without_jax_the_extra_is_named(use: str) -> None:
    code = f"import sys; sys.modules['jax'] = None\nimport vertex_elim_env as ve\n{use}"
    root = Path(__file__).parent.parent
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert "MissingExtraError" in result.stderr
    assert "pip install 'vertex-elim-env[jax]'" in result.stderr


def test_orders_are_found_and_drawn_without_jax() -> None:
    """The commands that need no derivative run with the core dependencies and, for pictures, plot."""
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "from vertex_elim_env.__main__ import main\n"
        "sys.exit(main(['solve', 'MLP', '--method', 'reverse', '--out', sys.argv[1]])"
        " or main(['render', 'MLP', '--order', sys.argv[1] + '/order.json', '--out', sys.argv[1] + '/p.png']))"
    )
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, folder]
        result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        assert {path.name for path in Path(folder).iterdir()} == {"order.json", "p.png"}
