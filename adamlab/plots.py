"""Draws a landscape, a path, a loss curve, memory over time: each on the Axes it is given.

Every function returns that Axes. `figure` makes a figure in the look of the series without touching
Matplotlib's global settings. What a panel moves (`Path`, `Curve`) is made once and then shown
another run; the functions `path` and `loss_curve` use the same two.
"""

import base64
import io
from pathlib import Path as FilePath
from typing import NamedTuple

import matplotlib.style
import numpy as np
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from .rule import name_of

__all__ = ["Curve", "Path", "figure", "landscape", "look", "loss_curve", "memory", "path"]

STYLE = FilePath(__file__).with_name("adamlab.mplstyle")


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


def _ground(*colours):
    return LinearSegmentedColormap.from_list("ground", colours)


LIGHT = Theme("white", "#222222", "white", _ground("#86abc7", "#b5cbdb", "#dbe6ed", "#fafbfb"), 0)
DARK = Theme("#111111", "#e6e6e6", "#4a5a68", _ground("#0a0f14", "#16222c", "#233441", "#334653"), 1)
# After Okabe and Ito, whose colours stay apart for colour-blind readers: one for light paper, one for
# dark. Each method has its own marker and dash too.
BLACK, BLUE, GREEN, PURPLE, RED, GOLD = (
    ("#000000", "#ffffff"), ("#0064a8", "#6cb8ee"), ("#007a59", "#2fc79b"),
    ("#8e3b8a", "#dd97d9"), ("#d55e00", "#ff8a3c"), ("#946b00", "#e6bd45"),
)  # fmt: skip
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
OTHER_LOOKS = [(BLUE, "X", "-"), (PURPLE, "D", "--"), (GREEN, "v", "-."), (GOLD, "s", ":")]


def look(step, index=0, theme=LIGHT):
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


def styled(theme=LIGHT):
    """A context in which figures and axes are made in the look of the series.

    Parameters
    ----------
    theme : Theme

    Returns
    -------
    context manager
    """
    ink = dict.fromkeys(
        ["text.color", "axes.labelcolor", "axes.titlecolor", "xtick.color", "ytick.color"], theme.ink
    )
    paper = dict.fromkeys(["figure.facecolor", "axes.facecolor", "savefig.facecolor"], theme.paper)
    return matplotlib.style.context([STYLE, ink | paper])


class Still(Figure):
    """A figure that shows itself in a notebook as a picture with a sentence beside it."""

    alt = "a figure"

    def _repr_mimebundle_(self, **kwargs):
        return {"image/png": base64.b64encode(png(self)).decode(), "text/plain": self.alt}


