"""The landscape of a surface, and a path on it."""

import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from .._core.descent import Descent
from .._core.surface import Surface
from .artists import Path, name_tag
from .figure import drawn
from .heights import LARGEST, heights
from .style import LIGHT, Theme, look

__all__ = ["POINTS", "downhill", "drawable", "heading", "landscape", "note", "path", "section", "wrapped"]


POINTS = 160  # along each side of a landscape


@drawn
def landscape(ax: Axes, surface: Surface, points: int = POINTS, theme: Theme = LIGHT) -> Axes:
    """The loss as filled contours, spaced more closely towards the bottom, and its minima as stars.

    A surface of one coordinate is drawn as a curve. Where no height is finite a sentence says so.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    surface : Surface
        Of one or two coordinates.
    points : int
        Grid points along each side.
    theme : Theme

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the surface has more than two coordinates.
    """
    if surface.n > 2:
        raise ValueError(f"{surface.name} has {surface.n} coordinates: only one or two can be drawn")
    sides = [np.linspace(low, high, points) for low, high in surface.window]
    height = heights(surface, points)
    ground = surface.loss(surface.minima.T)
    ax.set_xlim(*surface.window[0])
    stars: Sequence[np.ndarray] | np.ndarray
    if surface.n == 1:
        ax.plot(sides[0], drawable(height), color="#6f8ca3", linewidth=2.5, zorder=1)
        stars, size = (surface.minima[:, 0], drawable(ground)), 14
        ax.set_xlabel("θ")
        ax.set_ylabel("loss")
    else:
        _contours(ax, sides, height, ground, theme)
        stars, size = surface.minima.T, 15
        ax.set_ylim(*surface.window[1])
        ax.set_xlabel(surface.coordinates[0])
        ax.set_ylabel(surface.coordinates[1], rotation=0)
    ax.plot(*stars, "*", markersize=size, color=theme.ink, markeredgecolor=theme.paper, zorder=2)
    if not np.isfinite(height).any():
        said = note(ax, theme)
        said.set(text=f"{surface.name}: no finite loss in this window", y=0.85, fontsize=11, in_layout=False)
    return ax


def drawable(values: np.ndarray) -> np.ndarray:
    """What is finite, kept within reach of an axis."""
    return np.where(np.isfinite(values), np.clip(values, -LARGEST, LARGEST), np.nan)


def _contours(
    ax: Axes, sides: Sequence[np.ndarray], height: np.ndarray, ground: np.ndarray, theme: Theme
) -> None:
    """Draw what is finite, whatever its unit."""
    if not np.isfinite(height).any():
        return
    size = np.max(np.abs(height), where=np.isfinite(height), initial=0)
    if size and not 1e-100 < size < 1e10:  # Matplotlib takes 1 off the lowest level, and adds neighbours
        height, ground = height / size, ground / size
    levels = _levels(height, ground)
    shown = np.ma.masked_invalid(np.clip(height, levels[0], levels[-1]))
    norm = BoundaryNorm(levels, theme.ground.N)
    ax.contourf(*sides, shown, levels=levels, cmap=theme.ground, norm=norm, zorder=0)
    lines = levels[1:-1]
    if ((shown.min() < lines) & (lines < shown.max())).any():  # not for a constant loss
        ax.contour(
            *sides, shown, levels=lines, colors=theme.contour, linewidths=0.7, linestyles="solid", zorder=1
        )


def _levels(height: np.ndarray, ground: np.ndarray, count: int = 16) -> np.ndarray:
    """Contour levels: log-spaced above a known minimum, else by equal areas."""
    finite = height[np.isfinite(height)]
    bottom = np.min(ground, initial=np.inf)
    low, top = np.quantile(finite, [0.01, 0.995])
    if -np.inf < bottom < low < top:
        levels = np.concatenate([[bottom], bottom + np.geomspace(low - bottom, top - bottom, count)])
    else:
        levels = np.quantile(finite, np.linspace(0, 0.995, count))
    levels = np.unique(levels)
    return levels if len(levels) > 2 else levels[0] + max(1, abs(levels[0])) * np.arange(3.0)


@drawn
def path(ax: Axes, run: Descent, colour: str | None = None, label: str | None = None) -> Axes:
    """A run on its landscape: ring at the start, arrowheads on the way, ball at the end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its limits set, as `landscape` leaves it.
    run : Descent
        Of one or two coordinates, without lanes.
    colour, label : str, optional
        The method's own colour and no label unless given; a label stands beside the ball.

    Returns
    -------
    matplotlib.axes.Axes
    """
    own, marker, dash = look(run.step)
    shown = Path(ax, colour or own, marker, dash).show(run)
    if label and shown.end is not None:  # it is None for a run without a finite point
        tag = name_tag(ax, colour or own)
        tag.set_text(label)
        tag.xy = shown.end  # type: ignore[assignment]
    return ax


