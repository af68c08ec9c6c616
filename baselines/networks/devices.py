"""Devices: training shared among them, with environments divided and weights on all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

AXIS = "envs"
"""Name of the devices' axis, over which functions take their means and sums."""
WHOLE, DIVIDED = PartitionSpec(), PartitionSpec(AXIS)
"""Of arrays: on every device, or a part of the first axis on each."""


class Devices:
    """Those that share a training.

    Attributes:
        mesh: one axis of them.
    """

    def __init__(self, mesh: Mesh | None = None) -> None:
        """Take the devices of a mesh, by default all there are."""
        axis_types = (AxisType.Auto,)
        all_devices = jax.device_count()
        self.mesh = mesh or jax.make_mesh((all_devices,), (AXIS,), axis_types=axis_types)

    @property
    def size(self) -> int:
        """How many there are."""
        return self.mesh.size

    def check_shares(self, **counts: int) -> None:
        """Raise ValueError if something can't be divided evenly among them."""
        for name, count in counts.items():
            if count % self.size:
                raise ValueError(
                    f"{name} must be a multiple of the {self.size} devices; got {count}"
                )

    def places(self, specs: Any) -> Any:
        """Return where the arrays of a pytree lie, given which are whole and which divided."""
        return jax.tree.map(
            lambda spec: NamedSharding(self.mesh, spec),
            specs,
            is_leaf=lambda x: isinstance(x, PartitionSpec),
        )

    def compiled(self, iterate: Callable[..., Any], specs: Any) -> Any:
        """Return an iteration as a compiled function that runs on all of them.

        Args:
            iterate: from params and a state to the next state and metrics, on one device.
            specs: of the state; params and metrics are whole.
        """
        shared = jax.shard_map(
            iterate,
            mesh=self.mesh,
            in_specs=(WHOLE, specs),
            out_specs=(specs, WHOLE),
            check_vma=False,
        )
        return jax.jit(shared, out_shardings=self.places((specs, WHOLE)))
