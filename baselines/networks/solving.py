"""Orders for one graph: by a network that plays it, or by training one on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import jax
import numpy as np

from baselines.networks import checkpoint
from baselines.networks.decoding import Decoded
from baselines.solver import Incumbent
from vertex_elim_env.bounds import lower_bound
from vertex_elim_env.functional import Params, make_params
from vertex_elim_env.ordering.search import MAX_BOUNDED

_Network = TypeVar("_Network")


class Trainer(Protocol):
    """What trains a network on graphs, an iteration at a time."""

    @property
    def num_steps_in_all(self) -> int: ...

    def steps_per_iteration(self, params: Params) -> int: ...

    def begin(self, params: Params, seed: int) -> Any: ...

    def iterate(self, params: Params, state: Any) -> tuple[Any, Any]: ...


def params_of(best: Incumbent) -> Params:
    """Return a graph to play; agents are paid in units of a rule's order, so that all are alike."""
    return make_params(best.graph, cost_model=best.cost_model, reward="relative")


def load_network(path: Path, kind: Callable[..., _Network]) -> _Network:
    """Return the network of a run's checkpoint.

    Args:
        path: the checkpoint.
        kind: of network; called with a key, its width and its rounds.

    Raises:
        OSError: if the file can't be read.
        CheckpointError: if it holds no such network.
    """
    like = fresh_network(kind, checkpoint.read_description(path)["config"], seed=0)
    return checkpoint.load(path, like, part=".network")


def fresh_network(kind: Callable[..., _Network], config: Mapping[str, Any], seed: int) -> _Network:
    """Return a network of the form that an agent's configuration says, its weights drawn.

    Args:
        kind: as of :func:`load_network`.
        config: with ``width``, ``num_rounds`` and, if some features are, ``hidden``.
        seed: of the weights.
    """
    more = {"hidden": tuple(config["hidden"])} if config.get("hidden") else {}
    key = jax.random.key(seed)
    return kind(key, width=config["width"], num_rounds=config["num_rounds"], **more)


def offer(best: Incumbent, batches: Iterable[Decoded]) -> None:
    """Offer the best of each batch of orders, until time is up; the first counts in any case."""
    for decoded in batches:
        best.evaluations += len(decoded.costs) - 1  # the offer counts one
        best.offer(np.asarray(decoded.orders[np.argmin(decoded.costs)]).tolist())
        if best.is_done:
            return


def train(trainer: Trainer, best: Incumbent, seed: int) -> None:
    """Train a network on the graph, and offer the best order of its own play after every iteration.

    It ends with its steps, at the limit, or with an order that is proved optimal.
    """
    if best.graph.num_eliminable <= MAX_BOUNDED:
        best.lower_bound = max(best.lower_bound, lower_bound(best.graph, best.cost_model))
    params = params_of(best)
    state = trainer.begin(params, seed)
    for _ in range(-(-trainer.num_steps_in_all // trainer.steps_per_iteration(params))):
        state, progress = trainer.iterate(params, state)
        finished = int(progress.num_finished.sum())
        if finished:
            best.evaluations += finished - 1  # the offer counts one
            best.offer(np.asarray(state.best.orders[0]).tolist())
        if best.order and best.is_done:
            return
