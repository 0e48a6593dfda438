"""A race: several methods on one landscape, each tuned with the same budget.

A race with one shared learning rate shows which method that rate happens to suit. So the learning
rates are tuned first, for each method with the same number of runs, and the panel says so.
"""

import html
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np

from .. import surfaces
from .._core.descent import Descent, descend
from .._core.hyperparameters import GRID, usual_name
from .._core.surface import Surface
from .._core.text import format_number
from .._core.tuning import arrival, judged, last_tenth
from .._drawing.curves import Sensitivity
from .._drawing.heights import extremes
from .base import attempt
from .explore import Panel, _opened
from .run_view import RunView
from .surface_family import SurfaceFamily
from .track import Track

__all__ = ["Race", "race"]

VIEWS = {"loss over time": "loss", "loss at the end against η": "sensitivity"}

TABLE_STYLE = "border-spacing: 1.2em 0.1em; text-align: right; line-height: 1.4"


class Race(Panel):
    """Several steps against each other; `race` makes one.

    Attributes
    ----------
    table : list of dict
        For each method: name, eta, loss at the end, worst loss of the last tenth, by which a race is judged
        ("worst"), and the steps until the loss is below the tolerance (or None).
    tolerance : float
        A millionth of the loss at the start, above the lowest known loss, unless told otherwise.
    fair : bool
        Whether each η is the one that was tuned with the common budget.
    """

    _made_by = "race"
    _tells_outcomes = False  # its table does
    _unfolded = None

    _tuned: dict[str, Any]
    _known_scores: dict[str, tuple[Any, np.ndarray | None]]
    _opened_with: dict[str, float] | None
    _tuned_rates: dict[str, float] | None

    def __init__(
        self,
        tracks: dict[str, Track],
        family: SurfaceFamily,
        start: np.ndarray,
        n_steps: int,
        fair: bool,
        tolerance: float | None,
    ) -> None:
        self._asked_tolerance, self._tuned = tolerance, {}
        self._opens_fair = self._tune_first = fair
        self._sentence, self._board = widgets.HTML(), widgets.HTML()
        self._known_scores, self._opened_with, self._tuned_rates = {}, None, None
        tune = widgets.Button(description="Tune all fairly", icon="balance-scale", layout={"width": "11em"})
        tune.tooltip = f"For each method, the best of the same {GRID} learning rates"
        tune.on_click(lambda _: self.tune())
        view = widgets.Dropdown(
            options=VIEWS,
            description="right picture",
            layout={"width": "22em"},
            style={"description_width": "6.5em"},
        )
        view.observe(self._turned, "value")
        super().__init__(tracks, family, start, n_steps, several=True)
        picture, *sliders, controls = self.children
        self.children = [
            picture,
            self._sentence,
            self._board,
            *sliders,
            widgets.HBox([tune, view]),
            controls,
        ]

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
        return bool(self._tuned) and self._tuned == self._state()

    def tune(self) -> None:
        """Give each method the best of the same learning rates, which are evenly spaced along the slider."""
        self._tune_first = True
        self._run_all(anew=False)
        self._sync()

    def reset(self) -> None:
        """Back to the opening state: with the learning rates tuned, unless they were given."""
        self._tune_first = self._opens_fair
        super().reset()

    def _reshaped(self) -> None:
        """A race that was fair is tuned again for the new surface."""
        if not self._waiting:
            self._tune_first = self.fair
            super()._reshaped()
            self._tune_first = False  # if there was no surface to tune for

    def _run_all(self, anew: bool = True) -> None:
        if self._tune_first:
            self._tune_first = False
            waiting, self._waiting = self._waiting, True
            try:
                self._choose_rates()
            finally:
                self._waiting = waiting
            self._tuned, self._tuned_rates = self._state(), self._rates()
        super()._run_all(anew)
        if self._opened_with is None:
            self._opened_with = self._rates()

    def _choose_rates(self) -> None:
        for name, track in self.tracks.items():
            rate, scores = _rate(track), self._scores(name)
            if rate is not None and scores is not None and np.isfinite(scores).any():
                slider = track.sliders[rate]
                slider.value = float(slider.scale.grid()[np.nanargmin(scores)])

    def _state(self) -> dict[str, Any]:
        sliders = {n: tuple(s.value for s in t.sliders.values()) for n, t in self.tracks.items()}
        return {**sliders, "": (self.surface, *self.start, self.n_steps)}

    def _rates(self) -> dict[str, float]:
        """η of each method, as it stands now."""
        return {n: t.sliders[rate].value for n, t in self.tracks.items() if (rate := _rate(t))}

    def _scores(self, name: str) -> np.ndarray | None:
        """How runs with the rates that are tried are judged, or None; kept until something changes."""
        track = self.tracks[name]
        rate = _rate(track)
        if rate is None:
            return None
        rest = tuple(slider.value for n, slider in track.sliders.items() if n != rate)
        key = (*rest, self.surface, *self.start, self.n_steps)
        if self._known_scores.get(name, (None,))[0] != key:
            settings = {**track.hyper(), rate: track.sliders[rate].scale.grid()}
            loss, _ = attempt(
                name, lambda: descend(track.step, self.surface, self.start, self.n_steps, **settings).loss
            )
            self._known_scores[name] = key, None if loss is None else judged(loss)
        return self._known_scores[name][1]

    def _turned(self, change: Any) -> None:
        self.view = change.new
        self._redraw()

    def _redraw(self) -> None:
        if self.view == "sensitivity":
            for name in self.tracks:
                self._scores(name)  # before anything is locked
        super()._redraw()

    def show_in(self, view: RunView, runs: dict[str, Descent]) -> None:
        """Let a picture show some runs, and what the learning rates tried lead to."""
        for name, track in self.tracks.items():
            curve, rate = view.marks[name].curve, _rate(track)
            if isinstance(curve, Sensitivity) and rate is not None:
                scores = self._known_scores.get(name, (None, None))[1]
                if scores is not None:
                    curve.know(track.sliders[rate].scale.grid(), scores, rate)
        super().show_in(view, runs)

    def _scores_of(self, name: str) -> dict[str, Any] | None:
        rate, scores = _rate(self.tracks[name]), self._known_scores.get(name, (None, None))[1]
        if self.view != "sensitivity" or rate is None or scores is None:
            return None
        sliders = self.tracks[name].sliders
        return {
            "rates": sliders[rate].scale.grid().tolist(),
            "losses": [float(loss) if np.isfinite(loss) else None for loss in scores],
            "input": list(sliders).index(rate),
        }

    def _changed(self, name: str) -> None:
        super()._changed(name)
        if self.view == "sensitivity" and not self._waiting:
            self._scores(name)
            self._send_plan()

    @property
    def table(self) -> list[dict[str, Any]]:
        """One row for each method."""
        rows = []
        for name, track in self.tracks.items():
            run = self.descents.get(name)
            if run is not None:
                below = np.flatnonzero(run.loss < self.tolerance)
                rate = _rate(track)
                eta = track.sliders[rate].value if rate else None
                steps = int(below[0]) if len(below) else None
                rows.append(
                    {
                        "name": name,
                        "eta": eta,
                        "loss": float(run.loss[-1]),
                        "worst": float(judged(run.loss)),
                        "steps": steps,
                    }
                )
        return rows

    @property
    def _has_no_lowest_point(self) -> bool:
        """Whether a run has fallen so far below all that the window shows that the surface has no ground."""
        if self.surface.lowest is not None:
            return False
        low, high = extremes(self.surface)
        return any(row["worst"] < low - 10 * max(high - low, 1e-300) for row in self.table)

    def _how(self) -> str:
        """How the learning rates were found."""
        if self._has_no_lowest_point:
            return "this surface has no lowest point (the loss falls without end), so a ranking means nothing"
        if self.fair:
            judgement = f"judged by the worst loss of the last {_steps(last_tenth(self.n_steps))}"
            tried = f"tried with {self.n_steps} steps and {judgement}"
            return f"each η is the best of the same {GRID} values, {tried}"
        rates = self._rates()
        if rates == self._tuned_rates:
            return "the learning rates were tuned for other settings, so this is not a fair comparison"
        if rates == self._opened_with and not self._opens_fair:
            return "the learning rates were given, not tuned, so this is not a fair comparison"
        return "the learning rates were set by hand, so this is not a fair comparison"

    def _sync(self) -> None:
        super()._sync()
        how, rows, ranked = self._how(), self.table, not self._has_no_lowest_point
        if ranked:
            rows.sort(key=_order)
        messages = self._messages()
        said = "<br>".join(map(html.escape, [f"Race on {self.surface.name}: {how}.", *messages]))
        self._sentence.value = f'<div role="status">{said}</div>'
        self._board.value = self._as_table(rows, ranked)

    def _lines(self) -> list[str]:
        ends = ", ".join(f"{row['name']} {_loss(row)}" for row in self.table)
        where = f"race on {self.surface.name}, {self.n_steps} steps"
        return [f"{where}, {self._how()}: {ends}", *self._messages()]

    def _as_table(self, rows: list[dict[str, Any]], ranked: bool) -> str:
        heads = ["method", "η", f"worst loss of the last {_steps(last_tenth(self.n_steps))}"]
        heads += [f"steps until below {format_number(self.tolerance)}"] if ranked else []
        cells = [
            [
                html.escape(row["name"]),
                "" if row["eta"] is None else format_number(row["eta"]),
                _loss(row),
                *(["never" if row["steps"] is None else row["steps"]] if ranked else []),
            ]
            for row in rows
        ]
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in cells)
        head = "<tr>" + "".join(f"<th>{text}</th>" for text in heads) + "</tr>"
        return f'<table style="{TABLE_STYLE}">{head}{body}</table>'


def _steps(count: int) -> str:
    return f"{count} steps" if count > 1 else "step"


def _rate(track: Track) -> str | None:
    """The name of a method's learning rate, or None."""
    return next((name for name in track.sliders if usual_name(name) == "eta"), None)


def _loss(row: dict[str, Any]) -> str:
    return format_number(row["worst"]) if np.isfinite(row["worst"]) else "diverged"


def _order(row: dict[str, Any]) -> tuple[bool, int, float]:
    return (row["steps"] is None, row["steps"] or 0, row["worst"] if np.isfinite(row["worst"]) else np.inf)


def race(
    steps: Sequence[Callable[..., Any]],
    surface: Surface | Callable[..., Surface] = surfaces.ravine,
    start: Any = None,
    n_steps: int = 100,
    fair: bool = True,
    tolerance: float | None = None,
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
    tracks, family, start, n_steps = _opened(steps, surface, start, n_steps, hyper)
    return Race(tracks, family, start, n_steps, fair and "eta" not in hyper, tolerance)
