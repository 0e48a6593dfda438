"""One step, taken apart: what it carried, what it was given, what it made of it, where it went.

The panel knows nothing of any method. It runs the step once more with what it was given at that
moment, and reads the step's own variables when it returns: m_hat in your function is a row in the
ledger here.
"""

import html
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .. import surfaces
from .._core.descent import Descent, descend, whole_steps
from .._core.guard import guarded
from .._core.hyperparameters import usual_name
from .._core.signature import NotWrittenYet, Signature, name_of
from .._core.surface import Surface
from .._drawing.artists import Arrow, Path, Rolling, name_tag
from .._drawing.curves import Curve, loss_axes
from .._drawing.landscape import landscape
from .._drawing.rendering import render_moving
from .._drawing.style import AVERAGE, DIVISOR, GRADIENT, STEP, look
from .base import Stage, drawing
from .controls import SPEEDS

__all__ = ["Anatomy", "anatomy", "variables"]

ROOM = 0.28  # the longest arrow, as a share of the window

TWO_LINES = "line-height: 1.5; min-height: 3em"  # of words, so that nothing below them jumps

ADAM_STAGES = [
    ("1 carry over", "m and v come in as the previous step left them."),
    ("2 decay", "Both fade a little: m keeps the share β1, v the share β2."),
    ("3 gradient", "The slope is measured where the ball stands. The arrow points downhill, against it."),
    ("4 add", "A little of the gradient goes into m, a little of its square into v."),
    ("5 divide", "Corrected for having started at zero, m̂ is compared with the box: √v̂ in each direction."),
    ("6 step", "From the ball to the edge of the box counts as one η: how far does the arrow go?"),
]

STAGES = [
    ("1 carry over", "The memory comes in as the previous step left it."),
    ("2 gradient", "The slope is measured where the ball stands. The arrow points downhill, against it."),
    ("3 remember", "The gradient goes into the memory."),
    ("4 step", "The ball moves."),
]

FORGETFUL = [STAGES[1], STAGES[3]]


