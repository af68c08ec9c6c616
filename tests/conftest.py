"""Settings shared by all tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")

# Tests run a program once or twice: it is the compiler that takes their time.
os.environ["XLA_FLAGS"] = " ".join(
    (
        os.environ.get("XLA_FLAGS", ""),
        "--xla_backend_optimization_level=0",
        "--xla_llvm_disable_expensive_passes=true",
    )
)
# Networks of tests are small, and tests run side by side: more threads would wait for each other.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["VERTEX_ELIM_CACHE"] = (
    ""  # in fixtures of wider scope, and in processes that tests start
)


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was tuned on this machine must not reach a test, nor a test's tuning the machine."""
    monkeypatch.setenv("VERTEX_ELIM_CACHE", "")


@pytest.fixture(scope="session")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What XLA compiled is kept for the session, for tests that build the same large program again."""
    jax = pytest.importorskip("jax")
    from jax.experimental.compilation_cache import compilation_cache

    settings = {
        "jax_compilation_cache_dir": str(tmp_path_factory.mktemp("compiled")),
        "jax_persistent_cache_min_compile_time_secs": 5.0,
    }
    before = {name: getattr(jax.config, name) for name in settings}
    for name, value in settings.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()
    yield
    for name, value in before.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()
