"""Settings shared by all tests."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")

os.environ["VERTEX_ELIM_CACHE"] = (
    ""  # in fixtures of wider scope, and in processes that tests start
)


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was tuned on this machine must not reach a test, nor a test's tuning the machine."""
    monkeypatch.setenv("VERTEX_ELIM_CACHE", "")
