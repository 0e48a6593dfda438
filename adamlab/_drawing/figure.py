"""Figures in the look of the series, which Jupyter shows with a sentence beside them."""

import base64
import functools
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from .style import Theme, styled

__all__ = ["Still", "drawn", "figure", "frozen", "laid_out", "png", "without_canvas"]

P = ParamSpec("P")

R = TypeVar("R")


def drawn(function: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw in our look, whatever the user has set for Matplotlib or NumPy."""

    @functools.wraps(function)
    def draw(*arguments: P.args, **options: P.kwargs) -> R:
        with np.errstate(all="ignore"), styled():
            return function(*arguments, **options)

    return draw


class Still(Figure):
    """A figure that shows itself in a notebook as a picture with a sentence beside it."""

    alt = "a figure"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"image/png": base64.b64encode(png(self)).decode(), "text/plain": self.alt}
        return data, {"image/png": {"alt": self.alt}}


def without_canvas(fig: Figure) -> None:
    """Let go of the pixels on which a figure was saved, megabytes of them.

    Each of its texts keeps the canvas. So does what is left behind where a formula was read, until garbage is
    collected; therefore the canvas is emptied, too.
    """
    for text in fig.findobj(Text):
        canvas, text._renderer = text._renderer, None  # type: ignore[attr-defined]  # as when a text is copied
        if isinstance(canvas, RendererAgg):
            vars(canvas).clear()


@drawn
def png(fig: Figure, dpi: float = 110) -> bytes:
    """The figure as the bytes of a PNG, at `dpi` pixels per inch."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=dpi, facecolor=fig.get_facecolor())
    without_canvas(fig)
    return buffer.getvalue()


@drawn
def figure(
    alt: str,
    rows: int = 1,
    columns: int = 1,
    titles: str | Sequence[str] = (),
    size: tuple[float, float] | None = None,
    **subplots: Any,
) -> tuple[Still, Any]:
    """A new figure in the look of the series; Jupyter shows it if it is the last line of a cell.

    Parameters
    ----------
    alt : str
        One sentence that says what the picture shows, for those who do not see it.
    rows, columns : int
    titles : str or sequence of str, optional
        The title of each axes: what it teaches.
    size : (float, float), optional
        Inches; 4.8 × 3.6 for each axes unless given.
    **subplots
        As `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : Axes or ndarray of Axes

    Examples
    --------
    >>> from adamlab import adam, beale, descend, plots
    >>> figure, ax = plots.figure("Adam on Beale's function")
    >>> ax = plots.path(plots.landscape(ax, beale), descend(adam, beale, eta=0.1))
    >>> figure.alt
    "Adam on Beale's function"
    """
    fig = Still(figsize=size or (4.8 * columns, 3.6 * rows), layout="constrained")
    fig.alt = alt
    axes = fig.subplots(rows, columns, **subplots)
    for ax, title in zip(fig.axes, [titles] if isinstance(titles, str) else titles):
        ax.set_title(title)
    return fig, axes


@contextmanager
def laid_out(
    theme: Theme, columns: int, height: float = 3.9, like: Figure | None = None, **subplots: Any
) -> Iterator[tuple[Figure, np.ndarray]]:
    """A new figure of a panel; its layout is frozen when the block ends, for nothing may shift.

    Parameters
    ----------
    theme : Theme
    columns : int
    height : float
        In inches; it is 9.6 wide.
    like : matplotlib.figure.Figure, optional
        As for `frozen`.
    **subplots
        As `matplotlib.figure.Figure.subplots`.

    Returns
    -------
    context manager
        Of the figure, with ``dpi=72``, and its axes.
    """
    with frozen(theme, (9.6, height), like) as fig:
        yield fig, np.atleast_1d(fig.subplots(1, columns, **subplots))


@contextmanager
def frozen(
    theme: Theme, size: tuple[float, float] = (9.6, 3.9), like: Figure | None = None
) -> Iterator[Figure]:
    """A new figure without axes; once the block has made them, nothing of the layout shifts.

    Parameters
    ----------
    theme : Theme
    size : (float, float)
        Inches.
    like : matplotlib.figure.Figure, optional
        One of the same size, whose layout is taken if it has as many axes: to make one is half of a drawing.

    Returns
    -------
    context manager
        Of the figure, with ``dpi=72``.
    """
    with styled(theme):
        fig = Figure(figsize=size, dpi=72, layout="constrained")
        yield fig
        if like is None or len(like.axes) != len(fig.axes):
            engine = fig.get_layout_engine()
            assert engine is not None  # it is a constrained one
            engine.execute(fig)
        else:
            for ax, twin in zip(fig.axes, like.axes):
                ax.set_position(twin.get_position(original=True))
                ax.set_anchor(twin.get_anchor())
        fig.set_layout_engine(None)  # any engine, even "none", draws twice when it saves
