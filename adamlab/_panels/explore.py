"""Live panels: sliders beside a picture.

`explore` shows one or more steps on a surface. What stands still is drawn once; a change runs only
the steps whose sliders moved and redraws only their layer. When a slider is touched, all its
positions are run as lanes of one `descend` and sent ahead, so that from then on the browser follows
the hand by itself and Python follows behind with the numbers. A slider of the surface itself
(`SurfaceFamily`) changes the landscape, so there everything is drawn anew.
"""

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from .._core.descent import Descent, descend, whole_steps
from .._core.family import Family
from .._core.guard import STOPPED, TooLong, guarded
from .._core.hyperparameters import Scale
from .._core.signature import NotWrittenYet, Signature, name_of
from .._core.stability import limit
from .._core.surface import Surface
from .._core.text import brief
from .._drawing.curves import loss_axes, spread_labels, trace_axes
from .._drawing.heights import survey
from .._drawing.landscape import POINTS, landscape, note
from .._drawing.style import look, styled
from .base import WAYS, Stage, _title, attempt, drawing
from .controls import RunControls
from .run_view import Track
from .slider import HyperSlider
from .surface_family import SurfaceFamily

__all__ = ["Panel", "explore"]


class Panel(Stage):
    """Steps on a surface, with their sliders; `explore` makes one.

    Attributes
    ----------
    sliders : dict of HyperSlider
        By hyperparameter; with several steps a dict for each step, by its name. The parameters of a
        family of surfaces are here too; with several steps under "surface".
    descents : dict of Descent
        The runs shown, by the step's name; a step that could not run is missing.
    surface : Surface
    start : ndarray, shape (n,)
    n_steps : int
    view : str
        What the right picture shows: "loss", "effective η" or the name of a memory.
    """

    sliders: dict[str, Any]
    descents: dict[str, Descent]
    surface: Surface
    start: np.ndarray
    _unfolded: int | None = 0  # which section of a method's sliders stands open: the only one
    _hopeless: tuple[Any, ...] | None
    _warning: str | None
    _hopeless = _warning = None  # what could not be drawn ahead, and what to say of it

    def __init__(
        self, tracks: dict[str, Track], family: SurfaceFamily, start: np.ndarray, n_steps: int, several: bool
    ) -> None:
        super().__init__()
        self._tracks, self._family, self._in_place = tracks, family, False
        self.surface, self.start, self.n_steps = family.surface(), start, n_steps
        self._opening, self._origin, self.view = (self.surface, start, n_steps), start, "loss"
        self.sliders = {name: track.sliders for name, track in tracks.items()}
        if not several:
            self.sliders = {**self.sliders[next(iter(tracks))], **family.sliders}
        elif family.sliders:
            self.sliders["surface"] = family.sliders
        self.descents = {}
        self._sentence = widgets.HTML()
        self._tools = RunControls(self)
        self.children = [self.picture, self._sentence, *self._controls(), self._tools]
        for name, track in tracks.items():
            for slider in track.sliders.values():
                slider.observe(lambda change, name=name: self._changed(name), "value")
        for slider in family.sliders.values():
            slider.observe(lambda change: self._reshaped(), "value")
        self.picture.sliders = {control: slider.model_id for control, slider in self._sliders().items()}
        self._run_all()
        self._redraw()

    def reset(self) -> None:
        """Every slider, the surface, the start and the number of steps back to their opening values."""
        with self._together():
            for slider in self._all_sliders():
                slider.reset()
        self._family.message = None
        self._tools.step.value = 0
        self._set(*self._opening)

    def show(self, view: str) -> None:
        """Let the right picture show something else.

        Parameters
        ----------
        view : str
            "loss", "effective η" or the name of a memory.

        Raises
        ------
        ValueError
            If the panel has no such view.
        """
        if view not in self._tools.view.options:
            raise ValueError(f"view must be {', '.join(self._tools.view.options)}, got {brief(view)}")
        self.view = self._tools.view.value = view
        self._redraw()

    def _set(self, surface: Surface | None = None, start: Any = None, n_steps: int | None = None) -> None:
        """Another surface, start or number of steps, all at once."""
        redraw = (surface or self.surface, n_steps or self.n_steps) != (self.surface, self.n_steps)
        if surface is not None:
            self._origin = np.asarray(start, dtype=float)
        self.surface, self.n_steps = surface or self.surface, n_steps or self.n_steps
        self.start = self.start if start is None else np.asarray(start, dtype=float)
        self._tools.follow(self.surface, self.n_steps)
        self._run_all()
        if redraw:
            self._redraw()
        else:
            self.picture.version += 1
            self._show()

    def _draw(self) -> None:
        drawable = self.surface.n <= 2
        if self._in_place and len(self._figure.axes) == 1 + drawable:
            with styled(self._theme):
                for ax in self._figure.axes:
                    _empty(ax)
                self._furnish(self._figure.axes)
        else:
            with self._canvas(1 + drawable, **({"width_ratios": [1.25, 1]} if drawable else {})) as axes:
                self._furnish(axes)

    def _furnish(self, axes: Sequence[Axes] | np.ndarray) -> None:
        self._ground = None
        if self.surface.n <= 2:
            self._ground = landscape(axes[0], self.surface, theme=self._theme)
            self._ground.set_title(_title(self.surface), y=1)
        self._draw_curves(axes[-1])
        for index, (name, track) in enumerate(self._tracks.items()):
            style = look(track.step, index, self._theme)
            label = name if len(self._tracks) > 1 else ""
            track.draw(self._ground, axes[-1], style, label, self._theme, self.view)
        self._note = note(axes[0], self._theme)

    def _draw_curves(self, ax: Axes) -> None:
        if self.view == "loss":
            ax.set_title("loss" if self.surface.n <= 2 else f"loss on {self.surface.name}", y=1)
            loss_axes(ax, self.surface, self._origin, self.n_steps)
        else:
            trace_axes(ax, next(iter(self.descents.values()), None), self.view, self.n_steps)

    def _layers(self) -> Iterator[list[Artist]]:
        tracks = list(self._tracks.values())
        yield from (track.artists for track in tracks)
        yield [artist for track in tracks for artist in track.rolling.artists]
        yield [self._note, *(track.curve.label for track in tracks)]

    def _restore(self) -> None:
        for name, track in self._tracks.items():
            track.show(self.descents.get(name))
            track.rolling.show(self.descents.get(name), self._tools.step.value)
        spread_labels([track.curve for track in self._tracks.values()])

    def _controls(self) -> Iterator[widgets.Widget]:
        if self._family.sliders:
            yield widgets.Box([*self._family.sliders.values()], layout={"flex_flow": "row wrap"})
        for name, track in self._tracks.items():
            sliders = widgets.Box([*track.sliders.values()], layout={"flex_flow": "row wrap"})
            if len(self._tracks) > 1:
                sliders = widgets.Accordion([sliders], titles=[name], selected_index=self._unfolded)
            yield sliders

    def _all_sliders(self) -> list[HyperSlider]:
        owners: list[SurfaceFamily | Track] = [self._family, *self._tracks.values()]
        return [slider for owner in owners for slider in owner.sliders.values()]

    def _sliders(self) -> dict[str, widgets.IntSlider]:
        controls = {slider.css_class: slider.slider for slider in self._all_sliders()}
        return {**controls, self._tools.css_class: self._tools.step}

    def _run_all(self) -> None:
        for name in self._tracks:
            self._run(name)

    def _run(self, name: str) -> None:
        track, hyper, self._warning = self._tracks[name], None, None
        while hyper != track.hyper():  # it may be moved while this runs
            hyper = track.hyper()
            run, track.message = attempt(name, lambda: self._walked(track, hyper))  # noqa: B023 (at once)
        if run is None:
            self.descents.pop(name, None)
        else:
            self.descents[name] = run

    def _walked(self, track: Track, hyper: dict[str, Any]) -> Descent:
        """The run of a step; a step that stays where it is though there is a slope is a stub."""
        run = descend(track.step, self.surface, self.start, self.n_steps, **hyper)
        if self.n_steps and (run.theta == run.theta[0]).all() and run.gradient[0].any():
            raise NotWrittenYet
        return run

    def _reshaped(self) -> None:
        """A slider of the surface moved: another member of the family."""
        if self._waiting:
            return
        family = self._family
        surface, family.message = attempt(family.name, lambda: survey(family.surface(), POINTS))
        if surface is None:  # as with a step: the panel lives on, with the surface it has
            self._show()
            return
        self._in_place = True  # half of a drawing is the layout; kept, it is saved, and nothing shifts
        self._set(surface, surface.start if family.start is None else family.start)
        self._in_place = False

    def _changed(self, name: str) -> None:
        if self._waiting:
            return
        told = any(track.message for track in self._tracks.values())
        self._run(name)
        order, layers = list(self._tracks), {list(self._tracks).index(name)}
        if self._tools.step.value:  # the rolling balls
            layers.add(len(order))
        if len(order) > 1 or told or self._tracks[name].message:  # labels and notice
            layers.add(len(order) + 1)
        self._show(layers)

    def _show(self, changed: set[int] | None = None) -> None:
        self._note.set_text("\n".join(self._messages()))
        super()._show(changed)
        lines = [track.message or _outcome(self.descents[name]) for name, track in self._tracks.items()]
        lines += [text for text in (self._family.message, self._warning) if text]
        self.summary = "; ".join(lines)
        self.picture.alt = f"Landscape with path, and loss curve. {self.summary}. {HELP}"
        self._tell(lines)
        for track in self._tracks.values():
            for slider in track.sliders.values():
                slider.warn(_limit(track, slider, self.surface))
        names = {slider.css_class: slider.spoken for slider in self._all_sliders()}
        self.picture.names = {**names, self._tools.css_class: "step to show"}

    def _messages(self) -> list[str]:
        owners: list[SurfaceFamily | Track] = [self._family, *self._tracks.values()]
        return [owner.message for owner in owners if owner.message]

    def _tell(self, lines: list[str]) -> None:
        step = self._tools.step.value
        if step:
            lines = [f"step {step} of {line}" for line in map(_at(self.descents, step), self.descents)]
        text = "<br>".join(map(html.escape, lines))
        self._sentence.value = f'<div role="status" style="line-height: 1.5">{text}</div>'

    def _rolled(self) -> None:
        """The ball was rolled to another step."""
        self._show({len(self._tracks)})

    def _pointed(self, x: float, y: float, phase: str) -> None:
        if self._held or phase == "up":
            self._set(start=[x, y][: self.surface.n])

    def _pressed(self, key: str, fine: bool) -> None:
        if key == "Home":
            self._set(start=self._origin)
        elif self._ground is not None:
            stride = np.ptp(self.surface.window, axis=1) / (200 if fine else 40)
            self._set(start=self.start + stride * WAYS[key][: self.surface.n])

    def _fragments(self, control: str) -> tuple[int, dict[str, Any], Iterator[str]] | None:
        if control == self._tools.css_class:
            return self._frames()
        for index, track in enumerate(self._tracks.values()):
            for name, slider in track.sliders.items():
                if slider.css_class == control:
                    others = {s.css_class: s.slider.value for s in track.sliders.values() if s is not slider}
                    return index, others, self._drawings(track, name, slider.scale)
        return None

    def _drawings(self, track: Track, name: str, scale: Scale) -> Iterator[str]:
        """One run over all positions of a slider, and a drawing of each lane."""
        values = np.array([scale.value(position) for position in range(scale.positions + 1)])
        hyper = {**track.hyper(), name: values}
        asked = name, self.picture.version, *(value for n, value in hyper.items() if n != name)
        if asked == self._hopeless:
            return
        try:
            runs = guarded(lambda: descend(track.step, self.surface, self.start, self.n_steps, **hyper))
        except TooLong:
            self._hopeless = asked
            symbol = track.sliders[name].symbol
            self._warning = (
                f"{symbol} from {values[0]:g} to {values[-1]:g}, tried ahead: {STOPPED} Or is the step slow?"
            )
            self._show(set())
            return
        except Exception:  # a step that fails somewhere is drawn, and says so, where the slider stands
            return
        for position in range(len(values)):
            yield self._drawn(track.artists, track, runs.lane(position))

    def _frame_by_frame(self) -> Iterator[str]:
        for step in range(self.n_steps + 1):
            with drawing:
                for name, track in self._tracks.items():
                    track.rolling.show(self.descents.get(name), step)
                svg = self._drawn([a for t in self._tracks.values() for a in t.rolling.artists])
            yield svg

    def _frames(self) -> tuple[int, dict[str, Any], Iterator[str]]:
        """The rolling balls at each step: frames of a film."""
        controls = {c: s.value for c, s in self._sliders().items() if c != self._tools.css_class}
        return len(self._tracks), controls, self._frame_by_frame()


