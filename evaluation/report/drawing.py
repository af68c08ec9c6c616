"""Drawing: matplotlib figures as svg elements whose colours are the page's, in light and in dark."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vertex_elim_env.errors import require

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, RULE, CARD = "#010101", "#020202", "#030303", "#040404"
"""Stand for variables of the page's style, as matplotlib knows only numbers."""
NUM_SERIES = 8
SERIES = tuple(f"#0500{number:02x}" for number in range(1, NUM_SERIES + 1))
"""Colours of what is compared: the page's series-1, ..."""
MARKERS = "osD^vPX*"
DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))

_VARIABLES = {
    INK: "ink",
    SOFT: "soft",
    RULE: "rule",
    CARD: "card",
    **{colour: f"series-{number}" for number, colour in enumerate(SERIES, start=1)},
}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": SOFT,
    "ytick.labelcolor": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.8,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "lines.linewidth": 2.0,
    "xtick.major.size": 0,
    "xtick.major.pad": 7,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
}


class Canvas:
    """A figure on its way to an svg element: draw on ``axes``, then read ``svg``."""

    def __init__(self, figure: Figure, axes: Axes) -> None:
        self.figure, self.axes = figure, axes
        self.svg = ""


@contextmanager
def drawing(name: str, *, width: float = 5.4, height: float = 3.6) -> Iterator[Canvas]:
    """Open a canvas; the same drawing gives the same text every time.

    Args:
        name: of the figure, in no other figure of a page; ids within it are made of it.
        width, height: in inches.

    Raises:
        MissingExtraError: without the extra ``plot``.
    """
    require("matplotlib", extra="plot")
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasSVG(figure)
        canvas = Canvas(figure, figure.add_subplot())
        yield canvas
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    canvas.svg = themed(text.getvalue(), name)


def themed(text: str, name: str) -> str:
    """Return an svg file of matplotlib as an element of a page."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r'<style type="text/css">.*?</style>', "", text, flags=re.DOTALL)
    text = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1">', text, count=1)
    text = re.sub(r"font-family: [^;\"]*; ?", "", text)
    text = re.sub(
        r' id="(?![mp][0-9a-f]{10}")[^"]*"', "", text
    )  # of groups; nothing refers to them
    text = re.sub(r"\bid=\"", f'id="{name}-', text)
    text = re.sub(r"(url\(|xlink:href=\")#", rf"\1#{name}-", text)
    text = text.replace("xlink:href", "href")
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var(--{variable})")
    return re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL).strip()
