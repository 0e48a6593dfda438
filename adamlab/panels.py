"""Live panels: sliders beside a picture. Everything that touches ipywidgets is here.

`explore` shows one or more steps on a surface with a slider for every hyperparameter. A change runs
the steps anew and redraws what moves; the landscape behind it is drawn once.
"""

import base64
import html
import itertools
import math

import ipywidgets as widgets
import matplotlib.style
import numpy as np
import traitlets
from matplotlib.figure import Figure

from . import plots
from .descent import descend, whole_steps
from .picture import CSS_PIXELS_PER_INCH, Picture, render_moving, render_still
from .rule import GREEK, NotWrittenYet, Rule

__all__ = ["HyperSlider", "Panel", "explore"]

POSITIONS = 100
MEANING = {
    "eta": "learning rate",
    "beta1": "memory of gradients",
    "beta2": "memory of squares",
    "eps": "guard against 0/0",
    "weight_decay": "weight decay",
    "momentum_decay": "momentum warm-up",
}
RANGES = {
    "eta": (1e-4, 10.0),
    "eps": (1e-12, 1.0),
    "weight_decay": (1e-4, 1.0),
    "momentum_decay": (1e-4, 1.0),
}
_numbers = itertools.count()


class Scale:
    """Translates between slider positions 0 … POSITIONS and values.

    η, ε and their like are logarithmic; a β spends its length near 1, where it matters; anything
    else is linear around its default.

    Parameters
    ----------
    name : str
        The hyperparameter's name, in the field's usual spelling or any other.
    opening : float
        A value that has to lie within.
    """

    def __init__(self, name, opening):
        self.kind = "linear"
        if name.startswith(("beta", "β")) or name in ("rho", "b1", "b2"):
            self.kind, self.low, self.high = "near one", 0.0, max(0.9999, opening)
        elif name in RANGES and opening > 0:
            low, high = RANGES[name]
            self.kind, self.low, self.high = "log", min(low, opening), max(high, opening)
        elif name in RANGES:
            self.low, self.high = 0.0, RANGES[name][1]
        else:
            self.low, self.high = sorted((0.0, 2 * opening)) if opening else (-1.0, 1.0)

    def value(self, position):
        """The value at a position; both ends are met exactly, and what lies between is rounded."""
        if position in (0, POSITIONS):
            return self.low if position == 0 else self.high
        share = position / POSITIONS
        if self.kind == "log":
            return float(f"{self.low * (self.high / self.low) ** share:.3g}")
        if self.kind == "near one":
            return round(1 - float(f"{(1 - self.high) ** share:.3g}"), 12)
        return float(f"{self.low + share * (self.high - self.low):.3g}")

    def position(self, value):
        """The position nearest to a value."""
        if self.kind == "log":
            share = math.log(value / self.low) / math.log(self.high / self.low)
        elif self.kind == "near one":
            share = math.log(1 - value) / math.log(1 - self.high)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(POSITIONS * share)


class HyperSlider(widgets.HBox):
    """A slider for one hyperparameter, with the number beside it to read or to type.

    Attributes
    ----------
    value : float
        In the hyperparameter's own unit; any value from `min` to `max`.
    min, max : float
        The ends of the slider.

    Raises
    ------
    ValueError
        If a value outside the range is assigned.
    """

    value = traitlets.Float()

    def __init__(self, name, opening):
        self.name, self.opening, self.scale = name, opening, Scale(name, opening)
        self.min, self.max = self.scale.low, self.scale.high
        self.symbol, meaning = GREEK.get(name, name), MEANING.get(name, "")
        self.css_class = f"adamlab-slider-{next(_numbers)}"
        self.label = f"{self.symbol}, {meaning}" if meaning else self.symbol
        self.slider = widgets.IntSlider(
            min=0, max=POSITIONS, value=self.scale.position(opening), readout=False,
            description=self.symbol, tooltip=self.label,
            style={"description_width": "2.5em"}, layout={"width": "15em"},
        )  # fmt: skip
        self.number = widgets.Text(continuous_update=False, layout={"width": "5.5em"}, tooltip=self.label)
        self.number.add_class("adamlab-number")
        note = widgets.Label(meaning, layout={"width": "11em"})
        super().__init__([self.slider, self.number, note], value=opening, layout={"align_items": "center"})
        self.add_class(self.css_class)
        self.number.value = self._text()
        self.slider.observe(self._slid, "value")
        self.number.observe(self._typed, "value")

    def reset(self):
        """Back to the opening value."""
        self.value = self.opening

    def _text(self):
        return f"{self.value:.6g}"

    def _slid(self, change):
        if change.new != self.scale.position(self.value):
            self.value = self.scale.value(change.new)

    def _typed(self, change):
        try:
            self.value = float(change.new)
        except ValueError:  # not a number, or out of range: what stood there comes back
            self.number.value = self._text()

    @traitlets.validate("value")
    def _in_range(self, proposal):
        value = proposal.value
        if not self.min <= value <= self.max:
            raise ValueError(f"{self.name} must lie between {self.min:g} and {self.max:g}, got {value:g}")
        return value

    @traitlets.observe("value")
    def _changed(self, change):
        if hasattr(self, "number"):
            self.slider.value = self.scale.position(self.value)
            self.number.value = self._text()


