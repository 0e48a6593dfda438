"""Loss curves, memory over time, how much η matters: their axes, and what moves on them."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.ticker import FixedLocator, LogFormatterSciNotation, NullLocator

from .._core.descent import Descent
from .._core.signature import name_of
from .._core.surface import Surface
from .._core.tuning import judged
from .figure import drawn
from .heights import LARGEST, extremes, increasing
from .landscape import drawable
from .style import LIGHT, OTHER_LOOKS, Theme, look

__all__ = [
    "Curve",
    "Sensitivity",
    "Trace",
    "by_step",
    "loss_axes",
    "loss_curve",
    "memory",
    "sensitivity_axes",
    "spread_labels",
    "trace_axes",
    "traced",
]


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
    slots : dict of matplotlib.artist.Artist
        All that moves but the label, by what it shows.
    label : matplotlib.text.Annotation
    """

    slots: dict[str, Artist]
    label: Annotation
    quantity: str

    def __init__(
        self,
        ax: Axes,
        colour: str,
        marker: str = "o",
        dash: str = "-",
        label: str = "",
        theme: Theme = LIGHT,
    ) -> None:
        self.ax, self.text = ax, label
        (self._line,) = ax.plot([], [], dash, color=colour, linewidth=2, zorder=3)
        (self._end,) = ax.plot([], [], marker, markersize=8, color=colour, zorder=4)
        # it stands right of the axes, so that a layout made now leaves room for it
        self.label = ax.annotate(label, (1, 0.5), xycoords="axes fraction", va="center", zorder=7)
        self.label.set(color=colour, fontweight="bold", annotation_clip=False)
        self.slots = {"line": self._line, "end": self._end}

    @property
    def artists(self) -> list[Artist]:
        """All that moves but the label."""
        return list(self.slots.values())

    def show(self, run: Descent | None) -> Self:
        """Show another run, a `Descent` without lanes; None shows nothing."""
        return self.draw((), ()) if run is None else self.draw(run.at, run.loss)

    def draw(self, steps: Sequence[int] | np.ndarray, values: Sequence[float] | np.ndarray) -> Self:
        """Show other values, as far as they are finite."""
        steps, values = np.asarray(steps, int), np.asarray(values, float)
        steps, values = steps[np.isfinite(values)], values[np.isfinite(values)]
        values = np.clip(values, *self.reach)  # what leaves the axes stays near enough to be drawn
        self._line.set_data(steps, values)
        self._end.set_data(steps[-1:], values[-1:])
        self.label.set_text(self.text if len(steps) else "")
        if len(steps):
            self.move_label(0)
        return self

    @property
    def end(self) -> float | None:
        """Height at which the curve ends, in points above the axes' lower edge; None if it is empty."""
        points = np.column_stack(self._end.get_data())
        if not len(points):
            return None
        _, y = self.ax.transData.transform(points)[0] - self.ax.bbox.p0
        return float(y) * 72 / self.ax.figure.dpi

    def clipped(self, height: float) -> float:
        """A height in points, moved into the axes."""
        return float(np.clip(height, 0, self.ax.bbox.height * 72 / self.ax.figure.dpi))

    def move_label(self, points: float) -> None:
        """Let the label stand that many points above the height of the curve's end."""
        end = self.end
        assert end is not None  # an empty curve has no label to move
        height = (self.clipped(end) + points) * self.ax.figure.dpi / 72
        self.label.xy = (1, height / self.ax.bbox.height)
        self.label.set_position(self.label.xy)

    @property
    def reach(self) -> tuple[float, float]:
        """How far beyond the limits a line is drawn."""
        low, high = self.ax.get_ylim()
        if self.ax.get_yscale() == "log":
            return low / 100, high * 100
        return 2 * low - high, 2 * high - low


