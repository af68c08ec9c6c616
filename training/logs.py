"""Logs: TensorBoard's event files, and a progress bar on the terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from tensorboard.compat.proto.event_pb2 import Event  # type: ignore[attr-defined]
from tensorboard.compat.proto.summary_pb2 import Summary  # type: ignore[attr-defined]
from tensorboard.summary.writer.event_file_writer import EventFileWriter


class Logs:
    """Both, for one run."""

    def __init__(self, folder: Path, total: int, title: str) -> None:
        """Open them; ``total`` is the number of environment steps of the run."""
        self._writer = EventFileWriter(str(folder / "tensorboard"))
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed:,}/{task.total:,} steps"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._title = title
        self._bar = self._progress.add_task(title, total=total)

    def __enter__(self) -> Logs:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()
        self._writer.close()

    def write(self, num_steps: int, scalars: Mapping[str, float], status: str) -> None:
        """Log figures after some environment steps, and show a status beside the bar."""
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in scalars.items()]
        event = Event(wall_time=time.time(), step=num_steps, summary=Summary(value=values))
        self._writer.add_event(event)
        self._progress.update(self._bar, completed=num_steps, description=f"{self._title} {status}")
