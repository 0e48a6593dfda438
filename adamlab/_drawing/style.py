"""The look of the series: colours for light and dark paper, and one for each method."""

import contextlib
import contextvars
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import matplotlib as mpl
import matplotlib.style
from matplotlib.colors import LinearSegmentedColormap

from .._core.signature import name_of

__all__ = [
    "AVERAGE",
    "DARK",
    "DIVISOR",
    "GRADIENT",
    "LIGHT",
    "LOOKS",
    "OTHER_LOOKS",
    "STEP",
    "Theme",
    "WARNING",
    "look",
    "styled",
]

STYLE = Path(__file__).with_name("adamlab.mplstyle")


class Theme(NamedTuple):
    """Colours of what stands behind the paths.

    Attributes
    ----------
    paper, ink, contour : str
    ground : matplotlib.colors.Colormap
        From the lowest height to the highest.
    column : int
        Which of a method's two colours stands out on it.
    """

    paper: str
    ink: str
    contour: str
    ground: LinearSegmentedColormap
    column: int


def _ground(*colours: str) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("ground", colours)


LIGHT = Theme("white", "#222222", "white", _ground("#86abc7", "#b5cbdb", "#dbe6ed", "#fafbfb"), 0)

DARK = Theme("#111111", "#e6e6e6", "#4a5a68", _ground("#0a0f14", "#16222c", "#233441", "#334653"), 1)

# What is drawn besides the methods has colours of its own: one for light paper, one for dark.
GRADIENT, AVERAGE, STEP, DIVISOR = (
    ("#007a59", "#2fc79b"),
    ("#0064a8", "#6cb8ee"),
    ("#d55e00", "#ff8a3c"),
    ("#8e3b8a", "#dd97d9"),
)

WARNING = "#d55e00"  # stands out on light and on dark paper

# Each method has a colour of its own (on light paper, on dark), and a pair of marker and dash of its own.
# Two that share the marker or the dash differ in colour for colour-blind readers too: chosen by measuring
# the distances, as a test does. Dark and bright colours alternate, for hues alone would not do.
LOOKS = {
    "gradient_descent": (("#000000", "#ffffff"), "o", "-"),
    "momentum": (("#2070f0", "#6c88d3"), "s", "-"),
    "nesterov": (("#0c95be", "#3faecd"), "D", "--"),
    "adagrad": (("#007a59", "#12dc9c"), "^", "-"),
    "adadelta": (("#5b5f20", "#a9f24a"), "v", "--"),
    "rmsprop": (("#8e3b8a", "#b14cfa"), "P", "-"),
    "adam": (("#d55e00", "#ff8a3c"), "D", "-"),
    "amsgrad": (("#fb3f6d", "#ee1d73"), "s", "--"),
    "adamw": (("#b6824b", "#fee596"), "D", "-."),
    "nadam": (("#482609", "#a0742f"), "^", "--"),
    "adamax": (("#6f043e", "#ca63a4"), "P", "-."),
}

OTHER_LOOKS = [
    (("#010096", "#9a8789"), "X", "-"),
    (("#f52ab8", "#8ea75f"), "v", "-."),
    (("#1405fd", "#a78aff"), "p", "--"),
    (("#1e0351", "#94e9ce"), "s", ":"),
]

_theme = contextvars.ContextVar("theme", default=LIGHT)


def look(step: Callable[..., Any], index: int = 0, theme: Theme = LIGHT) -> tuple[str, str, str]:
    """Colour, marker and dash of a method, the same in every picture.

    Parameters
    ----------
    step : callable
        A step of the series, or any other by its name.
    index : int
        Tells apart steps that are not in the series.
    theme : Theme

    Returns
    -------
    colour, marker, dash : str
    """
    colours, marker, dash = LOOKS.get(name_of(step), OTHER_LOOKS[index % len(OTHER_LOOKS)])
    return colours[theme.column], marker, dash


@contextlib.contextmanager
def styled(theme: Theme | None = None) -> Iterator[None]:
    """A context in which figures are made, drawn and saved in the look of the series.

    A user's own Matplotlib settings do not affect them: `savefig.bbox`, for example, would crop the landscape
    to a different size from the path above it.

    Parameters
    ----------
    theme : Theme, optional
        The theme of the surrounding context unless given, or else the light one.

    Returns
    -------
    context manager
    """
    theme = theme or _theme.get()
    before = _theme.set(theme)
    with mpl.rc_context():
        settings = cast(dict[str, Any], mpl.rcParams)
        dict.update(settings, _settings(theme.ink, theme.paper))  # they were checked when they were made
        try:
            yield
        finally:
            _theme.reset(before)


@functools.cache
def _settings(ink: str, paper: str) -> dict[str, Any]:
    """All of Matplotlib's settings, but those that make no difference to a picture."""
    inks = ["text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"]
    papers = ["figure.facecolor", "axes.facecolor", "savefig.facecolor"]
    own = dict.fromkeys(inks, ink) | dict.fromkeys(papers, paper)
    with mpl.style.context([STYLE, own], after_reset=True):
        return {name: mpl.rcParams[name] for name in mpl.rcParams if name not in ("backend", "interactive")}
