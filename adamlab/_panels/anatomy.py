"""One step, taken apart: what it carried, what it was given, what it made of it, where it went.

The panel knows nothing of any method. What a step's own variables hold is recorded with it: m_hat in your
function is a row in the ledger here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np

from .. import surfaces
from .._core.descent import Descent, descend, refuse_long_warmup, whole_steps
from .._core.family import Family
from .._core.signature import name_of
from .._core.surface import Surface
from .._drawing.style import Theme
from .._live.opened import Opened
from .._live.variables import own_rows
from .anatomy_view import AnatomyView
from .attempt import attempt
from .base import LivePanel
from .controls import FILM, ROWS, SPEEDS, StartBox, reset_button
from .run_view import Scene
from .runs import Runs
from .surface_family import SurfaceFamily
from .track import Track, rows_of

__all__ = ["Anatomy", "anatomy"]


class OwnTrack(Track):
    """A step whose own variables are recorded, too."""

    own = True


class Anatomy(LivePanel):
    """A run that can be scrubbed forward and back, one step opened up; `anatomy` makes one.

    Attributes
    ----------
    run : Descent or None
    sliders : dict of HyperSlider
    step : ipywidgets.IntSlider
        The step that is open.
    stage : ipywidgets.ToggleButtons
        How far it has got, from 0.
    """

    kind = "anatomy"
    name = "One step opened up, and the loss of the whole run."
    _view: Any = None

    def __init__(self, runs: Runs) -> None:
        (self._track,) = runs.tracks.values()
        self._variables: tuple[Descent | None, dict[str, np.ndarray]] = (None, {})
        last = runs.n_steps
        self.step = widgets.IntSlider(1, 1, last, description="step", tooltip="step to open", layout=FILM)
        self.step.style.description_width = "3em"
        self.step.add_class("adamlab-film")
        self.stage = widgets.ToggleButtons(options=[("", 0)], style={"button_width": "8em"})
        self.stage.add_class("adamlab-stage")
        super().__init__(runs, {"film": self.step, "stage": self.stage})
        self.sliders = self._track.sliders
        self._start = StartBox(self)
        tools = self._tools(last)
        self._redraw()
        self.stage.options = [(told["label"], k) for k, told in enumerate(self._view.inside()["stages"])]
        board, sliders = widgets.Box(), widgets.Box([*self.sliders.values()], layout=ROWS)
        board.add_class("adamlab-board")
        self.children = [self.picture, self.stage, tools, board, sliders]

    def _tools(self, last: int) -> widgets.Widget:
        self._play = widgets.Play(min=1, max=last, interval=SPEEDS["slow"], show_repeat=False)
        self._play.layout.width = "8em"
        self._link = widgets.jslink((self._play, "value"), (self.step, "value"))
        following = widgets.Button(description="Next stage", icon="step-forward", layout={"width": "9em"})
        following.add_class("adamlab-next")
        following.on_click(lambda _: self.next())
        tools = [following, self._play, self.step, self._start, reset_button(self)]
        return widgets.HBox(tools, layout={"flex_flow": "row wrap"})

    # What it holds -----------------------------------------------------------------------------

    @property
    def run(self) -> Descent | None:
        """The run, one step of which is open."""
        return self.descents.get(self._track.name)

    @property
    def summary(self) -> str:
        """The step that is open, in one line."""
        run, messages = self.run, self.runs.messages
        if run is None or messages or self._opened is None:
            return "; ".join(messages)
        return self._opened.summary(min(self.step.value, self._opened.last), self.stage.value)

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """Every quantity of the step that is open: name, block, values, and whether it is known yet."""
        opened = self._opened
        if opened is None:
            return []
        return opened.ledger(min(self.step.value, opened.last), self.stage.value)

    @property
    def _opened(self) -> Opened | None:
        run = self.run
        if run is None or run.diverged_at == 0:
            return None
        view = self._view or self.drawn(self.scene, self.descents, self._display[0])
        opened: Opened = view.opened(run, self._columns(run, view.own))
        return opened

    def _own(self, run: Descent | None) -> tuple[str, ...]:
        """The step's variables that are shown."""
        program = self._track.program
        return program.own if program is not None else tuple(self._found(run))

    def _found(self, run: Descent | None) -> dict[str, np.ndarray]:
        """The step's variables along a run, from the step itself."""
        if run is None:
            return {}
        if self._variables[0] is not run:
            work = functools.partial(own_rows, self._track.signature, rows_of(run), run.hyper)
            self._variables = run, attempt(self._track.name, work)[0] or {}
        return self._variables[1]

    def _columns(self, run: Descent | None, names: Sequence[str]) -> np.ndarray | None:
        """The step's variables along a run, shape (n_steps + 1, 2 * variables)."""
        program = self._track.program
        if run is None:
            return None
        if program is not None and run.surface is self.surface:  # a page may show other ones, too
            values = [run.hyper[name] for name in self._track.sliders]
            return program.rows(values, run.theta[0], run.n_steps)[:, program.carried :]
        none, found = np.full(run.theta.shape, np.nan), self._found(run)
        return np.column_stack([none[:, :0], *(found.get(name, none) for name in names)])

    # What a reader does ------------------------------------------------------------------------

    def next(self) -> None:
        """One stage further; after the last one, the first stage of the next step."""
        if self.stage.value < len(self.stage.options) - 1:
            self.stage.value += 1
        elif self.step.value < self.step.max:
            self.stage.value = 0
            self.step.value += 1

    def reset(self) -> None:
        """Everything back to its opening value."""
        self.step.value, self.stage.value = 1, 0
        super().reset()

    # How it is shown ---------------------------------------------------------------------------

    def drawn(self, scene: Scene, runs: dict[str, Descent], theme: Theme, before: Any = None) -> Any:
        """The picture of an opened step."""
        run = runs.get(self._track.name)
        own = self._own(run)
        return AnatomyView(scene, self._track.step, own, run, self._columns(run, own), theme, before)

    def let_show(self, view: Any, runs: dict[str, Descent]) -> None:
        """Let a picture show the step that is open."""
        run = runs.get(self._track.name)
        message = "\n".join(self.runs.messages)
        view.show(run, self._columns(run, view.own), self.step.value, self.stage.value, message)

    def prepare(self, scene: Scene) -> None:
        """Compute all that a picture will show; learners' code may never end."""
        super().prepare(scene)
        if self._track.program is None:
            self._found(self.run)

    def plan(self, view: Any, scene: Scene) -> dict[str, Any]:
        """What a page has to know of a picture."""
        plan = super().plan(view, scene)
        (track,) = plan["tracks"]
        return {**plan, "tracks": [{**track, "width": track["width"] + 2 * len(view.own)}]}

    def opens_with(self) -> dict[str, Any]:
        """The step and the stage; a notebook's page has them from their widgets, which may be ahead."""
        return {"step": self.step.value, "stage": self.stage.value}

    def _row_bytes(self, run: Descent) -> bytes:
        columns = self._columns(run, self._view.own)
        assert columns is not None  # there is a run
        return np.column_stack([rows_of(run), columns]).tobytes()

    def _as_python(self, scene: Scene) -> dict[str, Any]:
        return {**super()._as_python(scene), "usual": USUAL}

    def _sync(self) -> None:
        super()._sync()
        self._start.follow(self.start)
        self.step.max = self._play.max = self.n_steps


