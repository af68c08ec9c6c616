"""python -m vertex_elim_env.tasks.freeze: trace every task and write its graph as data.

A published task's graph must not change under its users, so the files change only by running this
command; a test traces anew and compares.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from vertex_elim_env.files import write_text
from vertex_elim_env.tasks.task import get, names

FROZEN = Path(__file__).parent / "frozen"


def main(argv: Sequence[str] | None = None) -> int:
    """Freeze the named tasks, or all of them."""
    for name in (argv if argv is not None else sys.argv[1:]) or names():
        graph = get(name).traced_graph()
        write_text(FROZEN / f"{name}.json", graph.to_json())
        print(f"{name}: {graph!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
