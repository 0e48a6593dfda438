"""A sweep over two hyperparameters as a map: dark where the loss ended low.

Colour is not the only sign. Stripes lie where a run diverged or ended higher than it began, a line runs
around those that arrived, and theory, where there is one, draws its own limit on top.
"""

import functools

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke

from .moving import NOTHING
from .rule import GREEK, OURS, USUAL_NAME, name_of
from .theme import LIGHT

__all__ = [
    "ARRIVED",
    "CASED",
    "LARGEST",
    "Heat",
    "extremes",
    "heights",
    "increasing",
    "limit",
    "optimum",
    "survey",
]

ARRIVED = 1e-6  # of the height at the start
LARGEST = 1e304  # an axis ends here: Matplotlib needs room above, and the largest number is 1.8e308
COARSE = 41  # points along each side, where only the lowest and the highest are asked for
COLOURS = "viridis"
LIMITED = ("gradient_descent", "momentum", "nesterov")
STRIPES = np.array([[(row + column) // 2 % 2 for column in range(4)] for row in range(4)])  # one cell
CASED = [withStroke(linewidth=3.2, foreground="#222222")]  # white lines stand out on every colour
PALE, DARK_STRIPE = (236, 236, 236, 255), (150, 150, 150, 255)


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
    """

    @np.errstate(all="ignore")
    def __init__(self, ax, names, values, surface, start, theme=LIGHT):
        self.ax, self.names, self.values = ax, names, values
        self._at_start = float(surface.loss(start))
        self.scale = ScalarMappable(self._norm(surface), COLOURS)
        size = [len(v) for v in values]
        self._image = ax.imshow(
            np.zeros((*size[::-1], 4), np.uint8), origin="lower", interpolation="none", aspect="auto",
            extent=(-0.5, size[0] - 0.5, -0.5, size[1] - 0.5), zorder=1,
        )  # fmt: skip
        self._around = ax.add_patch(PathPatch(NOTHING, facecolor="none", edgecolor="white", linewidth=1.6))
        self._around.set(zorder=2, path_effects=CASED)
        self.artists = [self._image, self._around]
        for axis, name, along in zip((ax.xaxis, ax.yaxis), names, values):
            places, labels = _ticks(name, along)
            axis.set_ticks(places, labels)
            axis.set_label_text(GREEK.get(name, name))
        ax.yaxis.label.set(rotation=0, horizontalalignment="right")
        ax.grid(False)

    def _norm(self, surface):
        """Logarithmic above a known minimum, else linear; heights are then counted from 0."""
        known = surface.lowest
        height = np.nan if known is None else self._at_start - known
        if 1 / LARGEST < ARRIVED * height < ARRIVED**2 * LARGEST:  # with decades to spare for ticks
            self.lowest, self._tolerance = known, ARRIVED * height
            return LogNorm(self._tolerance, height)
        self.lowest, self._tolerance = 0.0, None
        bottom, top = extremes(surface)
        if np.isfinite(self._at_start):
            bottom, top = min(bottom, self._at_start), self._at_start
        return Normalize(*increasing(bottom, top))

    @np.errstate(all="ignore")
    def show(self, loss, diverged):
        """Show how all runs ended.

        Parameters
        ----------
        loss : ndarray, shape (len x, len y)
        diverged : ndarray of bool, of the same shape
        """
        lost = (diverged | (loss > self._at_start)).T
        colours = self.scale.to_rgba(np.fmax(loss.T - self.lowest, self.scale.norm.vmin), bytes=True)
        detail = np.kron(colours, np.ones((4, 4, 1), np.uint8))
        stripes = np.tile(
            np.where(STRIPES[..., np.newaxis], PALE, DARK_STRIPE).astype(np.uint8), (*lost.shape, 1)
        )
        self._image.set_data(np.where(np.kron(lost, np.ones((4, 4), bool))[..., np.newaxis], stripes, detail))
        self._around.set_path(_border(self.arrived(loss).T))
        return self

    def arrived(self, loss):
        """Which runs ended within a millionth of the height at the start; none where no minimum is known."""
        return np.zeros(loss.shape, bool) if self._tolerance is None else loss - self.lowest < self._tolerance

    @np.errstate(all="ignore")
    def theory(self, step, surface):
        """Draw what is known without running anything: from where a step diverges, and the best settings.

        Parameters
        ----------
        step : callable
        surface : Surface

        Returns
        -------
        list of matplotlib.artist.Artist
        """
        roles = [USUAL_NAME.get(name, name) for name in self.names]
        if sorted(roles) != ["beta1", "eta"] or limit(step, surface, 0.0) is None:
            return []
        rate, heavy = roles.index("eta"), roles.index("beta1")
        beta1 = np.linspace(self.values[heavy][0], self.values[heavy][-1], 400)
        beta1 = np.union1d(beta1, self.values[heavy])
        edge = limit(step, surface, beta1)
        (line,) = self.ax.plot(*self._point(rate, edge, beta1), "--", color="white", linewidth=2, zorder=5)
        artists, best = [line], optimum(step, surface)
        if best:
            artists += self.ax.plot(*self._point(rate, *best), "*", color="white", markersize=16, zorder=6)
        for artist in artists:
            artist.set_path_effects(CASED)
        return artists

    def _point(self, rate, eta, beta1):
        """Places of settings among the cells, as (x, y); NaN beyond the map."""
        pair = (eta, beta1) if rate == 0 else (beta1, eta)
        cells = [np.arange(len(along)) for along in self.values]
        return [
            np.interp(p, along, k, left=np.nan, right=np.nan) for p, along, k in zip(pair, self.values, cells)
        ]


def _border(inside):
    """Lines between cells inside and cells outside."""
    padded = np.pad(inside, 1)
    rows, columns = np.nonzero(padded[1:] != padded[:-1])
    flat = [((column - 1.5, row - 0.5), (column - 0.5, row - 0.5)) for row, column in zip(rows, columns)]
    rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
    upright = [((column - 0.5, row - 1.5), (column - 0.5, row - 0.5)) for row, column in zip(rows, columns)]
    ends = np.array(flat + upright, dtype=float).reshape(-1, 2)
    if not len(ends):
        return NOTHING
    outline = Outline(ends, [Outline.MOVETO, Outline.LINETO] * (len(ends) // 2))
    outline.should_simplify = False
    return outline


def increasing(low, high):
    """Limits of a scale: two finite numbers, the second above the first.

    Parameters
    ----------
    low, high : float

    Returns
    -------
    (float, float)
    """
    low, high = (float(np.clip(end, -LARGEST, LARGEST)) for end in (low, high))
    return low, max(high, low + (1e-9 * max(abs(low), abs(high)) or 1e-12))


def heights(surface, points):
    """The heights on a grid of the window: asked for once, and then known.

    Parameters
    ----------
    surface : Surface
        Of one or two coordinates.
    points : int
        Along each side.

    Returns
    -------
    ndarray, shape (points,) * n
    """
    return _heights(surface, surface.window, points)


@functools.lru_cache(maxsize=16)
def _heights(surface, window, points):
    sides = [np.linspace(low, high, points) for low, high in window]
    with np.errstate(all="ignore"):
        return surface.loss(np.array(np.meshgrid(*sides)))


def survey(surface, points):
    """Ask a surface for all that drawing it needs, so that to draw it runs no learner's code.

    Parameters
    ----------
    surface : Surface
    points : int
        As for `heights`.

    Returns
    -------
    Surface
        The same.
    """
    if surface.window:
        heights(surface, points)
    extremes(surface)
    return surface


@np.errstate(all="ignore")
def extremes(surface):
    """The lowest and highest height on a coarse grid of the window, or near the start.

    Parameters
    ----------
    surface : Surface

    Returns
    -------
    (float, float)
        Both 0 where no height is finite.
    """
    if surface.window:
        height = heights(surface, COARSE)
    else:
        height = np.array([surface.loss(surface.start)])
        height = np.append(height, np.minimum(height, 0))
    finite = height[np.isfinite(height)]
    return (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)


def _ticks(name, values):
    """Round values within the range, and their places among the cells."""
    low, high = values[0], values[-1]
    if USUAL_NAME.get(name, name).startswith("beta"):
        nice = [0, 0.5, 0.9, 0.99, 0.999, 0.9999]
    elif low > 0 and high / low > 30 and np.ptp(np.diff(np.log(values))) < 0.3:
        nice = [10.0**k for k in range(-15, 7)]
    else:
        nice = np.linspace(low, high, 5)
    nice = [value for value in nice if low <= value <= high]
    if len(nice) < 2:
        nice = np.linspace(low, high, 5)
    return np.interp(nice, values, np.arange(len(values))), [f"{value:.4g}" for value in nice]


def limit(step, surface, beta1):
    """From which η on a step is known to diverge on a quadratic; None where no such limit is known.

    Gradient descent 2/L, heavy ball 2 (1 + β₁)/L, Nesterov 2 (1 + β₁)/((1 + 2 β₁) L), where L is the
    largest curvature: where a root of the step's characteristic polynomial leaves the unit circle.

    Parameters
    ----------
    step : callable
        Of the series; another one may be written in another form.
    surface : Surface
    beta1 : float or ndarray

    Returns
    -------
    float or ndarray, or None
    """
    ours = getattr(step, "__module__", None) == OURS  # another momentum may be the averaging form
    if surface.curvature is None or not ours or name_of(step) not in LIMITED:
        return None
    steepest = surface.curvature[1]
    if name_of(step) == "gradient_descent":
        return 2 / steepest
    return 2 * (1 + beta1) / (steepest * (1 + 2 * beta1 if name_of(step) == "nesterov" else 1))


def optimum(step, surface):
    """The best η and β₁ of the heavy ball on a quadratic (Polyak 1964), or None.

    η* = 4/(√L + √μ)², β* = ((√κ − 1)/(√κ + 1))²

    Parameters
    ----------
    step : callable
        Of the series; another one may be written in another form.
    surface : Surface

    Returns
    -------
    (float, float) or None
    """
    if limit(step, surface, 0.0) is None or name_of(step) != "momentum":
        return None
    flat, steep = np.sqrt(surface.curvature)
    return 4 / (steep + flat) ** 2, ((steep - flat) / (steep + flat)) ** 2
