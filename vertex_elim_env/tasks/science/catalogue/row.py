"""A row of the catalogue: what a function computes, and where it comes from."""

from __future__ import annotations

from collections.abc import Callable

from vertex_elim_env.tasks.catalogue import TaskSpec

Row = Callable[..., TaskSpec]


def rows_of(domain: str, module: str) -> Row:
    """Return what makes the rows of a domain, whose functions are in one module.

    A row is a name, the function's name, a description, and citations; the function's example
    arguments are what ``<function>_args`` returns.
    """

    def row(name: str, function: str, description: str, *sources: str) -> TaskSpec:
        place = f"vertex_elim_env.tasks.science.{module}:{function}"
        return TaskSpec(
            name,
            domain,
            description,
            sources,
            place,
            f"{place}_args",
            is_builder=False,
            is_frozen=False,
        )

    return row
