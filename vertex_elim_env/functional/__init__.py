"""The pure JAX environment: functions of arrays, for jit, vmap, scan and shard_map; needs the extra ``jax``.

The same game as ``VertexEliminationEnv``: same graph and actions give equal costs, rewards, masks, ends
and observations. Everything that an episode is played by is one pytree, ``Params``, so that other
graphs of the same padded shape need no new trace, and batches may mix graphs: by ``State.graph``
among those of one ``Params``, or by ``vmap`` over stacked ``Params``.

>>> import jax
>>> from vertex_elim_env import functional, tasks
>>> params = functional.make_params(tasks.get("HumanHeartDipole").graph)
>>> state = functional.init(params, jax.random.key(0))
>>> for action in reversed(range(params.num_actions)):  # reverse mode
...     state, outcome = functional.step(params, state, action)
>>> int(outcome.cost), bool(outcome.terminated)
(172, True)

Costs are exact whole numbers: int32 if no order of the graphs can cost 2**31 or more, else int64, for
which ``jax_enable_x64`` must be on; ``make_params`` says so. A pair of structures that the warm-up of
the tables did not meet is answered as if dense: ``State.num_widened`` counts that, and while it is 0
the costs are those of every other engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vertex_elim_env.functional.episode import (
        Outcome,
        State,
        init,
        legal_mask,
        restart,
        reward_between,
        start,
        step,
        step_autoreset,
    )
    from vertex_elim_env.functional.func_env import VertexEliminationFuncEnv
    from vertex_elim_env.functional.keyed_env import VertexEliminationKeyedEnv
    from vertex_elim_env.functional.observation import observe
    from vertex_elim_env.functional.params import Openings, Params, make_params
    from vertex_elim_env.functional.rollouts import Policy, Rollout, random_actions, rollout

__all__ = [
    "Openings",
    "Outcome",
    "Params",
    "Policy",
    "Rollout",
    "State",
    "VertexEliminationFuncEnv",
    "VertexEliminationKeyedEnv",
    "init",
    "legal_mask",
    "make_params",
    "observe",
    "random_actions",
    "restart",
    "reward_between",
    "rollout",
    "start",
    "step",
    "step_autoreset",
]

_HOMES = {
    "episode": (
        "Outcome",
        "State",
        "init",
        "legal_mask",
        "restart",
        "reward_between",
        "start",
        "step",
        "step_autoreset",
    ),
    "func_env": ("VertexEliminationFuncEnv",),
    "keyed_env": ("VertexEliminationKeyedEnv",),
    "observation": ("observe",),
    "params": ("Openings", "Params", "make_params"),
    "rollouts": ("Policy", "Rollout", "random_actions", "rollout"),
}


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importlib.import_module("vertex_elim_env.errors").require("jax", extra="jax")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
