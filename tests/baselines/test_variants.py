"""Options behind a solver's name, and solvers that are next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from baselines import registry
from baselines.alphazero.config import AlphaZeroConfig
from baselines.ppo.config import ABLATIONS, PPOConfig
from baselines.ppo.solver import PPO
from baselines.search.random_orders import RandomOrders
from baselines.variants import options_of, split_name

GRAPH = ve.tasks.get("MLP").graph


@dataclass(frozen=True)
class Kind:
    """A solver with an option of every type."""

    number: int = 1
    share: float = 0.5
    is_fast: bool = False
    path: Path | None = None
    names: tuple[str, ...] = ()


def test_words_set_fields_of_their_types() -> None:
    words = ("number=3", "share=1", "is_fast=true", "path=a/b", "names=x+y")
    found = options_of(Kind, words)
    assert found == {
        "number": 3,
        "share": 1.0,
        "is_fast": True,
        "path": Path("a/b"),
        "names": ("x", "y"),
    }
    assert Kind(**found) and options_of(Kind, ()) == {}


@pytest.mark.parametrize("word", ["number", "number=x", "is_fast=1", "colour=red", "share"])
def test_a_word_that_is_no_option_is_answered_by_those_there_are(word: str) -> None:
    with pytest.raises(ValueError, match=word.split("=")[0]):
        options_of(Kind, (word,))


def test_a_preset_and_fields_of_the_configuration_are_words_too() -> None:
    made = registry.make("ppo:no-messages,steps=7,num_samples=3")
    assert isinstance(made, PPO) and made.name == "ppo"
    assert made.config == PPOConfig(num_rounds=0, steps=7) and made.num_samples == 3
    assert registry.make("alphazero:num_simulations=3").config == AlphaZeroConfig(num_simulations=3)  # type: ignore[attr-defined]
    assert registry.has("ppo:no-messages") and not registry.has("pop:no-messages")
    assert split_name("forward") == ("forward", ())


def test_what_is_given_beside_the_name_prevails() -> None:
    assert registry.make("random:num_orders=3", num_orders=4) == RandomOrders(num_orders=4)


def test_an_ablation_changes_one_thing() -> None:
    usual = vars(PPOConfig())
    for name, config in ABLATIONS.items():
        changed = [field for field, value in vars(config).items() if value != usual[field]]
        assert len(changed) == 1, name


@pytest.mark.parametrize("wrong", [{"hidden": ("colour",)}, {"num_orders": 0}])
def test_what_makes_no_sense_is_refused(wrong: dict) -> None:
    kind = RandomOrders if "num_orders" in wrong else PPOConfig
    with pytest.raises(ValueError, match=next(iter(wrong))):
        kind(**wrong)


def test_random_orders_repeat_and_the_best_of_them_counts() -> None:
    first, again, other = (RandomOrders(20).solve(GRAPH, seed=seed) for seed in (0, 0, 1))
    assert first.order == again.order != other.order
    assert first.cost == ve.elimination_cost(GRAPH, first.order) and first.evaluations == 20
    rng = np.random.default_rng(0)
    orders = [rng.permutation(GRAPH.num_eliminable).tolist() for _ in range(20)]
    assert first.cost == min(ve.elimination_cost(GRAPH, order) for order in orders)
    assert RandomOrders().solve(GRAPH, time_limit=1e-9).evaluations == 1
