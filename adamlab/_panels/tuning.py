"""Finds the learning rates of a race: for each method the best of the same values, by one rule."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.descent import descended
from .._core.hyperparameters import usual_name
from .._core.tuning import judged
from .attempt import attempt
from .runs import Runs
from .track import Track

__all__ = ["Tuning", "rate_of"]


class Tuning:
    """Tries the same learning rates with each method.

    Parameters
    ----------
    runs : Runs

    Attributes
    ----------
    tuned : dict or None
        For what the rates were tuned last, by the page or here: values, start, scene.
    """

    tuned: dict[str, Any] | None = None

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._known: dict[str, tuple[Any, np.ndarray | None]] = {}

    def best(self) -> list[float | None]:
        """The best rate of each method; None for one that has no rate, or no run that ends."""
        return [self._best(name) for name in self._runs.tracks]

    def _best(self, name: str) -> float | None:
        track, scores = self._runs.tracks[name], self.scores(name)
        rate = rate_of(track)
        if rate is None or scores is None or not np.isfinite(scores).any():
            return None
        return float(track.sliders[rate].scale.grid()[np.nanargmin(scores)])

    def scores(self, name: str) -> np.ndarray | None:
        """How runs with the rates that are tried are judged, or None; kept until something changes."""
        track, runs = self._runs.tracks[name], self._runs
        rate = rate_of(track)
        if rate is None:
            return None
        settings = {**track.hyper(), rate: track.sliders[rate].scale.grid()}
        rest = {**track.hyper(), rate: None}
        key = (*rest.values(), runs.surface, *runs.start, runs.n_steps)
        if self._known.get(name, (None,))[0] != key:
            tried = functools.partial(
                descended, track.step, runs.surface, runs.start, runs.n_steps, **settings
            )
            found, _ = attempt(name, tried)
            self._known[name] = key, None if found is None else judged(found.loss)
        return self._known[name][1]

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


def rate_of(track: Track) -> str | None:
    """The name of a method's learning rate, or None."""
    return next((name for name in track.sliders if usual_name(name) == "eta"), None)
