"""Agent: what a run needs of whatever it trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from baselines.networks import Best
from baselines.networks.decoding import Network
from vertex_elim_env.functional import Params


class AgentState(Protocol):
    """A pytree of arrays, all that training knows."""

    @property
    def network(self) -> Network: ...

    @property
    def best(self) -> Best: ...


class Progress(Protocol):
    """What an iteration came to."""

    @property
    def num_finished(self) -> Any:
        """Episodes that ended, by graph, (G,)."""
        ...

    @property
    def mean_costs(self) -> Any:
        """What they cost, by graph, (G,)."""
        ...

    def scalars(self) -> Mapping[str, float]:
        """Return the figures to log, by name."""
        ...


class Agent(Protocol):
    """Trains a network, an iteration at a time."""

    @property
    def name(self) -> str: ...

    @property
    def num_steps_in_all(self) -> int: ...

    def begin(self, params: Params, seed: int) -> Any:
        """Return the state before the first iteration."""
        ...

    def new_lesson(self, params: Params, state: Any, seed: int) -> Any:
        """Return the state with new episodes on other graphs, and no best orders yet."""
        ...

    def iterate(self, params: Params, state: Any) -> tuple[Any, Progress]:
        """Return the state after one more iteration, and what that came to."""
        ...

    def steps_per_iteration(self, params: Params) -> int:
        """Environment steps of an iteration."""
        ...
