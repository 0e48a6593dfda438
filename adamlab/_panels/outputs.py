"""What the model of a surface answers along the runs of a panel: learners' code, so through its one door."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np

from .._core.descent import Descent
from .._core.surface import Surface
from .._drawing.outputs import Output, shown_row
from .._live.model import model_program
from .._live.program import Program
from .attempt import attempt
from .run_view import RunView
from .track import Track, rows_shown

__all__ = ["ModelledTrack", "Outputs", "recorded_model", "rows_with_outputs"]


@functools.lru_cache(maxsize=64)
def recorded_model(surface: Surface) -> Program | None:
    """The model of a surface as a program: asked for once, whatever it does then.

    Parameters
    ----------
    surface : Surface

    Returns
    -------
    Program or None
        None without a model, or if the browser cannot play it.
    """
    if surface.model is None:
        return None
    return attempt(surface.name, lambda: model_program(surface))[0]


class ModelledTrack(Track):
    """One step; it runs in Python too where the browser cannot play the model of the surface."""

    def recorded(self, surface: Surface, start: np.ndarray, n_steps: int) -> Program | None:
        """The step's program on a surface; None without one, or without one of the model."""
        if surface.model is not None and recorded_model(surface) is None:
            return None
        return super().recorded(surface, start, n_steps)


class Outputs:
    """The outputs that a picture shows: at the start of each run, and where its ball stands."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[np.ndarray | None, np.ndarray | None]] = {}

    def ask(self, runs: Mapping[str, Descent], step: int) -> None:
        """Compute them for some runs, at a step of the film."""
        for name, run in runs.items():
            first, now = (None if shown_row(run, 0) is None else 0), shown_row(run, step)
            self._known[name] = _outputs(run, first), _outputs(run, now)

    def tell(self, view: RunView) -> None:
        """Let a picture know them."""
        for name, marks in view.marks.items():
            if isinstance(marks.curve, Output):
                marks.curve.know(*self._known.get(name, (None, None)))


def rows_with_outputs(run: Descent) -> np.ndarray:
    """As `rows_shown`, with the outputs at each row, for a browser that cannot play the model.

    Parameters
    ----------
    run : Descent
        On a surface with a model.

    Returns
    -------
    ndarray
    """
    rows, model = rows_shown(run), run.surface.model
    assert model is not None  # only then there is such a picture
    outputs = _asked(run, range(len(rows)))
    missing = np.full((len(rows), len(model.inputs)), np.nan)
    return np.column_stack([rows, missing if outputs is None else outputs])


def _outputs(run: Descent, row: int | None) -> np.ndarray | None:
    outputs = None if row is None else _asked(run, [row])
    return None if outputs is None else outputs[0]


def _asked(run: Descent, rows: Sequence[int]) -> np.ndarray | None:
    """The outputs at some rows of a run; None if the model fails."""
    model = run.surface.model
    if model is None:
        return None
    return attempt(model.name, lambda: np.array([model(run.theta[row], model.inputs) for row in rows]))[0]
