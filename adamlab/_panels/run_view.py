"""The picture of one or more runs on a surface: what stands still, and what moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from .._core.descent import Descent
from .._core.signature import Signature
from .._core.surface import Surface
from .._drawing.artists import Path, Rolling
from .._drawing.curves import (
    Curve,
    Sensitivity,
    Trace,
    loss_axes,
    sensitivity_axes,
    spread_labels,
    trace_axes,
)
from .._drawing.figure import laid_out
from .._drawing.landscape import heading, landscape, note, wrapped
from .._drawing.outputs import Output, output_axes
from .._drawing.rendering import CSS_PIXELS_PER_INCH, render_elements
from .._drawing.shapes import Shapes, template
from .._drawing.style import LIGHT, Theme, look, styled
from .._live import plan
from .view import View

__all__ = ["RunView", "Scene"]

NOTE = 48  # letters to a line of what is said in place of a run


class Scene(NamedTuple):
    """What a picture is of.

    Attributes
    ----------
    surface : Surface
    origin : ndarray, shape (n,)
        The start for which the curves' limits are chosen.
    n_steps : int
    view : str
        "loss", "effective η", "output", "sensitivity" or the name of a memory.
    """

    surface: Surface
    origin: np.ndarray
    n_steps: int
    view: str = "loss"


class Marks(NamedTuple):
    """What moves for one step."""

    path: Path | None
    curve: Curve
    rolling: Rolling

    @property
    def slots(self) -> dict[str, Artist]:
        """All of it but the label, by what it shows."""
        return {**(self.path.slots if self.path else {}), **self.curve.slots, **self.rolling.slots}


class RunView(View):
    """The picture of one or more runs on a surface.

    No learner's code runs here: heights, losses and runs were asked for before.

    Parameters
    ----------
    scene : Scene
    steps : dict of callable
        By their names in the panel.
    runs : dict of Descent
        The runs shown first; the limits of a memory's axes are chosen for them.
    theme : Theme
    before : RunView, optional
        One of the same make, whose layout is kept, so that nothing shifts. If it has the same theme, its
        figure is drawn in again.
    height : float
        Inches.
    """

    def __init__(
        self,
        scene: Scene,
        steps: Mapping[str, Callable[..., Any]],
        runs: Mapping[str, Descent],
        theme: Theme = LIGHT,
        before: RunView | None = None,
        height: float = 3.9,
    ) -> None:
        self.scene, self.theme, self._steps = scene, theme, dict(steps)
        drawable = scene.surface.n <= 2
        like = None if before is None else before.figure
        if before and before.theme is theme and len(before.figure.axes) == 1 + drawable:
            self.figure = before.figure
            with styled(theme):
                for ax in self.figure.axes:
                    _empty(ax)
                self._furnish(self.figure.axes, runs)
        else:
            ratios: dict[str, Any] = {"width_ratios": [1.25, 1]} if drawable else {}
            with laid_out(theme, 1 + drawable, height, like, **ratios) as (self.figure, axes):
                self._furnish(axes, runs)
        self.size = tuple(np.round(self.figure.get_size_inches() * CSS_PIXELS_PER_INCH).astype(int).tolist())

    def _furnish(self, axes: Sequence[Axes] | np.ndarray, runs: Mapping[str, Descent]) -> None:
        surface, side = self.scene.surface, axes[-1]
        self.ground = landscape(axes[0], surface, theme=self.theme) if surface.n <= 2 else None
        if self.ground is not None:
            self.ground.set_title(heading(surface), y=1)
        kind = self._furnish_side(side, runs)
        self.marks: dict[str, Marks] = {}
        for index, (name, step) in enumerate(self._steps.items()):
            style = look(step, index, self.theme)
            path = Path(self.ground, *style, theme=self.theme) if self.ground is not None else None
            curve = kind(side, *style, label=name if len(self._steps) > 1 else "", theme=self.theme)
            curve.quantity = self.scene.view
            beside = side if self.scene.view == "loss" else None
            self.marks[name] = Marks(path, curve, Rolling(self.ground, beside, style[0], self.theme))
        self._note = note(axes[0], self.theme)

    def _furnish_side(self, ax: Axes, runs: Mapping[str, Descent]) -> type[Curve]:
        """Draw the axes at the side, and tell what kind of curve belongs there."""
        surface, origin, n_steps, view = self.scene
        if view == "loss":
            ax.set_title("loss" if surface.n <= 2 else f"loss on {surface.name}", y=1)
            loss_axes(ax, surface, origin, n_steps)
            return Curve
        if view == "sensitivity":
            sensitivity_axes(ax, surface, origin)
            return Sensitivity
        if view == "output" and surface.model is not None:
            ax.set_title("output of the model", y=1)
            output_axes(ax, surface.model, self.theme)
            return Output
        trace_axes(ax, next(iter(runs.values()), None), view, n_steps)
        return Trace

    def show(self, runs: Mapping[str, Descent], step: int = 0, message: str = "") -> None:
        """Let all that moves show some runs.

        Parameters
        ----------
        runs : dict of Descent
            By name; a step without a run shows nothing.
        step : int
            Where the balls of the film stand; at 0 there are none.
        message : str
            Said in the middle of the picture.
        """
        for name, marks in self.marks.items():
            run = runs.get(name)
            if marks.path is not None:
                marks.path.show(run)
            marks.curve.show(run)
            marks.rolling.show(run, step)
        spread_labels([marks.curve for marks in self.marks.values()])
        self._note.set_text(wrapped(message, NOTE))

    def _moving(self) -> Iterator[Artist]:
        for marks in self.marks.values():
            yield from marks.slots.values()
            yield marks.curve.label
        yield self._note

    def templates(self) -> list[str]:
        """The same for each part of the picture."""
        places: dict[Axes, dict[str, Artist]] = {ax: {} for ax in self.figure.axes}
        for index, marks in enumerate(self.marks.values()):
            for name, artist in marks.slots.items():
                places[cast(Axes, artist.axes)][f"{index}.{name}"] = artist
            if len(self.marks) > 1:
                label = marks.curve.label
                label.set_text(marks.curve.text)
                label.xy = (1, 0)  # type: ignore[assignment]
                label.set_position((1, 0))
                places[marks.curve.ax][f"{index}.label"] = label
        return [template(self.figure, slots) for slots in places.values()]

    def foregrounds(self) -> list[str]:
        """What moves in each part, as it is shown now: SVG without a root element."""
        places: dict[Any, list[Artist]] = {ax: [] for ax in self.figure.axes}
        for artist in self._moving():
            places[artist.axes].append(artist)
        return [render_elements(self.figure, artists) for artists in places.values()]

    @property
    def seams(self) -> list[float]:
        """Where the parts of the picture end, in points from the left: it can be cut there."""
        width = float(self.figure.get_size_inches()[0] * 72)
        if len(self.figure.axes) == 1:
            return [width]
        with styled(self.theme):
            around = self.figure.axes[-1].get_tightbbox(Shapes(self.figure))
        assert around is not None  # the axes can be seen
        return [float(around.x0 - 3), width]

    def plan(self) -> dict[str, Any]:
        """Scales and limits, as the browser has to know them."""
        first = next(iter(self.marks.values())).curve
        memory = Signature(next(iter(self._steps.values()))).memory
        width, height = self.figure.get_size_inches() * 72
        side = plan.curves(first.ax, self.scene.view, memory, first.reach)
        if isinstance(first, Output) and self.scene.surface.model is not None:
            side["inputs"] = self.scene.surface.model.inputs.tolist()
        return {
            "steps": self.scene.n_steps,
            "size": [float(width), float(height)],
            "ground": plan.ground(self.ground),
            "curves": side,
            "labelAt": side["box"][3] if len(self.marks) > 1 else None,
        }


def _empty(ax: Axes) -> None:
    """Take out what was drawn; unlike ``ax.clear()`` it keeps the ticks, which are dear to make."""
    for artist in [*ax.lines, *ax.collections, *ax.patches, *ax.texts, ax.get_legend()]:
        if artist is not None:
            artist.remove()
    ax.set_xscale("linear")
    ax.set_yscale("linear")
