"""Animations of a replay: GIF by Pillow, MP4 by ffmpeg."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vertex_elim_env.errors import VertexEliminationError, require
from vertex_elim_env.files import write_bytes
from vertex_elim_env.render.picture import (
    BACKGROUND,
    BAR,
    EDGE,
    FAINT,
    GONE,
    HEIGHT,
    INK,
    JOINED,
    KIND_COLOURS,
    LAST,
    WIDTH,
    frames,
)
from vertex_elim_env.render.recording import Replay

MAX_FRAMES = 240
"""A longer order is shown at so many evenly spaced states."""
SECONDS, LAST_SECONDS = 15.0, 2.5
"""How long an animation runs at most, and how long it rests on its last frame."""
SLOWEST = 0.35
"""Seconds of a frame at most."""
NUM_SHADES = 16


class AnimationError(VertexEliminationError, ValueError):
    """An animation can't be written."""


def write_animation(story: Replay, path: Path, *, max_frames: int = MAX_FRAMES) -> int:
    """Write the states of an elimination, one after another, as a GIF or MP4 file.

    Args:
        story: the replay.
        path: the file, which ends in .gif or .mp4.
        max_frames: a longer order is shown at so many evenly spaced states.

    Returns:
        The number of frames.

    Raises:
        MissingExtraError: for a GIF, without Pillow (extra ``plot``).
        AnimationError: for another ending, or for an MP4 without ffmpeg on the path.
    """
    if path.suffix not in (".gif", ".mp4"):
        raise AnimationError(f"an animation's file ends in .gif or .mp4; got {str(path)!r}")
    if path.suffix == ".gif":
        require("PIL", extra="plot")
    elif shutil.which("ffmpeg") is None:
        raise AnimationError(
            f"{path} needs the program ffmpeg, which is not on the path; install it, or write a .gif"
        )
    pictures = list(frames(story, max_frames=max_frames))
    seconds = min(SLOWEST, SECONDS / len(pictures))
    content = (_gif if path.suffix == ".gif" else _mp4)(pictures, seconds)
    write_bytes(path, content)
    return len(pictures)


def _gif(pictures: Sequence[NDArray[np.uint8]], seconds: float) -> bytes:
    from PIL import Image

    palette = Image.new("P", (1, 1))
    palette.putpalette(_palette())
    images = []
    for picture in pictures:
        image = Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE)
        indices = np.array(image)
        indices[(picture == BACKGROUND).all(axis=2)] = (
            0  # Pillow's nearest is not always the nearest
        )
        image.frombytes(indices.tobytes())
        images.append(image)
    each = round(1000 * max(0.02, seconds))
    durations = [each] * (len(images) - 1) + [round(1000 * LAST_SECONDS)]
    stream = io.BytesIO()
    images[0].save(
        stream, "GIF", save_all=True, append_images=images[1:], duration=durations, loop=0
    )
    return stream.getvalue()


def _palette() -> bytes:
    """Every colour of the pictures on its way from the background; one palette, so that none flickers."""
    colours = np.asarray([INK, FAINT, GONE, EDGE, JOINED, LAST, BAR, *KIND_COLOURS.values()])
    shares = np.linspace(0, 1, NUM_SHADES)[:, None, None]
    shades = np.asarray(BACKGROUND) + shares * (colours - BACKGROUND)
    return shades.round().astype(np.uint8).tobytes()


def _mp4(pictures: Sequence[NDArray[np.uint8]], seconds: float) -> bytes:
    rest = [pictures[-1]] * max(1, round(LAST_SECONDS / seconds))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "animation.mp4"
        size, rate = f"{WIDTH}x{HEIGHT}", f"{1 / seconds:.4f}"
        source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", "-"]
        coding = ["-pix_fmt", "yuv420p", "-movflags", "+faststart"]
        command = ["ffmpeg", "-loglevel", "error", "-y", *source, *coding, str(target)]
        raw = b"".join(picture.tobytes() for picture in [*pictures, *rest])
        result = subprocess.run(command, input=raw, capture_output=True, check=False)
        if result.returncode:
            said = result.stderr.decode(errors="replace").strip()
            raise AnimationError(f"ffmpeg could not write the film: {said[-300:]}")
        return target.read_bytes()
