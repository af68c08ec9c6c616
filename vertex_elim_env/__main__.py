"""python -m vertex_elim_env, and the console script vertex-elim."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from vertex_elim_env import commands, tasks
from vertex_elim_env.algebra import COST_MODELS, COST_RULES
from vertex_elim_env.errors import VertexEliminationError

METHODS = (
    "auto",
    "forward",
    "reverse",
    "markowitz",
    "markowitz-early",
    "markowitz-late",
    "annealing",
)


def _size(text: str) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if not name or not value.isdecimal():
        raise argparse.ArgumentTypeError(f"expected NAME=NUMBER, such as width=16; got {text!r}")
    return name, int(value)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a positive number; got {text!r}")
    return value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1; got {text!r}")
    return int(text)


def _add_target(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument(
        "target", nargs=None if required else "?", help="a task's name, or module:function"
    )
    parser.add_argument(
        "--args", type=Path, metavar="FILE", help="arguments of module:function, JSON or npz"
    )
    parser.add_argument(
        "--argnums", type=int, nargs="+", metavar="K", help="arguments to differentiate; all"
    )
    parser.add_argument(
        "--size", type=_size, action="append", metavar="NAME=N", help="change a task's size"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result as JSON")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="vertex-elim", description="Elimination orders for automatic differentiation."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    listing = subparsers.add_parser("tasks", help="list the tasks")
    listing.add_argument(
        "--collection",
        choices=tasks.COLLECTIONS,
        default="paper",
        help="the ten of the paper, or functions of science, whose graphs are traced now",
    )
    listing.add_argument("--json", type=Path, metavar="FILE", help="write one record a task")
    listing.set_defaults(run=commands.list_tasks)

    solving = subparsers.add_parser("solve", help="find an elimination order")
    _add_target(solving)
    solving.add_argument("--method", choices=METHODS, default="auto")
    solving.add_argument("--time-limit", type=_positive, default=1.0, metavar="SECONDS")
    solving.add_argument("--seed", type=int, default=0)
    models = "; ".join(f"{name}: {rule.description}" for name, rule in COST_RULES.items())
    solving.add_argument(
        "--cost-model", choices=COST_MODELS, default="multiplications", help=models
    )
    solving.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="folder of order.json; here"
    )
    solving.set_defaults(run=commands.solve)

    verifying = subparsers.add_parser("verify", help="check an order file from scratch")
    verifying.add_argument("file", type=Path, help="an order file, as solve writes it")
    _add_target(verifying, required=False)
    verifying.set_defaults(run=commands.verify)

    timing = subparsers.add_parser("time", help="time a Jacobian beside JAX's own modes")
    _add_target(timing)
    timing.add_argument(
        "--order", default="auto", help="auto, forward, reverse, markowitz or an order file"
    )
    timing.add_argument("--batch", type=_count, default=512)
    timing.add_argument("--seconds", type=_positive, default=2.0)
    timing.set_defaults(run=commands.time_jacobians)

    rendering = subparsers.add_parser("render", help="draw an elimination")
    _add_target(rendering)
    rendering.add_argument(
        "--order", type=Path, metavar="FILE", help="an order file; else one is found"
    )
    rendering.add_argument(
        "--out",
        type=Path,
        default=Path("elimination.png"),
        metavar="FILE",
        help="its ending says what is written: .html (a page to step through), .gif, .mp4, .png, .svg or .pdf",
    )
    rendering.set_defaults(run=commands.render)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; a user's mistake is answered by a sentence and exit status 2."""
    options = build_parser().parse_args(argv)
    try:
        return options.run(options)
    except BrokenPipeError:  # the reader has seen enough, as in `vertex-elim tasks | head -1`
        sys.stdout = None
        return 0
    except (VertexEliminationError, TypeError, OSError) as error:
        print(f"vertex-elim {options.command}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
