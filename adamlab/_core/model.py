"""The model that a loss comes from: a function of the point and an input, and the examples that it learns."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from .text import brief

__all__ = ["Model", "model_of"]

POINTS = 81  # inputs along the curve of a model

LOST = ArithmeticError, ValueError  # what math.exp and math.log raise where there is no such number


class Model:
    """What a model answers, and what it should.

    Parameters
    ----------
    function : callable
        Takes the n coordinates and an input, and returns the output.
    examples : array_like, shape (k, 2)
        Inputs and the outputs that are wanted.
    start : ndarray, shape (n,)
        It is tried there.
    vector : bool
        Whether it takes the point as one array.
    name : str
        Of the surface, for messages.

    Attributes
    ----------
    inputs : ndarray
        Where its curve is drawn: around the examples.

    Raises
    ------
    TypeError, ValueError
        If the examples are no pairs of numbers, or the output at the start is no real number.
    """

    def __init__(
        self, function: Callable[..., Any], examples: Any, start: np.ndarray, vector: bool, name: str
    ) -> None:
        if not callable(function):
            raise TypeError(f"the model of {name} must be a function, not {brief(function)}")
        self.function, self.vector, self.name = function, vector, name
        self.examples = _as_pairs(examples, name)
        low, high = self.examples[:, 0].min(), self.examples[:, 0].max()
        beyond = (high - low) / 2 or 1.0
        self.inputs = np.linspace(low - beyond, high + beyond, POINTS)
        self._output(start, self.inputs[0])

    def __call__(self, theta: Any, inputs: Any) -> np.ndarray:
        """The output for each input; NaN where there is none.

        Parameters
        ----------
        theta : array_like, shape (n,)
        inputs : array_like, shape (k,)

        Returns
        -------
        ndarray, shape (k,)
        """
        point = np.array(theta, dtype=float)
        outputs = np.full(len(inputs), np.nan)
        for k, one in enumerate(np.array(inputs, dtype=float)):
            with contextlib.suppress(*LOST):
                outputs[k] = self._output(point, one)
        return np.where(np.isfinite(outputs), outputs, np.nan)

    @np.errstate(all="ignore")
    def _output(self, point: np.ndarray, one: np.float64) -> float:
        output = np.asarray(self.function(*([point.copy()] if self.vector else point), one))
        if output.shape != () or output.dtype.kind not in "fiub":
            raise TypeError(
                f"the model of {self.name} returned {brief(output)} for one input, expected one number"
            )
        return float(output)


def model_of(
    function: Callable[..., Any] | None, examples: Any, start: np.ndarray, vector: bool, name: str
) -> Model | None:
    """The model of a surface; None without one. Parameters as for `Model`."""
    if function is None and np.size(examples):
        raise ValueError(f"{name} has examples but no model: give model=..., the function that learns them")
    return None if function is None else Model(function, examples, start, vector, name)


def _as_pairs(examples: Any, name: str) -> np.ndarray:
    try:
        pairs = np.array(examples, dtype=float)
    except (TypeError, ValueError):
        pairs = np.array(np.nan)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not len(pairs) or not np.isfinite(pairs).all():
        raise ValueError(f"examples of {name}: expected pairs (input, wanted output), got {brief(examples)}")
    return pairs
