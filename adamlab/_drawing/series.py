"""Both averages of an Adam, from step to step."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .._core.descent import Descent
from .._core.signature import name_of
from .._core.surface import Surface
from .figure import drawn
from .labels import label_ends
from .style import AVERAGE, DIVISOR, GRADIENT, LIGHT, STEP

__all__ = ["averages"]


@drawn
def averages(
    axes: Sequence[Axes], run: Descent, coordinate: int = 0, exact: Surface | None = None
) -> Sequence[Axes]:
    """Both averages of an Adam over time, and below them how long each step was.

    The line in the upper axes is m̂, the average of the gradients (dots). The band reaches from −√v̂ to √v̂.
    Below, each step is measured in η, against the gradient: it is the place of m̂ in the band.

    Parameters
    ----------
    axes : sequence of matplotlib.axes.Axes
        Two of them, the second for the steps.
    run : Descent
        Without lanes, of a step that averages gradients in `m` by `beta1` and squares in `v` by `beta2`.
    coordinate : int
        Which coordinate of θ.
    exact : Surface, optional
        The same problem without noise: its gradient along the way is a black line.

    Returns
    -------
    sequence of matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the step has no such memory.

    Examples
    --------
    >>> from adamlab import adam, beale, descend, plots
    >>> figure, axes = plots.figure("Both averages on Beale's function", rows=2, sharex=True)
    >>> axes = plots.averages(axes, descend(adam, beale, eta=0.1))
    """
    known = {**run.memory, **run.hyper}
    lacking = [name for name in ("m", "v", "eta", "beta1", "beta2") if name not in known]
    if lacking:
        raise ValueError(f"averages draws an Adam: {name_of(run.step)} has no {', '.join(lacking)}")
    above, below = axes
    at = run.at[1:]
    mean = run.memory["m"][1:, coordinate] / (1 - run.hyper["beta1"] ** at)
    size = np.sqrt(run.memory["v"][1:, coordinate] / (1 - run.hyper["beta2"] ** at))
    _band(above, at, size)
    dots = run.gradient[:-1, coordinate]
    above.plot(at, dots, ".", color=GRADIENT[0], markersize=6, alpha=0.8, zorder=3, label="g")
    if exact is not None:
        true = exact.gradient(run.theta[:-1].T)[coordinate]
        above.plot(at, true, color=LIGHT.ink, linewidth=1.4, zorder=5, label="exact g")
    above.plot(at, mean, color=AVERAGE[0], linewidth=2.6, zorder=4, label="m̂")
    above.set_xlim(0, run.n_steps + 1)
    label_ends(above)
    moved = -np.diff(run.theta[:, coordinate]) / np.diff(run.at) / run.hyper["eta"]
    _band(below, at, np.ones(len(at)))
    below.plot(at, moved, color=STEP[0], linewidth=2.6, zorder=6)
    below.set_xlabel("step")
    below.set_yticks([-1, 0, 1], ["−η", "0", "η"])
    return axes


def _band(ax: Axes, at: np.ndarray, size: np.ndarray) -> None:
    """From −size to size, with its upper edge named."""
    ax.fill_between(at, -size, size, color=DIVISOR[0], alpha=0.14, linewidth=0, zorder=1)
    ax.plot(at, size, color=DIVISOR[0], linewidth=1.4, zorder=2, label="√v̂")
    ax.plot(at, -size, color=DIVISOR[0], linewidth=1.4, zorder=2)
