"""Live panels: sliders beside a picture.

`explore` shows one or more steps on a surface. Each step is recorded once, and the browser plays it: at a
touch of a slider nothing runs here. `descents` is computed when it is read, and compared with what the
browser shows. A step that cannot be recorded runs here, and the browser is sent its rows. A slider of the
surface itself changes the landscape, so there everything is drawn anew.
"""

import base64
import functools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from .. import steps, surfaces
from .._core.descent import Descent, descend, whole_steps
from .._core.family import Family
from .._core.signature import Signature, name_of
from .._core.stability import limit
from .._core.surface import Surface
from .._core.text import brief
from .._drawing.heights import survey
from .._drawing.landscape import POINTS
from .._drawing.style import DARK, LIGHT, Theme
from .._live.module import module
from .._live.page import write_whole
from .._live.program import plays_alike
from .base import attempt, drawing
from .controls import RunControls
from .picture import Picture
from .run_view import RunView, Scene
from .saved_page import saved_page
from .slider import HyperSlider
from .surface_family import SurfaceFamily
from .track import Track, rows_of

__all__ = ["Panel", "explore"]


class Panel(widgets.VBox):
    """Steps on a surface, with their sliders; `explore` makes one.

    Attributes
    ----------
    sliders : dict of HyperSlider
        By hyperparameter; with several steps a dict for each step, by its name. The parameters of a
        family of surfaces are here too; with several steps under "surface".
    picture : Picture
        With `background` (PNG) and `foreground` (SVG).
    surface : Surface
    start : ndarray, shape (n,)
    n_steps : int
    view : str
        What the right picture shows: "loss", "effective η" or the name of a memory.
    """

    children: Any  # ipywidgets has no types
    sliders: dict[str, Any]
    _made_by = "explore"
    _tells_outcomes = True  # whether the page says how each run ended
    _unfolded: int | None = 0  # which section of sliders is unfolded at first, where there are several
    _view: RunView
    _ready = False  # whether there is a picture to be brought up to date
    _remarks: list[str]

    def __init__(
        self,
        tracks: dict[str, Track],
        family: SurfaceFamily,
        start: np.ndarray,
        n_steps: int,
        several: bool,
        theory: bool = False,
    ) -> None:
        self.picture, self._theory = Picture(), theory
        self.picture.draw, self.picture.describe = self._foreground, self._described
        self.tracks, self.family = tracks, family
        self.surface, self.start, self.n_steps, self.view = family.surface(), start, n_steps, "loss"
        self._opening, self._origin = (self.surface, start, n_steps), start
        self._runs: dict[str, Descent] = {}
        self._waiting, self._display, self._remarks = False, (LIGHT, 2.0), []
        self.sliders = {name: track.sliders for name, track in tracks.items()}
        if not several:
            self.sliders = {**self.sliders[next(iter(tracks))], **family.sliders}
        elif family.sliders:
            self.sliders["surface"] = family.sliders
        self._controls = RunControls(self)
        super().__init__([self.picture, *self._rows_of_sliders(), self._controls])
        self.add_class("adamlab-panel")
        for name, track in tracks.items():
            for slider in track.sliders.values():
                slider.observe(lambda _, name=name: self._changed(name), "value")
        for slider in family.sliders.values():
            slider.observe(lambda _: self._reshaped(), "value")
        models = {
            f"{i},{j}": slider.slider.model_id
            for i, track in enumerate(tracks.values())
            for j, slider in enumerate(track.sliders.values())
        }
        self.picture.sliders = {**models, "film": self._controls.step.model_id}
        self.picture.on_msg(self._heard)
        self._controls.follow(self.surface, self.start, self.n_steps)
        self._run_all()
        self._redraw()
        self._ready = True

    # What a reader asks for ------------------------------------------------------------------

    @property
    def descents(self) -> dict[str, Descent]:
        """The runs shown, by the step's name; a step that could not run is missing."""
        for name, track in self.tracks.items():
            if name not in self._runs and track.message is None:
                self._run(name)
        return {name: self._runs[name] for name in self.tracks if name in self._runs}

    @property
    def summary(self) -> str:
        """What the picture shows, in one line."""
        return "; ".join(self._lines())

    def png(self) -> bytes:
        """The picture as shown now, as the bytes of one PNG."""
        runs = self.descents
        with drawing:
            self.show_in(self._view, runs)
            return self._view.png()

    def reset(self) -> None:
        """Every slider, the surface, the start and the number of steps back to their opening values."""
        self._waiting = True
        try:
            for slider in self._all_sliders():
                slider.reset()
            self.family.message = None
            self._controls.step.value = 0
        finally:
            self._waiting = False
        surface, start, n_steps = self._opening
        self.place(start, surface=surface, n_steps=n_steps)

    def show(self, view: str) -> None:
        """Choose what the right picture shows.

        Parameters
        ----------
        view : str
            "loss", "effective η" or the name of a memory.

        Raises
        ------
        ValueError
            If the panel has no such view.
        """
        if view not in self._controls.view.options:
            views = ", ".join(self._controls.view.options)
            raise ValueError(f"view must be one of {views}, got {brief(view)}")
        if view != self.view:
            self.view = self._controls.view.value = view
            self._redraw()

    def place(self, start: Any = None, *, surface: Surface | None = None, n_steps: int | None = None) -> None:
        """Move the start; or show another surface, or another number of steps.

        Parameters
        ----------
        start : array_like, shape (n,), optional
            As it is unless given; with another surface, that one's own.
        surface : Surface, optional
        n_steps : int, optional

        Raises
        ------
        ValueError
            If the start is no point of the surface.
        """
        surface, n_steps = surface or self.surface, self.n_steps if n_steps is None else n_steps
        another = surface is not self.surface
        if start is None:
            start = surface.start if another else self.start
        start = np.array(start, dtype=float)
        if start.shape != (surface.n,) or not np.isfinite(start).all():
            raise ValueError(
                f"start must be {surface.n} finite numbers on {surface.name}, got {brief(start)}"
            )
        if another:
            self._origin = start
        redraw = another or n_steps != self.n_steps
        self.surface, self.start, self.n_steps = surface, start, n_steps
        self._controls.follow(self.surface, self.start, self.n_steps)
        self._run_all(anew=redraw)
        if redraw:
            self._redraw()
        else:
            self._sync()

    def save_page(
        self,
        path: str | os.PathLike[str],
        title: str | None = None,
        views: Sequence[str] | None = None,
        surfaces: Sequence[Surface] = (),
    ) -> Path:
        """Save the panel as one file that is alive without Python, network or server.

        Sliders, start and film work in it; it opens as the panel stands now. What cannot be recorded is saved
        as a picture, with a sentence that says so.

        Parameters
        ----------
        path : path-like
            Such as ``"adam.html"``.
        title : str, optional
            What the panel shows, unless given.
        views : sequence of str, optional
            What the right picture can show in the page; as it stands now unless given.
        surfaces : sequence of Surface
            More surfaces to choose from. A family of surfaces brings those along its sliders.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        FileNotFoundError, IsADirectoryError
            If there is no such folder, or if the path is one.
        TypeError, ValueError
            If a view or a surface is none of this panel's.

        Examples
        --------
        >>> from adamlab import adam, beale, explore
        >>> path = explore(adam, beale, eta=0.1).save_page("adam.html", title="Adam on Beale's function")
        >>> path.name
        'adam.html'
        """
        return write_whole(path, saved_page(self, title, views, surfaces))

    def remark(self, text: str) -> None:
        """Say something below the picture, until the next change."""
        self.picture.notes = [*self._messages(), *self._remarks, text]

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        still = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": self.summary}
        return {**(data or {}), **still}, metadata

    # Runs --------------------------------------------------------------------------------------

    def _run_all(self, anew: bool = True) -> None:
        """Forget all runs; record the steps anew if the surface or the number of steps has changed."""
        self._runs.clear()
        for name, track in self.tracks.items():
            track.message = None
            if anew:
                track.record(self.surface, self.start, self.n_steps)
            if track.program is None:
                self._run(name)

    def _run(self, name: str) -> None:
        """Run a step here, and compare what the browser plays with it."""
        track, place, run = self.tracks[name], None, None
        while place is not self.start:  # a cell may ask for the run while the page moves the ball
            place = self.start
            run = track.run(self.surface, place, self.n_steps)
        if run is None:
            self._runs.pop(name, None)
        else:
            self._runs[name] = run
        if track.program is not None and not self._plays_as(track, run):
            track.program = None  # from now on its rows are computed here
            if run is not None and self._ready:
                self._remarks.append(REMARK.format(name=name))
            if self._ready:
                self._send_plan()
                self._sync()

    def _plays_as(self, track: Track, run: Descent | None) -> bool:
        """Return whether a program's run is the one that Python has made."""
        played = track.played(self.start, self.n_steps)
        if played is None or track.program is None:
            return False
        if run is None:
            return bool(np.isnan(played).all())  # there is no start to run from
        if np.array_equal(played, rows_of(run), equal_nan=True):
            return True
        alike = functools.partial(
            plays_alike, track.program, track.signature, self.surface, self.start, self.n_steps, track.hyper()
        )
        return bool(attempt(track.name, alike)[0])

    def _changed(self, name: str) -> None:
        """A slider of a step moved: the browser has played it already, unless it cannot."""
        if self._waiting:
            return
        track = self.tracks[name]
        self._runs.pop(name, None)
        track.message = None
        if track.program is None:
            self._run(name)
        self._sync()

    def _reshaped(self) -> None:
        """A slider of the surface moved: another member of the family."""
        if self._waiting:
            return
        family = self.family
        surface, family.message = attempt(family.name, lambda: survey(family.surface(), POINTS))
        if surface is None:  # as with a step: the panel lives on, with the surface it has
            self._sync()
            return
        self._figure_kept = self._view.figure
        try:
            self.place(surface.start if family.start is None else family.start, surface=surface)
        finally:
            self._figure_kept = None

    # The picture ---------------------------------------------------------------------------------

    _figure_kept: Any = None

    @property
    def views(self) -> tuple[str, ...]:
        """What the right picture can show."""
        return tuple(self._controls.view.options)

    @property
    def scene(self) -> Scene:
        """What the picture is of."""
        return Scene(self.surface, self._origin, self.n_steps, self.view)

    def _drawn_in(self, theme: Theme, figure: Any = None) -> RunView:
        steps = {name: track.step for name, track in self.tracks.items()}
        return RunView(self.scene, steps, self.descents, theme, figure)

    def _redraw(self) -> None:
        """Draw everything anew: the surface, the size, the theme or the pixels have changed."""
        theme, ratio = self._display
        self.descents  # noqa: B018 (they run before anything is locked)
        with drawing:
            self._view = self._drawn_in(theme, self._figure_kept)
            with self.picture.hold_sync():
                self.picture.background, self.picture.size = self._view.still(ratio), self._view.size
                self._send_plan()
                self._sync()

    def _send_plan(self) -> None:
        programs = [track.program for track in self.tracks.values()]
        self.picture.plan = {
            **self.plan(self._view, self.scene),
            "template": self._view.template(),
            "named": [
                {"control": slider.css_class, "label": slider.label, "text": slider.text}
                for slider in self.family.sliders.values()
            ],
            "code": module(programs, self.n_steps),
        }

    def plan(self, view: RunView, scene: Scene) -> dict[str, Any]:
        """What a page has to know of a picture."""
        described = view.plan()
        label = described.pop("labelAt")
        tracks = [
            {**track.plan(scene.surface), "labelAt": label, "scores": self._scores_of(name)}
            for name, track in self.tracks.items()
        ]
        about = {"name": NAME, "help": HELP, "origin": scene.origin.tolist(), "tells": self._tells_outcomes}
        return {**described, **about, "tracks": tracks, "python": self._as_python(scene)}

    def _sync(self) -> None:
        """Tell the browser what it cannot know by itself."""
        with self.picture.hold_sync():
            self.picture.start = self.start.tolist()
            self.picture.exact = dict(self._exact())
            here = [self._runs.get(n) if t.program is None else None for n, t in self.tracks.items()]
            self.picture.rows = [run and rows_of(run).tobytes() for run in here]
            self.picture.values = [
                run and [run.hyper[name] for name in track.sliders]
                for run, track in zip(here, self.tracks.values())
            ]
            self.picture.said = [track.message for track in self.tracks.values()]
            self.picture.notes = [*filter(None, [self.family.message]), *self._remarks]
        self._warn()

    def _warn(self) -> None:
        """Mark on each η where its method diverges in theory, if that was asked for."""
        for track in self.tracks.values() if self._theory else ():
            if "eta" in track.sliders:
                beta1 = track.sliders["beta1"].value if "beta1" in track.sliders else 0.0
                track.sliders["eta"].warn(limit(track.step, self.surface, beta1))

    def _exact(self) -> Iterator[tuple[str, list[float]]]:
        """Values that lie between two positions of their sliders."""
        for i, track in enumerate(self.tracks.values()):
            for j, slider in enumerate(track.sliders.values()):
                position = slider.slider.value
                if slider.value != slider.scale.value(position):
                    yield f"{i},{j}", [position, slider.value]

    def show_in(self, view: RunView, runs: dict[str, Descent]) -> None:
        """Let a picture show some runs, as the panel stands."""
        view.show(runs, self._controls.step.value, "\n".join(self._messages()))

    def _messages(self) -> list[str]:
        """Why there is no surface, or no run."""
        owners: list[SurfaceFamily | Track] = [self.family, *self.tracks.values()]
        return [owner.message for owner in owners if owner.message]

    def _scores_of(self, name: str) -> dict[str, Any] | None:
        """What many learning rates lead to, where the picture shows it."""
        return None

    def _foreground(self) -> str:
        runs = self.descents
        with drawing:
            self.show_in(self._view, runs)
            return self._view.foreground()

    def _described(self) -> str:
        return f"{NAME} {self.summary}. {HELP}"

    def _lines(self) -> list[str]:
        """What there is to say of each step, and of the surface."""
        runs = self.descents
        lines = [t.message or (_outcome(runs[n]) if n in runs else "") for n, t in self.tracks.items()]
        return [line for line in (*lines, self.family.message) if line]

    def _as_python(self, scene: Scene) -> dict[str, Any]:
        """What the lines that make this panel need."""
        names = [name_of(track.step) for track in self.tracks.values()]
        ready = [name for name in surfaces.__all__ if getattr(surfaces, name) is scene.surface]
        surface = self.family.name if self.family.sliders else (ready or [scene.surface.name])[0]
        known = [*dict.fromkeys(name for name in names if name in KNOWN)]
        known += [name for name in (surface,) if name in surfaces.__all__]
        return {
            "imports": [f"from adamlab import {', '.join(sorted({*known, self._made_by}))}", ""],
            "call": self._made_by,
            "steps": names,
            "surface": surface,
            "family": {name: slider.value for name, slider in self.family.sliders.items()},
            "startOf": scene.surface.start.tolist(),
            "several": len(self.tracks) > 1,
            "view": scene.view,
        }

    # The controls ------------------------------------------------------------------------------

    def _rows_of_sliders(self) -> Iterator[widgets.Widget]:
        if self.family.sliders:
            yield widgets.Box([*self.family.sliders.values()], layout={"flex_flow": "row wrap"})
        for name, track in self.tracks.items():
            sliders = widgets.Box([*track.sliders.values()], layout={"flex_flow": "row wrap"})
            if len(self.tracks) > 1:
                sliders = widgets.Accordion([sliders], titles=[name], selected_index=self._unfolded)
            yield sliders

    def _all_sliders(self) -> list[HyperSlider]:
        owners: list[SurfaceFamily | Track] = [self.family, *self.tracks.values()]
        return [slider for owner in owners for slider in owner.sliders.values()]

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        """A message from the page."""
        if content.get("kind") == "start":
            with self.picture.hold_sync():  # in one message: heard alone, it would put the ball back
                self.picture.heard = max(self.picture.heard, int(content["number"]))
                self.place(content["start"])
        elif content.get("kind") == "display":
            display = DARK if content["dark"] else LIGHT, float(np.clip(content["ratio"], 2, 3))
            if display != self._display:
                self._display = display
                self._redraw()


NAME = "Landscape with path, and loss curve."

REMARK = "{name} is computed in Python from here on: the browser had other numbers."

HELP = "Click, drag or use the arrow keys to move the start; Home brings it back."

KNOWN = (*steps.__all__,)


def _outcome(run: Descent) -> str:
    """The run in one line, and when it came home."""
    arrived = run.arrived()
    return repr(run) + (f", within 1e-6 of the minimum after {arrived} steps" if arrived is not None else "")


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
            name, signature.step, {n: value for n, value in hyper.items() if n in signature.defaults}
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
    theory: bool = False,
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
        the surface is made again, and the ball goes back to the start.
    start : array_like, shape (n,), optional
        The surface's own start unless given.
    n_steps : int
    theory : bool
        Whether the η slider shows from where on the method diverges in theory, where there is one: for
        gradient descent and momentum on a quadratic.
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
        As for `descend`, if the error can be found before the first step. What goes wrong inside a
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
    return Panel(tracks, family, start, n_steps, isinstance(step_or_steps, (list, tuple)), theory)