class Panel(widgets.VBox):
    """A picture with its sliders; `explore` makes one.

    Attributes
    ----------
    sliders : dict of HyperSlider
        By hyperparameter; with several steps a dict for each step, by its name.
    descents : dict of Descent
        The runs shown, by the step's name; a step that could not run is missing.
    picture : Picture
        With `background` (PNG) and `foreground` (SVG).
    summary : str
        What the picture shows, in one line.
    """

    def __init__(self, tracks, surface, start, n_steps, several):
        self._tracks, self.surface, self.start, self.n_steps = tracks, surface, start, n_steps
        self.sliders = {name: track.sliders for name, track in tracks.items()}
        if not several:
            self.sliders = self.sliders[next(iter(tracks))]
        self.descents = {}
        self._draw()
        width, height = self._figure.get_size_inches() * CSS_PIXELS_PER_INCH
        self.picture = Picture(size=(round(width), round(height)))
        self._sentence = widgets.HTML()
        reset = widgets.Button(description="Reset", tooltip="All sliders back to where they opened")
        reset.on_click(lambda _: self.reset())
        super().__init__([self.picture, self._sentence, *self._controls(), reset])
        self.add_class("adamlab-controls")
        self.picture.background = render_still(self._figure, self._moving)
        for name in self._tracks:
            self._run(name)
        self._show()
        for name, track in self._tracks.items():
            for slider in track.sliders.values():
                slider.observe(lambda change, name=name: self._changed(name), "value")

    def reset(self):
        """Every slider back to its opening value."""
        for track in self._tracks.values():
            for slider in track.sliders.values():
                slider.reset()

    def png(self):
        """The picture as shown now, as the bytes of one PNG."""
        return plots.png(self._figure, 1.25 * CSS_PIXELS_PER_INCH)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        still = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.summary}
        return {**(data or {}), **still}, metadata

    def _draw(self):
        """The figure: what stands still, and for each step what moves."""
        with matplotlib.style.context(plots.STYLE):
            self._figure = Figure(figsize=(9.6, 3.9), dpi=72, layout="constrained")
            if drawable := self.surface.n <= 2:
                ground, curves = self._figure.subplots(1, 2, width_ratios=[1.25, 1])
                plots.landscape(ground, self.surface).set_title(_title(self.surface))
                curves.set_title("loss")
            else:
                ground = curves = self._figure.subplots()
                curves.set_title(f"loss on {self.surface.name}")
            plots.loss_axes(curves, self.surface, self.start, self.n_steps)
            for index, (name, track) in enumerate(self._tracks.items()):
                style = plots.look(track.step, index)
                track.parts = [plots.Path(ground, *style)] if drawable else []
                track.parts.append(plots.Curve(curves, *style, label=name if len(self._tracks) > 1 else ""))
            self._figure.get_layout_engine().execute(self._figure)
            self._figure.set_layout_engine("none")  # nothing may shift once sliders move
            self._note = plots.note(ground)
        self._moving = [a for track in self._tracks.values() for part in track.parts for a in part.artists]
        self._moving.append(self._note)

    def _controls(self):
        for name, track in self._tracks.items():
            if len(self._tracks) > 1:
                yield widgets.HTML(f"<b>{html.escape(name)}</b>")
            yield widgets.Box([*track.sliders.values()], layout={"flex_flow": "row wrap"})

    def _run(self, name):
        track = self._tracks[name]
        track.message = None
        self.descents.pop(name, None)
        values = {hyper: slider.value for hyper, slider in track.sliders.items()}
        try:
            run = descend(track.step, self.surface, self.start, self.n_steps, **{**track.options, **values})
            if self.n_steps and (run.theta == run.theta[0]).all() and run.gradient[0].any():
                raise NotWrittenYet
            self.descents[name] = run
        except NotWrittenYet:
            track.message = f"{name}: not attempted yet"
        except Exception as fault:  # whatever a learner's step does, the panel lives on and says it
            track.message = f"{name}: {type(fault).__name__}: {fault}"

    def _changed(self, name):
        self._run(name)
        self._show()

    def _show(self):
        for name, track in self._tracks.items():
            for part in track.parts:
                part.show(self.descents.get(name))
        plots.spread_labels([track.parts[-1] for track in self._tracks.values()])
        messages = [track.message for track in self._tracks.values() if track.message]
        self._note.set_text("\n".join(messages))
        self.picture.foreground = render_moving(self._figure, self._moving)
        self.summary = "; ".join(
            track.message or repr(self.descents[name]) for name, track in self._tracks.items()
        )
        self.picture.alt = f"Landscape with path, and loss curve. {self.summary}"
        sentence = "<br>".join(html.escape(line) for line in self.summary.split("; "))
        self._sentence.value = f'<div role="status" style="line-height: 1.5">{sentence}</div>'
        self.picture.names = {
            slider.css_class: f"{slider.label}: {slider.value:.6g}"
            for track in self._tracks.values() for slider in track.sliders.values()
        }  # fmt: skip


