"""AlphaZero: its search, its memory, what it learns from, and that training learns, repeats and resumes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vertex_elim_env as ve
from baselines.solver import Solver
from vertex_elim_env.generator import RandomPrograms
from vertex_elim_env.observation import VERTEX_FEATURES

pytest.importorskip("equinox")
pytest.importorskip("mctx")
import jax
import jax.numpy as jnp

from baselines.alphazero.config import AlphaZeroConfig
from baselines.alphazero.episodes import Episodes, Lessons, replay
from baselines.alphazero.memory import Memory
from baselines.alphazero.network import CostNetwork, forecast_on_rows
from baselines.alphazero.solver import AlphaZero
from baselines.alphazero.trainer import AlphaZeroTrainer, TrainState
from baselines.networks import Prediction, checkpoint
from vertex_elim_env.functional import Params, make_params

pytestmark = pytest.mark.usefixtures("compiled_once")

QUICK: dict[str, Any] = {
    "num_envs": 2,
    "num_simulations": 2,
    "num_considered": 2,
    "num_kept": 4,
    "num_replayed": 2,
    "num_minibatches": 2,
    "width": 4,
    "num_rounds": 0,
    "steps": 104,
}
"""Two iterations on the smallest task; a training run of tests is of it too, so that they compile once."""
SMALL = AlphaZeroConfig(
    num_envs=4, num_kept=8, num_replayed=8, num_minibatches=2, width=4, num_rounds=0
)


@pytest.fixture(scope="module")
def graphs() -> list[ve.ComputationalGraph]:
    """Two of different sizes."""
    rng, generator = np.random.default_rng(0), RandomPrograms(num_inputs=2, num_operations=14)
    small, large = sorted((generator.sample(rng) for _ in range(2)), key=lambda g: g.num_eliminable)
    assert small.num_eliminable < large.num_eliminable < 10
    return [small, large]


@pytest.fixture(scope="module")
def params(graphs: list[ve.ComputationalGraph]) -> Params:
    return make_params(graphs, reward="relative")


@pytest.fixture(scope="module")
def trainer() -> AlphaZeroTrainer:
    return AlphaZeroTrainer(SMALL)


@pytest.fixture(scope="module")
def trained(params: Params, trainer: AlphaZeroTrainer) -> TrainState:
    state, _ = trainer.iterate(params, trainer.begin(params, 0))
    return state


def leaves(state: TrainState) -> list[np.ndarray]:
    plain = state._replace(key=jax.random.key_data(state.key))
    return [np.asarray(leaf) for leaf in jax.tree.leaves(plain)]


def remembered(state: TrainState) -> Episodes:
    """The episodes of the first iteration."""
    return jax.tree.map(lambda x: x[: SMALL.num_envs], state.memory.episodes)


@pytest.fixture(scope="module")
def lessons(params: Params, trained: TrainState) -> Lessons:
    """The steps of the first iteration's episodes, arrays (n, B, ...)."""
    shape = params.num_actions, SMALL.num_envs
    steps = jax.jit(replay)(params, remembered(trained))
    return jax.tree.map(lambda x: np.asarray(x).reshape(*shape, *x.shape[1:]), steps)


def test_every_episode_is_an_order_of_its_graph_at_the_cost_that_is_best(
    graphs: list[ve.ComputationalGraph], trained: TrainState
) -> None:
    episodes, least = remembered(trained), [np.inf, np.inf]
    for number, order in zip(*map(np.asarray, episodes[:2]), strict=True):
        graph = graphs[number]
        cost = ve.elimination_cost(graph, order[: graph.num_eliminable].tolist())
        least[number] = min(least[number], cost)
    assert least == [c if c < np.iinfo(np.int32).max else np.inf for c in trained.best.costs]


def test_a_replay_tells_what_each_vertex_cost_in_the_order_played(
    graphs: list[ve.ComputationalGraph], trained: TrainState, lessons: Lessons
) -> None:
    episodes = remembered(trained)
    for b, (number, order) in enumerate(zip(*map(np.asarray, episodes[:2]), strict=True)):
        graph = graphs[number]
        order = order[: graph.num_eliminable].tolist()
        assert lessons.costs[0, b].sum() == ve.elimination_cost(graph, order)
        assert lessons.is_live[:, b].sum() == graph.num_eliminable
        for time, vertex in enumerate(order):
            assert lessons.seen.legal[time, b].sum() == len(order) - time
            now = lessons.seen.features[time, b, vertex, VERTEX_FEATURES.index("log_cost")]
            assert round(float(np.expm1(now))) == int(lessons.costs[time, b, vertex])


