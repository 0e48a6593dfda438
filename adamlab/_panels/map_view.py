"""The picture of a map: what stands still, what moves, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from .._core.descent import Descent
from .._core.hyperparameters import symbol
from .._core.signature import name_of
from .._core.surface import Surface
from .._core.sweep import Sweep
from .._core.text import format_number
from .._core.tuning import last_tenth
from .._drawing.artists import Path
from .._drawing.curves import Curve, loss_axes
from .._drawing.figure import laid_out
from .._drawing.heatmap import Heat
from .._drawing.landscape import heading, landscape, note, wrapped
from .._drawing.rendering import CSS_PIXELS_PER_INCH, render_elements
from .._drawing.shapes import Shapes, template
from .._drawing.style import LIGHT, Theme, look, styled
from .._live import plan
from .view import View

__all__ = ["LEGEND", "MapScene", "MapView", "sentence"]

HEIGHT = 3.9  # inches: with its sliders a map fits a screen

POINTS = 120  # along each side of the small landscape

NOTE = 28  # letters to a line of what is said in place of a map

LEGEND = {
    "arrived": "Outlined: arrived (a millionth of the height is left).",
    "higher": "Dotted: ended higher than it began.",
    "diverged": "Striped: diverged.",
    "limit": "Dashed: it diverges from there on, in theory.",
    "optimum": "Star: the best in theory.",
}


class MapScene(NamedTuple):
    """What a map is of.

    Attributes
    ----------
    step : callable
    surface : Surface
    start : ndarray, shape (n,)
    n_steps : int
    axes : (str, str)
        The hyperparameters along x and y.
    values : (ndarray, ndarray)
        What is tried along x and along y, each in increasing order.
    """

    step: Callable[..., Any]
    surface: Surface
    start: np.ndarray
    n_steps: int
    axes: tuple[str, str]
    values: tuple[np.ndarray, np.ndarray]


class MapView(View):
    """The picture of a map: how all runs end, the chosen run on its landscape, and its loss.

    No learner's code runs here: heights, losses and runs were asked for before.

    Parameters
    ----------
    scene : MapScene
    theme : Theme
    before : MapView, optional
        One of the same make, whose layout is kept.

    Attributes
    ----------
    size : (int, int)
        Width and height in CSS pixels.
    """

    def __init__(self, scene: MapScene, theme: Theme = LIGHT, before: MapView | None = None) -> None:
        self.scene, self.theme = scene, theme
        drawable = scene.surface.n <= 2
        ratios = [1.45, 1, 1] if drawable else [1.45, 1]
        like = None if before is None else before.figure
        with laid_out(theme, len(ratios), HEIGHT, like, width_ratios=ratios) as (self.figure, axes):
            self._furnish_map(axes[0])
            style = look(scene.step, 0, theme)
            self.ground: Axes | None = axes[1] if drawable else None
            self._path: Path | None = None
            if self.ground is not None:
                landscape(self.ground, scene.surface, POINTS, theme=theme)
                short = len(scene.surface.formula or "") < 20
                self.ground.set_title(heading(scene.surface) if short else scene.surface.name)
                self._path = Path(self.ground, *style, theme=theme)
            loss_axes(axes[-1], scene.surface, scene.start, scene.n_steps)
            axes[-1].set_title("its loss" if drawable else "loss of the chosen run")
            self._curve = Curve(axes[-1], *style, theme=theme)
            self._note = note(axes[0], theme)
        self._parts = [*axes]
        self.size = tuple(np.round(self.figure.get_size_inches() * CSS_PIXELS_PER_INCH).astype(int).tolist())

    def _furnish_map(self, ax: Axes) -> None:
        scene = self.scene
        self.heat = Heat(ax, scene.axes, scene.values, scene.surface, scene.start, self.theme)
        ax.set_title(f"loss after {scene.n_steps} steps: dark is low")
        bar = self.figure.colorbar(self.heat.scale, ax=ax, pad=0.03, aspect=30)
        bar.outline.set_visible(False)  # type: ignore[operator]  # it is an artist
        self._theory = self.heat.theory(scene.step, scene.surface)
        (self._ring,) = ax.plot([], [], "o", markersize=12, color="none", zorder=8)
        self._ring.set(markeredgecolor="white", markeredgewidth=2.4)
        self._ring.set_path_effects([withStroke(linewidth=5, foreground="#222222")])

    def show(
        self, swept: Sweep | None, chosen: tuple[int, int], run: Descent | None, message: str = ""
    ) -> None:
        """Show how all runs ended, and one of them.

        Parameters
        ----------
        swept : Sweep or None
            None shows no map.
        chosen : (int, int)
            The cell of the run, counted along x and along y.
        run : Descent or None
        message : str
            Said in the middle of the picture.
        """
        for artist in (*self.heat.artists, *self._theory):
            artist.set_visible(swept is not None)
        if swept is not None:
            self.heat.show(swept.loss, swept.diverged)
        self._ring.set_data(*([k] for k in chosen) if swept is not None else ([], []))
        if self._path is not None:
            self._path.show(run)
        self._curve.show(run)
        self._note.set_text(wrapped(message, NOTE))

    def _moving(self) -> Iterator[Artist]:
        yield from self.heat.artists
        yield from self._theory  # it does not move, but it lies above the colours, which do
        yield self._ring
        if self._path is not None:
            yield from self._path.artists
        yield from self._curve.artists
        yield self._note

    def templates(self) -> list[str]:
        """The same for each part of the picture."""
        around = template(self.figure, {"around": self.heat.artists[1]})
        theory = f'<g visibility="visible">{render_elements(self.figure, self._theory)}</g>'
        first = around + theory + template(self.figure, {"ring": self._ring})
        others: list[dict[str, Artist]] = [{} if self._path is None else self._path.slots, self._curve.slots]
        named = [{f"0.{name}": artist for name, artist in slots.items()} for slots in others if slots]
        return [first, *(template(self.figure, slots) for slots in named)]

    def foregrounds(self) -> list[str]:
        """What moves in each part, as it is shown now: SVG without a root element."""
        places: dict[Any, list[Artist]] = {ax: [] for ax in self._parts}
        for artist in self._moving():
            places[artist.axes].append(artist)
        return [render_elements(self.figure, artists) for artists in places.values()]

    @property
    def seams(self) -> list[float]:
        """Where the parts of the picture end, in points from the left: it can be cut there."""
        with styled(self.theme):
            around = [ax.get_tightbbox(Shapes(self.figure)) for ax in self._parts[1:]]
        lefts = [float(box.x0 - 3) for box in around if box is not None]
        return [*lefts, float(self.figure.get_size_inches()[0] * 72)]

    def plan(self, inputs: Sequence[str]) -> dict[str, Any]:
        """Scales and limits, as the browser has to know them.

        Parameters
        ----------
        inputs : sequence of str
            The hyperparameters that the step's function in the browser is given, in their order.

        Returns
        -------
        dict
        """
        width, height = self.figure.get_size_inches() * 72
        scene = self.scene
        about = {
            "inputs": [list(inputs).index(name) for name in scene.axes],
            "symbols": [symbol(name) for name in scene.axes],
            "values": [along.tolist() for along in scene.values],
            "title": f"{name_of(scene.step)} on {scene.surface.name}",
            "legend": self._legend(),
        }
        return {
            "steps": scene.n_steps,
            "size": [float(width), float(height)],
            "ground": plan.ground(self.ground),
            "curves": plan.curves(self._curve.ax, "loss", (), self._curve.reach),
            "labelAt": None,
            "map": {**plan.heat(self.heat), **about},
        }

    def _legend(self) -> dict[str, str]:
        """The words for each sign; those for theory stand there only if it is drawn."""
        theory = dict(zip(("limit", "optimum"), self._theory))
        return {k: words for k, words in LEGEND.items() if k in theory or k not in ("limit", "optimum")}

    def legend(self, swept: Sweep) -> str:
        """The words for the signs that are on the map.

        Parameters
        ----------
        swept : Sweep

        Returns
        -------
        str
        """
        marked = self.heat.signs(swept.loss, swept.diverged)._asdict()
        said = self._legend().items()
        return " ".join(words for name, words in said if name not in marked or marked[name].any())


def sentence(swept: Sweep, best: tuple[tuple[int, ...], float] | None) -> str:
    """A map in one line: the best run, and how many ended higher than they began.

    Parameters
    ----------
    swept : Sweep
    best : (tuple of int, float) or None
        Its cell, and the worst loss of its last tenth; None if it is not known.

    Returns
    -------
    str
    """
    names = [name for name, value in swept.hyper.items() if np.ndim(value)]
    sizes = " × ".join(map(str, swept.loss.shape))
    head = f"map of {name_of(swept.step)} on {swept.surface.name}, {sizes} runs over "
    head += f"{' × '.join(map(symbol, names))}, {swept.n_steps} steps"
    if best is None:
        return f"{head}: {'all diverged' if swept.diverged.all() else 'not judged in time'}"
    settings, tenth = swept.at(best[0]), last_tenth(swept.n_steps)
    at = ", ".join(f"{symbol(name)}={settings[name]:.4g}" for name in names)
    until = f"last {f'{tenth} steps' if tenth > 1 else 'step'}"
    with np.errstate(all="ignore"):
        higher = np.count_nonzero(swept.loss > float(swept.surface.loss(swept.start)))
    more = f", {higher} ended higher than {'it' if higher == 1 else 'they'} began" if higher else ""
    judged = f"best {at}, at most {format_number(best[1])} in the {until}"
    return f"{head}: {judged}; {np.count_nonzero(swept.diverged)} diverged{more}"
