"""The error classes: what they also are, and how a missing extra is told from a broken one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vertex_elim_env import errors


@pytest.mark.parametrize(
    ("error", "built_in"),
    [
        (errors.GraphError, ValueError),
        (errors.OrderError, ValueError),
        (errors.UnknownTaskError, ValueError),
        (errors.TraceError, TypeError),
        (errors.MissingExtraError, ImportError),
    ],
)
def test_an_error_is_the_package_s_and_a_built_in_one(
    error: type[Exception], built_in: type[Exception]
) -> None:
    assert issubclass(error, errors.VertexEliminationError)
    assert issubclass(error, built_in)
    assert error.__doc__


def test_an_installed_module_is_returned() -> None:
    assert errors.require("json", extra="plot") is json


def test_a_missing_module_names_its_extra() -> None:
    sentence = (
        r"needs no_such_module, which is not installed: pip install 'vertex-elim-env\[plot\]'"
    )
    with pytest.raises(errors.MissingExtraError, match=sentence):
        errors.require("no_such_module", extra="plot")


@pytest.mark.parametrize("fault", ["raise ImportError('wrong ABI')", "import wrong_ABI"])
def test_a_broken_module_is_not_called_missing(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_extra.py").write_text(fault)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(errors.MissingExtraError, match=r"does not load \(.*wrong.ABI"):
        errors.require("broken_extra", extra="jax")
