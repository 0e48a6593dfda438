"""Labels at the ends of lines, in place of a legend."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from .figure import drawn

__all__ = ["label_ends"]

BESIDE = 5  # labels that are no more of their heights apart stand in one column


@drawn
def label_ends(ax: Axes, side: str = "right", gap: float = 14) -> Axes:
    """Write each line's label beside its end, in place of a legend; labels move apart where lines meet.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its lines drawn, its limits and scales set. A line without a label gets none. The label of a line
        that leaves the picture stands where it was seen last.
    side : {"right", "left"}
        Which end.
    gap : float
        Points between two labels, at least.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such side.

    Examples
    --------
    >>> from adamlab import plots
    >>> figure, ax = plots.figure("Two powers", titles="A square overtakes")
    >>> lines = ax.plot([0, 1, 4], label="square") + ax.plot([0, 2, 4], label="double")
    >>> [label.get_text() for label in plots.label_ends(ax).texts]
    ['square', 'double']
    """
    if side not in ("right", "left"):
        raise ValueError(f"side must be 'right' or 'left', got {side!r}")
    ax.autoscale_view()  # limits that nobody has set are found only when they are asked for
    labelled = [line for line in ax.lines if not str(line.get_label()).startswith("_")]
    found = [(_end(line, side), line) for line in labelled]
    ends = sorted([(*at, line) for at, line in found if at is not None], key=lambda end: end[0])
    width, height = np.array([ax.bbox.width, ax.bbox.height]) * 72 / ax.figure.dpi
    columns: list[list[tuple[float, float, Line2D]]] = []
    for end in ends:
        if not columns or (end[0] - columns[-1][-1][0]) * width > BESIDE * gap:
            columns.append([])
        columns[-1].append(end)
    for column in columns:
        column.sort(key=lambda end: end[1])
        places = _apart([y * height for _, y, _ in column], gap, height)
        for (x, _, line), place in zip(column, places):
            ax.annotate(
                str(line.get_label()),
                (x, place / height),
                xytext=(5 if side == "right" else -5, 0),
                xycoords="axes fraction",
                textcoords="offset points",
                ha="left" if side == "right" else "right",
                va="center",
                color=line.get_color(),
                fontweight="bold",
                annotation_clip=False,
                path_effects=[withStroke(linewidth=3, foreground=ax.get_facecolor())],  # lines pass below it
            )
    return ax


def _end(line: Line2D, side: str) -> tuple[float, float] | None:
    """Where a line ends, as shares of the axes; None if it has no finite point."""
    axes = line.axes
    assert axes is not None
    points = np.column_stack(line.get_data()).astype(float)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    shares = (axes.transData - axes.transAxes).transform(points)
    inside = shares[(np.abs(shares - 0.5) <= 0.5 + 1e-9).all(axis=1)]
    x, y = np.clip(inside if len(inside) else shares, 0, 1)[-1 if side == "right" else 0]
    return float(x), float(y)


def _apart(places: list[float], gap: float, top: float) -> list[float]:
    """Rising places, moved until there is a gap between any two: up, and down again from the top."""
    for k in range(1, len(places)):
        places[k] = max(places[k], places[k - 1] + gap)
    above = top + gap
    for k in reversed(range(len(places))):
        above = places[k] = min(places[k], above - gap)
    return places
