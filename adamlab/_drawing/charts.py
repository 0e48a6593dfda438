"""Whole figures in one call: lines with labels at their ends, paths side by side."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .._core.descent import Descent
from .._core.hyperparameters import symbol
from .._core.signature import name_of
from .._core.text import format_number
from .figure import Still, drawn, figure
from .labels import label_ends
from .landscape import landscape, path
from .style import look

__all__ = ["lines", "paths"]

DASHES = ("-", "--", "-.", ":")


@drawn
def lines(
    values: Mapping[Any, Any],
    alt: str,
    title: str = "",
    x: Any = None,
    like: Callable[..., Any] | None = None,
    size: tuple[float, float] = (8, 3.6),
    **axes: Any,
) -> Still:
    """A figure with a line for each of several quantities, and their labels where the lines end.

    Parameters
    ----------
    values : mapping
        What each line shows, by its label: an array, or one number for a level line. A label that is a step
        stands for its name, and gives the line its colour and dash.
    alt, title : str
        As in `figure`.
    x : array_like, optional
        Where the values belong; 0, 1, 2 … unless given.
    like : callable, optional
        The step whose colour the other lines have, each with its own dash. Black and dotted unless given.
    size : (float, float)
        Inches.
    **axes
        As `Axes.set`: labels, scales, limits. The label along x is "step" unless given.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    >>> from adamlab import bowl, descend, plots, steps
    >>> run = descend(steps.rmsprop, bowl)
    >>> plots.lines({steps.rmsprop: run.loss, "a millionth": 1e-6}, "The loss falls", yscale="log").alt
    'The loss falls'
    """
    fig, ax = figure(alt, titles=title, size=size)
    shapes = {label: np.asarray(y, dtype=float) for label, y in values.items()}
    places = np.arange(max(len(np.atleast_1d(y)) for y in shapes.values())) if x is None else np.asarray(x)
    methods = [label for label in values if callable(label)]
    plain = [label for label in values if not callable(label)]
    for label, y in shapes.items():
        if callable(label):
            colour, _, dash = look(label, methods.index(label))
        elif like is not None and y.ndim:
            colour, dash = look(like)[0], DASHES[plain.index(label) % len(DASHES)]
        else:
            colour, dash = "#222222", ":"
        level = np.broadcast_to(y, places.shape) if y.ndim == 0 else y
        said = name_of(label) if callable(label) else str(label)
        ax.plot(places[: len(level)], level, dash, color=colour, label=said)
    ax.margins(x=0.015)
    ax.set(**{"xlabel": "step", **axes})
    label_ends(ax)
    return fig


@drawn
def paths(*runs: Descent, titles: Any = ()) -> Still:
    """Landscapes side by side, with a run on each: what differs stands above it, with the last loss.

    Parameters
    ----------
    *runs : Descent
        Of two coordinates. Of a run with lanes each lane has a picture of its own.
    titles : sequence of str, optional
        In place of what differs.

    Returns
    -------
    matplotlib.figure.Figure
        It describes itself by the summaries of its runs.

    Examples
    --------
    >>> from adamlab import beale, descend, plots, steps
    >>> fig = plots.paths(descend(steps.rmsprop, beale, beta2=[0.9, 0.99]))
    >>> [ax.get_title(loc="left") for ax in fig.axes]
    ['β2 = 0.9: loss 4.5', 'β2 = 0.99: loss 0.91']
    """
    shown = [run.lane(k) if run.lanes else run for run in runs for k in np.ndindex(run.lanes)]
    fig, axes = figure(
        "; ".join(map(repr, shown)), columns=len(shown), size=(3.7 * len(shown), 3.4), squeeze=False
    )
    for ax, run, title in zip(axes[0], shown, titles or _differences(shown)):
        path(landscape(ax, run.surface), run)
        ax.set_title(title)
    return fig


def _differences(runs: list[Descent]) -> list[str]:
    """For each run a title: its step and its hyperparameters as far as they differ, and its last loss."""
    several = len({name_of(run.step) for run in runs}) > 1
    names = {name for run in runs for name in run.hyper}
    differ = [name for name in sorted(names) if len({run.hyper.get(name) for run in runs} - {None}) > 1]
    result = []
    for run in runs:
        own = [f"{symbol(name)} = {run.hyper[name]:g}" for name in differ if name in run.hyper]
        said = ", ".join([name_of(run.step)] * several + own)
        result.append(f"{said}: loss {format_number(run.loss[-1])}" if said else str(run.surface.name))
    return result
