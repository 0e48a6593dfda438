"""What a loss looks like from the side, its slopes, and the curve that a neuron has learned."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from .._core.descent import Descent
from .._core.surface import Surface
from .figure import drawn
from .heights import heights
from .labels import label_ends
from .landscape import drawable
from .outputs import output_axes
from .style import AVERAGE, DIVISOR, GRADIENT, LIGHT, STEP

__all__ = ["factors", "neuron_curves", "relief", "slope", "uphill"]

Point = Sequence[float] | np.ndarray


@drawn
def relief(
    ax: Axes, surface: Surface, ball: Descent | Point | None = None, view: tuple[float, float] = (38, -60)
) -> Axes:
    """The landscape seen from the side, with its minima as stars, and a ball or its run on it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Three-dimensional axes take its place in the figure.
    surface : Surface
        Of two coordinates.
    ball : Descent or sequence of 2 floats, optional
        A run without lanes, or where the ball stands.
    view : (float, float)
        Degrees above the ground, and around it.

    Returns
    -------
    mpl_toolkits.mplot3d.axes3d.Axes3D
        The new axes.

    Raises
    ------
    ValueError
        If the surface has not two coordinates.

    Examples
    --------
    >>> from adamlab import plots, saddle
    >>> figure, ax = plots.figure("A saddle", titles="Down on two sides, up on two")
    >>> ax = plots.relief(ax, saddle)
    """
    if surface.n != 2:
        raise ValueError(f"{surface.name} has {surface.n} coordinates: a relief needs two")
    place, title = ax.get_subplotspec(), ax.get_title("left") or ax.get_title()
    figure = ax.get_figure()
    assert figure is not None
    ax.remove()
    solid: Any = figure.add_subplot(place, projection="3d", computed_zorder=False)  # type: ignore[call-overload]
    solid.set_title(title)
    points = 29  # fewer lines, and a smaller picture
    sides = np.meshgrid(*(np.linspace(low, high, points) for low, high in surface.window))
    height = np.ma.masked_invalid(heights(surface, points))
    solid.plot_surface(
        *sides, height, cmap=LIGHT.ground, rcount=points, ccount=points, edgecolor="#5d7890", linewidth=0.25
    )
    ink = {"color": LIGHT.ink, "zorder": 5}
    if len(surface.minima):
        ground = drawable(surface.loss(surface.minima.T))
        solid.plot(*surface.minima.T, ground, "*", markersize=13, markeredgecolor="white", **ink)
    if ball is not None:
        places = ball.theta if isinstance(ball, Descent) else np.array([ball], dtype=float)
        losses = surface.loss(places.T)
        solid.plot(*places.T, losses, ".-", markersize=5, linewidth=1.5, **ink)
        solid.plot(*places[-1:].T, losses[-1:], "o", markersize=9, markeredgecolor="white", **ink)
    x, y = surface.coordinates
    solid.set(xlabel=x, ylabel=y, zlabel="loss")
    solid.zaxis.labelpad = 8
    solid.view_init(*view)
    solid.set_box_aspect(None, zoom=1.02)
    return solid


@drawn
def slope(ax: Axes, surface: Surface, point: Point, along: int = 0) -> Axes:
    """A slice through a point along one coordinate: the ball, the tangent there, and which way is uphill.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    surface : Surface
        With a window.
    point : sequence of n floats
    along : int
        The coordinate's index.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the surface has no such coordinate.

    Examples
    --------
    >>> from adamlab import bowl, plots
    >>> figure, ax = plots.figure("A slice through the bowl", titles="Uphill is to the left")
    >>> ax = plots.slope(ax, bowl, (-4, 2.5))
    """
    if along not in range(len(surface.window)):
        raise ValueError(f"along must be a coordinate of {surface.name}, 0 to {surface.n - 1}, got {along}")
    here = np.array(point, dtype=float)
    low, high = surface.window[along]
    line = np.repeat(here[:, np.newaxis], 201, axis=1)
    line[along] = np.linspace(low, high, 201)
    ax.plot(line[along], drawable(surface.loss(line)), color="#6f8ca3", linewidth=2.5)
    rise = float(surface.gradient(here)[along])
    x, loss = here[along], float(surface.loss(here))
    reach = 0.16 * (high - low)
    ends = np.array([x - reach, x + reach])
    if rise:
        ends[int(rise > 0)] = x  # the arrow goes on from there
    ax.plot(ends, loss + rise * (ends - x), color=GRADIENT[0], linewidth=2)
    ax.plot([x], [loss], "o", color=LIGHT.ink, markersize=9, zorder=4)
    if rise:
        tip = x + np.sign(rise) * reach
        ax.annotate("", (tip, loss + rise * (tip - x)), (x, loss), arrowprops=_arrow(GRADIENT[0]))
    ax.margins(y=0.2)
    letter = surface.coordinates[along] if surface.n > 1 else "θ"
    ax.set(xlabel=letter, ylabel="loss")
    return ax


@drawn
def uphill(ax: Axes, surface: Surface, point: Point, length: float = 1.5) -> Axes:
    """The gradient at a point as an arrow, and the way downhill as another.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With its limits set, as `landscape` leaves it.
    surface : Surface
        Of two coordinates.
    point : sequence of 2 floats
    length : float
        Of both arrows, in units of the axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the surface has not two coordinates, or is level at that point.

    Examples
    --------
    >>> from adamlab import bowl, plots
    >>> figure, ax = plots.figure("The gradient on a bowl", titles="The gradient points uphill")
    >>> ax = plots.uphill(plots.landscape(ax, bowl), bowl, (-4, 2.5))
    """
    if surface.n != 2:
        raise ValueError(f"{surface.name} has {surface.n} coordinates: arrows need two")
    here = np.array(point, dtype=float)
    g = surface.gradient(here)
    size = float(np.hypot(*g))
    if not 0 < size < np.inf:
        raise ValueError(f"{surface.name} has no direction uphill at {here.tolist()}: its gradient is {g}")
    for sign, colour, word in [(1, GRADIENT[0], "gradient"), (-1, STEP[0], "downhill")]:
        x, y = (here + sign * length * g / size).tolist()
        ax.annotate("", (x, y), (here[0], here[1]), arrowprops=_arrow(colour), zorder=5)
        side, away = ("left", 10) if x <= np.mean(ax.get_xlim()) else ("right", -10)
        look: dict[str, Any] = {
            "ha": side,
            "va": "center",
            "color": colour,
            "fontweight": "bold",
            "zorder": 5,
        }
        ax.annotate(word, (x, y), (away, 0), textcoords="offset points", **look)
    ax.plot(*here, "o", color=LIGHT.ink, markersize=9, zorder=6)
    return ax


@drawn
def factors(ax: Axes, curvatures: Sequence[float], etas: np.ndarray) -> Axes:
    """By which size a step of gradient descent multiplies each coordinate of a quadratic, against η.

    |1 − ηλ| for each curvature λ. The dotted line is where the largest of them is smallest.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    curvatures : sequence of float
        From the smallest to the largest, positive.
    etas : ndarray
        Increasing.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a curvature is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> from adamlab import plots
    >>> figure, ax = plots.figure("Two factors cross", titles="The best η is where the curves cross")
    >>> ax = plots.factors(ax, (1, 25), np.linspace(0, 0.1, 101))
    """
    if not len(curvatures) or min(curvatures) <= 0:
        raise ValueError(f"curvatures must be positive, got {list(curvatures)}")
    for colour, curvature in zip((AVERAGE[0], STEP[0], GRADIENT[0], DIVISOR[0]), sorted(curvatures)):
        number = "" if curvature == 1 else f"{curvature:g}"
        ax.plot(etas, abs(1 - etas * curvature), color=colour, linewidth=2.5, label=f"|1 − {number}η|")
    ax.axhline(1, color="#999999", linewidth=1)
    ax.axvline(2 / (min(curvatures) + max(curvatures)), color=LIGHT.ink, linestyle=":")
    ax.set(xlabel="η", ylabel="factor", xlim=(min(etas), max(etas)), ylim=(0, 1.5))
    return label_ends(ax)


@drawn
def neuron_curves(ax: Axes, run: Descent, at: Sequence[int]) -> Axes:
    """What the neuron answers to each input, at some steps of a run, beside the examples that it learns.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    run : Descent
        On a surface with a model, such as `surfaces.neuron`, without lanes.
    at : sequence of int
        The rows of the run to show, −1 for its end; the last one is drawn strongest.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the surface has no model.

    Examples
    --------
    >>> from adamlab import descend, gradient_descent, neuron, plots
    >>> run = descend(gradient_descent, neuron, eta=1.0)
    >>> figure, ax = plots.figure("A neuron learns", titles="The curve bends to its examples")
    >>> ax = plots.neuron_curves(ax, run, at=(0, 10, 100))
    """
    model = run.surface.model
    if model is None:
        raise ValueError(f"{run.surface.name} has no model, and so no curve: neuron has one")
    inputs = model.inputs
    for k, row in enumerate(at):
        share = (k + 1) / len(at)
        outputs = model(run.theta[row], inputs)
        red, green, blue = (1 - share) * np.array(to_rgb("#999999")) + share * np.array(to_rgb(STEP[0]))
        shade = to_hex((red, green, blue))
        ax.plot(inputs, outputs, color=shade, linewidth=1.5 + 1.5 * share, label=f"step {run.at[row]}")
    output_axes(ax, model)
    ax.set_xlim(inputs[0] - 0.3 * np.ptp(inputs), inputs[-1])  # room for the names
    return label_ends(ax, "left")


def _arrow(colour: str) -> dict[str, Any]:
    """The look of an arrow, as `Axes.annotate` takes it."""
    return {
        "arrowstyle": "-|>",
        "color": colour,
        "linewidth": 2.5,
        "mutation_scale": 20,
        "shrinkA": 0,
        "shrinkB": 0,
    }