def test_a_search_gives_weight_to_legal_moves_only(lessons: Lessons) -> None:
    weights = lessons.weights[lessons.is_live]
    legal = lessons.seen.legal[lessons.is_live][:, : weights.shape[1]]
    assert not weights[~legal].any()
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-2)


def test_the_memory_keeps_the_latest(params: Params) -> None:
    memory = Memory.empty(params, 4)
    fresh = Memory.empty(params, 3).episodes
    for number in range(1, 4):
        memory = memory.with_added(fresh._replace(graphs=jnp.full(3, number)))
        drawn = memory.drawn(jax.random.key(0), 50).graphs
        assert set(np.asarray(drawn).tolist()) == {number, number - 1} - {0}
    assert sorted(np.asarray(memory.episodes.graphs).tolist()) == [2, 3, 3, 3]


def test_a_network_says_the_same_on_few_rows_and_expects_nothing_at_the_end(
    lessons: Lessons,
) -> None:
    network = CostNetwork(jax.random.key(0), width=4, num_rounds=1)
    late = jax.tree.map(lambda x: x[-3:].reshape(-1, *x.shape[2:]), lessons.seen)
    whole: Prediction = jax.jit(jax.vmap(network))(late)
    few = jax.jit(forecast_on_rows, static_argnums=2)(network, late, 16)
    np.testing.assert_allclose(few.to_go, -whole.value, rtol=1e-4)
    is_live = lessons.is_live[-3:].reshape(-1)
    np.testing.assert_allclose(few.logits[is_live], whole.logits[is_live], rtol=1e-4, atol=1e-4)
    assert not whole.value[~is_live].any()


def test_training_learns_what_orders_cost(
    params: Params, trainer: AlphaZeroTrainer, trained: TrainState
) -> None:
    state, errors = trained, []
    for _ in range(30):
        state, metrics = trainer.iterate(params, state)
        errors.append(float(metrics.parts.total_error))
    assert np.mean(errors[-5:]) < 0.8 * np.mean(errors[:5])
    assert all(np.isfinite(leaf).all() for leaf in leaves(state))


def test_a_run_goes_on_from_its_checkpoint_as_if_never_stopped_in_one_compilation(
    tmp_path: Path, params: Params, trainer: AlphaZeroTrainer, trained: TrainState
) -> None:
    state = trained
    checkpoint.save(tmp_path / "checkpoint.npz", state, {})
    resumed = checkpoint.load(tmp_path / "checkpoint.npz", trainer.begin(params, 1))
    for _ in range(2):
        state, _ = trainer.iterate(params, state)
        resumed, _ = trainer.iterate(params, resumed)
    assert all(map(np.array_equal, leaves(state), leaves(resumed)))
    assert trainer.iterate._cache_size() == 1


def test_seeds_repeat_and_differ(
    params: Params, trainer: AlphaZeroTrainer, trained: TrainState
) -> None:
    again, other = (trainer.iterate(params, trainer.begin(params, seed))[0] for seed in (0, 1))
    assert all(map(np.array_equal, leaves(trained), leaves(again)))
    assert not all(map(np.array_equal, leaves(trained), leaves(other)))


@pytest.mark.parametrize("wrong", [{"num_envs": 0}, {"num_simulations": 0}, {"num_kept": 33}])
def test_a_senseless_configuration_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AlphaZeroConfig(**wrong)


def test_more_minibatches_than_steps_are_refused(params: Params) -> None:
    trainer = AlphaZeroTrainer(AlphaZeroConfig(num_envs=1, num_replayed=1, num_minibatches=100))
    with pytest.raises(ValueError, match="minibatches"):
        jax.eval_shape(trainer.iterate, params, trainer.begin(params, 0))


def test_trained_on_a_graph_or_loaded_alphazero_is_a_solver(tmp_path: Path) -> None:
    graph = ve.tasks.get("MLP").graph
    path, config = tmp_path / "checkpoint.npz", AlphaZeroConfig(**QUICK)
    untrained = AlphaZeroTrainer(config).begin(make_params(graph), 0)
    checkpoint.save(path, untrained, {"config": vars(config)})
    for options in ({}, {"checkpoint": path}):
        solver = AlphaZero(num_samples=4, batch=2, config=config, **options)
        assert isinstance(solver, Solver)
        solution = solver.solve(graph, seed=3)
        assert solution.cost == ve.elimination_cost(graph, solution.order)
        assert solution.method == "alphazero" and solution.evaluations == 4
