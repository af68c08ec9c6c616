"""Formats: what an elimination is written as, chosen by the file's ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from vertex_elim_env.errors import VertexEliminationError
from vertex_elim_env.render.animation import write_animation
from vertex_elim_env.render.drawing import draw_replay
from vertex_elim_env.render.page import write_page
from vertex_elim_env.render.recording import Replay


class FormatError(VertexEliminationError, ValueError):
    """A file's ending names no format."""


def _page(story: Replay, path: Path) -> str:
    write_page(story, path)
    return "a page that steps through it"


def _animation(story: Replay, path: Path) -> str:
    shown, states = write_animation(story, path), len(story.steps) + 1
    return f"{shown} frames" + (f", of {states} states" if shown < states else "")


def _drawing(story: Replay, path: Path) -> str:
    draw_replay(story, path)
    return "drawn before, half way and after"


FORMATS: Mapping[str, Callable[[Replay, Path], str]] = MappingProxyType(
    {
        ".html": _page,
        ".gif": _animation,
        ".mp4": _animation,
        ".png": _drawing,
        ".svg": _drawing,
        ".pdf": _drawing,
    }
)
"""By a file's ending what writes it, and says what was written."""


def check_format(path: Path) -> None:
    """Raise FormatError unless an elimination can be written to a file of such a name."""
    if path.suffix not in FORMATS:
        raise FormatError(
            f"the ending of a file says what is written, one of {', '.join(FORMATS)}; got {str(path)!r}"
        )


def write_elimination(story: Replay, path: Path) -> str:
    """Write an elimination as a page, an animation or a drawing, as the file's ending says.

    Returns:
        What was written, in words.

    Raises:
        FormatError: for another ending.
    """
    check_format(path)
    return FORMATS[path.suffix](story, path)
