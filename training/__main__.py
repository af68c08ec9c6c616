"""The command: ``python -m training AGENT [options]``, and ``release`` for what an agent has learned."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from vertex_elim_env.errors import VertexEliminationError

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "alphazero": "training.alphazero",
        "ppo": "training.ppo",
        "sb3": "training.sb3",
        "release": "training.release",
    }
)
"""From an agent's name, or what else is done with one, to the module whose ``main(argv)`` does it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Train an agent or release its network; a user's mistake is answered by a sentence and exit status 2."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] not in COMMANDS:
        print(f"usage: python -m training {{{','.join(COMMANDS)}}} [options]", file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    command, *rest = arguments
    try:
        return importlib.import_module(COMMANDS[command]).main(rest)
    except (VertexEliminationError, ValueError, OSError) as error:
        print(f"training {command}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
