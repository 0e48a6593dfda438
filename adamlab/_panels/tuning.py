"""Finds the learning rates of a race: for each method the best of the same values, by one rule."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .._core.descent import descended
from .._core.guard import LIMIT
from .._core.hyperparameters import GRID, usual_name
from .._core.surface import Surface
from .._core.tuning import judged, last_tenth
from .attempt import attempt
from .runs import Runs
from .track import Track

__all__ = ["Tuning", "rate_of"]


class Tuning:
    """Tries the same learning rates with each method.

    Parameters
    ----------
    runs : Runs
    n_rates : int
        How many learning rates are tried.
    seeds : int
        With how many sequences of random numbers each of them is tried; their mean counts.

    Attributes
    ----------
    tuned : dict or None
        For what the rates were tuned last, by the page or here: values, start, scene.
    """

    tuned: dict[str, Any] | None = None

    def __init__(self, runs: Runs, n_rates: int = GRID, seeds: int = 1) -> None:
        self._runs, self.n_rates, self.seeds = runs, n_rates, seeds
        self._known: dict[str, tuple[Any, np.ndarray | None]] = {}
        self._spreads: dict[str, tuple[Any, np.ndarray | None]] = {}

    def best(self) -> list[float | None]:
        """The best rate of each method; None for one that has no rate, or no run that ends."""
        return [self._best(name) for name in self._runs.tracks]

    def _best(self, name: str) -> float | None:
        track, scores = self._runs.tracks[name], self.scores(name)
        rate = rate_of(track)
        if rate is None or scores is None or not np.isfinite(scores).any():
            return None
        return float(self.grid(name)[np.nanargmin(scores)])

    def grid(self, name: str) -> np.ndarray:
        """The rates that are tried with a method that has one."""
        track = self._runs.tracks[name]
        rate = rate_of(track)
        return np.empty(0) if rate is None else track.sliders[rate].scale.grid(self.n_rates)

    def scores(self, name: str) -> np.ndarray | None:
        """How runs with the rates that are tried are judged, or None; kept until something changes."""
        track = self._runs.tracks[name]
        rate = rate_of(track)
        if rate is None:
            return None
        key = self._key(name, {**track.hyper(), rate: None})
        if self._known.get(name, (None,))[0] != key:
            tried = self._judged(name, self.grid(name))
            self._known[name] = key, None if tried is None else tried.mean(axis=0)
        return self._known[name][1]

    def spread(self, name: str) -> np.ndarray | None:
        """How the runs of a method as it is set now are judged, one for each seed; None if it cannot run."""
        track = self._runs.tracks[name]
        key = self._key(name, track.hyper())
        if self._spreads.get(name, (None,))[0] != key:
            rate = rate_of(track)
            tried = self._judged(name, None if rate is None else np.array([track.sliders[rate].value]))
            self._spreads[name] = key, None if tried is None else tried[:, 0]
        return self._spreads[name][1]

    def _key(self, name: str, hyper: dict[str, Any]) -> tuple[Any, ...]:
        return (*hyper.values(), self._runs.surface, *self._runs.start, self._runs.n_steps)

    def _judged(self, name: str, rates: np.ndarray | None) -> np.ndarray | None:
        """How runs are judged, shape (seeds, rates); None if they cannot be run."""
        track, runs, found = self._runs.tracks[name], self._runs, []
        for surface, start in self._seeded():
            settings = track.hyper() | ({} if rates is None else {str(rate_of(track)): rates})
            count = 1 if rates is None or surface.every == 1 else len(rates)  # a limit for each run
            tried = functools.partial(_tried, track.step, surface, start, runs.n_steps, settings)
            losses, _ = attempt(name, tried, LIMIT * count)
            if losses is None:
                return None
            found.append(losses)
        return np.array(found)

    def _seeded(self) -> Iterator[tuple[Surface, np.ndarray]]:
        """The surface and the start of each seed; a start that was chosen by hand is the same for all."""
        surface, start = self._runs.surface, self._runs.start
        yield surface, start
        for k in range(1, self.seeds):
            assert surface.reseeded is not None  # asked for when the race was opened
            other = surface.reseeded(k)
            yield other, other.start if np.array_equal(start, surface.start) else start

    def known(self, name: str) -> np.ndarray | None:
        """The scores that were computed last."""
        return self._known.get(name, (None, None))[1]

    def values(self) -> list[list[float]]:
        """All values of all methods."""
        return [[slider.value for slider in track.sliders.values()] for track in self._runs.tracks.values()]

    def rates(self, values: Sequence[Sequence[float]]) -> list[float | None]:
        """The rates among them."""
        return [
            None if (rate := rate_of(track)) is None else of[list(track.sliders).index(rate)]
            for track, of in zip(self._runs.tracks.values(), values)
        ]


def _tried(step: Any, surface: Surface, start: np.ndarray, n_steps: int, settings: dict[str, Any]) -> Any:
    """How the runs are judged: side by side, or one after the other where their points are large."""
    if surface.every == 1:
        run = descended(step, surface, start, n_steps, **settings)
        return np.atleast_1d(judged(run.loss, run.at))
    swept = [name for name, value in settings.items() if np.ndim(value)]
    losses = []
    every = _every(surface, n_steps)
    for values in zip(*(settings[name] for name in swept)) if swept else [()]:
        run = descended(step, surface, start, n_steps, every, **{**settings, **dict(zip(swept, values))})
        losses.append(judged(run.loss, run.at))
    return np.array(losses)


def _every(surface: Surface, n_steps: int) -> int:
    """How far apart rows may be, so that those of the last tenth are kept: no other loss is needed."""
    outside = n_steps - last_tenth(n_steps)
    first = (outside // surface.every + 1) * surface.every
    return first if first <= n_steps < first + surface.every else surface.every


def rate_of(track: Track) -> str | None:
    """The name of a method's learning rate, or None."""
    return next((name for name in track.sliders if usual_name(name) == "eta"), None)
