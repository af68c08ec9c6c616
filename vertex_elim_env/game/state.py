"""EpisodeState: an episode as plain data, to be kept, sent, and put back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.graph import ComputationalGraph

_WORD = 2**64


@dataclass(frozen=True, eq=False)
class EpisodeState:
    """An episode, and the random numbers that later ones will be drawn with.

    A state is what its order makes of its graph, so that an order says all; putting a state back
    plays it anew, at millions of eliminations a second.

    Attributes:
        graph: the graph.
        cost_model: the cost model's name.
        order: the vertices eliminated so far, int32 (k,).
        num_steps: the steps taken so far, illegal ones too.
        random: state of the environment's PCG64 generator, uint64 (6,): state and increment, each
            the high word first; whether half a word is left over, and which.
    """

    graph: ComputationalGraph
    cost_model: str
    order: NDArray[np.int32]
    num_steps: int
    random: NDArray[np.uint64]


def words_of(random: np.random.Generator) -> NDArray[np.uint64]:
    """Return the state of a PCG64 generator, uint64 (6,).

    Raises:
        TypeError: for a generator of another kind.
    """
    state = random.bit_generator.state
    if state["bit_generator"] != "PCG64":
        raise TypeError(
            f"the state of a PCG64 generator is saved; np_random is {state['bit_generator']}"
        )
    numbers = state["state"]["state"], state["state"]["inc"]
    words = [half for number in numbers for half in divmod(number, _WORD)]
    return np.asarray([*words, state["has_uint32"], state["uinteger"]], np.uint64)


def set_words(random: np.random.Generator, words: NDArray[np.uint64]) -> None:
    """Put a PCG64 generator into the state that :func:`words_of` returned."""
    high, low, high_step, low_step, has_half, half = (int(word) for word in words)
    random.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": high * _WORD + low, "inc": high_step * _WORD + low_step},
        "has_uint32": has_half,
        "uinteger": half,
    }
