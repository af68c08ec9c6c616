"""A state in a few lines of text."""

from __future__ import annotations

import numpy as np

from vertex_elim_env.game import Game


def to_text(game: Game) -> str:
    """Return the state in a few lines: progress, cost, the last vertex, the cheapest next ones."""
    n, left = game.problem.num_eliminable, np.flatnonzero(~game.eliminated)
    bar = "".join("." if gone else "#" for gone in game.eliminated[:60]) + ("..." if n > 60 else "")
    lines = [
        f"{len(game.order)} of {n} vertices eliminated [{bar}]",
        f"cost {game.cost:,} {game.problem.algebra.cost_model}, {len(game.edges.sources):,} edges live",
        f"last vertex: {game.order[-1] if game.order else 'none'}",
    ]
    cheapest = sorted(left, key=lambda v: (game.candidate_costs[v], v))[:5]
    if cheapest:
        costs = ", ".join(f"{v} ({game.candidate_costs[v]:,})" for v in cheapest)
        lines.append(f"cheapest next: {costs}")
    return "\n".join(lines)
