"""What moves in a picture: each is made once, empty, and can then show another run.

The fewer elements the better: in a browser each is dear to paint, so all dots of a path are one.
"""

from typing import Self, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation

from .._core.descent import Descent
from .style import LIGHT, Theme

__all__ = ["HEAD", "NOTHING", "Path", "Rolling", "name_tag"]


class Path:
    """A run as it is seen from above: a line, a dot for each step, arrowheads, a ring where it started
    and a ball where it ended.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    colour, marker, dash : str
        As `look` returns them.

    Attributes
    ----------
    slots : dict of matplotlib.artist.Artist
        All that moves, by what it shows.
    end : ndarray, shape (2,), or None
        Where the run that is shown ended.
    """

    end: np.ndarray | None

    def __init__(
        self, ax: Axes, colour: str, marker: str = "o", dash: str = "-", theme: Theme = LIGHT
    ) -> None:
        self.ax, self.end = ax, None
        self._casing, self._line = ax.plot([], [], "-", [], [], dash, zorder=3)
        self._casing.set(color=theme.paper, linewidth=4, alpha=0.8)
        self._line.set(color=colour, linewidth=1.4)
        # strokes of no length with round ends: one element for all dots, for elements are dear to paint
        self._dots = PathPatch(NOTHING, edgecolor=colour, facecolor="none", capstyle="round")
        self._heads = PathPatch(NOTHING, facecolor=colour, linewidth=0)
        ax.add_patch(self._dots)
        ax.add_patch(self._heads)
        (self._start,) = ax.plot([], [], "o", markersize=10, color=theme.paper, zorder=5)
        self._start.set(markeredgecolor=colour, markeredgewidth=2.2)
        (self._ball,) = ax.plot([], [], marker, markersize=12, color=colour, zorder=6)
        self._ball.set(markeredgecolor=theme.paper, markeredgewidth=1.5)
        self._dots.set(linewidth=DOT, zorder=4, snap=False)
        self._heads.set_zorder(4)
        self.slots: dict[str, Artist] = {
            "casing": self._casing,
            "path": self._line,
            "dots": self._dots,
            "heads": self._heads,
            "start": self._start,
            "ball": self._ball,
        }

    @property
    def artists(self) -> list[Artist]:
        """All that moves."""
        return list(self.slots.values())

    def show(self, run: Descent | None, upto: int | None = None) -> Self:
        """Show another run.

        Parameters
        ----------
        run : Descent or None
            Without lanes; None shows nothing.
        upto : int, optional
            The last step to show.
        """
        points = (
            np.empty((0, 2))
            if run is None
            else _seen(run, self.ax)[: None if upto is None else run.row(upto) + 1]
        )
        for line, data in [
            (self._casing, points),
            (self._line, points),
            (self._start, points[:1]),
            (self._ball, points[-1:]),
        ]:
            line.set_data(*data.T)
        self.end = points[-1] if len(points) else None
        self._dots.set_path(_dots(points, self.ax))
        self._heads.set_path(_heads(points, self.ax))
        return self


def _seen(run: Descent, ax: Axes) -> np.ndarray:
    """The points of a run that are finite, as (x, y), kept within reach of the window."""
    points = run.theta if run.surface.n == 2 else np.column_stack([run.theta[:, 0], run.loss])
    points = points[np.isfinite(points).all(axis=1)]
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    reach = 20 * np.array([x1 - x0, y1 - y0])
    return np.clip(points, np.array([x0, y0]) - reach, np.array([x1, y1]) + reach)


NOTHING = Outline(np.empty((0, 2)))

# in points: width; length; distances along the path
DOT, DOT_SPACING, HEAD, HEAD_SPACING = 4.0, 0.8, 9.0, 60.0


