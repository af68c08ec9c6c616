"""Loops and branches: one vertex an output, axes that run through the whole body linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vertex_elim_env.primitives.batched import Passed
from vertex_elim_env.primitives.calls import body_reach, reaching_rule
from vertex_elim_env.primitives.passing import Reach, follow, identity, merge
from vertex_elim_env.primitives.rule import Equation, OutputRule, register


@register("cond")
def cond(eqn: Equation) -> tuple[OutputRule, ...]:
    """Branches on operand 0: what all of them pass on."""
    reaches: list[Reach] = [{} for _ in eqn.results]
    for branch in eqn.params["branches"]:
        for total, reach in zip(reaches, body_reach(branch.jaxpr), strict=True):
            for source, passed in reach.items():
                merge(total, source + 1, passed)
    return reaching_rule(eqn, reaches)


@register("while")
def while_(eqn: Equation) -> tuple[OutputRule, ...]:
    """Operands: constants of the condition, constants of the body, the carry."""
    before, num_consts = eqn.params["cond_nconsts"], eqn.params["body_nconsts"]
    step = body_reach(eqn.params["body_jaxpr"].jaxpr)
    inputs = {k: {before + k: identity(eqn.shape(before + k))} for k in range(num_consts)}
    return reaching_rule(eqn, _repeated(eqn, step, inputs, before + num_consts, num_consts))


@register("scan")
def scan(eqn: Equation) -> tuple[OutputRule, ...]:
    """Operands: constants, the carry, arrays read along axis 0; outputs: the carry, arrays stacked."""
    num_consts, num_carry = eqn.params["num_consts"], eqn.params["num_carry"]
    step = body_reach(eqn.params["jaxpr"].jaxpr)
    read = range(num_consts + num_carry, len(eqn.operands))
    inputs: dict[int, Reach] = {k: {k: identity(eqn.shape(k))} for k in range(num_consts)}
    inputs |= {k: {k: {a: a - 1 for a in range(1, len(eqn.shape(k)))}} for k in read}
    carry = _repeated(eqn, step[:num_carry], inputs, num_consts, num_consts)
    stacked = []
    for reach in step[num_carry:]:
        through = follow({num_consts + k: one for k, one in enumerate(carry)}, reach)
        direct = follow(inputs, reach)
        total: Reach = {k: _after_first(passed) for k, passed in through.items()}
        for k, passed in direct.items():
            step_by_step = k in read and k not in through
            merge(total, k, {**_after_first(passed), **({0: 0} if step_by_step else {})})
        stacked.append(total)
    return reaching_rule(eqn, [*carry, *stacked])


def _after_first(passed: Passed) -> Passed:
    """The same for an output that is stacked along a new axis 0."""
    return {axis: target + 1 for axis, target in passed.items()}


def _repeated(
    eqn: Equation, step: Sequence[Reach], inputs: Mapping[int, Reach], first: int, place: int
) -> list[Reach]:
    """What a carry has of a loop's operands after any number of steps.

    Args:
        eqn: the loop.
        step: what the carry has of the body's inputs after one.
        inputs: what the body's other inputs have of the loop's operands.
        first: the first operand that is the carry.
        place: the first of the body's inputs that is the carry.
    """
    carry: list[Reach] = [{first + k: identity(eqn.shape(first + k))} for k in range(len(step))]
    while True:
        sources = {**inputs, **{place + k: reach for k, reach in enumerate(carry)}}
        following = [dict(reach) for reach in carry]
        for reach, one in zip(following, step, strict=True):
            for source, passed in follow(sources, one).items():
                merge(reach, source, passed)
        if following == carry:
            return carry
        carry = following
