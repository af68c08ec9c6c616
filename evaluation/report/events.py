"""Events: the learning curves in a training run's TensorBoard files."""

from __future__ import annotations

from pathlib import Path

MAX_POINTS = 200
"""Of a curve; more could not be told apart."""
TAG = "mean cost/"

Curve = list[tuple[int, float]]
"""Environment steps, and the mean cost of the episodes that ended."""


def mean_costs(folder: Path) -> dict[str, Curve]:
    """Return the mean cost of episodes over the steps, by graph; none without TensorBoard or its files.

    A run that was taken up again has several files; of two values at a step the later counts.
    """
    files = sorted(folder.glob("tensorboard/events.out.tfevents.*"))
    if not files:
        return {}
    try:
        from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
    except ImportError:
        return {}
    found: dict[str, dict[int, float]] = {}
    for file in files:
        for event in LegacyEventFileLoader(str(file)).Load():
            for value in event.summary.value:
                if value.tag.startswith(TAG):
                    curve = found.setdefault(value.tag.removeprefix(TAG), {})
                    curve[event.step] = value.simple_value
    return {name: thinned(sorted(curve.items())) for name, curve in found.items()}


def thinned(curve: Curve) -> Curve:
    """Return a curve as at most so many points, means of neighbours."""
    size = -(-len(curve) // MAX_POINTS)
    parts = [curve[k : k + size] for k in range(0, len(curve), size or 1)]
    return [(part[-1][0], round(sum(v for _, v in part) / len(part), 2)) for part in parts]
