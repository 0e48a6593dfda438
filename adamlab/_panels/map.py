"""A map of hyperparameter space: thousands of runs in one picture, and each of them one click away.

The browser computes the map, too. Python sweeps when somebody asks for it, and where the step cannot be
recorded.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import ipywidgets as widgets
import numpy as np

from .._core.descent import Descent, descend, refuse_long_warmup, whole_steps
from .._core.family import Family
from .._core.guard import LIMIT
from .._core.hyperparameters import symbol
from .._core.signature import Signature
from .._core.surface import Surface
from .._core.sweep import Sweep, sweep_within
from .._core.tuning import best_run
from .._drawing.style import Theme
from .._live.module import map_sources
from .._live.program import Program
from .attempt import attempt
from .base import LivePanel
from .controls import ROWS, fit, other_steps, outcome, reset_button, steps_box
from .map_view import MapScene, MapView, sentence
from .run_view import Scene
from .runs import Runs
from .slider import HyperSlider
from .surface_family import SurfaceFamily
from .track import Track

__all__ = ["Map", "map"]

RESOLUTION = 50  # cells along each axis, unless told

ONE_BY_ONE = 100_000  # steps of single runs that a slider waits for: about a second

BEST = "Show the run that stays lowest in its last tenth"

PATIENT = 1_000_000  # the same where only a cell waits for them, for the browser plays the step by itself


class CellTrack(Track):
    """A step whose values along the axes of a map are those of the chosen cell.

    Attributes
    ----------
    cell : dict of float
    """

    def __init__(self, name: str, step: Callable[..., Any], hyper: dict[str, Any]) -> None:
        super().__init__(name, step, hyper)
        self.cell: dict[str, float] = {}

    def hyper(self) -> dict[str, Any]:
        """All hyperparameters as they are set now, in the order of the signature."""
        return {**super().hyper(), **self.cell}


class Map(LivePanel):
    """How a step ends for all pairs of values of two hyperparameters; `map` makes one.

    Attributes
    ----------
    sliders : dict of HyperSlider
        For what is not on the map: the other hyperparameters, and those of the surface.
    axes : (str, str)
        The hyperparameters along x and y.
    chosen : (int, int)
        The cell whose run is shown.
    swept : Sweep or None
        All runs of the map, when it is read; None if the step could not be run.
    run : Descent or None
        The run chosen.
    """

    kind = "map"
    name = "Map, landscape with the chosen run, and its loss."
    help = "Click, drag or use the arrow keys on the map to choose a run; Home goes to the best one."

    chosen: tuple[int, int] = (0, 0)

    def __init__(
        self, runs: Runs, axes: tuple[str, str], given: dict[str, np.ndarray], resolution: int
    ) -> None:
        (self._track,) = cast("list[CellTrack]", [*runs.tracks.values()])
        self.axes, self._given, self._resolution = axes, given, resolution
        self._opening_axes = axes
        self._known: tuple[Any, Sweep | None, str | None] = (None, None, None)
        self._judged: tuple[Sweep | None, tuple[tuple[int, ...], float] | None] = (None, None)
        self._controls, self._row = MapControls(self, runs.n_steps), widgets.Box(layout=ROWS)
        super().__init__(runs)
        self.children = [self.picture, self._row, self._controls]
        self.show_axes(*axes)

    # What it holds -----------------------------------------------------------------------------

    @property
    def step(self) -> Callable[..., Any]:
        """The step."""
        return self._track.step

    @property
    def sliders(self) -> dict[str, HyperSlider]:  # type: ignore[override]
        """The sliders of what is not on the map, by name."""
        every = {**self._track.sliders, **self.runs.family.sliders}
        return {name: slider for name, slider in every.items() if name not in self.axes}

    @property
    def values(self) -> tuple[np.ndarray, ...]:
        """What is tried along x and along y."""
        return self._values(self.axes)

    def _values(self, axes: tuple[str, str]) -> tuple[np.ndarray, np.ndarray]:
        x, y = (
            self._given[name]
            if name in self._given
            else self._track.sliders[name].scale.grid(self._resolution)
            for name in axes
        )
        return x, y

    @property
    def swept(self) -> Sweep | None:
        """All runs of the map; None if the step could not be run."""
        return self._map(self.axes, self.surface, self.start, self.n_steps)[0]

    def _map(
        self, axes: tuple[str, str], surface: Surface, start: np.ndarray, n_steps: int
    ) -> tuple[Sweep | None, str | None]:
        """All runs over a pair of axes, or why there are none; kept until something changes."""
        rest = {name: value for name, value in self._track.hyper().items() if name not in axes}
        key = (axes, surface, *start, n_steps, *rest.values())
        known = self._known
        if known[0] != key:
            settings = {**dict(zip(axes, self._values(axes))), **rest}
            most = ONE_BY_ONE if self._track.program is None else PATIENT
            work = functools.partial(sweep_within, most, self.step, surface, start, n_steps, None, settings)
            total = n_steps * math.prod(len(along) for along in self._values(axes))
            seconds = LIMIT + 2e-5 * min(total, most) + 1e-6 * total  # several times what a slow step takes
            known = self._known = key, *attempt(self._track.name, work, seconds)
        return known[1], known[2]

    @property
    def messages(self) -> list[str]:
        """Why there is no map, or no run."""
        message = self._map(self.axes, self.surface, self.start, self.n_steps)[1]
        return [*dict.fromkeys(filter(None, [*self.runs.messages, message]))]

    @property
    def run(self) -> Descent | None:
        """The chosen run."""
        return self.descents.get(self._track.name)

    @property
    def best(self) -> dict[str, Any] | None:
        """The settings whose last tenth of losses stays lowest, as in a race; None if every run diverged."""
        swept, best = self.swept, self._best
        return None if swept is None or best is None else swept.at(best[0])

    @property
    def _best(self) -> tuple[tuple[int, ...], float] | None:
        """The best cell, and the worst loss of its last tenth; kept until the map changes."""
        swept = self.swept
        if swept is not self._judged[0]:
            seconds = LIMIT + 2e-5 * PATIENT
            judged = None
            if swept is not None:
                judged = attempt(self._track.name, functools.partial(best_run, swept), seconds)[0]
            self._judged = swept, judged
        return self._judged[1]

    @property
    def summary(self) -> str:
        """What the map shows, in one line."""
        swept, messages = self.swept, self.messages
        return messages[0] if messages or swept is None else sentence(swept, self._best)

    # What a reader does ------------------------------------------------------------------------

    def show_axes(self, x: str, y: str) -> None:
        """Put two other hyperparameters on the map.

        Parameters
        ----------
        x, y : str

        Raises
        ------
        ValueError
            If they are not two of the step's hyperparameters.
        """
        own = self._track.sliders
        if x == y or not {x, y} <= set(own):
            raise ValueError(f"map: axes must be two of {', '.join(own)}, got {x} and {y}")
        self.axes = x, y
        self._controls.axes.value = self.axes
        self._row.children = [*self.sliders.values()]
        self._choose(*self._opening(self.axes))
        self._redraw()

    def choose(self, i: int, j: int) -> None:
        """Show the run of a cell.

        Parameters
        ----------
        i, j : int
            Counted along x and along y.
        """
        self._choose(i, j)
        self._sync()

    def choose_best(self) -> None:
        """Show the run whose last tenth stays lowest."""
        if self._best is not None:
            i, j = self._best[0]
            self.choose(i, j)

    def reset(self) -> None:
        """Axes, sliders and the number of steps back to what they were at the opening."""
        if self.axes != self._opening_axes:
            self.show_axes(*self._opening_axes)
        self._choose(*self._opening(self.axes))
        super().reset()

    def place(self, start: Any = None, *, surface: Surface | None = None, n_steps: int | None = None) -> None:
        """Move the start; or show another surface, or another number of steps; as `Panel.place`."""
        before = self.start
        if self.runs.place(start, surface, n_steps) or not np.array_equal(self.start, before):
            self._redraw()  # colours and signs are made for what the loss is at the start
        else:
            self._sync()

    def set_steps(self, n_steps: int) -> None:
        """Run with another number of steps.

        Parameters
        ----------
        n_steps : int
        """
        self.place(n_steps=n_steps)

    def _choose(self, i: int, j: int) -> None:
        x, y = (int(np.clip(k, 0, len(v) - 1)) for k, v in zip((i, j), self.values))
        self.chosen = x, y
        self._track.cell = {n: float(v[k]) for n, v, k in zip(self.axes, self.values, self.chosen)}
        self.runs.forget(self._track.name)

    def _opening(self, axes: tuple[str, str]) -> tuple[int, int]:
        """The cell nearest to the opening values of the two axes."""
        opening = [self._track.sliders[name].opening for name in axes]
        x, y = (int(np.abs(v - at).argmin()) for v, at in zip(self._values(axes), opening))
        return x, y

    # How it is shown ---------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """What the picture is of."""
        return Scene(self.surface, self.start, self.n_steps, _label(self.axes))

    def more_scenes(self) -> tuple[Sequence[str] | None, Sequence[Surface], Sequence[int]]:
        """Other numbers of steps; one surface is enough, if it has no sliders."""
        return None, (), () if self.runs.family.sliders else other_steps(self.n_steps)

    @property
    def views(self) -> tuple[str, ...]:
        """All pairs of axes, as they are called."""
        return tuple(_label(pair) for pair in self.pairs())

    def pairs(self) -> Iterator[tuple[str, str]]:
        """All pairs of axes."""
        return itertools.permutations(self._track.sliders, 2)

    def _axes_of(self, view: str) -> tuple[str, str]:
        return next(pair for pair in self.pairs() if _label(pair) == view)

    def drawn(self, scene: Scene, runs: dict[str, Descent], theme: Theme, before: Any = None) -> Any:
        """The picture of the map of a scene."""
        axes = self._axes_of(scene.view)
        place = scene.surface, scene.origin, scene.n_steps
        return MapView(MapScene(self.step, *place, axes, self._values(axes)), theme, before)

    def let_show(self, view: Any, runs: dict[str, Descent]) -> None:
        """Let a picture show its map and a run."""
        of = view.scene
        swept, message = self._map(of.axes, of.surface, of.start, of.n_steps)
        here = of.axes == self.axes
        chosen = self.chosen if here else self._opening(of.axes)
        run = runs.get(self._track.name) if here else None
        messages = dict.fromkeys(filter(None, [*self.runs.messages, message]))
        view.show(None if messages else swept, chosen, run, "\n".join(messages))

    def prepare(self, scene: Scene) -> None:
        """Compute all that a picture will show; learners' code may never end."""
        super().prepare(scene)
        self._map(self._axes_of(scene.view), scene.surface, scene.origin, scene.n_steps)

    def ready(self, scene: Scene) -> None:
        """Compute what the page cannot."""
        if self._track.program is None:
            self.prepare(scene)
        else:
            super().prepare(scene)

    def sources(self, programs: Sequence[Program | None], scene: Scene) -> str:
        """The functions of a program, as a JavaScript array."""
        return map_sources(programs[0], scene.n_steps)

    def at(self) -> list[float]:
        """What the hand moves: the chosen cell."""
        return [float(k) for k in self.chosen]

    def moved(self, at: list[float]) -> None:
        """The hand has moved it."""
        i, j = at
        self.choose(round(i), round(j))

    def extra(self) -> dict[str, Any]:
        """How all runs end, where the page cannot compute it."""
        if self._track.program is not None:
            return {}
        swept = None if self.messages else self.swept
        if swept is None:
            return {"losses": None}
        cell, worst = self._best or (None, None)
        return {"losses": swept.loss.tobytes(), "best": cell, "worst": worst}

    def _described_by(self, view: Any) -> dict[str, Any]:
        return cast("dict[str, Any]", view.plan([*self._track.sliders]))

    def plan(self, view: Any, scene: Scene) -> dict[str, Any]:
        """What a page has to know of a picture."""
        return {**super().plan(view, scene), "at": [float(k) for k in self._opening(view.scene.axes)]}

    def _imports(self, known: list[str]) -> list[str]:
        return ["import adamlab", *([f"from adamlab import {', '.join(sorted(known))}"] if known else []), ""]

    def _as_python(self, scene: Scene) -> dict[str, Any]:
        axes = self._axes_of(scene.view)
        also = [f'axes=("{axes[0]}", "{axes[1]}")']
        also += [f"{name}={along.tolist()}" for name, along in self._given.items()]
        also += [f"resolution={self._resolution}"] if self._resolution != RESOLUTION else []
        more = {"call": "adamlab.map", "view": "loss", "axes": axes, "also": also}
        return {**super()._as_python(scene), **more}

    def _described(self) -> str:
        ring = f" At the ring: {outcome(self.run)}." if self.run is not None else ""
        return f"{self.name} {self.summary}.{ring} {self.help}"

    def _said(self) -> list[str | None]:
        """In place of the map; one that the browser computes needs no word from here."""
        return [next(iter(self.runs.messages if self._track.program else self.messages), None)]

    def _sync(self) -> None:
        super()._sync()
        self._controls.follow(self.n_steps)