class Track:
    """One step in a panel: its sliders, its options that are not numbers, and what it draws."""

    def __init__(self, step, hyper):
        self.step = step
        hyper = Rule(step).hyper(hyper)
        self.options = {name: value for name, value in hyper.items() if not isinstance(value, float)}
        for name, value in self.options.items():
            if isinstance(value, np.ndarray):
                raise ValueError(f"{name} must be one number in a panel, got {value}: descend takes arrays")
        self.sliders = {n: HyperSlider(n, value) for n, value in hyper.items() if n not in self.options}
        self.parts, self.message = [], None


def _title(surface):
    """The surface's name and, where there is room for it, its formula."""
    short = surface.formula and len(surface.formula) <= 45
    return f"{surface.name}:  ${surface.formula}$" if short else surface.name


def _tracks(steps, hyper):
    """A track for each step, by name; a hyperparameter goes to each step that has it."""
    several = isinstance(steps, (list, tuple))
    rules = [Rule(step) for step in (steps if several else [steps])]
    if not rules:
        raise ValueError("explore: give at least one step")
    tracks = {}
    for rule in rules:
        own = {name: value for name, value in hyper.items() if name in rule.defaults}
        for name in hyper:
            if not any(name in other.defaults for other in rules):
                rule.hyper({name: hyper[name]})  # raises, and names the nearest
        name, copy = rule.name, 1
        while name in tracks:
            copy += 1
            name = f"{rule.name} {copy}"
        tracks[name] = Track(rule.step, own)
    return tracks


def explore(step_or_steps, surface, start=None, n_steps=100, **hyper):
    """A live panel: a slider for every hyperparameter, the path on the landscape, the loss.

    Parameters
    ----------
    step_or_steps : callable, or list of callables
        A step of the series or your own.
    surface : Surface
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    **hyper : float
        Opening values; the step's defaults unless given.

    Returns
    -------
    Panel

    Raises
    ------
    TypeError, ValueError
        As `descend`, for anything that can be said before the first step. What goes wrong inside a
        step is shown in the panel.
    """
    tracks = _tracks(step_or_steps, hyper)
    for track in tracks.values():
        opening = descend(track.step, surface, start, 0)
        if opening.lanes:
            raise ValueError(f"explore: start must be one point, got lanes of shape {opening.lanes}")
        n_steps = whole_steps(n_steps, "explore")
    several = isinstance(step_or_steps, (list, tuple))
    return Panel(tracks, surface, opening.theta[0], n_steps, several)
