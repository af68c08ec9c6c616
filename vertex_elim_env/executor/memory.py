"""Memory: tuned Jacobians remembered on disk, one JSON file for a function and a machine."""

from __future__ import annotations

import hashlib
import json
import math
import os
import warnings
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import jax

from vertex_elim_env.engine.problem import check_order
from vertex_elim_env.errors import OrderError, require
from vertex_elim_env.executor.timing import Timing
from vertex_elim_env.files import write_text
from vertex_elim_env.graph import is_count
from vertex_elim_env.ordering import Solution
from vertex_elim_env.version import __version__

FOLDER_VARIABLE = "VERTEX_ELIM_CACHE"
"""Environment variable that names the folder of the memory; empty, nothing is remembered."""

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Tuning(Solution):
    """A Solution chosen by its measured time.

    Its ``method`` names the choice; "jax.jacfwd" and "jax.jacrev" are JAX's own, and the order is
    then that of the same direction.

    Attributes:
        timings: seconds of one call of every candidate that ran, by name; fewer rounds where it
            was clearly slower from the start.
        left_out: why the others did not, by name.
        batch: length of the batch that was timed, None without one.
        device: kind of the device.
    """

    timings: Mapping[str, Timing] = field(default_factory=dict, hash=False)
    left_out: Mapping[str, str] = field(default_factory=dict, hash=False)
    batch: int | None = None
    device: str = ""

    @property
    def solution(self) -> Solution:
        """The order alone, as other commands read and write it."""
        return Solution(**{f.name: getattr(self, f.name) for f in fields(Solution)})

    def to_json(self) -> str:
        """Return the order as JSON text, without the timings; ``Solution.from_json`` reads it."""
        return self.solution.to_json()

    @classmethod
    def from_json(cls, text: str) -> Solution:
        """Read the order that :meth:`to_json` wrote."""
        return Solution.from_json(text)

    def to_record(self) -> dict[str, Any]:
        """Return everything as JSON data; :meth:`from_record` reads it back."""
        return {
            "solution": json.loads(self.to_json()),
            "timings": {name: asdict(timing) for name, timing in self.timings.items()},
            "left_out": dict(self.left_out),
            "batch": self.batch,
            "device": self.device,
        }

    @classmethod
    def from_record(cls, record: Any) -> Tuning:
        """Read a tuning, checking every field.

        Raises:
            OrderError: if one is missing, unknown or wrong.
        """
        names = {"solution", "timings", "left_out", "batch", "device"}
        if not isinstance(record, dict) or set(record) != names:
            raise OrderError(f"a tuning must be a JSON object with the keys {sorted(names)}")
        timings, left_out, batch = record["timings"], record["left_out"], record["batch"]
        texts = isinstance(left_out, dict) and all(isinstance(v, str) for v in left_out.values())
        if not (isinstance(timings, dict) and texts and isinstance(record["device"], str)):
            raise OrderError("a tuning's timings and left_out must be objects, its device a text")
        if batch is not None and (not is_count(batch) or batch < 1):
            raise OrderError(f"a tuning's batch must be a positive number or null; got {batch!r}")
        return cls(
            **vars(Solution.from_json(json.dumps(record["solution"]))),
            timings={name: _read_timing(value) for name, value in timings.items()},
            left_out=left_out,
            batch=batch,
            device=record["device"],
        )


def _read_timing(value: Any) -> Timing:
    names = {f.name for f in fields(Timing)}
    if not isinstance(value, dict) or set(value) != names or not all(map(_is_time, value.values())):
        raise OrderError(f"a timing must hold a time for each of {sorted(names)}; got {value!r}")
    return Timing(**value)


def _is_time(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


@dataclass(frozen=True)
class Key:
    """What a record is for: a function on a kind of device under certain versions.

    Attributes:
        function: fingerprint of the flat program.
        graph: fingerprint of its graph.
        num_eliminable: of that graph.
        platform, device: where the function runs by default.
        jax, jaxlib, package: versions.
    """

    function: str
    graph: str
    num_eliminable: int
    platform: str
    device: str
    jax: str = jax.__version__
    jaxlib: str = version("jaxlib")
    package: str = __version__

    @cached_property
    def filename(self) -> str:
        """The record's name within the folder."""
        return hashlib.sha256(json.dumps(astuple(self)).encode()).hexdigest()[:32] + ".json"


def default_device() -> tuple[str, str]:
    """Return the platform and the kind of the device that functions run on by default."""
    chosen = jax.config.jax_default_device  # pyright: ignore[reportAttributeAccessIssue]
    device = chosen or jax.devices()[0]
    if isinstance(device, str):
        device = jax.devices(device)[0]
    return device.platform, device.device_kind


class _Cached(NamedTuple):
    state: tuple[int, int, int] | None  # of the file when it was read; None if there was none
    tunings: tuple[Tuning, ...]


class Memory:
    """Records in a folder, each read again only when its file has changed.

    A file that can't be used is ignored with a warning that names it, whatever is wrong with it.
    Where the folder can't be written, the records live as long as the process.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cache: dict[Key, _Cached] = {}

    def recall(self, key: Key) -> tuple[Tuning, ...]:
        """Return what is known of a function, one tuning for each batch, the latest one last."""
        path = self.folder / key.filename
        state = _state_of(path)
        cached = self._cache.get(key)
        if cached is None or cached.state != state:
            cached = self._cache[key] = _Cached(state, _read(path, key) if state else ())
        return cached.tunings

    def remember(self, key: Key, tuning: Tuning) -> None:
        """Add a tuning to a function's record, in place of an older one for the same batch.

        Of two processes that write a record at once, the later one's stays, and is whole.
        """
        others = (known for known in self.recall(key) if known.batch != tuning.batch)
        tunings = (*others, tuning)
        path = self.folder / key.filename
        content = {
            "schema_version": SCHEMA_VERSION,
            "key": asdict(key),
            "tunings": [each.to_record() for each in tunings],
        }
        try:
            write_text(path, json.dumps(content, indent=1) + "\n")
        except OSError as error:
            warnings.warn(
                f"the tuned Jacobian can't be written to {path} ({error}); it is remembered in "
                f"this process only. {FOLDER_VARIABLE} names another folder",
                stacklevel=3,
            )
            self._cache[key] = _Cached(_state_of(path), tunings)


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _read(path: Path, key: Key) -> tuple[Tuning, ...]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict) or content.get("schema_version") != SCHEMA_VERSION:
            raise OrderError(f"it is no record of schema version {SCHEMA_VERSION}")
        if content.get("key") != asdict(key):
            raise OrderError("it is for another function, device or version")
        rows = content.get("tunings")
        if not isinstance(rows, list):
            raise OrderError("it holds no list of tunings")
        tunings = tuple(Tuning.from_record(row) for row in rows)
        for tuning in tunings:
            check_order(tuning.order, key.num_eliminable)
            if tuning.fingerprint != key.graph:
                raise OrderError("it holds an order for another graph")
    except (OSError, ValueError, RecursionError) as error:
        warnings.warn(
            f"{path} is ignored: {error}. Tuning the function again replaces it", stacklevel=4
        )
        return ()
    return tunings


def current_memory() -> Memory | None:
    """Return the memory that the environment asks for, or None where it asks for none."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder == "":
        return None
    return _memory_in(folder or _default_folder())


@lru_cache(maxsize=1)
def _default_folder() -> str:
    platformdirs = require("platformdirs", extra="jax")
    return platformdirs.user_cache_dir("vertex-elim-env", appauthor=False)


@lru_cache(maxsize=16)
def _memory_in(folder: str) -> Memory:
    return Memory(Path(folder))
