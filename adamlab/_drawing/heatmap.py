"""A sweep over two hyperparameters as a map: dark where the loss ended low.

Colour is not the only sign. Stripes lie where a run diverged, dots where it ended higher than it began, a
line runs around those that arrived, and theory, where there is one, draws its own limit on top.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import AbstractPathEffect, withStroke

from .._core.hyperparameters import symbol, usual_name
from .._core.stability import limit, optimum
from .._core.surface import Surface
from .._core.sweep import Sweep
from .._core.tuning import ARRIVED, arrival
from .artists import NOTHING
from .figure import drawn
from .heights import LARGEST, extremes, increasing
from .style import LIGHT, Theme

__all__ = ["CASED", "CELL", "DOT", "PALE", "SPECK", "STRIPE", "STRIPES", "Heat", "Signs", "heatmap"]

COLOURS = "viridis"

# one cell: where it is marked
CELL = 4
STRIPES = np.array([[(row + column) // 2 % 2 for column in range(CELL)] for row in range(CELL)], bool)
DOT = np.array([[row in (1, 2) and column in (1, 2) for column in range(CELL)] for row in range(CELL)])

# room for ticks, as parts of an axis of three inches
LETTER, LINE = 0.03, 0.06

FEW = 5  # cells, each of which has room for a tick of its own

# white lines stand out on every colour
CASED: list[AbstractPathEffect] = [withStroke(linewidth=3.2, foreground="#222222")]

# the way that is lost is paler than any loss on the map, so that the eye goes to what is dark
PALE, STRIPE, SPECK = (238, 238, 238, 255), (186, 186, 186, 255), (110, 110, 110, 255)


class Signs(NamedTuple):
    """Which runs bear which sign, each an array of bool."""

    diverged: np.ndarray
    higher: np.ndarray
    arrived: np.ndarray


class Heat:
    """The map of a sweep, which can show another sweep over the same values.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    names : (str, str)
        The hyperparameters along x and along y.
    values : (ndarray, ndarray)
        Their values, each in increasing order.
    surface : Surface
    start : ndarray, shape (n,)
    theme : Theme

    Attributes
    ----------
    artists : list of matplotlib.artist.Artist
        All that changes with the sweep.
    scale : matplotlib.cm.ScalarMappable
        For a colour bar.
    lowest : float
        The lowest known loss, above which heights are counted where the scale is logarithmic.
    at_start : float
        The loss at the start.
    tolerance : float or None
        The loss below which a run has arrived, if that is known.
    """

    artists: list[Artist]
    scale: ScalarMappable
    lowest: float
    tolerance: float | None

    @np.errstate(all="ignore")
    def __init__(
        self,
        ax: Axes,
        names: Sequence[str],
        values: Sequence[np.ndarray],
        surface: Surface,
        start: np.ndarray,
        theme: Theme = LIGHT,
    ) -> None:
        self.ax, self.names, self.values = ax, names, values
        self.at_start = float(surface.loss(start))
        self.scale = ScalarMappable(self._norm(surface), COLOURS)
        size = [len(v) for v in values]
        self._image = ax.imshow(
            np.zeros((*size[::-1], 4), np.uint8),
            origin="lower",
            interpolation="none",
            aspect="auto",
            extent=(-0.5, size[0] - 0.5, -0.5, size[1] - 0.5),
            zorder=1,
        )
        self._around = PathPatch(NOTHING, facecolor="none", edgecolor="white", linewidth=1.6)
        ax.add_patch(self._around)
        self._around.set(zorder=2, path_effects=CASED, capstyle="projecting")
        self.artists = [self._image, self._around]
        for axis, name, along in zip((ax.xaxis, ax.yaxis), names, values):
            axis.set_ticks(*_thinned(*_ticks(name, along), len(along), axis is ax.xaxis))
            axis.set_label_text(symbol(name))
        ax.yaxis.label.set(rotation=0, horizontalalignment="right")
        ax.grid(False)

    def _norm(self, surface: Surface) -> Normalize:
        """Logarithmic above a known minimum, else linear; heights are then counted from 0."""
        known = surface.lowest
        height = np.nan if known is None else self.at_start - known
        roomy = 1 / LARGEST < ARRIVED * height < ARRIVED**2 * LARGEST  # with decades to spare for ticks
        if known is not None and roomy:
            self.lowest, self.tolerance = known, arrival(known, self.at_start)
            return LogNorm(ARRIVED * height, height)
        self.lowest, self.tolerance = 0.0, None
        bottom, top = extremes(surface)
        if np.isfinite(self.at_start):
            bottom, top = min(bottom, self.at_start), self.at_start
        return Normalize(*increasing(bottom, top))

    @np.errstate(all="ignore")
    def show(self, loss: np.ndarray, diverged: np.ndarray) -> Self:
        """Show how all runs ended.

        Parameters
        ----------
        loss : ndarray, shape (len x, len y)
        diverged : ndarray of bool, of the same shape
        """
        signs = self.signs(loss, diverged)
        bottom = cast(float, self.scale.norm.vmin)
        colours = self.scale.to_rgba(np.fmax(loss.T - self.lowest, bottom), bytes=True)
        cells = np.kron(colours, np.ones((CELL, CELL, 1), np.uint8))
        for marked, where, mark in ((signs.higher, DOT, SPECK), (signs.diverged, STRIPES, STRIPE)):
            pattern = np.where(where[..., np.newaxis], mark, PALE).astype(np.uint8)
            sign = np.tile(pattern, (*marked.T.shape, 1))
            cells = np.where(np.kron(marked.T, np.ones_like(where))[..., np.newaxis], sign, cells)
        self._image.set_data(cells)
        self._around.set_path(_border(signs.arrived.T))
        return self

    @np.errstate(all="ignore")
    def signs(self, loss: np.ndarray, diverged: np.ndarray) -> Signs:
        """Which runs diverged, ended higher than they began, or arrived.

        To arrive is to end within a millionth of the height at the start; nobody does where no minimum is
        known.

        Parameters
        ----------
        loss : ndarray
        diverged : ndarray of bool, of the same shape

        Returns
        -------
        Signs
        """
        higher = ~diverged & (loss > self.at_start)
        return Signs(diverged, higher, loss < (-np.inf if self.tolerance is None else self.tolerance))

    @np.errstate(all="ignore")
    def theory(self, step: Callable[..., Any], surface: Surface) -> list[Artist]:
        """Draw what is known without running anything: from where a step diverges, and the best settings.

        Parameters
        ----------
        step : callable
        surface : Surface

        Returns
        -------
        list of matplotlib.artist.Artist
        """
        roles = [(usual_name(name) or name) for name in self.names]
        if sorted(roles) != ["beta1", "eta"] or limit(step, surface, 0.0) is None:
            return []
        rate, heavy = roles.index("eta"), roles.index("beta1")
        beta1 = np.linspace(self.values[heavy][0], self.values[heavy][-1], 400)
        beta1 = np.union1d(beta1, self.values[heavy])
        edge = limit(step, surface, beta1)
        (line,) = self.ax.plot(*self._point(rate, edge, beta1), "--", color="white", linewidth=2, zorder=5)
        artists: list[Artist] = [line]
        best = optimum(step, surface)
        if best:
            artists += self.ax.plot(*self._point(rate, *best), "*", color="white", markersize=16, zorder=6)
        for artist in artists:
            artist.set_path_effects(CASED)
        return artists

    def _point(self, rate: int, eta: Any, beta1: Any) -> list[np.ndarray]:
        """Places of settings among the cells, as (x, y); NaN beyond the map."""
        pair = (eta, beta1) if rate == 0 else (beta1, eta)
        cells = [np.arange(len(along)) for along in self.values]
        return [
            np.interp(p, along, k, left=np.nan, right=np.nan) for p, along, k in zip(pair, self.values, cells)
        ]


def _border(inside: np.ndarray) -> Outline:
    """Lines between cells inside and cells outside, each as long as it is straight."""
    padded = np.pad(inside, 1)
    flat = [((a, row), (b, row)) for row, a, b in _straight(padded[1:] != padded[:-1])]
    upright = [((column, a), (column, b)) for column, a, b in _straight((padded[:, 1:] != padded[:, :-1]).T)]
    ends = np.array(flat + upright, dtype=float).reshape(-1, 2)
    if not len(ends):
        return NOTHING
    outline = Outline(ends, [Outline.MOVETO, Outline.LINETO] * (len(ends) // 2))
    outline.should_simplify = False
    return outline


def _straight(sides: np.ndarray) -> list[tuple[float, float, float]]:
    """Where sides of cells lie side by side: the line, and both ends along it."""
    changes = np.diff(sides.astype(int), axis=1, prepend=0, append=0)
    lines, begins = np.nonzero(changes > 0)
    _, finishes = np.nonzero(changes < 0)
    return [(k - 0.5, a - 1.5, b - 1.5) for k, a, b in zip(lines, begins, finishes)]


def _ticks(name: str, values: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Round values within the range, and their places among the cells; of a few cells, their own values."""
    low, high = values[0], values[-1]
    if len(values) < FEW:
        return np.arange(len(values)), [f"{value:.4g}" for value in values]
    if (usual_name(name) or name).startswith("beta"):
        nice: Sequence[float] | np.ndarray = [0, 0.5, 0.9, 0.99, 0.999, 0.9999]
    elif low > 0 and high / low > 30 and np.ptp(np.diff(np.log(values))) < 0.3:
        nice = [10.0**k for k in range(-15, 7)]
    else:
        nice = np.linspace(low, high, 5)
    nice = [value for value in nice if low <= value <= high]
    if len(nice) < 2:
        nice = np.linspace(low, high, 5)
    places = np.interp(np.asarray(nice), values, np.arange(len(values)))
    return places, [f"{value:.4g}" for value in nice]