def variables(step: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """What a step returns, and all of its own variables at that moment.

    Parameters
    ----------
    step : callable
    arguments : dict
        By name.

    Returns
    -------
    dict
        Empty if the step is not written in Python.
    """
    code = getattr(step, "__code__", None) or getattr(type(step).__call__, "__code__", None)
    seen: dict[str, Any] = {}

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:
            seen.update(frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        step(**arguments)
    finally:
        sys.setprofile(before)
    return seen


class Moment:
    """Everything about one step of a run.

    Parameters
    ----------
    run : Descent
        Without lanes.
    t : int
        The step, 1 is the first.

    Attributes
    ----------
    here, there : ndarray, shape (n,)
        The point before and after.
    g : ndarray, shape (n,)
    before, after : dict of ndarray
        The memory.
    made : dict of ndarray
        What else the step computed for each coordinate, by its own names.
    rate : ndarray, shape (n,)
        Effective learning rate, −Δθ/g; NaN where there is no slope.
    """

    def __init__(self, run: Descent, t: int) -> None:
        signature = Signature(run.step)
        self.t, self.here, self.there = t, run.theta[t - 1], run.theta[t]
        self.g, self.move = run.gradient[t - 1], run.theta[t] - run.theta[t - 1]
        self.before = {name: values[t - 1] for name, values in run.memory.items()}
        self.after = {name: values[t] for name, values in run.memory.items()}
        arguments = {"theta": self.here.copy(), "g": self.g.copy(), **run.hyper}
        arguments |= {name: value.copy() for name, value in self.before.items()}
        if signature.takes_t:
            arguments["t"] = t
        with np.errstate(all="ignore"):
            try:
                found = guarded(lambda: variables(run.step, arguments))
            except Exception:  # the run went through, so the ledger goes on without it
                found = {}
            self.rate = np.where(self.g == 0, np.nan, -self.move / self.g)
        known = {"theta", "g", "t", *self.before, *run.hyper}
        self.made = {n: np.asarray(v, float) for n, v in found.items() if n not in known and _fits(v, self.g)}

    @property
    def divisor(self) -> np.ndarray | None:
        """What each coordinate is divided by, if the step has such a thing."""
        for name, source in [("v_hat", self.made), ("v", self.after), ("G", self.after), ("u", self.after)]:
            if name in source:
                return source[name] if name == "u" else np.sqrt(np.abs(source[name]))
        return None

    @property
    def direction(self) -> np.ndarray | None:
        """The averaged gradient, if the step has one."""
        return self.made.get("m_hat", self.after.get("m"))


def _fits(value: Any, g: np.ndarray) -> bool:
    try:
        return np.shape(value) == g.shape and np.asarray(value).dtype.kind in "fiu"
    except ValueError:
        return False


class Anatomy(Stage):
    """A run that can be scrubbed forward and back, one step opened up; `anatomy` makes one.

    Attributes
    ----------
    run : Descent
    step : ipywidgets.IntSlider
        The step that is open.
    stage : ipywidgets.ToggleButtons
        How far it has got, from 0.
    """

    run: Descent
    _moments: dict[int, Moment]
    _ground: Axes
    _stages: list[tuple[str, str]]
    _scale: float

    def __init__(self, run: Descent) -> None:
        super().__init__()
        self.run, self.name, self._moments = run, name_of(run.step), {}
        names = {usual_name(name) for name in run.hyper}
        adam_like = {"m", "v"} <= set(run.memory) and {"beta1", "beta2"} <= names
        self._stages = ADAM_STAGES if adam_like else STAGES if run.memory else FORGETFUL
        last = run.n_steps if run.diverged_at is None else max(run.diverged_at - 1, 1)
        self.step = widgets.IntSlider(
            1, 1, last, description="step", layout={"width": "24em"}, tooltip="step to open"
        )
        self.step.style.description_width = "3em"
        labels = [(label, k) for k, (label, _) in enumerate(self._stages)]
        self.stage = widgets.ToggleButtons(
            options=labels, value=len(labels) - 1, style={"button_width": "8em"}
        )
        play = widgets.Play(value=1, min=1, max=last, interval=SPEEDS["slow"], show_repeat=False)
        self._link = widgets.jslink((play, "value"), (self.step, "value"))
        following = widgets.Button(description="Next stage", icon="step-forward", layout={"width": "9em"})
        following.on_click(lambda _: self.next())
        self._sentence, self._ledger = widgets.HTML(), widgets.HTML()
        self._control = f"adamlab-anatomy-{self.step.model_id[:8]}"
        self.step.add_class(self._control)
        tools = widgets.HBox([play, self.step, following], layout={"flex_flow": "row wrap"})
        self.children = [self.picture, self._sentence, self.stage, tools, self._ledger]
        self.picture.sliders = {self._control: self.step.model_id}
        self.picture.names = {self._control: "step to open"}
        self._moment(1)
        self._redraw()
        self.step.observe(lambda change: self._show({0}), "value")
        self.stage.observe(self._staged, "value")

    def next(self) -> None:
        """One stage further; after the last one, the first stage of the next step."""
        if self.stage.value < len(self._stages) - 1:
            self.stage.value += 1
        elif self.step.value < self.step.max:
            self.stage.value = 0
            self.step.value += 1

    def _staged(self, change: Any) -> None:
        self.picture.version += 1
        self._show({0})

    def _draw(self) -> None:
        colour, marker, dash = look(self.run.step, 0, self._theme)
        with self._canvas(2, width_ratios=[1.25, 1]) as (self._ground, curves):
            landscape(self._ground, self.run.surface, theme=self._theme)
            self._ground.set_title(f"one step of {self.name} on {self.run.surface.name}")
            loss_axes(curves, self.run.surface, self.run.theta[0], self.run.n_steps)
            curves.set_title("loss")
            Path(self._ground, colour, marker, dash, theme=self._theme).show(self.run)
            Curve(curves, colour, marker, dash, theme=self._theme).show(self.run)
            for artist in [*self._ground.lines[-4:], *self._ground.patches, *curves.lines]:
                artist.set_alpha(0.3)  # the whole run stands behind, faintly
            self._rolling = Rolling(self._ground, curves, colour, self._theme)
            self._box = Rectangle((0, 0), 0, 0, fill=False, linewidth=2, linestyle="--", zorder=6)
            self._ground.add_patch(self._box)
            self._box.set_edgecolor(DIVISOR[self._theme.column])
            colours = {"g": GRADIENT, "m": AVERAGE, "step": STEP}
            self._arrows = {
                name: Arrow(self._ground, pair[self._theme.column], theme=self._theme)
                for name, pair in colours.items()
            }
            self._arrows["step"].label, self._arrows["g"].label, self._arrows["m"].label = "step", "−g", "−m"
            self._box_name = name_tag(self._ground, DIVISOR[self._theme.column], self._theme, below=True)
            self._rolling.slots["rolling"].set(markersize=9)

    def _layers(self) -> Iterator[list[Artist]]:
        arrows = [artist for arrow in self._arrows.values() for artist in arrow.artists]
        yield [*self._rolling.artists, self._box, self._box_name, *arrows]

    def _restore(self) -> None:
        self._open(self.step.value)

    def _moment(self, t: int) -> Moment:
        """Everything about step t; asked for before anything is drawn, for it runs the step once more."""
        if t not in self._moments:
            self._moments[t] = Moment(self.run, t)
        return self._moments[t]

    def _open(self, t: int) -> None:
        """Let all artists show step t at the present stage."""
        moment, stage = self._moment(t), self._stages[self.stage.value][0][2:]
        done = stage == "step"
        shown = {
            "carry over": (None, moment.before.get("m"), _root(moment.before)),
            "decay": (
                None,
                _times(moment.before.get("m"), self.run, "beta1"),
                _root(moment.before, self.run),
            ),
            "gradient": (moment.g, None, None),
            "add": (moment.g, moment.after.get("m"), _root(moment.after)),
            "remember": (moment.g, moment.after.get("m"), moment.divisor),
            "divide": (None, moment.direction, moment.divisor),
            "step": (moment.g, moment.direction, moment.divisor),
        }[stage]
        g, m, box = shown
        self._scale = _scale(self.run.surface, moment)
        self._arrows["g"].show(moment.here, None if g is None else -g * self._scale)
        hat = "m_hat" in moment.made and stage in ("divide", "step")
        self._arrows["m"].label = "−m̂" if hat else "−m"
        self._arrows["m"].show(moment.here, None if m is None else -m * self._scale)
        self._arrows["step"].show(moment.here, moment.move if done else None)
        self._box.set_visible(box is not None)
        self._box_name.set_text("")
        if box is not None:
            half = np.minimum(np.broadcast_to(box, moment.here.shape) * self._scale, 1e6)
            self._box.set_bounds(*(moment.here - half), *(2 * half))
            low, high = np.transpose(self.run.surface.window)
            self._box_name.xy = np.clip(moment.here + half * (-1, 1), low, high)
            self._box_name.set_text(_divisor_name(moment, stage))
        self._rolling.show(self.run, t if done else t - 1)

    def _show(self, changed: set[int] | None = None) -> None:
        moment, (label, sentence) = self._moment(self.step.value), self._stages[self.stage.value]
        super()._show(changed)
        self.summary = (
            f"step {moment.t} of {self.name} on {self.run.surface.name}, stage {label}: "
            f"Δθ = {_row(moment.move)}, effective η = {_row(moment.rate)}"
        )
        self.picture.alt = f"One step opened up. {sentence} {self.summary}"
        scale = f" The gradient arrows and the box are scaled by {self._scale:.2g}."
        words = f"<b>{label[2:]}</b>: {sentence}{scale}"
        self._sentence.value = f'<div role="status" style="{TWO_LINES}">{words}</div>'
        self._ledger.value = _ledger(moment)

    def _sliders(self) -> dict[str, widgets.IntSlider]:
        return {self._control: self.step}

    def _fragments(self, control: str) -> tuple[int, dict[str, Any], Iterator[str]]:
        return 0, {}, self._drawings()

    def _drawings(self) -> Iterator[str]:
        """The picture at each step."""
        (artists,) = self._layers()
        yield "<svg></svg>"  # the slider begins at 1
        for t in range(1, self.step.max + 1):
            self._moment(t)
            with drawing:
                self._open(t)
                svg = render_moving(self._figure, artists)
            yield svg


def _root(memory: dict[str, np.ndarray], run: Descent | None = None) -> np.ndarray | None:
    """The root of the averaged squares as remembered, or as decayed if a run is given."""
    v = next((memory[name] for name in ("v", "G") if name in memory), None)
    if run is not None:
        v = _times(v, run, "beta2")
    return None if v is None else np.sqrt(np.abs(v))


def _times(memory: np.ndarray | None, run: Descent, usual: str) -> np.ndarray | None:
    """A memory after its decay."""
    factor = next((value for name, value in run.hyper.items() if usual_name(name) == usual), 1.0)
    return None if memory is None else memory * factor


def _scale(surface: Surface, moment: Moment) -> float:
    """How much of the window a gradient of size 1 takes, so that the largest arrow fits."""
    room = ROOM * np.ptp(surface.window, axis=1)
    sizes = [moment.g, *(value for value in (moment.direction, moment.divisor) if value is not None)]
    with np.errstate(all="ignore"):
        shares = [np.abs(size) / room for size in sizes]
        largest = np.nanmax(np.where(np.isfinite(shares), shares, np.nan), initial=0.0)
    return 1 / largest if largest > 0 else 1.0


def _divisor_name(moment: Moment, stage: str) -> str:
    """What the sides of the box are."""
    if "v_hat" in moment.made and stage in ("divide", "step"):
        return "√v̂"
    return next((label for name, label in [("v", "√v"), ("G", "√G"), ("u", "u")] if name in moment.after), "")


def _row(values: np.ndarray) -> str:
    return "(" + ", ".join("–" if np.isnan(value) else f"{value:.4g}" for value in values) + ")"


def _ledger(moment: Moment) -> str:
    """The step as a table: a row for each quantity, a column for each coordinate."""
    rows = [("θ before", moment.here), ("g", moment.g)]
    for name, value in moment.before.items():
        rows += [(f"{name} before", value), (f"{name} after", moment.after[name])]
    rows += list(moment.made.items())
    rows += [("effective η = −Δθ/g", moment.rate), ("Δθ", moment.move), ("θ after", moment.there)]
    head = "".join(f"<th>{letter}</th>" for letter in "xyz"[: len(moment.g)])
    body = "".join(
        f'<tr><td style="text-align: left">{html.escape(name)}</td>'
        + "".join(f"<td>{'–' if np.isnan(v) else f'{v:.6g}'}</td>" for v in values)
        + "</tr>"
        for name, values in rows
    )
    style = "border-spacing: 1.5em 0; text-align: right; line-height: 1.4; font-variant-numeric: tabular-nums"
    head = f'<tr><th style="text-align: left">step {moment.t}</th>{head}</tr>'
    return f'<table style="{style}">{head}{body}</table>'


def anatomy(
    step: Callable[..., Any],
    surface: Surface = surfaces.beale,
    start: Any = None,
    n_steps: int = 50,
    **hyper: Any,
) -> "Anatomy | Notice":
    """Move through one run step by step, and look inside each step.

    On the landscape: the gradient and the averaged gradient as arrows (downhill, both at the same scale),
    the divisor √v as a box, and the step that was taken. Below: every quantity of the step,
    including the variables inside your own function.

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
    Anatomy or ipywidgets.HTML
        A step that is not written yet gives a notice in place of a panel.

    Raises
    ------
    TypeError, ValueError
        As `descend`; and if the surface does not have two coordinates.

    Examples
    --------
    >>> from adamlab import adam, anatomy, beale
    >>> panel = anatomy(adam, beale, eta=0.1)
    >>> panel.step.value = 2
    >>> panel.summary
    'step 2 of adam on beale, stage 6 step: Δθ = (-0.09657, -0.09735), effective η = (0.00437, 0.001535)'
    """
    opening = descend(step, surface, start, 0, **hyper)
    if surface.n != 2 or opening.lanes or whole_steps(n_steps, "anatomy") < 1:
        raise ValueError(
            f"anatomy needs two coordinates, one start and at least one step, got {surface.n} "
            f"coordinates, lanes {opening.lanes} and n_steps={n_steps}"
        )
    try:
        return Anatomy(descend(step, surface, start, n_steps, **hyper))
    except NotWrittenYet:
        return Notice(f"{name_of(step)}: not attempted yet")


class Notice(widgets.HTML):
    """A sentence in place of a panel."""

    def __init__(self, summary: str) -> None:
        super().__init__(f'<div role="status">{html.escape(summary)}</div>')
        self.summary = summary

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), "text/plain": self.summary}, metadata