HELP = "Click, drag or use the arrow keys to move the start; Home brings it back"


def _outcome(run: Descent) -> str:
    """The run in one line, and when it came home."""
    arrived = run.arrived()
    return repr(run) + (f", within 1e-6 of the minimum after {arrived} steps" if arrived is not None else "")


def _at(descents: dict[str, Descent], step: int) -> Callable[[str], str]:
    def say(name: str) -> str:
        run = descents[name]
        place = ", ".join(f"{value:.4g}" for value in run.theta[min(step, run.n_steps)][:3])
        return f"{name}: θ = ({place}), loss {run.loss[min(step, run.n_steps)]:.4g}"

    return say


def _limit(track: Track, slider: HyperSlider, surface: Surface) -> float | None:
    """From which η on the method is known to diverge here, or None."""
    if slider is not track.sliders.get("eta"):
        return None
    return limit(track.step, surface, track.sliders["beta1"].value if "beta1" in track.sliders else 0.0)


def _empty(ax: Axes) -> None:
    """Take out what was drawn; unlike ``ax.clear()`` it keeps the ticks, which are dear to make."""
    for artist in [*ax.lines, *ax.collections, *ax.patches, *ax.texts]:
        artist.remove()
    ax.set_xscale("linear")
    ax.set_yscale("linear")


