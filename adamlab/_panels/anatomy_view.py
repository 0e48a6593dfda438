"""The picture of one step opened up: its landscape, the run faintly behind, what the step is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from .._core.descent import Descent
from .._core.signature import Signature, name_of
from .._drawing.artists import Path, Rolling
from .._drawing.curves import Curve, loss_axes
from .._drawing.figure import frozen
from .._drawing.inside import Inside
from .._drawing.landscape import landscape, note
from .._drawing.rendering import CSS_PIXELS_PER_INCH, render_elements
from .._drawing.shapes import Shapes, template
from .._drawing.style import LIGHT, Theme, look, styled
from .._live import plan
from .._live.opened import Opened
from .._live.stages import stages_of
from .run_view import Scene
from .track import rows_of
from .view import View

__all__ = ["AnatomyView"]

SIZE = 9.6, 3.3  # inches
BEHIND = 0.35  # how much is seen of the run behind
LEAST, LARGEST = 1.25, 6.0  # how many η the bars reach at least, and at most


class Marks(NamedTuple):
    """What moves: the run, and the step."""

    path: Path
    curve: Curve
    rolling: Rolling
    inside: Inside

    @property
    def slots(self) -> dict[str, Artist]:
        """All of it, by what it shows."""
        return {**self.path.slots, **self.curve.slots, **self.rolling.slots, **self.inside.slots}


class AnatomyView(View):
    """The picture of one step opened up.

    No learner's code runs here: the run and its variables were asked for before.

    Parameters
    ----------
    scene : Scene
        Of two coordinates.
    step : callable
    own : sequence of str
        The step's variables that are shown, as `Program.own`.
    run : Descent or None
        The run shown first; how far the bars reach is chosen for it.
    variables : ndarray, shape (n_steps + 1, n * own), optional
        The step's variables along that run.
    theme : Theme
    before : AnatomyView, optional
        One of the same step, whose layout is kept.
    """

    def __init__(
        self,
        scene: Scene,
        step: Callable[..., Any],
        own: Sequence[str] = (),
        run: Descent | None = None,
        variables: np.ndarray | None = None,
        theme: Theme = LIGHT,
        before: AnatomyView | None = None,
    ) -> None:
        self.scene, self.theme, self._step, self.own = scene, theme, step, tuple(own)
        self._told: dict[str, Any] | None = None
        self._inputs = [n for n, v in Signature(step).hyper().items() if isinstance(v, float)]
        self._stages = stages_of(Signature(step), self.own, self._inputs, scene.surface.coordinates)
        like = None if before is None else before.figure
        with frozen(theme, SIZE, like) as self.figure:
            self._furnish()
        if self._bars is not None and run is not None:
            opened = self.opened(run, variables)
            most = np.abs([opened.ratio(t) for t in range(1, min(opened.last, len(opened.rows) - 1) + 1)])
            reach = float(np.max(most, where=np.isfinite(most), initial=0.0))
            self._bars.set_xlim(*np.array([-1, 1]) * np.clip(1.1 * reach, LEAST, LARGEST))
            self._told = None
        self.size = tuple(np.round(self.figure.get_size_inches() * CSS_PIXELS_PER_INCH).astype(int).tolist())
        self.show(None)

    def _furnish(self) -> None:
        surface, origin, n_steps, _ = self.scene
        divides = self._stages["divisor"] is not None
        mosaic = [["ground", "loss"], ["ground", "bars"]] if divides else [["ground", "loss"]]
        axes = self.figure.subplot_mosaic(
            mosaic,  # type: ignore[arg-type]
            width_ratios=[1.7, 1],
            height_ratios=[1.5, 1] if divides else None,
        )
        self.ground, self._side, self._bars = axes["ground"], axes["loss"], axes.get("bars")
        landscape(self.ground, surface, theme=self.theme)
        self.ground.set_title(f"one step of {name_of(self._step)} on {surface.name}", y=1)
        loss_axes(self._side, surface, origin, n_steps)
        self._side.set_title("loss of the whole run", y=1)
        if self._bars is not None:
            _furnish_bars(self._bars, self._stages["ratio"], surface.coordinates, self.theme)
        colour, marker, dash = look(self._step, 0, self.theme)
        path = Path(self.ground, colour, marker, dash, theme=self.theme)
        curve = Curve(self._side, colour, marker, dash, theme=self.theme)
        for artist in (*path.artists, *curve.artists):
            artist.set_alpha(BEHIND)
        rolling = Rolling(self.ground, self._side, colour, self.theme)
        rolling.slots["rolling"].set(markersize=9)
        arrows = [name for stage in self._stages["stages"] for name in stage["arrows"]]
        boxes = [name for stage in self._stages["stages"] for name in stage["boxes"]]
        names = [*dict.fromkeys([*arrows, "step"])], [*dict.fromkeys(boxes)]
        inside = Inside(self.ground, self._bars, *names, theme=self.theme)
        self._marks = Marks(path, curve, rolling, inside)
        self._note = note(self.ground, self.theme)

    # --- what is shown ---------------------------------------------------------------------------

    def opened(self, run: Descent, variables: np.ndarray | None = None) -> Opened:
        """A run as this picture shows its steps.

        Parameters
        ----------
        run : Descent
        variables : ndarray, shape (n_steps + 1, n * own), optional

        Returns
        -------
        Opened
        """
        none = np.full((len(run.theta), run.surface.n * len(self.own)), np.nan)
        rows = np.column_stack([rows_of(run), none if variables is None else variables])
        values = [run.hyper[name] for name in self._inputs]
        track = plan.track(name_of(run.step), run.step, run.surface, {})
        return Opened(self.inside(), track, plan.ground(self.ground) or {}, rows, values)

    def show(
        self,
        run: Descent | None,
        variables: np.ndarray | None = None,
        t: int = 1,
        stage: int = 0,
        message: str = "",
    ) -> None:
        """Let all that moves show a step.

        Parameters
        ----------
        run : Descent or None
            None shows nothing.
        variables : ndarray, shape (n_steps + 1, n * own), optional
            The step's own ones along the run.
        t : int
            The step, 1 is the first; one that is lost is the last that is not.
        stage : int
            From 0.
        message : str
            Said in the middle of the picture.
        """
        self._marks.path.show(run)
        self._marks.curve.show(run)
        self._note.set_text(message)
        told = self.inside()
        where = told["names"], plan.box(self.ground)
        if run is None or run.diverged_at == 0:
            self._marks.inside.show(None, *where)
            self._marks.rolling.show(None, 1)
            return
        opened = self.opened(run, variables)
        t = min(t, opened.last)
        self._marks.inside.show(opened.drawn(t, stage), *where)
        self._marks.rolling.show(run, t if told["stages"][stage]["moved"] else t - 1, from_start=True)

    # --- as `RunView` ----------------------------------------------------------------------------

    @property
    def slots(self) -> dict[str, Artist]:
        """All that moves but the note, by what it shows."""
        return self._marks.slots

    def _moving(self) -> Iterator[Artist]:
        yield from self.slots.values()
        yield self._note

    def templates(self) -> list[str]:
        """The same for the landscape, and for what stands beside it."""
        parts: list[dict[str, Artist]] = [{}, {}]
        for name, artist in self.slots.items():
            parts[artist.axes is not self.ground][f"0.{name}"] = artist
        return [template(self.figure, slots) for slots in parts]

    def foregrounds(self) -> list[str]:
        """What moves in each part, as it is shown now: SVG without a root element."""
        parts: list[list[Artist]] = [[], []]
        for artist in self._moving():
            parts[artist.axes is not self.ground].append(artist)
        return [render_elements(self.figure, artists) for artists in parts]

    @property
    def seams(self) -> list[float]:
        """Where the parts of the picture end, in points from the left: it can be cut there."""
        beside: list[Axes] = [ax for ax in self.figure.axes if ax is not self.ground]
        with styled(self.theme):
            around = [ax.get_tightbbox(Shapes(self.figure)) for ax in beside]
        left = min(box.x0 for box in around if box is not None)
        return [float(left - 3), float(self.figure.get_size_inches()[0] * 72)]

    def inside(self) -> dict[str, Any]:
        """What is to be known of the step; see `plan.inside`."""
        if self._told is None:
            given = Signature(self._step), self.own, self._inputs, self.scene.surface
            self._told = plan.inside(*given, self._bars, self._marks.inside.sizes())
        return self._told

    def plan(self) -> dict[str, Any]:
        """Scales and limits, as the browser has to know them."""
        width, height = self.figure.get_size_inches() * 72
        memory = Signature(self._step).memory
        return {
            "steps": self.scene.n_steps,
            "size": [float(width), float(height)],
            "ground": plan.ground(self.ground),
            "curves": plan.curves(self._side, "loss", memory, self._marks.curve.reach),
            "labelAt": None,
            "inside": self.inside(),
        }


def _furnish_bars(ax: Axes, ratio: str, coordinates: Sequence[str], theme: Theme) -> None:
    """Axes for a bar each coordinate: how far the arrow goes, where the edge of the box is 1."""
    ax.set_xlim(-LEAST, LEAST)
    ax.set_ylim(-0.6, 1.6)
    ax.set_yticks([1, 0], [f"along {name}" for name in coordinates])
    ax.tick_params(axis="y", length=0)
    ax.set_title(f"−{ratio} (edge of the box: 1)", y=1, fontsize=11)
    for place in (-1, 1):
        ax.axvline(place, color=theme.ink, linewidth=1.2, linestyle="--", zorder=1)
    ax.axvline(0, color=theme.ink, linewidth=0.8, zorder=5)
    ax.spines["left"].set_visible(False)
