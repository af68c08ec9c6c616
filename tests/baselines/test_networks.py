"""Graph networks: the numbering and the padding don't matter, costs do; orders and checkpoints of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

import vertex_elim_env as ve
from baselines.networks import Best, GraphNetwork, Play, Prediction, View, checkpoint, view, view_of
from baselines.networks.checkpoint import CheckpointError
from baselines.networks.decoding import decode
from baselines.networks.graph_network import ILLEGAL
from tests.environments import make
from vertex_elim_env import functional, tasks

TASK, OTHER_TASK = "PropaneCombustion", "MLP"
TOLERANCE = 1e-4


def params_of(*names: str, **options: Any) -> functional.Params:
    return functional.make_params([tasks.get(name).graph for name in names], **options)


@pytest.fixture(scope="module")
def network() -> GraphNetwork:
    """Its scores are spread out, so that equal ones are equal for a reason."""
    made = GraphNetwork(jax.random.key(0), width=8, num_rounds=2)
    return eqx.tree_at(lambda tree: tree.score[1].weight, made, replace_fn=lambda w: 100.0 * w)


@pytest.fixture(scope="module")
def seen() -> View:
    """A state in the middle of an episode."""
    params = params_of(TASK)
    state = functional.start(params, 0)
    for action in (3, 40, 17):
        state, _ = functional.step(params, state, action)
    return view(params, state)


def assert_close(actual: Array, expected: Array) -> None:
    np.testing.assert_allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_renumbering_the_vertices_renumbers_the_logits(network: GraphNetwork, seen: View) -> None:
    rows = np.random.default_rng(0).permutation(len(seen.legal))
    renumbered = View(seen.features[rows], seen.classes[rows][:, rows], seen.legal[rows])
    expected, actual = network(seen), network(renumbered)
    assert_close(actual.logits, expected.logits[rows])
    assert_close(actual.value, expected.value)


def test_vertices_in_other_places_of_the_graph_have_other_logits(
    network: GraphNetwork, seen: View
) -> None:
    assert float(jnp.std(network(seen).logits[np.asarray(seen.legal)])) > 100 * TOLERANCE


def test_padding_changes_nothing(network: GraphNetwork) -> None:
    n = tasks.get(TASK).graph.num_eliminable
    narrow, wide = params_of(TASK), params_of(TASK, limits=(n + 9, 15, 15))
    expected, actual = (network(view(p, functional.start(p, 0))) for p in (narrow, wide))
    assert_close(actual.logits[:n], expected.logits[:n])
    assert_close(actual.value, expected.value)


def test_rows_of_absent_vertices_can_be_left_out(network: GraphNetwork, seen: View) -> None:
    capacity = int(seen.present.sum())
    assert capacity < len(seen.legal)
    compact, rows = seen.compacted(capacity)
    expected, actual = network(seen), network(compact)
    assert_close(actual.logits, expected.logits[rows])
    assert_close(actual.value, expected.value)


def test_one_network_serves_graphs_of_every_size(network: GraphNetwork) -> None:
    for name in (TASK, OTHER_TASK):
        params = params_of(name)
        prediction = network(view(params, functional.start(params, 0)))
        assert prediction.logits.shape == (params.num_vertices,)
        assert np.isfinite(prediction.value)


def test_only_legal_actions_have_a_chance(network: GraphNetwork, seen: View) -> None:
    chances = jax.nn.softmax(network(seen).logits)
    np.testing.assert_array_equal(np.asarray(chances) > 0, seen.legal)


def test_what_an_edge_stores_changes_the_logits(network: GraphNetwork) -> None:
    params = params_of(OTHER_TASK)
    seen = view(params, functional.start(params, 0))
    dearest = View(seen.features, jnp.where(seen.classes > 0, 126, 0), seen.legal)
    legal = np.asarray(seen.legal)
    change = jnp.abs(network(seen).logits - network(dearest).logits)[legal]
    assert float(change.max()) > 100 * TOLERANCE


def test_both_environments_show_the_same_view() -> None:
    observation, _ = make(task=TASK).reset(seed=0)
    params = params_of(TASK)
    expected, actual = view(params, functional.start(params, 0)), view_of(observation)
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)
        assert one.dtype == other.dtype


@pytest.mark.parametrize(("width", "num_rounds"), [(0, 1), (7, 1), (8, -1)])
def test_a_network_without_a_form_is_refused(width: int, num_rounds: int) -> None:
    with pytest.raises(ValueError, match="width must be even"):
        GraphNetwork(jax.random.key(0), width=width, num_rounds=num_rounds)


@pytest.mark.parametrize("is_greedy", [True, False])
def test_decoded_orders_are_valid_and_their_costs_exact(
    network: GraphNetwork, is_greedy: bool
) -> None:
    names = (TASK, OTHER_TASK)
    params = params_of(*names)
    for number, name in enumerate(names):
        graph = tasks.get(name).graph
        decoded = decode(
            network, params, number, jax.random.key(1), num_episodes=3, is_greedy=is_greedy
        )
        orders = np.asarray(decoded.orders)[:, : graph.num_eliminable].tolist()
        assert [ve.elimination_cost(graph, order) for order in orders] == decoded.costs.tolist()
        assert len({tuple(order) for order in orders}) == (1 if is_greedy else 3)


def test_greedy_decoding_follows_the_logits() -> None:
    params = params_of(TASK)

    def latest_first(seen: View) -> Prediction:
        position = jnp.arange(len(seen.legal), dtype=jnp.float32)
        return Prediction(jnp.where(seen.legal, position, ILLEGAL), jnp.float32(0))

    call = jax.tree_util.Partial(latest_first)
    decoded = decode(call, params, 0, jax.random.key(0), num_episodes=1, is_greedy=True)
    assert decoded.orders[0].tolist() == list(reversed(range(params.num_actions)))
    assert decoded.costs[0] == 90


def test_the_best_orders_of_two_tasks_are_kept_apart() -> None:
    """Random play, at once on both; every order kept costs what is said."""
    names = (TASK, OTHER_TASK)
    params = params_of(*names)
    play = Play.begin(params, jax.random.key(0), 6)
    best, finished = Best.none(params), []

    @jax.jit
    def advance(play: Play, best: Best, key: Array) -> tuple[Play, Best, Any]:
        graphs = play.states.graph
        actions = functional.random_actions(key, params, play.states)
        play, outcome = play.advanced(params, actions, key)
        return play, best.updated(graphs, play, outcome), (graphs, outcome)

    for key in jax.random.split(jax.random.key(1), 2 * params.num_actions):
        play, best, (graphs, outcome) = advance(play, best, key)
        ended = np.asarray(outcome.terminated)
        finished += zip(np.asarray(graphs)[ended], np.asarray(outcome.cost)[ended], strict=True)
    for number, name in enumerate(names):
        graph = tasks.get(name).graph
        order = np.asarray(best.orders[number, : graph.num_eliminable]).tolist()
        costs = [int(cost) for which, cost in finished if which == number]
        assert ve.elimination_cost(graph, order) == best.costs[number] == min(costs)


@pytest.fixture
def tree() -> dict[str, Any]:
    return {"weights": jnp.arange(6.0).reshape(2, 3), "key": jax.random.key(7), "n": jnp.int32(4)}


def test_a_checkpoint_gives_back_what_was_saved(tmp_path: Path, tree: dict[str, Any]) -> None:
    path = tmp_path / "folder" / "checkpoint.npz"
    checkpoint.save(path, tree, {"seconds": 1.5, "name": "à"})
    found = checkpoint.load(path, jax.tree.map(jnp.zeros_like, tree | {"key": jax.random.key(0)}))
    assert checkpoint.read_description(path) == {"seconds": 1.5, "name": "à"}
    np.testing.assert_array_equal(found["weights"], tree["weights"])
    assert jax.random.bits(found["key"]) == jax.random.bits(tree["key"])
    assert (int(found["n"]), found["n"].dtype) == (4, jnp.int32)
    assert [p.name for p in path.parent.iterdir()] == ["checkpoint.npz"]


def test_a_part_of_a_checkpoint_can_be_read_alone(tmp_path: Path, tree: dict[str, Any]) -> None:
    path = tmp_path / "checkpoint.npz"
    checkpoint.save(path, {"inner": tree}, {})
    found = checkpoint.load(path, {"n": jnp.int32(0)}, part="['inner']")
    assert int(found["n"]) == 4


def test_a_checkpoint_of_another_form_is_refused(tmp_path: Path, tree: dict[str, Any]) -> None:
    path = tmp_path / "checkpoint.npz"
    checkpoint.save(path, tree, {})
    for other in ({"weights": jnp.zeros((2, 2))}, {"bias": jnp.zeros(2)}, {"n": jnp.float32(0)}):
        with pytest.raises(CheckpointError, match="another form"):
            checkpoint.load(path, other)


@pytest.mark.parametrize("content", [b"", b"no archive", json.dumps({}).encode()])
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        checkpoint.read_description(path)


def test_a_pickled_object_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez(path, description=np.asarray({"a": object}, dtype=object))
    with pytest.raises(CheckpointError, match="no checkpoint"):
        checkpoint.read_description(path)


def test_an_archive_without_a_description_is_no_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.npz"
    np.savez(path, n=np.zeros(1))
    with pytest.raises(CheckpointError, match="no description"):
        checkpoint.read_description(path)