class MapControls(widgets.HBox):
    """What stands below the sliders: the axes, the number of steps, the best run, reset."""

    def __init__(self, panel: Map, n_steps: int) -> None:
        self._following = False
        labels = {_label(pair): pair for pair in panel.pairs()}
        self.axes = widgets.Dropdown(
            options=labels, value=panel.axes, description="map of", layout=fit(labels, beside=4)
        )
        self.axes.style.description_width = "4em"
        self.steps = steps_box(n_steps)
        best = widgets.Button(description="Go to best run", icon="map-marker", layout={"width": "11em"})
        best.tooltip = BEST
        best.add_class("adamlab-best")
        super().__init__([self.axes, self.steps, best, reset_button(panel)], layout={"flex_flow": "row wrap"})
        best.on_click(lambda _: panel.choose_best())
        self.axes.observe(
            lambda change: panel.show_axes(*change.new) if change.new != panel.axes else None, "value"
        )
        self.steps.observe(lambda change: None if self._following else panel.set_steps(change.new), "value")

    def follow(self, n_steps: int) -> None:
        """Show another number of steps, without setting off anything."""
        self._following = True
        self.steps.value = n_steps
        self._following = False


def _label(axes: tuple[str, str]) -> str:
    """What a pair of axes is called."""
    return " × ".join(symbol(name) for name in axes)