class Sensitivity(Curve):
    """Loss at the end against η, with a mark at the η of the run shown; parameters as for `Curve`."""

    def know(self, etas: Sequence[float] | np.ndarray, losses: np.ndarray, name: str) -> None:
        """Take in what many values of the hyperparameter of that name lead to, as `judged` says."""
        self._etas, self._losses, self._name = np.asarray(etas), np.asarray(losses), name

    def show(self, run: Descent | None) -> Self:
        """Mark the η of another run; None shows nothing."""
        if run is None or not hasattr(self, "_etas"):
            run, shown = None, np.zeros(0, dtype=int)
        else:
            shown = np.flatnonzero(np.isfinite(self._losses))
        self._line.set_data(
            *(
                np.array([self._etas, np.clip(self._losses, *self.reach)])[:, shown]
                if len(shown)
                else ([], [])
            )
        )
        end = np.nan
        if run is not None:
            tried = np.flatnonzero(np.isclose(self._etas, run.hyper[self._name], rtol=1e-9, atol=0))
            # with several seeds the line is their mean, and the run is one of them
            end = self._losses[tried[0]] if len(tried) else judged(run.loss, run.at)
        here = np.isfinite(end)
        if run is not None and here:
            self._end.set_data([run.hyper[self._name]], [np.clip(end, *self.ax.get_ylim())])
        else:
            self._end.set_data([], [])
        self.label.set_text(self.text if here else "")
        if here:
            self.move_label(0)
        return self


class Trace(Curve):
    """What a run carried or did, a line for each of the first two coordinates; parameters as `Curve`."""

    def __init__(
        self,
        ax: Axes,
        colour: str,
        marker: str = "o",
        dash: str = "-",
        label: str = "",
        theme: Theme = LIGHT,
    ) -> None:
        super().__init__(ax, colour, marker, "-", label, theme)
        (self._second,) = ax.plot([], [], "--", color=colour, linewidth=2, zorder=3)
        self.slots = {"line": self._line, "second": self._second}
        ax.legend([self._line, self._second], ["along x", "along y"], loc="upper right", labelcolor=theme.ink)

    def show(self, run: Descent | None) -> Self:
        """Show another run; None shows nothing."""
        values = np.empty((0, 2)) if run is None else traced(run, self.quantity)[:, :2]
        steps = np.empty(0, int) if run is None else run.at
        for line, column in zip((self._line, self._second), values.T):
            line.set_data(steps, np.clip(column, *self.reach))
        if values.shape[1] < 2:
            self._second.set_data([], [])
        return self


def traced(run: Descent, quantity: str) -> np.ndarray:
    """A memory of a run by its name, or its effective learning rate −Δθ/g: a row for each step kept."""
    if quantity != "effective η":
        return run.memory[quantity]
    with np.errstate(all="ignore"):
        rate = -np.diff(run.theta, axis=0) / run.gradient[:-1]
    rate[~(rate > 0)] = np.nan  # where the step goes uphill there is no such rate
    rate[np.diff(run.at) > 1] = np.nan  # nor over many steps
    return np.concatenate([np.full((1, rate.shape[1]), np.nan), rate])


def spread_labels(curves: Iterable[Curve], gap: float = 15) -> None:
    """Move the labels of curves that end close together apart, by at least `gap` points."""
    height = -np.inf
    ended = [(end, curve) for curve in curves if (end := curve.end) is not None]
    for end, curve in sorted(ended, key=lambda pair: pair[0]):
        inside = curve.clipped(end)
        height = max(inside, height + gap)
        curve.move_label(height - inside)


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Powers(LogFormatterSciNotation):
    """Powers of ten in plain letters, as in 10⁻⁴: Matplotlib's are formulas, which take long to read."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of a tick; empty for most of the minor ones."""
        formula = str(super().__call__(x, pos))
        power = re.search(r"(?:(\d+)\\times)?10\^\{(-?\d+)\}", formula)
        if power is None:
            return formula
        times = f"{power[1]}×" if power[1] else ""
        return f"{times}10{power[2].translate(RAISED)}"


@drawn
def loss_axes(ax: Axes, surface: Surface, start: np.ndarray, n_steps: int) -> Axes:
    """Scale and limits of a loss curve: they depend on the surface and on the start, not on
    the run, so that two settings can be compared.

    Logarithmic where the surface is known not to go below zero.
    """
    at_start = float(surface.loss(start))
    lowest, highest = extremes(surface)
    known, reach = surface.lowest, 1e-3 if surface.every == 1 else 1e-4  # a network gets far
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
    top = np.clip(highest, ends.max() + 0.4 * size, ends.max() + size)  # a run can climb
    ax.set_ylim(*increasing(ends.min() - 0.1 * size, top + 0.1 * size))
    return ax


