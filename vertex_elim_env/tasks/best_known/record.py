"""Record: the best order known of a graph under a cost model, and who found and bounded it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from vertex_elim_env.algebra import COST_MODELS
from vertex_elim_env.errors import VertexEliminationError
from vertex_elim_env.graph import is_count

SCHEMA_VERSION = 1
BOUND_BY_PATHS = "lower_bound"
"""Of a bound that ``vertex_elim_env.lower_bound`` proves; another bound names the solver that did."""


class RecordError(VertexEliminationError, ValueError):
    """A record of a best known order is wrong."""


@dataclass(frozen=True)
class Record:
    """The best order known of a graph under a cost model.

    Attributes:
        instance: name of an instance that has the graph.
        fingerprint: of the graph.
        cost_model: "multiplications", "nontrivial" or "flops".
        cost: of the order.
        lower_bound: proved bound on the cost of any order, 0 where nothing is proved.
        bound_by: what proves it: "lower_bound", or the solver whose search did.
        solver: what found the order.
        seed: of its random choices.
        seconds: its time limit, 0 where it had none.
        order: permutation of ``range(n)``.
    """

    instance: str
    fingerprint: str
    cost_model: str
    cost: int
    lower_bound: int
    bound_by: str
    solver: str
    seed: int
    seconds: float
    order: tuple[int, ...]

    @property
    def is_optimal(self) -> bool:
        """Whether no order costs less."""
        return self.cost == self.lower_bound

    @property
    def file_name(self) -> str:
        """Name of the record's file."""
        return f"{self.fingerprint}.{self.cost_model}.json"

    def to_json(self) -> str:
        """Return the record as one line of JSON."""
        return json.dumps({"schema_version": SCHEMA_VERSION, **asdict(self)}) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Record:
        """Read a record, checking every field (the order itself is checked against its graph).

        Raises:
            RecordError: if the text is no record.
        """
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise RecordError(f"a record must be JSON text; {error}") from None
        names = {field.name for field in fields(cls)}
        if not isinstance(content, dict) or content.pop("schema_version", None) != SCHEMA_VERSION:
            raise RecordError(f"a record must be a JSON object of schema_version {SCHEMA_VERSION}")
        if set(content) != names:
            raise RecordError(
                f"a record must have the fields {', '.join(sorted(names))}; "
                f"differing: {', '.join(sorted(set(content) ^ names))}"
            )
        _check_fields(content)
        return cls(**{**content, "order": tuple(content["order"])})


def _check_fields(content: Mapping[str, Any]) -> None:
    order, seconds = content["order"], content["seconds"]
    is_time = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    rules = {
        **{
            name: isinstance(content[name], str) and bool(content[name])
            for name in ("instance", "fingerprint", "bound_by", "solver")
        },
        **{name: is_count(content[name]) for name in ("cost", "lower_bound", "seed")},
        "cost_model": content["cost_model"] in COST_MODELS,
        "seconds": is_time and math.isfinite(seconds) and seconds >= 0,
        "order": isinstance(order, list) and all(is_count(vertex) for vertex in order),
    }
    for name, is_right in rules.items():
        if not is_right:
            raise RecordError(f"the record's {name} is {str(content[name])[:60]!r}")
