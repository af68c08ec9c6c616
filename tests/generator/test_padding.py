"""Environments of generators: padding, seeds, and graphs that don't fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import vertex_elim_env as ve
from tests.environments import make, play, playable_graphs
from vertex_elim_env.generator import (
    FamilyGenerator,
    GraphSet,
    LayeredDAGs,
    Limits,
    Mixture,
    RandomPrograms,
    Renumbered,
    Traps,
    split,
)
from vertex_elim_env.graph import ComputationalGraph


@settings(max_examples=10)
@given(playable_graphs, playable_graphs, st.data())
def test_padding_adds_rows_and_changes_none(
    graph: ComputationalGraph, other: ComputationalGraph, data: st.DataObject
) -> None:
    padded, bare = make(generator=GraphSet(graph, other)), make(graph=graph)
    limits, n, i = padded.limits, graph.num_eliminable, graph.num_inputs
    rows = [*range(n), *range(limits.num_eliminable, limits.num_eliminable + i)]
    outputs = limits.num_eliminable + limits.num_inputs
    rows += range(outputs, outputs + graph.num_outputs)
    ours, _ = padded.reset(options={"graph": graph})
    theirs, _ = bare.reset()
    for vertex in data.draw(st.permutations(range(n))):
        assert padded.observation_space.contains(ours)
        for key in ("adjacency", "vertex_features"):
            shown = np.zeros_like(ours[key])
            here = np.ix_(rows, rows) if key == "adjacency" else rows
            shown[here] = theirs[key]
            np.testing.assert_array_equal(ours[key], shown)
        assert ours["action_mask"].tolist()[:n] == theirs["action_mask"].tolist()
        assert not ours["action_mask"][n:].any()
        ours, *ends = padded.step(vertex)
        theirs, *expected = bare.step(vertex)
        assert ends[:3] == expected[:3]


def test_a_set_of_graphs_is_padded_to_the_largest() -> None:
    names = ("PropaneCombustion", "RoeFlux_1d")
    small, large = (ve.tasks.get(name).graph for name in names)
    env = make(generator=GraphSet(small, large))
    assert env.limits == Limits(98, 11, 11)
    seen = set()
    for seed in range(12):
        observation, info = env.reset(seed=seed)
        assert env.observation_space.contains(observation)
        assert info["action_mask"].sum() == env.graph.num_eliminable
        seen.add(env.graph.fingerprint)
        features = observation["vertex_features"]
        kinds = features[:, :3].sum(axis=0)
        assert tuple(kinds) == (
            env.graph.num_eliminable,
            env.graph.num_inputs,
            env.graph.num_outputs,
        )
        assert not features[env.graph.num_eliminable : 98].any()
    assert seen == {small.fingerprint, large.fingerprint}
    env.reset(options={"task": names[0]})
    _, reward, _, _, info = env.step(97)
    assert reward < 0, "a row of padding is illegal"
    assert info["cost"] == 0


def test_random_programs_repeat_by_seed_and_are_valid() -> None:
    env = make(generator=RandomPrograms(num_inputs=3, num_operations=20))
    first = [env.reset(seed=k)[0]["adjacency"] for k in range(5)]
    again = [env.reset(seed=k)[0]["adjacency"] for k in range(5)]
    np.testing.assert_array_equal(first, again)
    assert not (first[0] == first[1]).all()
    play(env, range(env.graph.num_eliminable))


def test_an_environment_of_a_split_mixture_plays_whatever_is_drawn() -> None:
    mixture = Mixture(
        (
            FamilyGenerator("ThinFilm", layers=(1, 3)),
            LayeredDAGs(2, 2, 3, 2),
            Renumbered(Traps(max_size=3)),
            GraphSet.of_tasks("MLP"),
        )
    )
    env = make(generator=split(mixture).train)
    assert env.limits == mixture.limits
    sources = set()
    for seed in range(12):
        observation, info = env.reset(seed=seed)
        assert env.observation_space.contains(observation)
        sources.add((env.graph.num_inputs, env.graph.num_outputs))
        _, info = play(env, reversed(range(env.graph.num_eliminable)))
        assert info["cost"] == ve.elimination_cost(env.graph, info["order"])
    assert len(sources) > 4


class Overgrown(GraphSet):
    """Promises less than it yields."""

    @property
    def limits(self) -> Limits:
        return Limits(2, 2, 2)


def test_a_graph_past_the_generator_s_limits_is_refused_in_a_sentence() -> None:
    env = make(generator=Overgrown(ve.tasks.get("PropaneCombustion").graph))
    with pytest.raises(ValueError, match="does not fit the environment's spaces"):
        env.reset(seed=0)
