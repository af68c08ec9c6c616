"""tune: the fastest candidate is chosen, said, remembered, and never a wrong Jacobian."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import vertex_elim_env as ve
from vertex_elim_env.errors import TraceError, VertexEliminationError
from vertex_elim_env.executor import Tuning, candidates, tuning
from vertex_elim_env.executor.memory import current_memory
from vertex_elim_env.executor.timing import Timing
from vertex_elim_env.ordering import Solution

ROOT = Path(__file__).parents[2]
X = jnp.asarray([0.3, 0.7, 1.1], jnp.float32)
W = jnp.asarray(np.random.default_rng(0).normal(size=(2, 3)), jnp.float32)
BRIEFLY = 1e-3


def layer(w: jax.Array, x: jax.Array) -> jax.Array:
    return jnp.tanh(w @ x) * jnp.sum(x**2)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VERTEX_ELIM_CACHE", str(tmp_path))
    return tmp_path


class FakeClock:
    """Times by name, and what was timed."""

    def __init__(self, medians: Mapping[str, float | Sequence[float]]) -> None:
        self.medians = medians
        self.rounds: list[tuple[set[str], list[Any], float]] = []

    def __call__(
        self, compiled: Mapping[str, Any], arguments: list[Any], *, seconds: float
    ) -> dict[str, Timing]:
        self.rounds.append((set(compiled), arguments, seconds))
        return {name: self._timing(name) for name in compiled}

    def _timing(self, name: str) -> Timing:
        median: Any = self.medians.get(name, 9.0)
        median = median if isinstance(median, float) else median[len(self.rounds) - 1]
        return Timing(median, median * 0.99, median * 1.01, 5)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeClock]:
    def install(**medians: Any) -> FakeClock:
        fake = FakeClock({name.replace("_", "."): value for name, value in medians.items()})
        monkeypatch.setattr(tuning, "time_interleaved", fake)
        return fake

    return install


@pytest.mark.parametrize("name", ["forward", "reverse", "jax.jacfwd", "jax.jacrev"])
def test_the_smallest_median_is_chosen_and_taken_from_then_on(
    name: str, clock: Any, cache: Path
) -> None:
    clock(**{name: 1.0})
    chosen = ve.tune(layer, W, X)
    assert isinstance(chosen, Solution)
    assert (chosen.method, chosen.batch, chosen.timings[name].median) == (name, None, 1.0)
    auto = str(jax.make_jaxpr(jax.jit(ve.jacobian(layer)))(W, X))
    assert auto == str(jax.make_jaxpr(jax.jit(ve.jacobian(layer, order=chosen)))(W, X))
    assert len(list(cache.iterdir())) == 1


def test_jax_s_own_stands_for_the_order_of_its_direction(clock: Any) -> None:
    for name, direction in (("jax.jacfwd", "forward"), ("jax.jacrev", "reverse")):
        clock(**{name: 1.0})
        chosen = ve.tune(layer, W, X)
        graph = ve.trace(layer, W, X)
        expected = ve.find_order(graph, direction, cost_model="nontrivial")
        assert (chosen.method, chosen.order, chosen.cost) == (name, expected.order, expected.cost)


def test_the_clearly_slower_are_left_out_of_the_second_round_but_not_jax_s_better(
    clock: Any,
) -> None:
    fake = clock(forward=(1.0, 3.0), reverse=(1.2, 2.0), jax_jacfwd=5.0, jax_jacrev=4.0)
    chosen = ve.tune(layer, W, X, seconds=10.0)
    (first, _, before), (second, _, after) = fake.rounds
    assert {"forward", "reverse", "jax.jacfwd", "jax.jacrev"} <= first
    assert second == {"forward", "reverse", "jax.jacrev"}
    assert before + after == pytest.approx(10.0)
    assert chosen.method == "reverse"
    assert chosen.timings["forward"].median == 3.0
    assert chosen.timings["jax.jacfwd"].median == 5.0


def test_real_times_are_medians_between_their_quartiles() -> None:
    chosen = ve.tune(layer, W, X, seconds=BRIEFLY)
    assert {"forward", "reverse", "jax.jacfwd", "jax.jacrev"} <= set(chosen.timings)
    for timing in chosen.timings.values():
        assert 0 < timing.lower_quartile <= timing.median <= timing.upper_quartile
    assert chosen.device == jax.devices()[0].device_kind


def test_every_search_is_tried_and_equal_orders_once(clock: Any) -> None:
    t = ve.tasks.get("RoeFlux_1d")
    orders = candidates.orders_of(t.graph)
    assert set(orders) <= set(candidates.SEARCHES)
    assert len({solution.order for solution in orders.values()}) == len(orders) >= 5
    assert {solution.cost_model for solution in orders.values()} == {"nontrivial", "flops"}
    assert all(solution.method == name for name, solution in orders.items())
    assert set(candidates.orders_of(ve.trace(jnp.sin, X))) == {"forward"}


def test_what_can_not_be_compiled_is_left_out_and_named(clock: Any) -> None:
    clock(jax_jacrev=0.1)

    def doubling(x: jax.Array, n: Any) -> jax.Array:
        return jax.lax.while_loop(lambda c: c[0] < n, lambda c: (c[0] + 1, c[1] * 2), (0, x))[1]

    chosen = ve.tune(doubling, X, 3)
    assert "while_loop" in chosen.left_out["jax.jacrev"]
    assert "jax.jacrev" not in chosen.timings and chosen.method != "jax.jacrev"


def test_a_wrong_jacobian_is_never_chosen(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock(reverse=0.1)
    right = candidates.jacobian

    def wrong(fn: Any, argnums: Any, *, order: Solution, **options: Any) -> Any:
        run = right(fn, argnums, order=order, **options)
        return lambda *args: run(*args) * (1.01 if order.method == "reverse" else 1.0)

    monkeypatch.setattr(candidates, "jacobian", wrong)
    with pytest.raises(VertexEliminationError, match=r"by reverse deviates .* report the function"):
        ve.tune(layer, W, X)


def test_numbers_that_jax_s_modes_lack_are_no_deviation() -> None:
    """At 0 both modes come to 0 * inf, the orders perhaps not."""
    chosen = ve.tune(lambda x: jnp.sqrt(x * x), jnp.zeros(2), seconds=BRIEFLY)
    assert len(chosen.timings) >= 3


@pytest.mark.parametrize(
    ("actual", "expected", "deviation"),
    [
        ([1.0, 2.2], [1.0, 2.0], 0.1),
        ([np.nan, 2.0], [1.0, 2.0], np.inf),
        ([1.0, 2.0], [np.nan, 2.0], 0.0),
        ([0.5], [0.0], 0.5),
        ([1e30], [np.inf], 0.0),
        ([3.0j], [3.0], np.sqrt(2.0)),
        ([], [], 0.0),
    ],
)
def test_deviations_are_relative_to_the_largest_number(
    actual: Any, expected: Any, deviation: float
) -> None:
    kind = jnp.complex64 if np.iscomplexobj(actual) else jnp.float32
    found, _ = tuning._deviation(jnp.asarray(actual, kind), jnp.asarray(expected, kind))
    assert float(found) == pytest.approx(deviation)


def test_a_batch_is_timed_on_varied_floats_and_repeated_integers_and_keys(clock: Any) -> None:
    fake = clock()

    def noisy(p: dict[str, Any], key: jax.Array, k: jax.Array, s: float) -> jax.Array:
        return jnp.tanh(p["w"] @ p["x"]) * jax.random.normal(key, (2,)) * k * s

    args = ({"w": W, "x": np.asarray(X)}, jax.random.key(3), jnp.int32(5), 2.0)
    chosen = ve.tune(noisy, *args, batch=7)
    w, x, key, k, s = fake.rounds[0][1]
    assert chosen.batch == 7
    assert (w.shape, x.shape, key.shape, k.shape, s.shape) == ((7, 2, 3), (7, 3), (7,), (7,), (7,))
    np.testing.assert_allclose(w, np.broadcast_to(W, w.shape), rtol=1.1e-3)
    assert len(np.unique(np.asarray(x)[:, 0])) == 7
    assert (key == jax.random.key(3)).all() and (k == 5).all() and (s == 2).all()
    assert s.weak_type and k.dtype == jnp.int32


def calls(run: Callable[..., Any], *args: Any) -> list[str]:
    """The methods of the choices that a call comes to."""
    from vertex_elim_env.executor import orders

    found: list[str] = []
    settle = orders.settle_order
    home = sys.modules["vertex_elim_env.executor.jacobian"]

    def spy(*arguments: Any) -> Any:
        order = settle(*arguments)
        found.append(getattr(order, "method", order))
        return order

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "settle_order", spy)
        run(*args)
    return found


@pytest.mark.usefixtures("cache")
def test_arguments_beside_the_differentiated_one_are_of_any_kind(clock: Any) -> None:
    clock(jax_jacfwd=0.1)
    key = jax.random.key(3)

    def noisy(x: jax.Array, key: jax.Array, index: Any, power: Any) -> jax.Array:
        return x**power * jax.random.normal(key, x.shape) + x[index]

    ve.tune(noisy, X, key, 1, 2.0, batch=3)
    run = ve.jacobian(noisy)
    assert calls(run, X, jax.random.key(4), 1, 2.0) == ["jax.jacfwd"]
    assert calls(jax.jit(run), X, key, 2, 3.0) == ["jax.jacfwd"]
    assert calls(jax.jit(lambda x: run(x, key, 1, 2.0)), X) == ["jax.jacfwd"]
    assert calls(jax.vmap(run, (0, None, None, None)), jnp.stack([X, X]), key, 1, 2.0) == [
        "jax.jacfwd"
    ]


@pytest.mark.usefixtures("cache")
def test_an_argument_that_must_be_static_stays_static(clock: Any) -> None:
    clock(reverse=0.1)

    def powers(x: jax.Array, n: int, name: str) -> jax.Array:
        return sum((jnp.sin(x) ** k for k in range(1, n)), x) * len(name)

    ve.tune(powers, X, 4, "two", batch=3)
    run = ve.jacobian(powers)
    assert calls(run, X, 4, "two") == ["reverse"]
    assert calls(jax.jit(run, static_argnums=(1, 2)), X, 4, "two") == ["reverse"]
    assert calls(run, X, 3, "two") == ["auto"]


EDGES: dict[str, tuple[Any, ...]] = {
    "nothing to eliminate": (lambda x: x * 2, X),
    "identity": (lambda x: x, X),
    "constant": (lambda x: jnp.ones(2), X),
    "an empty output": (lambda x: (x[:0], jnp.sin(x).sum()), X),
    "an empty input": (lambda x: jnp.sin(x) * 2, jnp.ones(0)),
    "nothing returned": (lambda x: {}, X),
    "None beside": (lambda x: {"a": jnp.exp(x) * 2, "b": None}, X),
    "a Python number": (lambda x: jnp.sin(x) * x, 2.0),
    "half precision": (lambda x: jnp.sin(x) * x, X.astype(jnp.bfloat16)),
}


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("batch", [None, 1, 3])
@pytest.mark.parametrize("name", EDGES)
def test_edge_cases_are_tuned_and_found_again(name: str, batch: int | None, clock: Any) -> None:
    clock()
    function, *args = EDGES[name]
    chosen = ve.tune(function, *args, batch=batch)
    assert not chosen.left_out.keys() - {"jax.jacrev" if name == "nothing returned" else ""}
    assert calls(jax.jit(ve.jacobian(function)), *args) == [chosen.method]
    assert calls(ve.jacobian(function), *args) == [chosen.method]


@pytest.mark.usefixtures("cache")
def test_options_of_jacobian_are_options_of_tune(clock: Any) -> None:
    clock(jax_jacrev=0.1)

    def both(x: jax.Array, k: Any) -> jax.Array:
        return jnp.sin(x) * k

    def with_aux(x: jax.Array, k: Any) -> Any:
        return both(x, k), {"sum": x.sum(), "none": None}

    assert ve.tune(both, X, 3, argnums=[0, 1], allow_int=True).method == "jax.jacrev"
    z = X.astype(jnp.complex64)
    assert ve.tune(jnp.exp, z, holomorphic=True, batch=2).method == "jax.jacrev"
    assert ve.tune(with_aux, X, 3, has_aux=True, batch=2).method == "jax.jacrev"


def test_what_was_chosen_is_said(clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    clock(jax_jacrev=2e-6, forward=3e-6)
    with caplog.at_level(logging.INFO, logger="vertex_elim_env"):
        ve.tune(layer, W, X, batch=2)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("layer: jax.jacrev, JAX's own, chosen for batch 2 on")
    assert "forward 3.0" in line and "jax.jacrev 2.0" in line


def test_a_second_process_takes_the_choice(clock: Any, cache: Path) -> None:
    clock(jax_jacfwd=0.1)
    code = (
        "import sys, jax; sys.path.insert(0, 'tests/executor'); import test_tuning as t\n"
        "run = t.ve.jacobian(t.layer)\n"
        "print(t.calls(jax.jit(jax.vmap(run)), t.jnp.stack([t.W] * 2), t.jnp.stack([t.X] * 2)))"
    )
    ve.tune(layer, W, X, batch=16)
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "VERTEX_ELIM_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "['jax.jacfwd']"


def test_the_record_on_disk_holds_the_medians(clock: Any, cache: Path) -> None:
    clock(reverse=0.5)
    chosen = ve.tune(layer, W, X, batch=16)
    (path,) = cache.iterdir()
    (entry,) = json.loads(path.read_text())["tunings"]
    assert entry["timings"]["reverse"]["median"] == 0.5
    assert Tuning.from_record(entry) == chosen


def test_without_a_memory_nothing_is_remembered(clock: Any) -> None:
    clock(jax_jacfwd=0.1)
    assert current_memory() is None
    ve.tune(layer, W, X)
    assert calls(ve.jacobian(layer), W, X) == ["auto"]


def test_progress_is_shown_where_it_is_asked_for(
    clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    clock()
    ve.tune(layer, W, X)
    assert capsys.readouterr().out == ""
    ve.tune(layer, W, X, progress=True)
    assert "timing" in capsys.readouterr().out


REFUSED: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any], type[Exception], str]] = {
    "no function": (3, (X,), {}, TypeError, "must be callable"),
    "no batch": (jnp.sin, (X,), {"batch": 0}, ValueError, "positive number or None"),
    "batch no number": (jnp.sin, (X,), {"batch": True}, ValueError, "positive number or None"),
    "no time": (jnp.sin, (X,), {"seconds": 0}, ValueError, "positive number"),
    "endless": (jnp.sin, (X,), {"seconds": float("inf")}, ValueError, "positive number"),
    "integers": (lambda n: n * 2, (3,), {}, TraceError, "needs floating-point inputs"),
    "integers out": (jnp.argmax, (X,), {}, TraceError, "needs floating-point outputs"),
    "complex": (jnp.exp, (X * 1j,), {}, TraceError, "needs real inputs"),
    "no argument": (jnp.sin, (), {}, ValueError, "0 positional arguments"),
    "wrong argnums": (jnp.sin, (X,), {"argnums": 1}, ValueError, "1 positional arguments"),
    "shapes only": (jnp.sin, (jax.eval_shape(lambda: X),), {}, TypeError, "concrete arrays"),
    "its own error": (lambda x: x.nothing, (X,), {}, AttributeError, "nothing"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_mistakes_are_refused_in_a_sentence(name: str) -> None:
    function, args, options, error, sentence = REFUSED[name]
    with pytest.raises(error, match=sentence):
        ve.tune(function, *args, **options)


def test_under_jit_nothing_can_be_timed() -> None:
    with pytest.raises(TypeError, match="outside jit and vmap"):
        jax.jit(lambda x: ve.tune(jnp.sin, x))(X)


def test_where_no_candidate_runs_each_reason_is_given() -> None:
    def failing(x: jax.Array) -> jax.Array:
        def fail(_: np.ndarray) -> np.ndarray:
            raise RuntimeError("no number today")

        return x * jax.pure_callback(fail, jax.ShapeDtypeStruct((), x.dtype), 1.0)

    with pytest.raises(VertexEliminationError, match=r"could be run\. .*forward: .*jax.jacrev: "):
        ve.tune(failing, X, seconds=BRIEFLY)
