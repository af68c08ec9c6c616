"""Episodes without an interface: graphs described, games played on the compiled engine, rewarded, ended."""

from vertex_elim_env.game.episode import Episode, Outcome
from vertex_elim_env.game.fleet import Fleet
from vertex_elim_env.game.game import Game, LiveEdges
from vertex_elim_env.game.opening import Opening, Openings
from vertex_elim_env.game.settings import (
    MAX_VERTICES,
    RENDER_MODES,
    ObservationKind,
    OnInvalid,
    Options,
    Settings,
    make_settings,
)
from vertex_elim_env.game.state import EpisodeState

__all__ = [
    "MAX_VERTICES",
    "RENDER_MODES",
    "Episode",
    "EpisodeState",
    "Fleet",
    "Game",
    "LiveEdges",
    "ObservationKind",
    "OnInvalid",
    "Opening",
    "Openings",
    "Options",
    "Outcome",
    "Settings",
    "make_settings",
]
