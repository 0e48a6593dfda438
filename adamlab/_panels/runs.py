"""The runs that a panel shows: steps on a surface from a start, as the sliders stand.

A run is made when somebody asks for it, and compared with what the browser plays. JupyterLab hears sliders in
a thread of its own while cells run in another, so what a run depends on is read in one go, and a run that was
made for something else meanwhile is made again.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._core.descent import Descent
from .._core.surface import Surface
from .._core.text import brief
from .._drawing.heights import survey
from .._drawing.landscape import POINTS
from .._live.program import Program, plays_alike
from .attempt import attempt
from .surface_family import SurfaceFamily
from .track import Track, rows_of

__all__ = ["Runs"]


class Setting(NamedTuple):
    """All that the run of a track depends on."""

    surface: Surface
    start: np.ndarray
    n_steps: int
    hyper: dict[str, Any]
    program: Program | None

    def is_same(self, other: Setting) -> bool:
        """Return whether a run made for one is the run of the other."""
        things = zip(self, other)
        return all(a == b if isinstance(a, (int, dict)) else a is b for a, b in things)


class Runs:
    """Steps on a surface from a start.

    Parameters
    ----------
    tracks : dict of Track
        By name.
    family : SurfaceFamily
    start : ndarray, shape (n,)
    n_steps : int

    Attributes
    ----------
    surface : Surface
    origin : ndarray, shape (n,)
        The start for which the picture's limits are chosen.
    distrusted : callable
        Called with the name of a track whose program has turned out wrong: it runs in Python from now on.
    """

    def __init__(
        self, tracks: dict[str, Track], family: SurfaceFamily, start: np.ndarray, n_steps: int
    ) -> None:
        self.tracks, self.family, self.surface = tracks, family, family.surface()
        self.start, self.origin, self.n_steps = start, start, n_steps
        self.opening = self.surface, start, n_steps
        self.distrusted: Callable[[str], None] = lambda name: None
        self._runs: dict[str, Descent | None] = {}
        self._lock = threading.RLock()  # never held while learners' code runs
        for track, program in zip(tracks.values(), self._recorded(self.surface, start, n_steps)):
            track.program = program

    @property
    def descents(self) -> dict[str, Descent]:
        """The runs by the step's name; a step that could not run is missing."""
        found = {name: self.descent(name) for name in self.tracks}
        return {name: run for name, run in found.items() if run is not None}

    def descent(self, name: str) -> Descent | None:
        """The run of a track; None, with the track's `message` set, if there is none."""
        with self._lock:
            if name in self._runs:
                return self._runs[name]
        return self._run(name)

    def forget(self, name: str) -> None:
        """A slider of a track was moved."""
        with self._lock:
            self._runs.pop(name, None)
            self.tracks[name].message = None

    def place(self, start: Any = None, surface: Surface | None = None, n_steps: int | None = None) -> bool:
        """Move the start, or take another surface or number of steps; as `Panel.place`.

        Returns
        -------
        bool
            Whether the picture has to be drawn anew.
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
        anew = another or n_steps != self.n_steps
        programs = (
            self._recorded(surface, start, n_steps) if anew else [t.program for t in self.tracks.values()]
        )
        with self._lock:
            self._runs.clear()
            self.surface, self.start, self.n_steps = surface, start, n_steps
            self.origin = start if another else self.origin
            for track, program in zip(self.tracks.values(), programs):
                track.message, track.program = None, program
        return anew

    def member(self) -> Surface | None:
        """The surface that the family's sliders make now; None, with the family's `message` set, if none."""
        family = self.family
        surface, family.message = attempt(family.name, lambda: survey(family.surface(), POINTS))
        return surface

    @property
    def messages(self) -> list[str]:
        """Why there is no surface, or no run."""
        owners: list[SurfaceFamily | Track] = [self.family, *self.tracks.values()]
        return [owner.message for owner in owners if owner.message]

    def _recorded(self, surface: Surface, start: np.ndarray, n_steps: int) -> list[Program | None]:
        return [track.recorded(surface, start, n_steps) for track in self.tracks.values()]

    def _setting(self, track: Track) -> Setting:
        with self._lock:
            return Setting(self.surface, self.start, self.n_steps, track.hyper(), track.program)

    def _run(self, name: str) -> Descent | None:
        """Run a step here, and compare what the browser plays with it."""
        track = self.tracks[name]
        while True:
            now = self._setting(track)
            run, message = track.walked(now.surface, now.start, now.n_steps, now.hyper)
            alike = now.program is None or _plays_as(track, now, run)
            with self._lock:
                if not now.is_same(self._setting(track)):
                    continue  # a hand or a cell has changed something while this ran
                self._runs[name], track.message = run, message
                if not alike:
                    track.program = None  # from now on its rows are computed here
            if not alike:
                self.distrusted(name)
            return run


def _plays_as(track: Track, now: Setting, run: Descent | None) -> bool:
    """Return whether the program's run is the one that Python has made."""
    assert now.program is not None
    played = now.program.rows([now.hyper[name] for name in track.sliders], now.start, now.n_steps)
    played = played[:, : now.program.carried]
    if run is None:
        return bool(np.isnan(played).all())  # there is no start to run from
    if np.array_equal(played, rows_of(run), equal_nan=True):
        return True
    alike = functools.partial(
        plays_alike, now.program, track.signature, now.surface, now.start, now.n_steps, now.hyper
    )
    return bool(attempt(track.name, alike)[0])
