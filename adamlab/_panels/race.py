"""A race: several methods on one landscape, each tuned with the same budget.

A race with one shared learning rate shows which method that rate happens to suit. So the learning
rates are tuned first, for each method with the same number of runs, and the panel says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np

from .. import surfaces
from .._core.descent import Descent
from .._core.hyperparameters import GRID
from .._core.surface import Surface
from .._core.text import brief, format_number
from .._core.tuning import ARRIVED, arrival, judged, last_tenth
from .._drawing.curves import Sensitivity
from .._drawing.heights import extremes
from .._drawing.style import Theme
from .base import LivePanel
from .controls import READY_MADE, RunControls, SliderSections
from .explore import opened
from .run_view import RunView, Scene
from .runs import Runs
from .tuning import Tuning, rate_of

__all__ = ["Race", "race"]

VIEWS = {"loss over time": "loss", "loss at the end against η": "sensitivity"}

GROUNDLESS = "this surface has no lowest point (the loss falls without end), so a ranking means nothing"

HEIGHT = 3.2  # inches of the picture: there is a table below it


class Race(LivePanel):
    """Several steps against each other; `race` makes one.

    Attributes
    ----------
    sliders : dict of dict of HyperSlider
        By the step's name; the parameters of a family of surfaces under "surface".
    table : list of dict
        For each method: name, eta, loss at the end, worst loss of the last tenth, by which a race is judged
        ("worst", the mean over all seeds), its lowest and highest over the seeds ("spread"; None with one
        seed), and the steps until the loss is below the tolerance (or None).
    tolerance : float
        A millionth of the loss at the start, above the lowest known loss, unless told otherwise.
    fair : bool
        Whether each η is the one that was tuned with the common budget.
    view : str
        What the right picture shows: "loss", or "sensitivity" for the loss at the end against η.
    """

    kind = "race"

    def __init__(
        self, runs: Runs, fair: bool, tolerance: float | None, n_rates: int = GRID, seeds: int = 1
    ) -> None:
        self._asked_tolerance, self._opens_fair = tolerance, fair
        self._tuning, self._scenes = Tuning(runs, n_rates, seeds), [(runs.surface, runs.n_steps)]
        self._controls = RunControls(self, runs, VIEWS, "right picture")
        tune = widgets.Button(description="Tune all fairly", icon="balance-scale", layout={"width": "11em"})
        tune.tooltip = f"For each method, the best of the same {n_rates} learning rates"
        tune.add_class("adamlab-tune")
        tune.on_click(lambda _: self.tune())
        super().__init__(runs, {"film": self._controls.step})
        self.sliders = {name: track.sliders for name, track in runs.tracks.items()}
        if runs.family.sliders:
            self.sliders["surface"] = runs.family.sliders
        board = widgets.Box(layout={"flex": "1 1 24em", "overflow": "auto"})
        board.add_class("adamlab-board")
        sections = SliderSections(runs, tune)
        sections.layout.flex = "1 1 24em"
        middle = widgets.HBox([board, sections], layout={"flex_flow": "row wrap"})
        self.children = [self.picture, middle, self._controls]
        if fair:
            self._tune()
            for track in runs.tracks.values():
                if (rate := rate_of(track)) is not None:
                    track.sliders[rate].opens_at(track.sliders[rate].value)
        self._opened_with = None if fair else self._rates()
        self._redraw()

    # What it says ------------------------------------------------------------------------------

    @property
    def tolerance(self) -> float:
        """Loss at which a method counts as having arrived."""
        if self._asked_tolerance is not None:
            return self._asked_tolerance
        lowest = self.surface.lowest or 0.0
        at_start = next((float(run.loss[0]) for run in self.descents.values()), lowest)
        return arrival(lowest, at_start)

    @property
    def fair(self) -> bool:
        """Whether each η is the one that was tuned with the common budget."""
        return self._tuning.tuned == self._state()

    @property
    def table(self) -> list[dict[str, Any]]:
        """One row for each method."""
        tolerance, rates = self.tolerance, self._rates()
        return [
            {
                "name": name,
                "eta": rate,
                "loss": float(run.loss[-1]),
                **self._judgement(name, run),
                "steps": int(run.at[below[0]])
                if len(below := np.flatnonzero(run.loss < tolerance))
                else None,
            }
            for name, rate in zip(self.runs.tracks, rates)
            if (run := self.descents.get(name)) is not None
        ]

    def _judgement(self, name: str, run: Descent) -> dict[str, Any]:
        """The worst loss of the last tenth, and how far it spreads over the seeds."""
        if self._tuning.seeds == 1:
            return {"worst": float(judged(run.loss, run.at)), "spread": None}
        of_seeds = self._tuning.spread(name)
        if of_seeds is None:
            return {"worst": np.nan, "spread": None}
        return {"worst": float(of_seeds.mean()), "spread": (float(of_seeds.min()), float(of_seeds.max()))}

    @property
    def summary(self) -> str:
        """How the race ended, in one line."""
        table = self.table
        ends = ", ".join(f"{row['name']} {_loss(row)}" for row in table)
        where = f"race on {self.surface.name}, {self.n_steps} steps"
        return "; ".join([f"{where}, {self._how(table)}: {ends}", *self.runs.messages])

    def _how(self, table: list[dict[str, Any]]) -> str:
        """How the learning rates were found."""
        how, ground = self._words(), self._ground(self.surface)
        if ground is not None and any(row["worst"] < ground for row in table):
            return how["ground"]
        if self.fair:
            return how["fair"]
        tuned, rates = self._tuning.tuned, self._rates()
        if tuned and rates == self._tuning.rates(tuned["values"]):
            return how["other"]
        return how["given"] if rates == self._opened_with else how["hand"]

    def _words(self) -> dict[str, str]:
        unfair = "so this is not a fair comparison"
        seeds, rates = self._tuning.seeds, self._tuning.n_rates
        judgement = f"judged by the worst loss of the last {_steps(last_tenth(self.n_steps))}"
        tried = f"tried with {self.n_steps} steps and {judgement}"
        if seeds > 1:
            tried += f", its mean over {seeds} seeds ({rates * seeds} runs for each method)"
        return {
            "ground": GROUNDLESS,
            "fair": f"each η is the best of the same {rates} values, {tried}",
            "other": f"the learning rates were tuned for other settings, {unfair}",
            "given": f"the learning rates were given, not tuned, {unfair}",
            "hand": f"the learning rates were set by hand, {unfair}",
        }

    @staticmethod
    def _ground(surface: Surface) -> float | None:
        """A loss far below all that the window shows: then there is no lowest point. None if one is known."""
        if surface.lowest is not None:
            return None
        low, high = extremes(surface)
        return float(low - 10 * max(high - low, 1e-300))

    # What a reader does ------------------------------------------------------------------------

    def tune(self) -> None:
        """Give each method the best of the same learning rates, which are evenly spaced along the slider."""
        self._tune()
        self._sync()

    def show(self, view: str) -> None:
        """Choose what the right picture shows.

        Parameters
        ----------
        view : str
            "loss" or "sensitivity".

        Raises
        ------
        ValueError
            If it is neither.
        """
        if view not in self.views:
            raise ValueError(f"view must be one of {', '.join(self.views)}, got {brief(view)}")
        if view != self.view:
            self.view = self._controls.view.value = view
            self._redraw()

    def reset(self) -> None:
        """Back to the opening state: with the learning rates tuned, unless they were given."""
        self._controls.reset()
        super().reset()
        if self._opens_fair:
            self.tune()

    # How it is shown ---------------------------------------------------------------------------

    @property
    def views(self) -> tuple[str, ...]:
        """What the right picture can show."""
        return tuple(VIEWS.values())

    def drawn(self, scene: Scene, runs: dict[str, Descent], theme: Theme, before: Any = None) -> RunView:
        """The picture of some runs; `before` is one of the same make, whose layout is kept."""
        steps = {name: track.step for name, track in self.runs.tracks.items()}
        return RunView(scene, steps, runs, theme, before, HEIGHT)

    def let_show(self, view: RunView, runs: dict[str, Descent]) -> None:
        """Let a picture show some runs, and what the learning rates that are tried lead to."""
        for name, track in self.runs.tracks.items():
            curve, rate = view.marks[name].curve, rate_of(track)
            if isinstance(curve, Sensitivity) and rate is not None:
                scores = self._tuning.known(name)
                if scores is not None:
                    curve.know(self._tuning.grid(name), scores, rate)
        super().let_show(view, runs)

    def more_scenes(self) -> tuple[Sequence[str] | None, Sequence[Surface], Sequence[int]]:
        """All surfaces that its menu offers."""
        offered = READY_MADE if self.surface.n == 2 and not self.runs.family.sliders else []
        return None, [surface for surface in offered if surface.n == 2], ()

    def more(self, scene: Scene) -> dict[str, Any]:
        """What the player has to know beside the runs."""
        known = (scene.surface, scene.n_steps)
        if known not in self._scenes:
            self._scenes.append(known)
        return {
            "on": scene.surface.name,
            "scene": self._scenes.index(known),
            "opened": self._opened_with,
            "tolerance": self._asked_tolerance,
            "lowest": scene.surface.lowest or 0.0,
            "arrived": ARRIVED,
            "ground": self._ground(scene.surface),
            "heads": ["method", "η", self._judged_by(scene.n_steps)],
            "how": self._words(),
        }

    def _judged_by(self, n_steps: int) -> str:
        several = self._tuning.seeds > 1
        return f"worst loss of the last {_steps(last_tenth(n_steps))}" + (
            f": mean of {self._tuning.seeds} seeds (lowest to highest)" if several else ""
        )

    def extra(self) -> dict[str, Any]:
        """For what the rates were tuned, and how each method did with several seeds."""
        spread = None
        if self._tuning.seeds > 1:
            found = {row["name"]: (row["worst"], *(row["spread"] or ())) for row in self.table}
            spread = [[x for x in found.get(name, ()) if np.isfinite(x)] for name in self.runs.tracks]
        return {"tuned": self._tuning.tuned, "spread": spread}

    def _tried(self, name: str) -> dict[str, Any] | None:
        track = self.runs.tracks[name]
        rate = rate_of(track)
        if rate is None:
            return None
        sliders, losses = track.sliders, None
        if track.program is None:  # the page cannot try them
            scores = self._tuning.scores(name)
            losses = None if scores is None else [float(x) if np.isfinite(x) else None for x in scores]
        return {
            "rates": self._tuning.grid(name).tolist(),
            "input": list(sliders).index(rate),
            "losses": losses,
        }

    def prepare(self, scene: Scene) -> None:
        """Compute all that a picture will show; learners' code may never end."""
        super().prepare(scene)
        for name in self.runs.tracks if scene.view == "sensitivity" else ():
            self._tuning.scores(name)

    def _film(self) -> int:
        return int(self._controls.step.value)

    def _sync(self) -> None:
        super()._sync()
        self._controls.follow(self.surface, self.start, self.n_steps)

    # What happens ------------------------------------------------------------------------------

    def _rates(self) -> list[float | None]:
        return self._tuning.rates(self._tuning.values())

    def _state(self) -> dict[str, Any]:
        here = (self.surface, self.n_steps)
        scene = self._scenes.index(here) if here in self._scenes else len(self._scenes)
        return {"values": self._tuning.values(), "start": self.start.tolist(), "scene": scene}

    def _tune(self) -> None:
        self._set(self._tuning.best())

    def _set(self, rates: Sequence[float | None]) -> None:
        """Take these rates for the best; None leaves a method as it is."""
        self._waiting = True
        try:
            for (name, track), value in zip(self.runs.tracks.items(), rates):
                rate = rate_of(track)
                if rate is not None and value is not None:
                    track.sliders[rate].value = value
                    self.runs.forget(name)
        finally:
            self._waiting = False
        self._tuning.tuned = self._state()

    def _changed(self, name: str) -> None:
        super()._changed(name)
        if not self._waiting and self.view == "sensitivity" and self.runs.tracks[name].program is None:
            self._send_plan()  # what its rates lead to comes from here

    def _reshaped(self) -> None:
        """A race that was fair is tuned again for the new surface."""
        fair = self.fair
        super()._reshaped()
        if fair and not self._waiting and not self.fair:
            self.tune()

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        if content.get("kind") == "tuned":
            with self.picture.hold_sync():
                self._set(self._tuning.rates(content["values"]))
                self._sync()
        else:
            super()._heard(_, content, buffers)


