"""python -m evaluation COMMAND: one command a module."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

COMMANDS = {
    "demo": "the paper's ten functions: orders, costs, checked Jacobians and their run times",
    "throughput": "eliminations a second of every engine, and start-up seconds",
    "runtime": "Jacobians of every task and batch size timed beside those of JAX",
    "readme": "write the README's results table from the published records",
    "benchmark": "solvers run to records; the best known orders verified and searched; difficulty",
    "report": "a page with plots and sortable tables, and Markdown, from the records of all commands",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the named command with the remaining arguments."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("-h", "--help"):
        print("usage: python -m evaluation COMMAND [options]\n")
        for name, text in COMMANDS.items():
            print(f"  {name:<12} {text}")
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        print(
            f"evaluation: no command {arguments[0]!r}; expected one of {', '.join(COMMANDS)}",
            file=sys.stderr,
        )
        return 2
    return importlib.import_module(f"evaluation.{arguments[0]}").main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main())