def _dots(points: np.ndarray, ax: Axes) -> Outline:
    """A stroke of almost no length at each point; of those that would hide each other, one."""
    tiny = 1e-4 * np.ptp(ax.get_xlim())
    screen = ax.transData.transform(points) * 72 / ax.figure.dpi
    way = np.cumsum(np.hypot(*np.diff(screen, axis=0, prepend=screen[:1]).T))
    points = points[np.diff(way // DOT_SPACING, prepend=-1) > 0]
    dots = Outline(np.repeat(points, 2, axis=0), [Outline.MOVETO, Outline.LINETO] * len(points))
    np.asarray(dots.vertices)[1::2, 0] += tiny
    dots.should_simplify = False  # it would drop every stroke
    return dots


def _heads(points: np.ndarray, ax: Axes) -> Outline:
    """Arrowheads in the middle of a step, one about every HEAD_SPACING points of way."""
    if len(points) < 2:
        return NOTHING
    screen = ax.transData.transform(points) * 72 / ax.figure.dpi
    steps = np.diff(screen, axis=0)
    length = np.hypot(*steps.T)
    middle = np.cumsum(length) - length / 2
    passed = np.floor(middle / HEAD_SPACING + 0.5)
    chosen = (np.diff(passed, prepend=0) > 0) & (length > 1e-9)
    along = steps[chosen] / length[chosen, np.newaxis]
    across = along[:, ::-1] * (-1, 1)
    tips = (screen[:-1] + screen[1:])[chosen] / 2 + 0.5 * HEAD * along
    back = tips - HEAD * along
    corners = np.stack([tips, back + 0.45 * HEAD * across, back - 0.45 * HEAD * across, tips], axis=1)
    if not len(corners):
        return NOTHING
    vertices = ax.transData.inverted().transform(corners.reshape(-1, 2) * ax.figure.dpi / 72)
    codes = [Outline.MOVETO, Outline.LINETO, Outline.LINETO, Outline.CLOSEPOLY] * len(corners)
    return Outline(vertices, codes)


class Rolling:
    """The ball on its way: where a run stands at one step, on the landscape and on the curve.

    Parameters
    ----------
    ground, curves : matplotlib.axes.Axes or None
    colour : str
    theme : Theme

    Attributes
    ----------
    slots : dict of matplotlib.artist.Artist
        The ball on the landscape and the one on the curve, as far as there are such axes.
    """

    def __init__(self, ground: Axes | None, curves: Axes | None, colour: str, theme: Theme = LIGHT) -> None:
        self._curves = curves
        places = {"rolling": (ground, 17), "rolled": (curves, 11)}
        self._balls = {
            name: ax.plot([], [], "o", color=colour, zorder=8, markersize=size)[0]
            for name, (ax, size) in places.items()
            if ax is not None
        }
        for ball in self._balls.values():
            ball.set(markeredgecolor=theme.ink, markeredgewidth=2)
        self.slots: dict[str, Artist] = {**self._balls}

    @property
    def artists(self) -> list[Artist]:
        """Both balls."""
        return list(self.slots.values())

    def show(self, run: Descent | None, step: int, from_start: bool = False) -> None:
        """Stand at that step of a run; nothing is shown without one, nor at step 0 unless from the start."""
        lost = run is not None and run.diverged_at is not None and step >= run.diverged_at
        gone = run is None or lost or not (step or from_start)
        shown = None if gone else run
        for ball in self._balls.values():
            ax, points = cast(Axes, ball.axes), np.empty((0, 2))
            if shown is not None and ax is self._curves:
                points = np.array([[step, np.clip(shown.loss[shown.row(step)], *ax.get_ylim())]])
            elif shown is not None:
                row = shown.row(step)
                points = _seen(shown, ax)[row : row + 1]
            ball.set_data(*points.T)


def name_tag(ax: Axes, colour: str, theme: Theme = LIGHT) -> Annotation:
    """An empty name that stands right of the point ``xy``, a little above it."""
    tag = ax.annotate("", (0, 0), (5, 5), textcoords="offset points", annotation_clip=False, zorder=10)
    tag.set(color=colour, fontweight="bold", clip_on=True, in_layout=False)
    tag.set_path_effects([withStroke(linewidth=3, foreground=theme.paper)])
    return tag
