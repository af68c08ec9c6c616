"""Networks: equivariance, what they may see, how they play, and their checkpoints."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env.generator import RandomPrograms

pytest.importorskip("equinox")
import jax
import jax.numpy as jnp

from baselines.networks import Best, GraphNetwork, Play, View, checkpoint, relabelled, view
from baselines.networks.checkpoint import CheckpointError
from baselines.networks.decoding import decode
from baselines.networks.graph_network import ILLEGAL
from baselines.networks.rows import minibatches, num_present, predict_batch
from vertex_elim_env.functional import init, make_params, start, step
from vertex_elim_env.observation import VERTEX_FEATURES

TOLERANCE = 1e-4


@pytest.fixture(scope="module")
def network() -> GraphNetwork:
    drawn = GraphNetwork(jax.random.key(0), width=8, num_rounds=2)
    return jax.tree.map(lambda w: w + 0.1, drawn)  # the last layer starts near zero


@pytest.fixture(scope="module")
def graph() -> ve.ComputationalGraph:
    return RandomPrograms(num_inputs=3, num_operations=12).sample(np.random.default_rng(1))


def later_view(graph: ve.ComputationalGraph) -> View:
    """A state after one elimination, so that a vertex is gone."""
    params = make_params(graph)
    state, _ = step(params, init(params, jax.random.key(0)), 0)
    return view(params, state)


def test_renumbering_the_vertices_renumbers_the_logits(
    network: GraphNetwork, graph: ve.ComputationalGraph
) -> None:
    seen = later_view(graph)
    order = np.random.default_rng(0).permutation(len(seen.legal))
    renumbered = View(seen.features[order], seen.classes[order][:, order], seen.legal[order])
    logits, value = network(seen)
    other_logits, other_value = network(renumbered)
    np.testing.assert_allclose(other_logits, logits[order], rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(other_value, value, rtol=TOLERANCE, atol=TOLERANCE)


def test_rows_of_absent_vertices_change_nothing(
    network: GraphNetwork, graph: ve.ComputationalGraph
) -> None:
    seen = later_view(graph)
    num_present = int(seen.present.sum())
    compact, rows = seen.compacted(num_present)
    logits, value = network(seen)
    compact_logits, compact_value = network(compact)
    assert bool(compact.present.all()) and num_present < len(seen.legal)
    np.testing.assert_allclose(compact_logits, logits[rows], rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(compact_value, value, rtol=TOLERANCE, atol=TOLERANCE)


def test_padding_changes_nothing(network: GraphNetwork, graph: ve.ComputationalGraph) -> None:
    n = graph.num_eliminable
    wide = make_params(graph, limits=(n + 5, graph.num_inputs + 4, graph.num_outputs + 3))
    (logits, value), (padded, other_value) = (
        network(view(params, start(params, 0))) for params in (make_params(graph), wide)
    )
    np.testing.assert_allclose(padded[:n], logits[:n], rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(other_value, value, rtol=TOLERANCE, atol=TOLERANCE)


def test_what_is_hidden_changes_nothing(graph: ve.ComputationalGraph) -> None:
    seen = later_view(graph)
    position = VERTEX_FEATURES.index("position")
    moved = seen._replace(features=seen.features.at[:, position].add(1.0))
    blind, seeing = (
        GraphNetwork(jax.random.key(0), width=8, num_rounds=1, hidden=hidden)
        for hidden in (("position",), ())
    )
    assert np.array_equal(blind(seen).logits, blind(moved).logits)
    assert not np.array_equal(seeing(seen).logits, seeing(moved).logits)


def test_relabelling_deals_out_positions_and_nothing_else(graph: ve.ComputationalGraph) -> None:
    seen, position = later_view(graph), VERTEX_FEATURES.index("position")
    other = relabelled(seen, jax.random.key(0))
    changed = np.flatnonzero(np.any(seen.features != other.features, axis=0))
    assert changed.tolist() == [position]
    assert sorted(seen.features[:, position].tolist()) == sorted(
        other.features[:, position].tolist()
    )


def test_a_batch_is_seen_in_few_rows_as_in_all(
    network: GraphNetwork, graph: ve.ComputationalGraph
) -> None:
    params = make_params(graph, limits=(graph.num_eliminable, 30, 30))
    state, seen = start(params, 0), []
    for vertex in range(graph.num_eliminable):
        seen.append(view(params, state))
        state, _ = step(params, state, vertex)
    late: View = jax.tree.map(lambda *x: jnp.stack(x), *seen[-2:])
    few, whole = predict_batch(network, late), jax.vmap(network)(late)
    assert int(num_present(late).max()) < len(late.legal[0]) / 2
    np.testing.assert_allclose(few.logits, whole.logits, rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(few.value, whole.value, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize(("number", "group_size"), [(1, 5), (3, 2), (4, 100)])
def test_minibatches_divide_steps_into_groups_of_like_sizes(number: int, group_size: int) -> None:
    sizes = jax.random.permutation(jax.random.key(1), 37)
    found = minibatches(jax.random.key(0), sizes, number, group_size)
    assert found.shape[0] == number and found.shape[1] == max(1, round(37 // number / group_size))
    assert len(np.unique(found)) == found.size > 37 - number * found.shape[1]
    largest, least = (
        np.asarray(sizes)[found].max(axis=(0, 2)),
        np.asarray(sizes)[found].min(axis=(0, 2)),
    )
    assert (largest[:-1] < least[1:]).all()


def test_what_an_edge_stores_changes_the_logits(
    network: GraphNetwork, graph: ve.ComputationalGraph
) -> None:
    seen = later_view(graph)
    dearest = seen._replace(classes=jnp.where(seen.classes > 0, 126, 0).astype(jnp.uint8))
    change = network(seen).logits - network(dearest).logits
    assert float(jnp.abs(change[np.asarray(seen.legal)]).max()) > 10 * TOLERANCE


def test_only_legal_vertices_have_a_chance(
    network: GraphNetwork, graph: ve.ComputationalGraph
) -> None:
    seen = later_view(graph)
    logits, _ = network(seen)
    assert np.array_equal(np.asarray(logits) > ILLEGAL, np.asarray(seen.legal))
    assert not seen.legal[0] and not seen.legal[graph.num_eliminable :].any()


def test_messages_reach_as_far_as_there_are_rounds(graph: ve.ComputationalGraph) -> None:
    seen = later_view(graph)
    heard = seen._replace(classes=jnp.zeros_like(seen.classes))
    deaf = GraphNetwork(jax.random.key(1), width=8, num_rounds=0)
    hearing = GraphNetwork(jax.random.key(1), width=8, num_rounds=1)
    assert np.array_equal(deaf(seen).logits, deaf(heard).logits)
    assert not np.array_equal(hearing(seen).logits, hearing(heard).logits)


@pytest.mark.parametrize("width", [0, 7])
def test_a_width_without_halves_is_refused(width: int) -> None:
    with pytest.raises(ValueError, match="width must be even"):
        GraphNetwork(jax.random.key(0), width=width)


@pytest.mark.parametrize("is_greedy", [True, False])
def test_decoded_orders_cost_what_they_are_said_to(
    network: GraphNetwork, graph: ve.ComputationalGraph, is_greedy: bool
) -> None:
    other = RandomPrograms(num_inputs=2, num_operations=6).sample(np.random.default_rng(2))
    params = make_params([other, graph])
    for number, played in enumerate((other, graph)):
        orders, costs = decode(
            network, params, number, jax.random.key(3), num_episodes=4, is_greedy=is_greedy
        )
        for order, cost in zip(np.asarray(orders), np.asarray(costs), strict=True):
            own = order[: played.num_eliminable].tolist()
            assert ve.elimination_cost(played, own) == int(cost)


def test_play_remembers_the_best_order_of_every_graph(graph: ve.ComputationalGraph) -> None:
    other = RandomPrograms(num_inputs=2, num_operations=6).sample(np.random.default_rng(2))
    graphs = [other, graph]
    params = make_params(graphs)
    play, best = Play.begin(params, jax.random.key(0), 4), Best.none(params)
    finished: dict[int, list[int]] = {0: [], 1: []}
    for number in range(3 * params.num_actions):
        legal = ~np.asarray(play.states.eliminated)
        actions = jnp.asarray(legal.argmax(axis=1) if number % 2 else legal[:, ::-1].argmax(axis=1))
        if number % 2 == 0:
            actions = params.num_actions - 1 - actions
        numbers = play.states.graph
        play, outcome = play.advanced(params, actions, jax.random.key(number))
        best = best.updated(numbers, play, outcome)
        for k in np.flatnonzero(np.asarray(outcome.terminated)):
            finished[int(numbers[k])].append(int(outcome.cost[k]))
    for number, played in enumerate(graphs):
        order = np.asarray(best.orders[number])[: played.num_eliminable].tolist()
        assert int(best.costs[number]) == min(finished[number])
        assert ve.elimination_cost(played, order) == int(best.costs[number])


def test_a_checkpoint_gives_back_what_was_saved(tmp_path: Path, network: GraphNetwork) -> None:
    path, key = tmp_path / "checkpoint.npz", jax.random.key(7)
    checkpoint.save(path, {"network": network, "key": key}, {"seed": 7})
    like = {"network": jax.tree.map(jnp.zeros_like, network), "key": jax.random.key(0)}
    found = checkpoint.load(path, like)
    assert checkpoint.read_description(path) == {"seed": 7}
    assert jax.random.key_data(found["key"]).tolist() == jax.random.key_data(key).tolist()
    assert all(map(np.array_equal, *map(jax.tree.leaves, (found["network"], network))))
    part = checkpoint.load(path, like["network"], part="['network']")
    assert all(map(np.array_equal, *map(jax.tree.leaves, (part, network))))


def test_a_checkpoint_of_another_form_is_refused(tmp_path: Path, network: GraphNetwork) -> None:
    path = tmp_path / "checkpoint.npz"
    checkpoint.save(path, network, {})
    with pytest.raises(CheckpointError, match="another form"):
        checkpoint.load(path, GraphNetwork(jax.random.key(0), width=10))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"\x80\x04."])
def test_a_torn_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="is no checkpoint"):
        checkpoint.read_description(path)


def test_an_untrained_network_is_nearly_indifferent(graph: ve.ComputationalGraph) -> None:
    params = make_params(graph)
    logits, _ = GraphNetwork(jax.random.key(0))(view(params, start(params, 0)))
    legal = np.asarray(logits)[: graph.num_eliminable]
    assert np.ptp(legal) < 0.2
