"""Laws of the executor on random programs, and of the fuzzer that looks for more of them."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import fuzz
from tests.conformance.case import primitives_of
from tests.operations.catalogue import OPERATIONS, Operation
from tests.programs import Program, Step, draw_step, random_inputs, result_shapes
from vertex_elim_env.primitives import registered_names, rule

UNREACHED = {
    "clz": "integers only, as population_count",
    "copy_p": "a copy by another name",
    "custom_vjp_call_jaxpr": "the name of custom_vjp_call in some versions of JAX",
    "eq_to": "total order, of sorted integers",
    "expand_dims": "a reshape in this version of JAX",
    "igamma_grad_a": "inside the derivative of igamma, without one of its own",
    "layout_constraint": "of compiled programs",
    "le_to": "total order, of sorted integers",
    "lt_to": "total order, of sorted integers",
    "pvary": "under shard_map",
    "random_gamma_grad": "inside random numbers' derivative, without one of its own",
    "reshard": "on several devices",
    "sharding_constraint": "on several devices",
}
"""Registered primitives that no operation of random programs comes to, and why."""


@settings(max_examples=40)
@given(fuzz.trials(max_steps=8, names=tuple(sorted(OPERATIONS))))
def test_two_orders_give_jax_s_own_jacobian_at_the_counted_cost(trial: fuzz.Trial) -> None:
    fuzz.Record().check(trial)


def reached_by(operation: Operation) -> set[str]:
    """The primitives that some draws of an operation come to."""
    reached: set[str] = set()
    shapes = st.lists(st.sampled_from([1, 2, 3]), max_size=3).map(tuple)

    @settings(
        max_examples=80 if operation.kind in ("indexing", "reduction") else 8,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        found = [data.draw(shapes) for _ in range(operation.arity)]
        step = draw_step(data.draw, operation, found)
        if step and result_shapes(step, found):
            operands = [jax.ShapeDtypeStruct(found[k], np.float32) for k in step.operands]
            reached.update(primitives_of(jax.make_jaxpr(step)(*operands).jaxpr))

    run()
    return reached


def test_every_registered_primitive_is_drawn() -> None:
    reached = set().union(*(reached_by(operation) for operation in OPERATIONS.values()))
    assert set(registered_names()) - reached == set(UNREACHED) & set(registered_names())


def test_a_wrong_rule_is_found_shrunk_and_printed_as_a_script(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(rule._RULES, "neg", rule.find_rule("copy"))
    arguments = "--minutes 1 --seed 0 --steps 4 --only neg sin mul reshape".split()
    assert fuzz.main(arguments) == 1
    printed = capsys.readouterr().out
    script = printed.split("=" * 100)[1]
    assert script.count("# neg") == 1
    assert not {"# sin", "# mul", "# reshape"} & set(script.splitlines())
    try:
        exec(compile(script, "script", "exec"), {})
    finally:
        jax.config.update("jax_enable_x64", False)  # the script sets it for its process
    assert "off" in capsys.readouterr().out


def test_it_ends_in_time_or_when_interrupted_with_a_summary(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fuzz.main(["--minutes", "0"]) == 0
    assert "0 programs right" in capsys.readouterr().out

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fuzz, "run_batch", interrupted)
    assert fuzz.main(["--minutes", "1"]) == 0
    assert "interrupted" in capsys.readouterr().out


def test_a_program_is_its_source() -> None:
    steps = (Step("split", "tuple(lax.split(a, (1, 2)))", (0,), 2), Step("mul", "a * b", (1, 2)))
    program = Program(((3,),), steps, (3,))
    names: dict[str, Any] = {}
    exec(compile(f"from jax import lax\n{program.source}", "program", "exec"), names)
    (x,) = random_inputs(program.shapes, 0, "float32")
    np.testing.assert_array_equal(program(x)[0], names["program"](x)[0])
