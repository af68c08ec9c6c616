"""Pictures of an elimination: text, frames, animations, a drawing, and a page that steps through it."""

from vertex_elim_env.render.animation import write_animation
from vertex_elim_env.render.drawing import draw_elimination
from vertex_elim_env.render.formats import FORMATS, check_format, write_elimination
from vertex_elim_env.render.page import to_page, write_page
from vertex_elim_env.render.picture import frames, to_picture
from vertex_elim_env.render.recording import Replay, Step, replay
from vertex_elim_env.render.text import to_text

__all__ = [
    "FORMATS",
    "Replay",
    "Step",
    "check_format",
    "draw_elimination",
    "frames",
    "replay",
    "to_page",
    "to_picture",
    "to_text",
    "write_animation",
    "write_elimination",
    "write_page",
]