USUAL = 50  # steps


def anatomy(
    step: Callable[..., Any],
    surface: Surface = surfaces.beale,
    start: Any = None,
    n_steps: int = USUAL,
    **hyper: Any,
) -> Anatomy:
    """Move through one run step by step, and look inside each step.

    It opens at the first stage of the first step. Arrows and box have one scale for the whole run; below,
    every quantity of the step, including the variables inside your own function. The hyperparameters have
    sliders, and the start can be moved.

    Parameters
    ----------
    step : callable
        A step of the series or your own.
    surface : Surface
        Of two coordinates.
    start : array_like, shape (2,), optional
    n_steps : int
        1 or more.
    **hyper : float

    Returns
    -------
    Anatomy

    Raises
    ------
    TypeError, ValueError
        As `descend`; and if the surface does not have two coordinates.

    Examples
    --------
    >>> from adamlab import adam, anatomy, beale
    >>> panel = anatomy(adam, beale, eta=0.1)
    >>> panel.step.value = 2
    >>> panel.summary.split(",")[0]
    'step 2 of adam on beale'
    """
    opening = descend(step, surface, start, 0, **hyper)
    if surface.n != 2 or opening.lanes or whole_steps(n_steps, "anatomy") < 1:
        raise ValueError(
            f"anatomy needs two coordinates, one start and at least one step, got {surface.n} "
            f"coordinates, lanes {opening.lanes} and n_steps={n_steps}"
        )
    refuse_long_warmup(step, n_steps, hyper)
    track = OwnTrack(name_of(step), step, hyper)
    family = SurfaceFamily(Family(surface, {}), None if start is None else opening.theta[0])
    return Anatomy(Runs({track.name: track}, family, opening.theta[0], n_steps))
