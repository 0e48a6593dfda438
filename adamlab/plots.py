"""Draws a landscape, a path, a loss curve, memory over time, a heat map: each on the Axes it is given.

Every function returns that Axes. `figure` makes a figure in the look of the series without touching
Matplotlib's global settings.
"""

import base64
import functools
import io

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from .heat import LARGEST, Heat, extremes, heights, increasing
from .moving import Curve, Path, name_tag, traced
from .rule import name_of
from .theme import LIGHT, look, styled

__all__ = [
    "figure",
    "heatmap",
    "landscape",
    "loss_axes",
    "loss_curve",
    "memory",
    "note",
    "path",
    "png",
    "sensitivity_axes",
    "trace_axes",
]


POINTS = 160  # along each side of a landscape


def drawn(function):
    """Let a function draw in our look, whatever the user has set for Matplotlib or NumPy."""

    @functools.wraps(function)
    def draw(*arguments, **options):
        with np.errstate(all="ignore"), styled():
            return function(*arguments, **options)

    return draw


class Still(Figure):
    """A figure that shows itself in a notebook as a picture with a sentence beside it."""

    alt = "a figure"

    def _repr_mimebundle_(self, **kwargs):
        return {"image/png": base64.b64encode(png(self)).decode(), "text/plain": self.alt}


@drawn
def png(fig, dpi=110):
    """The figure as the bytes of a PNG, at `dpi` pixels per inch."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi, facecolor=fig.get_facecolor())
    return buffer.getvalue()


@drawn
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
    fig = Still(figsize=size or (4.8 * columns, 3.6 * rows), layout="constrained")
    fig.alt = alt
    axes = fig.subplots(rows, columns, **subplots)
    for ax, title in zip(fig.axes, [titles] if isinstance(titles, str) else titles):
        ax.set_title(title)
    return fig, axes


@drawn
def landscape(ax, surface, points=POINTS, theme=LIGHT):
    """Height as filled contours, level by level closer to the ground, and its minima as stars.

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
    if surface.n == 1:
        ax.plot(sides[0], _drawable(height), color="#6f8ca3", linewidth=2.5, zorder=1)
        stars, size = (surface.minima[:, 0], _drawable(ground)), 14
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


def _drawable(values):
    """What is finite, kept within reach of an axis."""
    return np.where(np.isfinite(values), np.clip(values, -LARGEST, LARGEST), np.nan)


def _contours(ax, sides, height, ground, theme):
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


def _levels(height, ground, count=16):
    """Contour levels: log-spaced above a known minimum, else by equal areas."""
    finite = height[np.isfinite(height)]
    bottom, low, top = np.min(ground, initial=np.inf), *np.quantile(finite, [0.01, 0.995])
    if -np.inf < bottom < low < top:
        levels = np.concatenate([[bottom], bottom + np.geomspace(low - bottom, top - bottom, count)])
    else:
        levels = np.quantile(finite, np.linspace(0, 0.995, count))
    levels = np.unique(levels)
    return levels if len(levels) > 2 else levels[0] + max(1, abs(levels[0])) * np.arange(3.0)


@drawn
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
    shown = Path(ax, colour or own, marker, dash).show(run)
    if label and shown.end is not None:  # it is None for a run without a finite point
        tag = name_tag(ax, colour or own)
        tag.set_text(label)
        tag.xy = shown.end
    return ax


