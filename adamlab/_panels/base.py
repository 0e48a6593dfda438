"""What every panel stands on: runs, the picture that the engine plays, sliders beside it.

A panel says what its picture looks like and what a page has to know of it. At a touch of a slider nothing
runs here: the browser plays the step, and Python runs it when somebody asks for the run.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np

from .. import steps, surfaces
from .._core.descent import Descent
from .._core.signature import name_of
from .._core.surface import Surface
from .._drawing.style import DARK, LIGHT, Theme
from .._live.module import module, sources
from .._live.page import write_whole
from .._live.program import Program
from .attempt import drawing
from .lifetime import close_all, shown_here
from .picture import Picture
from .run_view import RunView, Scene
from .runs import Runs
from .saved_page import in_website, saved_page
from .slider import HyperSlider
from .surface_family import SurfaceFamily
from .track import Track, rows_shown

__all__ = ["LivePanel"]

WEBSITE = "ADAMLAB_WEBSITE"  # a folder for stills: what is displayed is then a part of a page

REMARK = "{name} is computed in Python from here on: the browser had other numbers."


class LivePanel(widgets.VBox):
    """A picture with its sliders; what a kind of panel adds stands in its own class.

    Attributes
    ----------
    picture : Picture
        With `background` (PNG) and `foreground` (SVG).
    runs : Runs
    sliders : dict of HyperSlider
    view : str
        What the picture shows beside the landscape.
    """

    children: Any  # ipywidgets has no types
    sliders: dict[str, Any]
    kind = "explore"
    name = "Landscape with path, and loss curve."
    help = "Click, drag or use the arrow keys to move the start; Home brings it back."
    view = "loss"
    _view: RunView | None = None

    def __init__(self, runs: Runs, links: dict[str, widgets.Widget] | None = None) -> None:
        """Take the runs, and the widgets that the page follows beside the sliders, by what they do."""
        super().__init__()
        self.runs, self.picture = runs, Picture.of(self.kind)
        self._display, self._waiting = (LIGHT, 2.0), False
        self._remarks: list[str] = []
        self.picture.draw, self.picture.describe = self._foreground, self._described
        self.add_class("adamlab-panel")
        for name, track in runs.tracks.items():
            for slider in track.sliders.values():
                slider.observe(lambda _, name=name: self._changed(name), "value")
        for slider in runs.family.sliders.values():
            slider.observe(lambda _: self._reshaped(), "value")
        self._members = self._all_sliders()  # also those that are not shown: see lifetime.members
        linked = {name: widget.model_id for name, widget in (links or {}).items()}
        self.picture.sliders = {**self._models(), **linked}
        self.picture.on_msg(self._heard)
        runs.distrusted = self._distrust

    # What a kind of panel says -----------------------------------------------------------------

    @property
    def summary(self) -> str:
        """What the picture shows, in one line."""
        raise NotImplementedError

    @property
    def views(self) -> tuple[str, ...]:
        """What the picture can show beside the landscape."""
        return (self.view,)

    def views_on(self, surface: Surface) -> tuple[str, ...]:
        """What it can show beside another landscape."""
        return self.views

    def called(self, scene: Scene) -> str:
        """What a picture shows, for those who do not see it."""
        return self.name

    def drawn(self, scene: Scene, runs: dict[str, Descent], theme: Theme, before: Any = None) -> RunView:
        """The picture of some runs; `before` is one of the same make, whose layout is kept."""
        raise NotImplementedError

    def more(self, scene: Scene) -> dict[str, Any]:
        """What the player of this kind has to know beside the runs."""
        return {}

    def extra(self) -> dict[str, Any]:
        """What the player has to know beside values and start, and what changes with them."""
        return {}

    def opens_with(self) -> dict[str, Any]:
        """What the player of a saved page has to know beside values and start."""
        return self.extra()

    def more_scenes(self) -> tuple[Sequence[str] | None, Sequence[Surface], Sequence[int]]:
        """Views, surfaces and numbers of steps that a page of the website has beside the present ones."""
        return None, (), ()

    def reset(self) -> None:
        """Every slider, the surface, the start and the number of steps back to their opening values."""
        self._waiting = True
        try:
            for slider in self._all_sliders():
                slider.reset()
        finally:
            self._waiting = False
        self._remarks.clear()
        self.runs.family.message = None
        surface, start, n_steps = self.runs.opening
        self.place(start, surface=surface, n_steps=n_steps)

    # What a reader asks for --------------------------------------------------------------------

    @property
    def surface(self) -> Surface:
        """The landscape shown."""
        return self.runs.surface

    @property
    def start(self) -> np.ndarray:
        """Where the runs begin, shape (n,)."""
        return self.runs.start

    @property
    def n_steps(self) -> int:
        """How many steps each run takes."""
        return self.runs.n_steps

    @property
    def descents(self) -> dict[str, Descent]:
        """The runs shown, by the step's name; a step that could not run is missing."""
        return self.runs.descents

    def png(self) -> bytes:
        """The picture as shown now, as the bytes of one PNG."""
        self.prepare(self.scene)
        runs = self.descents
        with drawing:
            return self._shown(runs).png()

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
        if self.runs.place(start, surface, n_steps):
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
        self.picture.notes = [*self._notes(), text]

    def close(self) -> None:
        """Close it with all that it is made of; its runs can still be read."""
        if self.comm is None or "picture" not in self.__dict__:
            return
        close_all(self)
        super().close()
        self.picture.background, self.picture.plan, self._view = b"", {}, None  # what weighs most

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], Any]:
        if WEBSITE in os.environ:
            return {"text/html": in_website(self, os.environ[WEBSITE]), "text/plain": self.summary}, {}
        shown_here(self)
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        summary = self.summary
        still = {"image/png": base64.b64encode(self.png()).decode(), "text/plain": summary}
        told = self.picture._repr_mimebundle_() or ({}, {})  # Colab is told who shows other people's widgets
        return {**(data or {}), **still}, {**metadata, **told[1], "image/png": {"alt": summary}}

    # The picture ---------------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """What the picture is of."""
        return Scene(self.surface, self.runs.origin, self.n_steps, self.view)

    def plan(self, view: RunView, scene: Scene) -> dict[str, Any]:
        """What a page has to know of a picture."""
        with drawing:
            described = self._described_by(view)
        label = described.pop("labelAt")
        tracks = [
            {**track.plan(scene.surface, scene.n_steps), "labelAt": label}
            for track in self.runs.tracks.values()
        ]
        for track, name in zip(tracks, self.runs.tracks):
            track["tried"] = self._tried(name)
        about = {"kind": self.kind, "name": self.called(scene), "help": self.help}
        about["origin"] = scene.origin.tolist()
        more = {"tracks": tracks, "python": self._as_python(scene), "more": self.more(scene)}
        return {**described, **about, **more}

    def _described_by(self, view: Any) -> dict[str, Any]:
        return dict(view.plan())

    def let_show(self, view: RunView, runs: dict[str, Descent]) -> None:
        """Let a picture show some runs, as the panel stands."""
        view.show(runs, self._film(), "\n".join(self.runs.messages))

    def prepare(self, scene: Scene) -> None:
        """Compute all that a picture will show, before anything is locked: learners' code may never end."""
        if scene.surface is self.surface:
            self.descents  # noqa: B018

    def ready(self, scene: Scene) -> None:
        """Compute what is drawn anew, and what the browser cannot compute."""
        self.prepare(scene)

    def _shown(self, runs: dict[str, Descent]) -> RunView:
        """The picture, showing these runs; its makers hold the lock."""
        if self._view is None:  # the panel has been closed
            self._view = self.drawn(self.scene, runs, self._display[0])
        self.let_show(self._view, runs)
        return self._view

    def _film(self) -> int:
        """The step of the film that is shown."""
        return 0

    def _redraw(self, before: Any = None) -> None:
        """Draw everything anew: the surface, the size, the theme or the pixels have changed."""
        theme, ratio = self._display
        self.ready(self.scene)
        runs = self.descents
        with drawing:
            self._view = view = self.drawn(self.scene, runs, theme, before)
            still = view.still(ratio)
        with self.picture.hold_sync():
            self.picture.background, self.picture.size = still, view.size
            self._send_plan()
            self._sync()

    def _send_plan(self) -> None:
        if self._view is None:
            return
        with drawing:
            template = self._view.template()
        programs = [track.program for track in self.runs.tracks.values()]
        self.picture.plan = {
            **self.plan(self._view, self.scene),
            "template": template,
            "named": [
                {"control": slider.css_class, "label": slider.label, "text": slider.text}
                for slider in self.runs.family.sliders.values()
            ],
            "code": module(self.sources(programs, self.scene)),
        }

    def sources(self, programs: Sequence[Program | None], scene: Scene) -> str:
        """The functions of some programs, as a JavaScript array."""
        return sources(programs, scene.n_steps)

    def at(self) -> list[float]:
        """What the hand moves: the start."""
        return [float(x) for x in self.start]

    def moved(self, at: list[float]) -> None:
        """The hand has moved it."""
        self.place(at)

    def _sync(self) -> None:
        """Tell the browser what it cannot know by itself."""
        tracks = self.runs.tracks
        here = [None if t.program is not None else self.runs.descent(n) for n, t in tracks.items()]
        with self.picture.hold_sync():
            self.picture.start = self.at()
            self.picture.exact = dict(self._exact())
            self.picture.rows = [run and self._row_bytes(run) for run in here]
            self.picture.values = [
                run and [run.hyper[name] for name in track.sliders]
                for run, track in zip(here, tracks.values())
            ]
            self.picture.said = self._said()
            self.picture.notes = self._notes()
            self.picture.extra = self.extra()

    def _row_bytes(self, run: Descent) -> bytes:
        return rows_shown(run).tobytes()

    def _said(self) -> list[str | None]:
        """For each step what is said in place of a run."""
        return [track.message for track in self.runs.tracks.values()]

    def _notes(self) -> list[str]:
        return [*filter(None, [self.runs.family.message]), *self._remarks]

    def _models(self) -> dict[str, str]:
        """Model ids of the sliders, by track and input."""
        return {
            f"{i},{j}": slider.slider.model_id
            for i, track in enumerate(self.runs.tracks.values())
            for j, slider in enumerate(track.sliders.values())
        }

    def _exact(self) -> Iterator[tuple[str, list[float]]]:
        """Values that lie between two positions of their sliders."""
        for i, track in enumerate(self.runs.tracks.values()):
            for j, slider in enumerate(track.sliders.values()):
                position = slider.slider.value
                if slider.value != slider.scale.value(position):
                    yield f"{i},{j}", [position, slider.value]

    def _tried(self, name: str) -> dict[str, Any] | None:
        """The rates that are tried with a track; only a race tries any."""
        return None

    def _as_python(self, scene: Scene) -> dict[str, Any]:
        """What the lines that make this panel need."""
        family, names = self.runs.family, [name_of(track.step) for track in self.runs.tracks.values()]
        ready = [name for name in surfaces.__all__ if getattr(surfaces, name) is scene.surface]
        surface = family.name if family.sliders else (ready or [scene.surface.name])[0]
        known = [*dict.fromkeys(name for name in names if name in steps.__all__)]
        known += [name for name in (surface,) if name in surfaces.__all__]
        return {
            "imports": self._imports(known),
            "call": self.kind,
            "steps": names,
            "surface": surface,
            "family": {name: slider.value for name, slider in family.sliders.items()},
            "startOf": scene.surface.start.tolist(),
            "several": len(names) > 1,
            "view": scene.view,
            "usual": 100,
            "also": [],
        }

    def _foreground(self) -> str:
        self.prepare(self.scene)
        runs = self.descents
        with drawing:
            return self._shown(runs).foreground()

    def _described(self) -> str:
        return f"{self.called(self.scene)} {self.summary}. {self.help}"

    def _imports(self, known: list[str]) -> list[str]:
        return [f"from adamlab import {', '.join(sorted({*known, self.kind}))}", ""]

    # What happens --------------------------------------------------------------------------------

    def _changed(self, name: str) -> None:
        """A slider of a step moved: the browser has played it already, unless it cannot."""
        if not self._waiting:
            self.runs.forget(name)
            self._sync()

    def _reshaped(self) -> None:
        """A slider of the surface moved: another member of the family."""
        if self._waiting:
            return
        surface, start = self.runs.member(), self.runs.family.start
        if surface is None:  # as with a step: the panel lives on, with the surface it has
            self._sync()
        elif self.runs.place(surface.start if start is None else start, surface):
            self._redraw(self._view)

    def _distrust(self, name: str) -> None:
        """The browser had other numbers than Python."""
        if self.runs.descent(name) is not None:  # else its message says what is wrong
            self._remarks.append(REMARK.format(name=name))
        if self._view is not None:
            self._send_plan()
            self._sync()

    def _all_sliders(self) -> list[HyperSlider]:
        owners: list[SurfaceFamily | Track] = [self.runs.family, *self.runs.tracks.values()]
        return [slider for owner in owners for slider in owner.sliders.values()]

    def _heard(self, _: Any, content: dict[str, Any], buffers: Any) -> None:
        """A message from the page."""
        if content.get("kind") == "start":
            with self.picture.hold_sync():  # in one message: heard alone, it would put the ball back
                self.picture.heard = max(self.picture.heard, int(content["number"]))
                self.moved(content["start"])
        elif content.get("kind") == "display":
            display = DARK if content["dark"] else LIGHT, float(np.clip(content["ratio"], 2, 3))
            if display != self._display:
                self._display = display
                self._redraw()