def _steps(count: int) -> str:
    return f"{count} steps" if count > 1 else "step"


def _loss(row: dict[str, Any]) -> str:
    if not np.isfinite(row["worst"]):
        return "diverged"
    spread = row["spread"]
    between = f" ({format_number(spread[0])} to {format_number(spread[1])})" if spread else ""
    return format_number(row["worst"]) + between


def race(
    steps: Sequence[Callable[..., Any]],
    surface: Surface | Callable[..., Surface] = surfaces.ravine,
    start: Any = None,
    n_steps: int = 100,
    fair: bool = True,
    tolerance: float | None = None,
    n_rates: int = GRID,
    seeds: int = 1,
    **hyper: Any,
) -> Race:
    """Several methods on one landscape and one loss plot, with a table of who arrived when.

    Parameters
    ----------
    steps : list of callables
    surface : Surface, or callable that returns one
        A function such as `make_ravine` gets sliders for its parameters, ``panel.sliders["surface"]``.
        When one moves, a fair race is tuned again for the new surface.
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    fair : bool
        Tune each method's η with the same budget before the start, unless eta is given. A run is judged by
        the worst loss of its last tenth, so that no dip at the last step wins.
    tolerance : float, optional
        Loss that counts as arrived.
    n_rates : int
        How many learning rates are tried with each method, evenly spaced along the slider.
    seeds : int
        With more than one, each of them is tried so many times with other random numbers, for a problem that
        has some, such as `problems.digits()`: the mean counts, and the table shows how far they spread.
    **hyper : float
        Opening values for each method that has them, and for the function that makes the surface.

    Returns
    -------
    Race

    Raises
    ------
    TypeError, ValueError
        As `explore`.

    Examples
    --------
    >>> from adamlab import adam, momentum, race, ravine
    >>> panel = race([momentum, adam], ravine)
    >>> panel.fair, [row["name"] for row in panel.table]
    (True, ['momentum', 'adam'])
    """
    if not isinstance(steps, (list, tuple)):
        raise TypeError(f"race takes a list of steps, got {steps!r}: write race([adam, momentum], ...)")
    runs = opened(steps, surface, start, n_steps, hyper)
    for name, value, least in (("n_rates", n_rates, 2), ("seeds", seeds, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"race: {name} must be a whole number, {least} or more, got {brief(value)}")
    if seeds > 1 and runs.surface.reseeded is None:
        raise ValueError(
            f"race: {runs.surface.name} has no random numbers, so every seed would give the same: leave out "
            f"seeds, or take a problem that has some, such as problems.digits()"
        )
    for track in runs.tracks.values() if seeds > 1 else ():  # the browser knows one seed
        track.records, track.program = False, None
    return Race(runs, fair and "eta" not in hyper, tolerance, int(n_rates), int(seeds))