@drawn
def loss_axes(ax, surface, start, n_steps):
    """Scale and limits of a loss curve: they depend on the surface and on where it all began, not on
    the run, so that two settings can be compared.

    Logarithmic where the surface is known not to go below zero.
    """
    at_start = float(surface.loss(start))
    lowest, highest = extremes(surface)
    known, reach = surface.lowest, 1e-3
    if known is not None and np.isfinite(known):
        lowest, reach = known, 1e-8
    ax.set_xlim(0, max(n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    if 0 < at_start < np.inf and lowest >= 0:
        _log_limits(ax, at_start * reach, max(at_start * 10, highest))
        return ax
    ends = np.clip([end for end in (at_start, lowest) if np.isfinite(end)], -LARGEST, LARGEST)
    size = np.abs(ends).sum() or 1.0
    ax.set_ylim(*increasing(ends.min() - 0.1 * size, ends.max() + 0.5 * size))
    return ax


def _log_limits(ax, low, high):
    """A logarithmic axis along y between two positive numbers, however large or small."""
    low, high = np.clip([low, high], 1 / LARGEST, LARGEST)
    low = min(low, 0.1 * high)
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    first, last = np.ceil(np.log10(low)), np.floor(np.log10(high))
    # Matplotlib looks for ticks beyond both ends, and fails where there is no such number: 1e309, 1e-324
    if max(last, -first) + (last - first) > 300:
        ax.yaxis.set_major_locator(FixedLocator(10.0 ** np.unique(np.linspace(first, last, 5).round())))
        ax.yaxis.set_minor_locator(NullLocator())


@drawn
def trace_axes(ax, run, quantity, n_steps):
    """Axes for a `Trace`, with limits that suit the run shown now; they then stay."""
    ax.set_xlim(0, max(n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    values = np.zeros(1) if run is None else traced(run, quantity)
    finite = values[np.isfinite(values)]
    if quantity == "effective η":
        _log_limits(ax, *(np.quantile(finite, [0.01, 0.99]) * [0.1, 10] if len(finite) else (1e-4, 1)))
        ax.set_title("effective η of each coordinate")
    else:
        size = min(1.3 * max(np.abs(finite).max(initial=0), 1e-12), LARGEST)
        ax.set_ylim(-size if finite.min(initial=0) < 0 else -0.05 * size, size)
        ax.set_title(f"{quantity} over time")
    return ax


@drawn
def sensitivity_axes(ax, surface, start):
    """Axes for what many η lead to, as a race judges it, with the limits of the loss curve."""
    loss_axes(ax, surface, start, 1)
    ax.set_xscale("log")
    ax.set_xlim(1e-4, 10)
    ax.set_xlabel("learning rate η")
    ax.set_ylabel("worst loss of the last tenth")
    ax.set_title("how much η matters")
    return ax


@drawn
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


@drawn
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
    values = _drawable(run.memory[name])
    for style, i in zip(("-", "--", ":"), coordinates or range(min(run.surface.n, 3))):
        ax.plot(values[:, i], style, color=look(run.step)[0], label=f"{name} along {letters[i]}")
    ax.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    ax.set_xlim(0, max(run.n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    ax.legend(frameon=False)
    return ax


@drawn
def heatmap(ax, swept, theme=LIGHT):
    """How a sweep over two hyperparameters ended: dark where the loss is low.

    Striped where a run diverged or ended higher than it began; outlined where it arrived, within a
    millionth of the height at the start. For momentum and Nesterov on a quadratic the
    limit of stability is dashed, and for momentum a star marks the best settings (see `heat.limit`).

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    swept : Sweep
        Of two arrays: the first lies along x, the second along y.
    theme : Theme

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If it is not over two rows of at least two values each.
    """
    names = [name for name, value in swept.hyper.items() if np.ndim(value)]
    if len(names) != 2 or swept.loss.ndim != 2 or min(swept.loss.shape) < 2:
        raise ValueError(f"heatmap: give a sweep over two rows of values, got {swept!r}")
    orders = [np.argsort(swept.hyper[name]) for name in names]
    values = [swept.hyper[name][order] for name, order in zip(names, orders)]
    cells = np.ix_(*orders)
    heat = Heat(ax, names, values, swept.surface, swept.start, theme).show(
        swept.loss[cells], swept.diverged[cells]
    )
    heat.theory(swept.step, swept.surface)
    ax.figure.colorbar(heat.scale, ax=ax, pad=0.02, label=f"loss after {swept.n_steps} steps")
    return ax


@drawn
def note(ax, theme=LIGHT):
    """An empty notice in the middle of the axes, for what has to be said in place of a path."""
    return ax.text(0.5, 0.5, "", transform=ax.transAxes, ha="center", va="center", fontsize=13, zorder=9,
                   bbox={"facecolor": theme.paper, "edgecolor": "#999999", "pad": 8})  # fmt: skip