def _tracks(steps: Any, hyper: dict[str, Any]) -> dict[str, Track]:
    """A track for each step, by name; a hyperparameter goes to each step that has it."""
    signatures = [Signature(step) for step in (steps if isinstance(steps, (list, tuple)) else [steps])]
    if not signatures:
        raise ValueError("explore: give at least one step")
    for name, value in hyper.items():
        if not any(name in signature.defaults for signature in signatures):
            signatures[0].hyper({name: value})  # raises, and names the nearest
    tracks: dict[str, Track] = {}
    for signature in signatures:
        name = next(
            n
            for k in range(1, len(signatures) + 1)
            if (n := signature.name + f" {k}" * (k > 1)) not in tracks
        )
        tracks[name] = Track(
            signature.step, {n: value for n, value in hyper.items() if n in signature.defaults}
        )
    return tracks


def _opened(
    step_or_steps: Any,
    surface: Surface | Callable[..., Surface],
    start: Any,
    n_steps: int,
    hyper: dict[str, Any],
) -> tuple[dict[str, Track], SurfaceFamily, np.ndarray, int]:
    """The tracks, the family of surfaces, the start and n_steps of a panel, checked at the door."""
    family = Family(surface, hyper)
    own = family.parameters
    try:
        tracks = _tracks(step_or_steps, {name: value for name, value in hyper.items() if name not in own})
    except TypeError as fault:
        raise TypeError(f"{fault}; {family.name} takes {', '.join(own)}") if own else fault from None
    for track in tracks.values():
        if both := [name for name in own if name in track.hyper()]:
            raise TypeError(
                f"{name_of(track.step)} and {family.name} both have a parameter {both[0]}: "
                f"give one of them another name"
            )
        opening = descend(track.step, family.surface(), start, 0)
        if opening.lanes:
            raise ValueError(f"explore: start must be one point, got lanes of shape {opening.lanes}")
    return tracks, SurfaceFamily(family, start), opening.theta[0], whole_steps(n_steps, "explore")


