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

__all__ = ["BLUE", "DARK", "GREEN", "LIGHT", "OTHER_LOOKS", "PURPLE", "RED", "Theme", "look", "styled"]

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

# After Okabe and Ito, whose colours stay apart for colour-blind readers: one for light paper, one for
# dark. Each method has its own marker and dash too.
BLACK, BLUE, GREEN, PURPLE, RED, GOLD = (
    ("#000000", "#ffffff"),
    ("#0064a8", "#6cb8ee"),
    ("#007a59", "#2fc79b"),
    ("#8e3b8a", "#dd97d9"),
    ("#d55e00", "#ff8a3c"),
    ("#946b00", "#e6bd45"),
)

LOOKS = {
    "gradient_descent": (BLACK, "o", "-"),
    "momentum": (BLUE, "s", "-"),
    "nesterov": (BLUE, "D", "--"),
    "adagrad": (GREEN, "^", "-"),
    "adadelta": (GREEN, "v", "--"),
    "rmsprop": (PURPLE, "P", "-"),
    "adam": (RED, "o", "-"),
    "amsgrad": (RED, "s", "--"),
    "adamw": (GOLD, "D", "-"),
    "nadam": (GOLD, "^", "--"),
    "adamax": (GOLD, "P", "-."),
}

_theme = contextvars.ContextVar("theme", default=LIGHT)

OTHER_LOOKS = [(BLUE, "X", "-"), (PURPLE, "D", "--"), (GREEN, "v", "-."), (GOLD, "s", ":")]


def look(step: Callable[..., Any], index: int = 0, theme: Theme = LIGHT) -> tuple[str, str, str]:
    """Colour, marker and dash of a method, the same in every picture.

    Parameters
    ----------
    step : callable
        A step of the series, or any other by its name.
    index : int
        Tells steps apart that the series does not know.
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

    Nothing that a user has set for Matplotlib reaches them: `savefig.bbox`, say, would cut the landscape to
    another size than the path above it.

    Parameters
    ----------
    theme : Theme, optional
        That of the context around it unless given, and else the light one.

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
