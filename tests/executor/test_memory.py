"""The memory of tunings: what comes back, and what is ignored, whatever lies in the folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import platformdirs
import pytest

from vertex_elim_env.errors import OrderError
from vertex_elim_env.executor.memory import Key, Memory, Tuning, current_memory, default_device
from vertex_elim_env.executor.timing import Timing
from vertex_elim_env.ordering import Solution

ROOT = Path(__file__).parents[2]
KEY = Key("f" * 32, "a" * 32, 3, "cpu", "a processor")
TUNING = Tuning(
    order=(2, 0, 1),
    cost=5,
    lower_bound=4,
    cost_model="nontrivial",
    fingerprint="a" * 32,
    method="annealing-nontrivial",
    timings={"forward": Timing(2e-6, 1e-6, 3e-6, 7), "jax.jacrev": Timing(4e-6, 4e-6, 5e-6, 7)},
    left_out={"jax.jacfwd": "TypeError: no"},
    batch=512,
    device="a processor",
)


def test_a_tuning_is_written_and_read_back_whole(tmp_path: Path) -> None:
    Memory(tmp_path).remember(KEY, TUNING)
    assert Memory(tmp_path).recall(KEY) == (TUNING,)


def test_a_tuning_saved_as_an_order_is_a_plain_solution(tmp_path: Path) -> None:
    TUNING.save(tmp_path / "order.json")
    loaded = Solution.load(tmp_path / "order.json")
    assert loaded == TUNING.solution == Tuning.from_json(TUNING.to_json())
    assert type(loaded) is Solution and loaded.method == "annealing-nontrivial"


def test_each_batch_has_one_entry_and_the_latest_is_last(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    single = replace(TUNING, batch=None, method="forward")
    for tuning in (TUNING, single, again := replace(TUNING, method="reverse")):
        memory.remember(KEY, tuning)
        assert memory.recall(KEY)[-1] == tuning
    assert Memory(tmp_path).recall(KEY) == (single, again)


@pytest.mark.parametrize(
    "change",
    [
        {"function": "0" * 32},
        {"graph": "b" * 32},
        {"platform": "gpu"},
        {"device": "another"},
        {"jax": "0.0"},
        {"jaxlib": "0.0"},
        {"package": "0.0"},
    ],
)
def test_another_function_device_or_version_has_no_record(
    change: dict[str, Any], tmp_path: Path
) -> None:
    Memory(tmp_path).remember(KEY, TUNING)
    assert Memory(tmp_path).recall(replace(KEY, **change)) == ()


def record() -> dict[str, Any]:
    key = {name: getattr(KEY, name) for name in KEY.__dataclass_fields__}
    return {"schema_version": 1, "key": key, "tunings": [TUNING.to_record()]}


def changed(path: tuple[Any, ...], value: Any) -> bytes:
    content: Any = record()
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(content).encode()


FIRST = ("tunings", 0)
UNUSABLE = {
    "empty": b"",
    "truncated": json.dumps(record()).encode()[:300],
    "no text": b"\xff\xfe\x00",
    "no object": b"[]",
    "nested too deep": b"[" * 100_000,
    "foreign": b'{"orders": {}}',
    "other schema": changed(("schema_version",), 2),
    "other function": changed(("key", "function"), "0" * 32),
    "other version": changed(("key", "jax"), "0.0"),
    "no list": changed(("tunings",), {"0": 1}),
    "no tuning": changed(FIRST, 3),
    "other graph": changed((*FIRST, "solution", "fingerprint"), "b" * 32),
    "no permutation": changed((*FIRST, "solution", "order"), [0, 0, 1]),
    "order too short": changed((*FIRST, "solution", "order"), [1, 0]),
    "no order": changed((*FIRST, "solution", "order"), "forward"),
    "cost below its bound": changed((*FIRST, "solution", "cost"), 3),
    "batch of nothing": changed((*FIRST, "batch"), 0),
    "batch no number": changed((*FIRST, "batch"), "512"),
    "device no text": changed((*FIRST, "device"), 3),
    "reason no text": changed((*FIRST, "left_out"), {"forward": 1}),
    "timing incomplete": changed((*FIRST, "timings"), {"forward": {"median": 1.0}}),
    "negative time": changed((*FIRST, "timings", "forward", "median"), -1.0),
    "not a time": changed((*FIRST, "timings", "forward", "median"), float("nan")),
    "infinite time": changed((*FIRST, "timings", "forward", "median"), float("inf")),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_is_ignored_with_a_warning_that_names_it(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / KEY.filename
    path.write_bytes(UNUSABLE[name])
    memory = Memory(tmp_path)
    with pytest.warns(UserWarning, match=KEY.filename):
        assert memory.recall(KEY) == ()
    assert memory.recall(KEY) == ()  # known by now: no second warning
    memory.remember(KEY, TUNING)
    assert Memory(tmp_path).recall(KEY) == (TUNING,)


def test_a_usable_record_is_what_the_unusable_ones_were_made_from(tmp_path: Path) -> None:
    (tmp_path / KEY.filename).write_text(json.dumps(record()))
    assert Memory(tmp_path).recall(KEY) == (TUNING,)


def test_a_folder_in_a_record_s_place_is_survived(tmp_path: Path) -> None:
    (tmp_path / KEY.filename).mkdir()
    memory = Memory(tmp_path)
    with pytest.warns(UserWarning, match=KEY.filename):
        assert memory.recall(KEY) == ()
    with pytest.warns(UserWarning, match="in this process only"):
        memory.remember(KEY, TUNING)
    assert memory.recall(KEY) == (TUNING,)


def test_where_nothing_can_be_written_the_process_remembers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    memory = Memory(tmp_path / "file" / "cache")
    with pytest.warns(UserWarning, match="in this process only"):
        memory.remember(KEY, TUNING)
    with pytest.warns(UserWarning, match="in this process only"):
        memory.remember(KEY, single := replace(TUNING, batch=None))
    assert memory.recall(KEY) == (TUNING, single)


def test_what_another_process_writes_is_seen(tmp_path: Path) -> None:
    ours, theirs = Memory(tmp_path), Memory(tmp_path)
    assert ours.recall(KEY) == ()
    theirs.remember(KEY, TUNING)
    assert ours.recall(KEY) == (TUNING,)
    theirs.remember(KEY, faster := replace(TUNING, method="reverse"))
    assert ours.recall(KEY) == (faster,)
    (tmp_path / KEY.filename).unlink()
    assert ours.recall(KEY) == ()


def test_processes_writing_at_once_leave_a_whole_record(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests/executor'); import test_memory as t\n"
        "from dataclasses import replace; from pathlib import Path\n"
        "for k in range(150): t.Memory(Path(sys.argv[1])).remember(\n"
        "    t.KEY, replace(t.TUNING, method=sys.argv[2] + str(k)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path), name],
            cwd=ROOT,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("a", "b")
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        seen |= {tuning.method for tuning in Memory(tmp_path).recall(KEY)}
        time.sleep(1e-3)
    for writer in writers:
        _, errors = writer.communicate()
        assert writer.returncode == 0, errors
    (last,) = Memory(tmp_path).recall(KEY)
    assert last.method in ("a149", "b149")
    assert {name[0] for name in seen} == {"a", "b"}
    assert [path.name for path in tmp_path.iterdir()] == [KEY.filename]


def test_a_lookup_costs_microseconds(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    memory.remember(KEY, TUNING)
    memory.recall(KEY)
    times = []
    for _ in range(200):
        start = time.perf_counter()
        memory.recall(KEY)
        times.append(time.perf_counter() - start)
    assert min(times) < 100e-6


def test_the_folder_is_the_user_s_cache_unless_the_environment_names_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VERTEX_ELIM_CACHE", str(tmp_path))
    memory = current_memory()
    assert memory is not None and memory.folder == tmp_path
    assert current_memory() is memory
    monkeypatch.setenv("VERTEX_ELIM_CACHE", "")
    assert current_memory() is None
    monkeypatch.delenv("VERTEX_ELIM_CACHE")
    memory = current_memory()
    expected = platformdirs.user_cache_dir("vertex-elim-env", appauthor=False)
    assert memory is not None and memory.folder == Path(expected)


def test_a_record_with_another_key_is_refused() -> None:
    with pytest.raises(OrderError, match="with the keys"):
        Tuning.from_record({**TUNING.to_record(), "seconds": 3})


def test_the_device_has_a_platform_and_a_kind() -> None:
    platform, kind = default_device()
    assert platform in ("cpu", "gpu", "tpu") and kind


def test_the_device_that_a_context_names_is_the_one() -> None:
    with jax.default_device(jax.devices("cpu")[0]):
        assert default_device() == ("cpu", jax.devices("cpu")[0].device_kind)
    with jax.default_device("cpu"):
        assert default_device()[0] == "cpu"