def _log_limits(ax: Axes, low: float, high: float) -> None:
    """A logarithmic axis along y between two positive numbers, however large or small."""
    low, high = np.clip([low, high], 1 / LARGEST, LARGEST)
    low = min(low, 0.1 * high)
    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(Powers())
    ax.yaxis.set_minor_formatter(Powers())
    ax.set_ylim(low, high)
    first, last = np.ceil(np.log10(low)), np.floor(np.log10(high))
    # Matplotlib looks for ticks beyond both ends, and fails where there is no such number: 1e309, 1e-324
    if max(last, -first) + (last - first) > 300:
        places = 10.0 ** np.unique(np.linspace(first, last, 5).round())
        ax.yaxis.set_major_locator(FixedLocator(places.tolist()))
        ax.yaxis.set_minor_locator(NullLocator())


@drawn
def trace_axes(ax: Axes, run: Descent | None, quantity: str, n_steps: int) -> Axes:
    """Axes for a `Trace`, with limits that suit the run shown now and then stay fixed."""
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
def sensitivity_axes(ax: Axes, surface: Surface, start: np.ndarray) -> Axes:
    """Axes for the loss that each of many η leads to, as a race judges it; limits as for a loss curve."""
    loss_axes(ax, surface, start, 1)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(Powers())
    ax.set_xlim(1e-4, 10)
    ax.set_xlabel("learning rate η")
    ax.set_ylabel("worst loss of the last tenth")
    ax.set_title("how much η matters")
    return ax


@drawn
def loss_curve(ax: Axes, run: Descent, colour: str | None = None, label: str | None = None) -> Axes:
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
def memory(ax: Axes, run: Descent, name: str, coordinates: Sequence[int] | None = None) -> Axes:
    """A memory of the step over time, coordinate by coordinate.

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
    values = drawable(run.memory[name])
    for style, i in zip(("-", "--", ":"), coordinates or range(min(run.surface.n, 3))):
        ax.plot(run.at, values[:, i], style, color=look(run.step)[0], label=f"{name} along {letters[i]}")
    ax.axhline(0, color="#999999", linewidth=0.8, zorder=0)
    ax.set_xlim(0, max(run.n_steps, 1) * 1.03)
    ax.set_xlabel("step")
    ax.legend(frameon=False)
    return ax


@drawn
def by_step(
    ax: Axes,
    values: Sequence[Any] | np.ndarray,
    labels: Sequence[str],
    steps: Sequence[Callable[..., Any]] = (),
) -> Axes:
    """Values against the number of the step: a line for each column, with its label at the line's end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Limits along y that were set before are kept; a logarithmic axis needs them.
    values : array_like, shape (n,) or (n, lines)
        Row k is what was there after step k. A line ends where its values are no longer finite.
    labels : sequence of str
        One for each line.
    steps : sequence of callables, optional
        The methods, if each line is one: they lend their colour, marker and dash.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are not as many labels as lines.

    Examples
    --------
    >>> from adamlab import descend, momentum, plots, ravine
    >>> runs = descend(momentum, ravine, beta1=[0.0, 0.9])
    >>> figure, ax = plots.figure("x after each step: with β1 = 0 it creeps, with 0.9 it swings.")
    >>> ax = plots.by_step(ax, runs.theta[:, 0], ["β1 = 0", "β1 = 0.9"])
    """
    lines = np.asarray(values, dtype=float)
    lines = lines.reshape(len(lines), -1).T
    if len(labels) != len(lines):
        raise ValueError(f"by_step: {len(lines)} lines need as many labels, got {len(labels)}")
    ax.set(xlim=(0, 1.03 * max(lines.shape[1] - 1, 1)), xlabel="step")
    if ax.get_autoscaley_on():
        shown = lines[np.isfinite(lines)]
        low, high = shown.min(initial=0), shown.max(initial=0)
        ax.set_ylim(*increasing(low - 0.08 * (high - low), high + 0.08 * (high - low)))
    looks = [look(step, k) for k, step in enumerate(steps)] or [
        (colours[0], marker, dash) for colours, marker, dash in OTHER_LOOKS
    ]
    curves = [
        Curve(ax, *looks[k % len(looks)], label).draw(range(len(line)), line)
        for k, (line, label) in enumerate(zip(lines, labels))
    ]
    spread_labels(curves)
    return ax