@drawn
def downhill(ax: Axes, surface: Surface, count: int = 11, colour: str | None = None) -> Axes:
    """Arrows along −∇L, across the contour lines: the way that gradient descent takes from there.

    All have the same length, for on most surfaces slopes differ by powers of ten. Where both axes have one
    scale, they meet the contour lines at right angles.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its limits set, as `landscape` leaves it.
    surface : Surface
        Of two coordinates.
    count : int
        Arrows along each side.
    colour : str, optional
        That of the text unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the surface has not two coordinates.

    Examples
    --------
    >>> from adamlab import plots, ravine
    >>> figure, ax = plots.figure("Downhill on a ravine", titles="Downhill is across the rings")
    >>> ax = plots.downhill(plots.landscape(ax, ravine), ravine)
    """
    if surface.n != 2:
        raise ValueError(f"{surface.name} has {surface.n} coordinates: arrows need two")
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    margin = 0.5 / count
    shares = np.linspace(margin, 1 - margin, count)
    points = np.array(np.meshgrid(x0 + shares * (x1 - x0), y0 + shares * (y1 - y0)))
    # a step in data, as it is seen on paper
    unit = np.array([ax.bbox.width / (x1 - x0), ax.bbox.height / (y1 - y0)])[:, np.newaxis, np.newaxis]
    steep = -surface.gradient(points) * unit
    size = np.hypot(*steep)
    seen = np.isfinite(size) & (size > 0)
    along = np.where(seen, steep / np.where(seen, size, 1), np.nan)
    ax.quiver(
        *points,
        *along,
        angles="uv",
        scale_units="width",
        scale=1.6 * count,
        width=0.004,
        color=colour or LIGHT.ink,
        zorder=2,
    )
    return ax


@drawn
def section(
    ax: Axes,
    surface: Surface,
    through: Sequence[float] | np.ndarray | None = None,
    along: Sequence[float] | np.ndarray = (1, 0),
    points: int = 401,
) -> Axes:
    """The loss along a straight line: a slice through the surface.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    surface : Surface
    through : array_like, shape (n,), optional
        A point of the line; the surface's start unless given. It is marked.
    along : array_like, shape (n,)
        The direction; its length is the unit of the axis.
    points : int

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the point or the direction is none of this surface.

    Examples
    --------
    >>> from adamlab import plots, ravine
    >>> figure, ax = plots.figure("A slice through a ravine", titles="steep across, flat along")
    >>> ax = plots.section(plots.section(ax, ravine, (0, 0), (0, 1)), ravine, (0, 0), (1, 0))
    """
    point = np.array(surface.start if through is None else through, dtype=float)
    way = np.array(along, dtype=float)
    for name, given in (("through", point), ("along", way)):
        if given.shape != (surface.n,) or not np.isfinite(given).all():
            raise ValueError(
                f"{name} must be {surface.n} finite numbers for {surface.name}, got {given.tolist()}"
            )
    if not way.any():
        raise ValueError("along must be a direction, not zero")
    far = _far(surface, point, way)
    places = np.linspace(-far, far, points)
    height = surface.loss(point[:, np.newaxis] + way[:, np.newaxis] * places)
    said = ", ".join(f"{x:g}" for x in way)
    ax.plot(places, drawable(height), linewidth=2, label=f"along ({said})")
    ax.plot([0], drawable(surface.loss(point[:, np.newaxis])), "o", color=LIGHT.ink, markersize=7)
    ax.set_xlabel("distance from the point, in steps of the direction")
    ax.set_ylabel("loss")
    return ax


def _far(surface: Surface, point: np.ndarray, way: np.ndarray) -> float:
    """How far a line goes to both sides: as far as the window's farthest edge; 5 without a window."""
    if not surface.window:
        return 5.0
    ends = np.abs(np.array(surface.window) - point[:, np.newaxis]).max(axis=1)
    return float(np.min(ends[way != 0] / np.abs(way[way != 0])))


@drawn
def note(ax: Axes, theme: Theme = LIGHT) -> Text:
    """An empty notice in the middle of the axes, for what has to be said in place of a path."""
    return ax.text(
        0.5,
        0.5,
        "",
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontsize=13,
        zorder=9,
        bbox={"facecolor": theme.paper, "edgecolor": "#999999", "pad": 8},
    )


def wrapped(words: str, columns: int) -> str:
    """Words in lines of so many letters at most, so that a notice stays within its axes."""
    return "\n".join(textwrap.fill(line, columns) for line in words.splitlines())


def heading(surface: Surface) -> str:
    """The surface's name and, where there is room, its formula, if Matplotlib can read it."""
    name = surface.name.replace("$", r"\$")  # a name is no formula
    if not surface.formula or len(surface.formula) > 45:
        return name
    try:
        MathTextParser("path").parse(f"${surface.formula}$")
    except ValueError:
        return name
    return f"{name}:  ${surface.formula}$"