def map(
    step: Callable[..., Any],
    surface: Surface | Callable[..., Surface],
    axes: Sequence[str] | None = None,
    start: Any = None,
    n_steps: int = 100,
    resolution: int = RESOLUTION,
    **hyper: Any,
) -> Map:
    """A map over two hyperparameters, dark where the final loss is low; the others have sliders.

    Click or drag on the map, or use the arrow keys there, to see a run on the landscape.

    Parameters
    ----------
    step : callable
        A step of the series or your own; it has to work on many lanes at once.
    surface : Surface, or callable that returns one
        A function such as `make_ravine` gets a slider for each of its parameters.
    axes : (str, str), optional
        The hyperparameters along x and y: those given as arrays, else the first two of the step.
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    resolution : int
        Values along each axis that was not given as an array.
    **hyper : float or array_like
        Opening values, and the values to try along an axis.

    Returns
    -------
    Map

    Raises
    ------
    TypeError, ValueError
        As for `sweep`, if the error can be found before the first step; and for a step without two
        hyperparameters.

    Examples
    --------
    >>> import adamlab
    >>> panel = adamlab.map(adamlab.momentum, adamlab.ravine, resolution=10)
    >>> panel.swept.loss.shape
    (10, 10)
    """
    signature, family = Signature(step), Family(surface, hyper)
    settings = signature.hyper({n: v for n, v in hyper.items() if n not in family.parameters})
    numbers = [n for n, v in settings.items() if isinstance(v, (float, np.ndarray))]
    arrays = [n for n, v in settings.items() if isinstance(v, np.ndarray)]
    if axes is None:
        axes = (arrays + [name for name in numbers if name not in arrays])[: max(2, len(arrays))]
        axes = sorted(axes, key=numbers.index) if len(arrays) < 2 else axes
    several = isinstance(axes, (tuple, list))
    axes = tuple(str(name) for name in (axes if several else [axes]))
    if len(set(axes)) != 2 or not set(arrays) <= set(axes) <= set(numbers):
        raise ValueError(
            f"map: axes must be two of {signature.name}'s hyperparameters, {', '.join(numbers)}, "
            f"and nothing else may be an array; got {', '.join(axes)}"
        )
    for name in arrays:
        if settings[name].ndim != 1 or len(settings[name]) < 2:
            raise ValueError(
                f"map: {name} must be a 1-D array of at least two values, got shape {settings[name].shape}"
            )
    if isinstance(resolution, bool) or not isinstance(resolution, int) or not 2 <= resolution <= 400:
        raise ValueError(f"map: resolution must be a whole number from 2 to 400, got {resolution!r}")
    opening = descend(step, family.surface(), start, 0)
    if not np.isfinite(opening.loss).all():
        begin = np.array(opening.surface.start if start is None else start).tolist()
        raise ValueError(f"map: the loss at the start {begin} is not finite: choose a start where it is")
    if opening.lanes:
        raise ValueError(f"map: start must be one point, got lanes of shape {opening.lanes}")
    n_steps = whole_steps(n_steps, "map")
    refuse_long_warmup(step, n_steps, settings)
    opened = {n: float(v[len(v) // 2]) if n in arrays else v for n, v in settings.items()}
    track = CellTrack(signature.name, step, {n: v for n, v in opened.items() if n in hyper or n in arrays})
    own_start = None if start is None else opening.theta[0]
    runs = Runs(
        {signature.name: track},
        SurfaceFamily(family, own_start),
        opening.theta[0],
        n_steps,
    )
    given = {name: np.sort(settings[name]) for name in arrays}
    return Map(runs, cast("tuple[str, str]", axes), given, resolution)
