"""One step in a panel: its sliders, its options that are not numbers, and its program."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .._core.descent import Descent, descended
from .._core.run import kept
from .._core.signature import NotWrittenYet, Signature
from .._core.surface import Surface
from .._live import plan
from .._live.program import Program, verified
from .attempt import attempt
from .slider import HyperSlider

__all__ = ["Track", "rows_of", "rows_shown"]

MOST_SENT = 100  # coordinates: of a point of more, the browser gets the first few

FEW = 3

SAMPLES = (0.2, 0.5, 0.8, 1.0)  # parts of each slider at which a program is compared with Python


class Track:
    """One step in a panel.

    Parameters
    ----------
    name : str
        In the panel.
    step : callable
    hyper : dict
        Opening values that differ from the defaults.

    Attributes
    ----------
    sliders : dict of HyperSlider
    options : dict
        Hyperparameters that are not numbers.
    message : str or None
        Why there is no run.
    program : Program or None
        What the browser plays; None for a step that runs here.
    """

    records = True  # whether a program is looked for
    own = False  # whether the step's own variables are recorded, too

    def __init__(self, name: str, step: Callable[..., Any], hyper: dict[str, Any]) -> None:
        self.name, self.step = name, step
        self.message: str | None = None
        self.program: Program | None = None
        self.signature = Signature(step)
        hyper = self.signature.hyper(hyper)
        self.options = {name: value for name, value in hyper.items() if not isinstance(value, float)}
        for name, value in self.options.items():
            if isinstance(value, np.ndarray):
                raise ValueError(f"{name} must be one number in a panel, got {value}: descend takes arrays")
        self.sliders = {n: HyperSlider(n, value) for n, value in hyper.items() if n not in self.options}

    def hyper(self) -> dict[str, Any]:
        """All hyperparameters as they are set now, in the order of the signature."""
        set_now = {**self.options, **{name: slider.value for name, slider in self.sliders.items()}}
        return {name: set_now[name] for name in self.signature.defaults}

    def walked(
        self, surface: Surface, start: np.ndarray, n_steps: int, hyper: dict[str, Any]
    ) -> tuple[Descent | None, str | None]:
        """The run with these hyperparameters, or why there is none."""
        return attempt(self.name, functools.partial(self._walked, surface, start, n_steps, hyper))

    def _walked(self, surface: Surface, start: np.ndarray, n_steps: int, hyper: dict[str, Any]) -> Descent:
        """The run of a step; a step that stays where it is though there is a slope is a stub."""
        run = descended(self.step, surface, start, n_steps, **hyper)
        if n_steps and (run.theta == run.theta[0]).all() and run.gradient[0].any():
            raise NotWrittenYet
        return run

    def recorded(self, surface: Surface, start: np.ndarray, n_steps: int) -> Program | None:
        """The step's program on a surface; None without one that does as the step itself."""
        if not self.records or surface.every > 1:  # a program keeps every row
            return None
        samples, hyper = list(self._samples()), self.hyper()
        program, _ = attempt(
            self.name,
            lambda: verified(self.signature, surface, hyper, start, n_steps, samples, own=self.own),
        )
        return program

    def _samples(self) -> Iterator[dict[str, Any]]:
        """Settings all over the sliders."""
        for k in range(len(SAMPLES)):
            parts = [SAMPLES[(k + i) % len(SAMPLES)] for i in range(len(self.sliders))]
            scales = {name: slider.scale for name, slider in self.sliders.items()}
            values = {n: s.value(round(part * s.positions)) for (n, s), part in zip(scales.items(), parts)}
            yield {**self.options, **values}

    def plan(self, surface: Surface, n_steps: int) -> dict[str, Any]:
        """What the browser has to know of it."""
        at = kept(n_steps, surface.every).tolist() if surface.every > 1 else None
        inputs = [
            {
                "name": name,
                "label": slider.label,
                "unit": slider.unit,
                "scale": [slider.scale.value(k) for k in range(slider.scale.positions + 1)],
                "standard": self.signature.defaults[name],
                "control": slider.css_class,
            }
            for name, slider in self.sliders.items()
        ]
        told = plan.track(self.name, self.step, surface, self.options)
        if self.program is None and surface.n > MOST_SENT:
            told |= {"n": FEW, "width": 1 + FEW * (2 + len(self.signature.memory)), "minima": []}
        return {**told, "inputs": inputs, "at": at}


def rows_of(run: Descent) -> np.ndarray:
    """A run as the browser has it: point, loss, gradient and memories of each step in a row.

    Parameters
    ----------
    run : Descent
        Without lanes.

    Returns
    -------
    ndarray, shape (n_steps + 1, 1 + n * (2 + memories))
    """
    return np.column_stack([run.theta, run.loss, run.gradient, *run.memory.values()])


def rows_shown(run: Descent) -> np.ndarray:
    """As `rows_of`, with the first few coordinates of a point that has many.

    Parameters
    ----------
    run : Descent
        Without lanes.

    Returns
    -------
    ndarray
    """
    if run.surface.n <= MOST_SENT:
        return rows_of(run)
    wide = run.theta, run.loss[:, np.newaxis], run.gradient, *run.memory.values()
    return np.column_stack([values[:, :FEW] for values in wide])
