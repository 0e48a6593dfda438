"""A table as a picture: a cell is dark where its number is low."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from .._core.surface import Surface
from .._core.text import format_number
from .figure import Still, drawn
from .heatmap import COLOURS

__all__ = ["scores"]

EMPTY = "#eeeeee"
DARK = 0.6  # of the colours: below it white letters are read more easily


@drawn
def scores(
    ax: Axes,
    values: np.ndarray,
    rows: Sequence[Any],
    columns: Sequence[Any],
    missing: str = "never",
) -> Axes:
    """How several methods did on several problems: dark where the number is low, the lowest of a row framed.

    The alternative text of a figure that `plots.figure` has made is continued with what the cells say.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    values : ndarray, shape (rows, columns)
        Numbers above zero; NaN where there is none. Colours are logarithmic.
    rows, columns : sequence
        Words, surfaces or steps; of a surface or step its name is shown.
    missing : str
        What stands where there is no number.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there are more or fewer names than rows or columns, or no number above zero.
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"scores: {len(rows)} rows and {len(columns)} columns do not fit values of shape {values.shape}"
        )
    numbers = values[np.isfinite(values)]
    if not len(numbers) or numbers.min() <= 0:
        raise ValueError("scores: give numbers above zero, with NaN where there is none")
    norm = LogNorm(numbers.min(), max(numbers.max(), 1.01 * numbers.min()))
    ax.imshow(values, COLOURS, norm, aspect="auto")
    ax.set_facecolor(EMPTY)  # seen where there is no number
    for row, numbers in enumerate(values):
        if np.isfinite(numbers).any():
            _frame(ax, row, int(np.nanargmin(numbers)))
    words = [[format_number(value) if np.isfinite(value) else missing for value in row] for row in values]
    for (row, column), value in np.ndenumerate(values):
        colour = "white" if np.isfinite(value) and norm(value) < DARK else "#222222"
        ax.text(column, row, words[row][column], ha="center", va="center", color=colour, weight="bold")
    across, down = [_name(column) for column in columns], [_name(row) for row in rows]
    ax.set_xticks(range(len(across)), across)
    ax.set_yticks(range(len(down)), down)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.grid(False)
    ax.spines[:].set_visible(False)
    if isinstance(ax.figure, Still):
        ax.figure.alt += " " + _told(words, down, across)
    return ax


def _told(words: list[list[str]], rows: list[str], columns: list[str]) -> str:
    """All cells in one sentence."""
    said = (", ".join(map(" ".join, zip(columns, row))) for row in words)
    return "; ".join(f"{name}: {cells}" for name, cells in zip(rows, said)) + "."


def _frame(ax: Axes, row: int, column: int) -> None:
    """A frame around a cell, seen on every colour."""
    for colour, width in (("white", 5.0), ("#d55e00", 3.0)):
        ax.add_patch(Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, fill=False, ec=colour, lw=width))


def _name(thing: Any) -> str:
    if isinstance(thing, str):
        return thing
    return thing.name if isinstance(thing, Surface) else str(thing.__name__).replace("_", " ")
