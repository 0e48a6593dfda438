"""What the browser has to know of a picture, as plain data: scales, limits, and what each step is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LogNorm

from .._core.hyperparameters import symbol
from .._core.signature import Signature
from .._drawing import heatmap
from .stages import stages_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from .._core.surface import Surface

__all__ = ["axis", "box", "curves", "ground", "heat", "inside", "settings", "track"]

SHOWS = {"loss": "loss", "effective η": "rate", "output": "output", "sensitivity": "sensitivity"}


def axis(ax: Axes, along: str) -> dict[str, Any]:
    """How data become points on the page: value × a + b, of its logarithm on a logarithmic axis.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        In a figure with ``dpi=72``.
    along : str
        "x" or "y".

    Returns
    -------
    dict
        ``log``, ``a``, ``b``.
    """
    which = "xy".index(along)
    log = (ax.get_xscale, ax.get_yscale)[which]() == "log"
    ends = np.array((ax.get_xlim, ax.get_ylim)[which]())
    corners = np.column_stack([ax.get_xlim(), ax.get_ylim()])
    points = _down(ax, ax.transData.transform(corners))[:, which]
    ends = np.log10(ends) if log else ends
    a = (points[1] - points[0]) / (ends[1] - ends[0])
    return {"log": log, "a": float(a), "b": float(points[0] - a * ends[0])}


def _down(ax: Axes, points: np.ndarray) -> np.ndarray:
    """Matplotlib's height goes up, a page's goes down."""
    height = ax.figure.bbox.height
    return points * (1, -1) + (0, height)


def box(ax: Axes) -> list[float]:
    """Left, top, right and bottom of some axes, in points."""
    (left, bottom), (right, top) = _down(ax, ax.bbox.get_points())
    return [float(left), float(top), float(right), float(bottom)]


def ground(ax: Axes | None) -> dict[str, Any] | None:
    """The landscape's scales; None without one.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None

    Returns
    -------
    dict or None
    """
    if ax is None:
        return None
    x, limits = axis(ax, "x"), np.array([ax.get_xlim(), ax.get_ylim()])
    reach = limits + 20 * np.ptp(limits, axis=1, keepdims=True) * (-1, 1)  # as artists.Path
    tiny = round(1e-4 * float(np.ptp(limits[0])) * abs(x["a"]), 3)
    return {"x": x, "y": axis(ax, "y"), "box": box(ax), "reach": reach.tolist(), "tiny": max(tiny, 0.001)}


def curves(ax: Axes, view: str, memory: tuple[str, ...], reach: tuple[float, float]) -> dict[str, Any]:
    """The scales of the picture at the side.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    view : str
        "loss", "effective η", "output", "sensitivity" or the name of a memory.
    memory : tuple of str
        The names of all memories.
    reach : (float, float)
        How far lines are drawn beyond the limits.

    Returns
    -------
    dict
    """
    return {
        "shows": SHOWS.get(view, "memory"),
        "memory": memory.index(view) if view in memory else 0,
        "x": axis(ax, "x"),
        "y": axis(ax, "y"),
        "box": box(ax),
        "reach": [float(end) for end in reach],
        "limits": [float(end) for end in ax.get_ylim()],
    }


def heat(drawn: heatmap.Heat) -> dict[str, Any]:
    """How losses become the colours and signs of a map.

    Parameters
    ----------
    drawn : Heat

    Returns
    -------
    dict
        ``colours`` (256 of them, six hexadecimal digits each), ``scale`` (from the height that has the first
        to the one that has the last; of logarithms if ``log``), ``signs`` (for each the pattern of a cell,
        row by row from below, each a red, a green and a blue), and the losses that they depend on.
    """
    norm, log = drawn.scale.norm, isinstance(drawn.scale.norm, LogNorm)
    ends = np.array([norm.vmin, norm.vmax], dtype=float)
    table = drawn.scale.cmap(np.arange(256), bytes=True)[:, :3]
    signs = {"higher": (heatmap.DOT, heatmap.SPECK), "diverged": (heatmap.STRIPES, heatmap.STRIPE)}
    return {
        "x": axis(drawn.ax, "x"),
        "y": axis(drawn.ax, "y"),
        "box": box(drawn.ax),
        "colours": table.tobytes().hex(),
        "log": log,
        "scale": (np.log10(ends) if log else ends).tolist(),
        "bottom": float(ends[0]),
        "lowest": drawn.lowest,
        "atStart": drawn.at_start,
        "tolerance": drawn.tolerance,
        "signs": {
            name: [list(mark[:3] if here else heatmap.PALE[:3]) for here in where.ravel()]
            for name, (where, mark) in signs.items()
        },
    }


def settings(signature: Signature, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of the sentence that say how a step is set; as `repr` of a `Descent` says it.

    Parameters
    ----------
    signature : Signature
    options : dict
        Hyperparameters that are not numbers.

    Returns
    -------
    list of dict
    """
    said: list[dict[str, Any]] = []
    inputs = [name for name in signature.defaults if name not in options]
    for name, default in signature.defaults.items():
        if name in options:
            said.append({"text": f"{name}={options[name]}"})
        else:
            silent = default if name == "eps" else None
            said.append({"symbol": symbol(name), "input": inputs.index(name), "silent": silent})
    return said


def track(
    name: str, step: Callable[..., Any], surface: Surface, options: Mapping[str, Any]
) -> dict[str, Any]:
    """What is said of a step, and how long its rows are.

    Parameters
    ----------
    name : str
        In the panel.
    step : callable
    surface : Surface
    options : dict
        Hyperparameters that are not numbers.

    Returns
    -------
    dict
    """
    signature = Signature(step)
    return {
        "name": name,
        "title": f"{signature.name} on {surface.name}",
        "n": surface.n,
        "width": 1 + surface.n * (2 + len(signature.memory)),
        "settings": settings(signature, options),
        "minima": surface.minima.tolist(),
        "labelAt": None,
        "tried": None,
    }


def inside(
    signature: Signature,
    own: Sequence[str],
    inputs: Sequence[str],
    surface: Surface,
    bars: Axes | None,
    sizes: Mapping[str, tuple[float, float]],
) -> dict[str, Any]:
    """What is to be known of a step that is taken apart.

    Parameters
    ----------
    signature : Signature
    own : sequence of str
        The variables of the step that its rows hold.
    inputs : sequence of str
        Hyperparameters that are numbers, in their order.
    surface : Surface
        Of two coordinates.
    bars : matplotlib.axes.Axes or None
        Where the shares of η are shown.
    sizes : dict of (float, float)
        Width and height of each label, in points.

    Returns
    -------
    dict
        As `stages_of`, and ``window``, ``bars``, ``names`` (their sizes).
    """
    told = stages_of(signature, own, inputs, surface.coordinates)
    window = np.array(surface.window, dtype=float).tolist()
    scales = None
    if bars is not None:
        limits = [float(end) for end in bars.get_xlim()]
        scales = {"x": axis(bars, "x"), "y": axis(bars, "y"), "limits": limits}
    return {**told, "window": window, "bars": scales, "names": {k: [*v] for k, v in sizes.items()}}
