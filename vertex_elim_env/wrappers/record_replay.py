"""RecordReplay: pages or films of the episodes that an agent plays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, SupportsFloat

import gymnasium as gym

from vertex_elim_env.render import check_format, replay, write_elimination
from vertex_elim_env.wrappers.base import EliminationWrapper


class RecordReplay(EliminationWrapper):
    """Writes episodes that were played to their end as files that step through them.

    By default those that cost less than every episode of the same graph before, so that a folder tells
    how an agent got better; ``trigger`` says otherwise. Files are named by the number of the episode
    and its cost, such as ``episode-000017-cost-302.html``.

    Example:
        >>> import gymnasium as gym, tempfile
        >>> import vertex_elim_env
        >>> from vertex_elim_env.wrappers import RecordReplay
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     env = gym.make("VertexElimination-v0", task="HumanHeartDipole")
        ...     env = RecordReplay(env, folder=folder)
        ...     for order in (range(78), reversed(range(78))):
        ...         observation, info = env.reset(seed=0)
        ...         for vertex in order:
        ...             _ = env.step(vertex)
        ...     print([path.name for path in env.paths])
        ['episode-000000-cost-240.html', 'episode-000001-cost-172.html']
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        *,
        folder: str | Path,
        trigger: Callable[[int, int], bool] | None = None,
        ending: str = ".html",
        name: str = "episode",
    ) -> None:
        """Wrap an environment.

        Args:
            env: the environment.
            folder: where files go; it is made when there is one to write.
            trigger: from the number and the cost of an episode to whether it is written.
            ending: what is written: ".html" (a page), ".gif", ".mp4", ".png", ".svg" or ".pdf".
            name: what file names begin with, such as another one for every environment of many.

        Raises:
            ValueError: for an unknown ending.
        """
        super().__init__(env, folder=folder, trigger=trigger, ending=ending, name=name)
        check_format(Path(f"{name}{ending}"))
        self._folder, self._trigger, self._ending, self._name = Path(folder), trigger, ending, name
        self._lowest: dict[str, int] = {}
        self._num_episodes = 0
        self.paths: list[Path] = []

    def step(self, action: Any) -> tuple[Any, SupportsFloat, bool, bool, dict[str, Any]]:
        """Take a step; at the end of an episode, write it where that is wanted."""
        observation, reward, terminated, truncated, info = super().step(action)
        if terminated:
            self._finish()
        if terminated or truncated:
            self._num_episodes += 1
        return observation, reward, terminated, truncated, info

    def _finish(self) -> None:
        base: Any = self.unwrapped
        graph, cost, number = base.graph, base.game.cost, self._num_episodes
        lowest = self._lowest.get(graph.fingerprint)
        is_better = lowest is None or cost < lowest
        if is_better:
            self._lowest[graph.fingerprint] = cost
        if not (self._trigger(number, cost) if self._trigger else is_better):
            return
        path = self._folder / f"{self._name}-{number:06d}-cost-{cost}{self._ending}"
        story = replay(graph, base.game.order, base.cost_model, name=f"{self._name} {number}")
        write_elimination(story, path)
        self.paths.append(path)