def png(fig, dpi=110):
    """The figure as the bytes of a PNG, at `dpi` pixels per inch."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi)
    return buffer.getvalue()


def figure(alt, rows=1, columns=1, titles=(), size=None, **subplots):
    """A figure of its own, in the look of the series, which Jupyter shows when it ends a cell.

    Parameters
    ----------
    alt : str
        One sentence that says what the picture shows, for those who do not see it.
    rows, columns : int
    titles : str or sequence of str, optional
        What each axes teaches.
    size : (float, float), optional
        Inches; 4.8 × 3.6 for each axes unless given.
    **subplots
        As `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : Axes or ndarray of Axes
    """
    with styled():
        fig = Still(figsize=size or (4.8 * columns, 3.6 * rows), layout="constrained")
        fig.alt = alt
        axes = fig.subplots(rows, columns, **subplots)
        for ax, title in zip(fig.axes, [titles] if isinstance(titles, str) else titles):
            ax.set_title(title)
        return fig, axes


def landscape(ax, surface, points=160, theme=LIGHT):
    """Height as filled contours, level by level closer to the ground, and its minima as stars.

    A surface of one coordinate is drawn as a curve.

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
    with np.errstate(all="ignore"):
        height = surface.loss(np.array(np.meshgrid(*sides)))
        ground = surface.loss(surface.minima.T)
    ax.set_xlim(*surface.window[0])
    ax.set_xlabel("θ" if surface.n == 1 else "x")
    if surface.n == 1:
        ax.plot(sides[0], height, color="#6f8ca3", linewidth=2.5, zorder=1)
        ax.plot(
            surface.minima[:, 0],
            ground,
            "*",
            markersize=14,
            color=theme.ink,
            markeredgecolor=theme.paper,
            zorder=2,
        )
        ax.set_ylabel("loss")
        return ax
    levels = _levels(height, ground)
    shown = np.ma.masked_invalid(np.clip(height, levels[0], levels[-1]))
    norm = BoundaryNorm(levels, theme.ground.N)
    ax.contourf(*sides, shown, levels=levels, cmap=theme.ground, norm=norm, zorder=0)
    ax.contour(
        *sides, shown, levels=levels[1:-1], colors=theme.contour, linewidths=0.7, linestyles="solid", zorder=1
    )
    ax.plot(
        *surface.minima.T,
        "*",
        markersize=15,
        color=theme.ink,
        markeredgecolor=theme.paper,
        linestyle="",
        zorder=2,
    )
    ax.set_ylim(*surface.window[1])
    ax.set_ylabel("y", rotation=0)
    return ax


def _levels(height, ground, count=16):
    """Contour levels: log-spaced above a known minimum, else by equal areas."""
    finite = height[np.isfinite(height)]
    bottom, low, top = np.min(ground, initial=np.inf), *np.quantile(finite, [0.01, 0.995])
    if bottom < low < top:
        return np.concatenate([[bottom], bottom + np.geomspace(low - bottom, top - bottom, count)])
    levels = np.unique(np.quantile(finite, np.linspace(0, 0.995, count)))
    return levels if len(levels) > 2 else levels[0] + np.arange(3.0)


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
    artists : list of matplotlib.artist.Artist
        All that moves.
    """

    def __init__(self, ax, colour, marker="o", dash="-", theme=LIGHT):
        self.ax = ax
        self._casing, self._line = ax.plot([], [], "-", [], [], dash, zorder=3)
        self._casing.set(color=theme.paper, linewidth=4, alpha=0.8)
        self._line.set(color=colour, linewidth=1.4)
        # strokes of no length with round ends: one element for all dots, for elements are dear to paint
        self._dots = ax.add_patch(PathPatch(NOTHING, edgecolor=colour, facecolor="none", capstyle="round"))
        self._heads = ax.add_patch(PathPatch(NOTHING, facecolor=colour, linewidth=0))
        (self._start,) = ax.plot([], [], "o", markersize=10, color=theme.paper, zorder=5)
        self._start.set(markeredgecolor=colour, markeredgewidth=2.2)
        (self._ball,) = ax.plot([], [], marker, markersize=12, color=colour, zorder=6)
        self._ball.set(markeredgecolor=theme.paper, markeredgewidth=1.5)
        self._dots.set(linewidth=DOT, zorder=4, snap=False)
        self._heads.set_zorder(4)
        self.artists = [self._casing, self._line, self._dots, self._heads, self._start, self._ball]

    def show(self, run, upto=None):
        """Show another run.

        Parameters
        ----------
        run : Descent or None
            Without lanes; None shows nothing.
        upto : int, optional
            The last step to show.
        """
        points = (
            np.empty((0, 2)) if run is None else _seen(run, self.ax)[: None if upto is None else upto + 1]
        )
        for line, data in [
            (self._casing, points),
            (self._line, points),
            (self._start, points[:1]),
            (self._ball, points[-1:]),
        ]:
            line.set_data(*data.T)
        self._dots.set_path(_dots(points, self.ax))
        self._heads.set_path(_heads(points, self.ax))
        return self


def _seen(run, ax):
    """The points of a run that are finite, as (x, y), kept within reach of the window."""
    points = run.theta if run.surface.n == 2 else np.column_stack([run.theta[:, 0], run.loss])
    points = points[np.isfinite(points).all(axis=1)]
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    reach = 20 * np.array([x1 - x0, y1 - y0])
    return np.clip(points, np.array([x0, y0]) - reach, np.array([x1, y1]) + reach)


NOTHING = Outline(np.empty((0, 2)))
DOT, HEAD, HEAD_SPACING = 4.0, 9.0, 60.0  # in points: width, length, distance along the path


def _dots(points, ax):
    """A stroke of almost no length at each point."""
    tiny = 1e-4 * np.ptp(ax.get_xlim())
    dots = Outline(np.repeat(points, 2, axis=0), [Outline.MOVETO, Outline.LINETO] * len(points))
    dots.vertices[1::2, 0] += tiny
    dots.should_simplify = False  # it would drop every stroke
    return dots


def _heads(points, ax):
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


class Curve:
    """A loss curve that can show another run.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    colour, marker, dash : str
        As `look` returns them.
    label : str
        Stands at the line's end.

    Attributes
    ----------
    artists : list of matplotlib.artist.Artist
        All that moves but the label.
    label : matplotlib.text.Annotation
    """

    def __init__(self, ax, colour, marker="o", dash="-", label="", theme=LIGHT):
        self.ax, self.text = ax, label
        (self._line,) = ax.plot([], [], dash, color=colour, linewidth=2, zorder=3)
        (self._end,) = ax.plot([], [], marker, markersize=8, color=colour, zorder=4)
        # it stands right of the axes, so that a layout made now leaves room for it
        self.label = ax.annotate(label, (1, 0.5), xycoords="axes fraction", va="center", zorder=7)
        self.label.set(color=colour, fontweight="bold", annotation_clip=False)
        self.artists = [self._line, self._end]

    def show(self, run):
        """Show another run, a `Descent` without lanes; None shows nothing."""
        loss = np.empty(0) if run is None else run.loss
        steps = np.flatnonzero(np.isfinite(loss))
        loss = np.clip(loss[steps], *self._reach)  # what leaves the axes stays near enough to be drawn
        self._line.set_data(steps, loss)
        self._end.set_data(steps[-1:], loss[-1:])
        self.label.set_text(self.text if len(steps) else "")
        if len(steps):
            self.move_label(0)
        return self

    @property
    def end(self):
        """Height at which the curve ends, in points above the axes' lower edge; None if it is empty."""
        points = np.column_stack(self._end.get_data())
        if not len(points):
            return None
        _, y = self.ax.transData.transform(points)[0] - self.ax.bbox.p0
        return np.clip(y, 0, self.ax.bbox.height) * 72 / self.ax.figure.dpi

    def move_label(self, points):
        """Let the label stand that many points above the height of the curve's end."""
        height = (self.end + points) * self.ax.figure.dpi / 72
        self.label.xy = (1, height / self.ax.bbox.height)
        self.label.set_position(self.label.xy)

    @property
    def _reach(self):
        low, high = self.ax.get_ylim()
        if self.ax.get_yscale() == "log":
            return low / 100, high * 100
        return 2 * low - high, 2 * high - low


class Sensitivity(Curve):
    """Final loss against η, with a mark at the η of the run shown; parameters as for `Curve`."""

    def know(self, etas, losses, name):
        """Take in the final losses of a sweep over the hyperparameter of that name."""
        self._etas, self._losses, self._name = np.asarray(etas), np.asarray(losses), name

    def show(self, run):
        """Mark the η of another run; None shows nothing."""
        if run is None or not hasattr(self, "_etas"):
            run, shown = None, np.zeros(0, dtype=int)
        else:
            shown = np.flatnonzero(np.isfinite(self._losses))
        self._line.set_data(
            *(
                np.array([self._etas, np.clip(self._losses, *self._reach)])[:, shown]
                if len(shown)
                else ([], [])
            )
        )
        here = run is not None and np.isfinite(run.loss[-1])
        self._end.set_data(
            *([[run.hyper[self._name]], np.clip(run.loss[-1:], *self.ax.get_ylim())] if here else ([], []))
        )
        self.label.set_text(self.text if here else "")
        if here:
            self.move_label(0)
        return self


class Trace(Curve):
    """What a run carried or did, a line for each of the first two coordinates; parameters as `Curve`."""

    def __init__(self, ax, colour, marker="o", dash="-", label="", theme=LIGHT):
        super().__init__(ax, colour, marker, "-", label, theme)
        (self._second,) = ax.plot([], [], "--", color=colour, linewidth=2, zorder=3)
        self.artists = [self._line, self._second]
        ax.legend([self._line, self._second], ["along x", "along y"], loc="upper right", labelcolor=theme.ink)

    def show(self, run):
        """Show another run; None shows nothing."""
        values = np.empty((0, 2)) if run is None else traced(run, self.quantity)[:, :2]
        steps = np.arange(len(values))
        for line, column in zip(self.artists, values.T):
            line.set_data(steps, np.clip(column, *self._reach))
        if values.shape[1] < 2:
            self._second.set_data([], [])
        return self


def traced(run, quantity):
    """A memory of a run by its name, or its effective learning rate −Δθ/g: shape (n_steps + 1, n)."""
    if quantity != "effective η":
        return run.memory[quantity]
    with np.errstate(all="ignore"):
        rate = -np.diff(run.theta, axis=0) / run.gradient[:-1]
    rate[~(rate > 0)] = np.nan  # where the step goes uphill there is no such rate
    return np.concatenate([np.full((1, rate.shape[1]), np.nan), rate])


def trace_axes(ax, run, quantity, n_steps):
    """Axes for a `Trace`, with limits that suit the run shown now; they then stay."""
    ax.set_xlim(0, max(n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    values = np.zeros(1) if run is None else traced(run, quantity)
    finite = values[np.isfinite(values)]
    if quantity == "effective η":
        ax.set_yscale("log")
        ax.set_ylim(*(np.quantile(finite, [0.01, 0.99]) * [0.1, 10] if len(finite) else (1e-4, 1)))
        ax.set_title("effective η of each coordinate")
    else:
        size = 1.3 * max(np.abs(finite).max(initial=0), 1e-12)
        ax.set_ylim(-size if finite.min(initial=0) < 0 else -0.05 * size, size)
        ax.set_title(f"{quantity} over time")
    return ax


def sensitivity_axes(ax, surface, start):
    """Axes for the final loss against η, with the limits of the loss curve."""
    loss_axes(ax, surface, start, 1)
    ax.set_xscale("log")
    ax.set_xlim(1e-4, 10)
    ax.set_xlabel("learning rate η")
    ax.set_ylabel("final loss")
    ax.set_title("how much η matters")
    return ax


def name_tag(ax, colour, theme=LIGHT, below=False):
    """An empty name that stands right of the point ``xy``, a little above or below it."""
    offset = (5, -15 if below else 5)
    tag = ax.annotate("", (0, 0), offset, textcoords="offset points", annotation_clip=False, zorder=10)
    tag.set(color=colour, fontweight="bold", clip_on=True)
    tag.set_path_effects([withStroke(linewidth=3, foreground=theme.paper)])
    return tag


class Arrow:
    """An arrow that can be turned and stretched, with its name at the tip.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    colour : str
    theme : Theme
    """

    def __init__(self, ax, colour, theme=LIGHT):
        self.ax, self.label = ax, ""
        self._shaft = ax.add_patch(
            PathPatch(NOTHING, edgecolor=colour, facecolor="none", linewidth=2.5, zorder=9)
        )
        self._head = ax.add_patch(PathPatch(NOTHING, facecolor=colour, linewidth=0, zorder=9))
        self._name = name_tag(ax, colour, theme)
        self.artists = [self._shaft, self._head, self._name]

    def show(self, origin, vector):
        """Point from the origin along a vector, in data coordinates; None shows nothing."""
        gone = vector is None or not np.isfinite(vector).all() or not np.any(vector)
        tip = origin if gone else origin + vector
        self._shaft.set_path(NOTHING if gone else Outline([origin, tip]))
        self._head.set_path(NOTHING if gone else _head_at(origin, tip, self.ax))
        self._name.set_text("" if gone else self.label)
        self._name.xy = tip
        return self


def _head_at(origin, tip, ax):
    """A head at the end of an arrow, however short it is."""
    screen = ax.transData.transform([origin, tip]) * 72 / ax.figure.dpi
    along = (screen[1] - screen[0]) / max(np.hypot(*(screen[1] - screen[0])), 1e-9)
    across = along[::-1] * (-1, 1)
    back = screen[1] - HEAD * along
    corners = np.array([screen[1], back + 0.45 * HEAD * across, back - 0.45 * HEAD * across, screen[1]])
    vertices = ax.transData.inverted().transform(corners * ax.figure.dpi / 72)
    return Outline(vertices, [Outline.MOVETO, Outline.LINETO, Outline.LINETO, Outline.CLOSEPOLY])


class Rolling:
    """The ball on its way: where a run stands at one step, on the landscape and on the curve.

    Parameters
    ----------
    ground, curves : matplotlib.axes.Axes or None
    colour : str
    theme : Theme
    """

    def __init__(self, ground, curves, colour, theme=LIGHT):
        self._axes, self._curves = [ax for ax in (ground, curves) if ax is not None], curves
        self.artists = [ax.plot([], [], "o", color=colour, zorder=8)[0] for ax in self._axes]
        for artist, size in zip(self.artists, (17, 11) if ground is not None else (11,)):
            artist.set(markersize=size, markeredgecolor=theme.ink, markeredgewidth=2)

    def show(self, run, step):
        """Stand at that step of a run; at step 0, and without a run, nothing is shown."""
        gone = run is None or not step or (run.diverged_at is not None and step >= run.diverged_at)
        for ax, artist in zip(self._axes, self.artists):
            points = np.empty((0, 2))
            if not gone and ax is self._curves:
                points = np.array([[step, np.clip(run.loss[step], *ax.get_ylim())]])
            elif not gone:
                points = _seen(run, ax)[step : step + 1]
            artist.set_data(*points.T)


def path(ax, run, colour=None, label=None):
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
    Path(ax, colour or own, marker, dash).show(run)
    if label:
        x, y = _seen(run, ax)[-1]
        ax.annotate(label, (x, y), (9, 6), textcoords="offset points", color=colour or own, fontweight="bold",
                    clip_on=True, zorder=7, path_effects=_halo())  # fmt: skip
    return ax


def loss_axes(ax, surface, start, n_steps):
    """Scale and limits of a loss curve: they depend on the surface and on where it all began, not on
    the run, so that two settings can be compared.

    Logarithmic where the surface is known not to go below zero.
    """
    with np.errstate(all="ignore"):
        at_start = float(surface.loss(start))
        known = len(surface.minima) > 0
        lowest, highest = _extremes(surface)
        if known:
            lowest = float(np.min(surface.loss(surface.minima.T)))
    ax.set_xlim(0, max(n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    if np.isfinite(at_start) and at_start > 0 and lowest >= 0:
        ax.set_yscale("log")
        ax.set_ylim(at_start * (1e-8 if known else 1e-3), max(at_start * 10, highest))
    else:
        size = abs(at_start) + abs(lowest) if np.isfinite([at_start, lowest]).all() else 1.0
        ax.set_ylim(min(at_start, lowest) - 0.1 * size, max(at_start, lowest) + 0.5 * size)
    return ax


def _extremes(surface):
    """The lowest and highest height on a coarse grid of the window, or near the start."""
    if not surface.window:
        height = float(surface.loss(surface.start))
        return min(0.0, height), height
    sides = [np.linspace(low, high, 41) for low, high in surface.window]
    height = surface.loss(np.array(np.meshgrid(*sides)))
    return float(np.nanmin(height)), float(np.nanmax(height))


def loss_curve(ax, run, colour=None, label=None):
    """Loss against steps, on a log axis where the loss is positive.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Taken as it is if something is drawn there already, else scaled for this run.
    run : Descent
        Without lanes.
    colour, label : str, optional
        The method's own colour and no label unless given; a label stands at the line's end.

    Returns
    -------
    matplotlib.axes.Axes
    """
    own, marker, dash = look(run.step)
    if not ax.has_data():
        loss_axes(ax, run.surface, run.theta[0], run.n_steps)
    Curve(ax, colour or own, marker, dash, label or "").show(run)
    return ax


def memory(ax, run, name, coordinates=None):
    """What a step carried along, coordinate by coordinate.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    run : Descent
        Without lanes.
    name : str
        One of ``run.memory``.
    coordinates : sequence of int, optional
        The first three unless given.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the step has no memory of that name.
    """
    if name not in run.memory:
        raise ValueError(
            f"{name_of(run.step)} has no memory {name!r}: it has {', '.join(run.memory) or 'none'}"
        )
    letters = "xyz" if run.surface.n <= 3 else [f"θ{i}" for i in range(run.surface.n)]
    for style, i in zip(("-", "--", ":"), coordinates or range(min(run.surface.n, 3))):
        ax.plot(run.memory[name][:, i], style, color=look(run.step)[0], label=f"{name} along {letters[i]}")
    ax.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    ax.set_xlim(0, max(run.n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    ax.legend(frameon=False)
    return ax


def spread_labels(curves, gap=15):
    """Move the labels of curves that end close together apart, by at least `gap` points."""
    height = -np.inf
    for curve in sorted((c for c in curves if c.end is not None), key=lambda curve: curve.end):
        height = max(curve.end, height + gap)
        curve.move_label(height - curve.end)


def note(ax, theme=LIGHT):
    """An empty notice in the middle of the axes, for what has to be said in place of a path."""
    return ax.text(0.5, 0.5, "", transform=ax.transAxes, ha="center", va="center", fontsize=13, zorder=9,
                   bbox={"facecolor": theme.paper, "edgecolor": "#999999", "pad": 8})  # fmt: skip


def _halo():
    return [withStroke(linewidth=3, foreground="white")]
