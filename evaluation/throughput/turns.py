"""Taking turns: what is compared runs alternately, so that a busy machine slows all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

TURNS = 5
MIN_SECONDS = 0.1


def best_rates(players: Mapping[str, Callable[[], int]], *, turns: int) -> dict[str, float]:
    """Return how much each player gets done a second, in the best of its turns.

    Args:
        players: functions by name that do some work and return how much.
        turns: of each; one lasts at least a tenth of a second.
    """
    best = dict.fromkeys(players, 0.0)
    for _ in range(turns):
        for name, play in players.items():
            best[name] = max(best[name], _rate(play))
    return best


def _rate(play: Callable[[], int]) -> float:
    done, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < MIN_SECONDS or not done:
        done += play()
    return done / elapsed