def _thinned(places: np.ndarray, labels: list[str], cells: int, across: bool) -> tuple[np.ndarray, list[str]]:
    """Those ticks whose labels have room beside the one before, by the place that their letters take."""
    kept: list[int] = []
    for k, (place, label) in enumerate(zip(places, labels)):
        room = 0.02 + LETTER * (len(label) + len(labels[kept[-1]])) / 2 if kept and across else LINE
        if not kept or place - places[kept[-1]] >= room * cells:
            kept.append(k)
    return places[kept], [labels[k] for k in kept]


@drawn
def heatmap(ax: Axes, swept: Sweep, theme: Theme = LIGHT) -> Axes:
    """How a sweep over two hyperparameters ended: dark where the loss is low.

    Striped where a run diverged, dotted where it ended higher than it began; outlined where it arrived,
    within a millionth of the height at the start. For momentum and Nesterov on a quadratic the
    limit of stability is dashed, and for momentum a star marks the best settings (see `_core.stability`).

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
        If it is not over two 1-D arrays of at least two values each.
    """
    names = [name for name, value in swept.hyper.items() if np.ndim(value)]
    if len(names) != 2 or swept.loss.ndim != 2 or min(swept.loss.shape) < 2:
        raise ValueError(f"heatmap: give a sweep over two 1-D arrays of values, got {swept!r}")
    orders = [np.argsort(swept.hyper[name]) for name in names]
    values = [swept.hyper[name][order] for name, order in zip(names, orders)]
    cells = np.ix_(*orders)
    heat = Heat(ax, names, values, swept.surface, swept.start, theme).show(
        swept.loss[cells], swept.diverged[cells]
    )
    heat.theory(swept.step, swept.surface)
    ax.figure.colorbar(heat.scale, ax=ax, pad=0.02, label=f"loss after {swept.n_steps} steps")
    return ax
