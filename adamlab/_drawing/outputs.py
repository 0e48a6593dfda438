"""What a model answers to each input: its curve beside the examples that it learns."""

from typing import Any, Self

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from .._core.descent import Descent
from .._core.model import Model
from .curves import Curve
from .figure import drawn
from .heights import increasing
from .style import LIGHT, Theme

__all__ = ["Output", "output_axes", "shown_row"]


@drawn
def output_axes(ax: Axes, model: Model, theme: Theme = LIGHT) -> Axes:
    """Axes for the curve of a model, with its examples as crosses."""
    wanted = model.examples[:, 1]
    beyond = 0.35 * np.ptp(wanted) or 1.0
    ax.plot(*model.examples.T, "X", color=theme.ink, markersize=12, zorder=4)
    ax.set(xlabel="input", ylabel="output", xlim=(model.inputs[0], model.inputs[-1]))
    ax.set_ylim(*increasing(wanted.min() - beyond, wanted.max() + beyond))
    return ax


def shown_row(run: Descent, step: int) -> int | None:
    """The row of a run where the ball stands at a step of the film: at step 0 where it ended.

    Parameters
    ----------
    run : Descent
        Without lanes.
    step : int

    Returns
    -------
    int or None
        None where the run is lost.
    """
    reached = int(np.isfinite(run.theta[:, 0]).sum())
    row = run.row(step) if step else reached - 1
    return row if 0 <= row < reached else None


class Output(Curve):
    """The curve of a model where a run is now, and, faintly, where it began; parameters as for `Curve`."""

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
        (self._first,) = ax.plot([], [], "-", color=FAINT, linewidth=1.5, zorder=2)
        self._line.set_linewidth(3)
        self.slots = {"first": self._first, "line": self._line}
        example = Line2D([], [], marker="X", linestyle="none", color=theme.ink, markersize=9)
        names = {"example": example, "at the start": self._first, "at the ball": self._line}
        row: dict[str, Any] = {"loc": "upper left", "ncols": 3, "borderaxespad": 0, "columnspacing": 1.2}
        ax.legend(names.values(), names.keys(), labelcolor=theme.ink, handlelength=1.6, **row)
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.1 * (high - low))  # above a curve that ends near the highest example
        self._outputs: tuple[Any, Any] | None = None

    def know(self, first: np.ndarray | None, now: np.ndarray | None) -> None:
        """Take in the outputs at the start and where the run is now; None where there are none."""
        self._outputs = first, now

    def show(self, run: Descent | None) -> Self:
        """Show the outputs that are known, if there is a run."""
        model = run.surface.model if run is not None else None
        for line, outputs in zip((self._first, self._line), self._outputs or (None, None)):
            if model is None or outputs is None:
                line.set_data([], [])
            else:
                line.set_data(model.inputs, np.clip(outputs, *self.reach))
        return self


FAINT = "#8a8a8a"  # on light and on dark paper