def explore(
    step_or_steps: Callable[..., Any] | Sequence[Callable[..., Any]],
    surface: Surface | Callable[..., Surface],
    start: Any = None,
    n_steps: int = 100,
    **hyper: Any,
) -> Panel:
    """A live panel: a slider for every hyperparameter, the path on the landscape, the loss.

    Drag a slider or type a number. Click or drag on the landscape, or use the arrow keys there, to
    move the start. Play rolls the ball step by step.

    Parameters
    ----------
    step_or_steps : callable, or list of callables
        A step of the series or your own.
    surface : Surface, or callable that returns one
        A function such as `make_ravine` gets a slider for each of its parameters too. When one moves,
        the surface is made anew, and the ball goes back to the start.
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    **hyper : float
        Opening values, for the step and for the function that makes the surface; their defaults
        unless given.

    Returns
    -------
    Panel
        ``panel.sliders["eta"]``, ``panel.sliders["angle"]``; with a list of steps
        ``panel.sliders["adam"]["eta"]``, ``panel.sliders["surface"]["angle"]``.

    Raises
    ------
    TypeError, ValueError
        As `descend`, for anything that can be said before the first step. What goes wrong inside a
        step is shown in the panel.

    Examples
    --------
    >>> from adamlab import adam, beale, explore
    >>> panel = explore(adam, beale, eta=0.1)
    >>> panel.sliders["beta1"].value = 0.5
    >>> panel.summary
    'adam on beale, η=0.1, β1=0.5, β2=0.999: loss 41.2 → 0.0663 in 100 steps'
    """
    tracks, family, start, n_steps = _opened(step_or_steps, surface, start, n_steps, hyper)
    return Panel(tracks, family, start, n_steps, isinstance(step_or_steps, (list, tuple)))
