"""Solution: an elimination order with its cost, its bound, and how it was found."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from vertex_elim_env.algebra import COST_MODELS, check_cost_model
from vertex_elim_env.errors import OrderError
from vertex_elim_env.files import write_text
from vertex_elim_env.graph import is_count

SCHEMA_VERSION = 1


class Improvement(NamedTuple):
    """A cost reached during a search."""

    seconds: float
    evaluations: int
    cost: int


@dataclass(frozen=True)
class Solution:
    """An elimination order of one graph.

    Attributes:
        order: permutation of ``range(n)``.
        cost: what it costs, in the cost model's unit.
        lower_bound: a proved lower bound on any order's cost, 0 where nothing is proved.
        cost_model: "multiplications", "nontrivial" or "flops".
        fingerprint: of the graph it is for.
        method: what found it.
        seconds: wall-clock time of the search, compilation apart.
        evaluations: number of orders that the search evaluated, in whole or in part.
        trace: the improvements on the way.
    """

    order: tuple[int, ...]
    cost: int
    lower_bound: int
    cost_model: str
    fingerprint: str
    method: str
    seconds: float = 0.0
    evaluations: int = 1
    trace: tuple[Improvement, ...] = ()

    def __post_init__(self) -> None:
        check_cost_model(self.cost_model)
        if self.cost < self.lower_bound:
            raise OrderError(
                f"a cost of {self.cost} is below the lower bound {self.lower_bound}; one is wrong"
            )

    @property
    def optimal(self) -> bool:
        """Whether the order is proved optimal: no order costs less than the bound."""
        return self.cost == self.lower_bound

    def to_json(self) -> str:
        """Return the solution as JSON text with a schema version; :meth:`from_json` reads it back."""
        content = {"schema_version": SCHEMA_VERSION, **asdict(self), "optimal": self.optimal}
        return json.dumps(content) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Solution:
        """Read a solution, checking every field (the order itself is checked against its graph).

        Raises:
            OrderError: if the text is no JSON, of another schema, or a field is missing or wrong.
        """
        content = _read_object(text)
        names = {f.name for f in fields(cls)}
        missing = names - set(content)
        unknown = set(content) - names - {"schema_version", "optimal"}
        if missing or unknown or content.get("schema_version") != SCHEMA_VERSION:
            raise OrderError(
                f"not an order file of schema {SCHEMA_VERSION}: missing {sorted(missing)}, "
                f"unknown {sorted(unknown)}, schema_version {content.get('schema_version')!r}"
            )
        _check_fields(content)
        trace = tuple(Improvement(*row) for row in content["trace"])
        values = {
            **{name: content[name] for name in names},
            "order": tuple(content["order"]),
            "trace": trace,
        }
        return cls(**values)

    def save(self, path: str | Path) -> None:
        """Write the solution to a file, atomically."""
        write_text(Path(path), self.to_json())

    @classmethod
    def load(cls, path: str | Path) -> Solution:
        """Read a solution from a file.

        Raises:
            OSError: if the file can't be read.
            OrderError: if it holds no solution.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise OrderError(f"{path} is no UTF-8 text, so no order file") from None
        return cls.from_json(text)


def _read_object(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, TypeError, RecursionError) as error:
        raise OrderError(
            f"an order file must be JSON text as Solution.save writes it; {error}"
        ) from None
    if not isinstance(content, dict):
        raise OrderError(f"an order file must hold a JSON object; got {type(content).__name__}")
    return content


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number here")


def _is_seconds(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )


def _is_trace(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(row, list)
        and len(row) == 3
        and _is_seconds(row[0])
        and is_count(row[1])
        and is_count(row[2])
        for row in value
    )


def _check_fields(content: dict[str, Any]) -> None:
    order = content["order"]
    rules = {
        "order": (
            isinstance(order, list) and all(is_count(v) for v in order),
            "a list of vertices",
        ),
        "cost": (is_count(content["cost"]), "a whole number"),
        "lower_bound": (is_count(content["lower_bound"]), "a whole number"),
        "cost_model": (content["cost_model"] in COST_MODELS, f"one of {', '.join(COST_MODELS)}"),
        "fingerprint": (isinstance(content["fingerprint"], str), "text"),
        "method": (isinstance(content["method"], str), "text"),
        "seconds": (_is_seconds(content["seconds"]), "a time of at least 0"),
        "evaluations": (is_count(content["evaluations"]), "a whole number"),
        "trace": (_is_trace(content["trace"]), "a list of [seconds, evaluations, cost]"),
    }
    for name, (right, expected) in rules.items():
        if not right:
            raise OrderError(
                f"the order file's {name} is {str(content[name])[:60]!r}; expected {expected}"
            )
