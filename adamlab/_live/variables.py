"""A step's own variables: what it had worked out for each coordinate by the time it returned."""

from __future__ import annotations

import contextlib
import inspect
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from .._core.signature import Signature, function_of
from .arrays import Numbers
from .scalars import kind_of

__all__ = ["fits", "own_names", "own_rows", "watched"]

WHOLE_OR_NOT = int, float, np.float64, np.int64


def own_names(step: Callable[..., Any]) -> tuple[str, ...]:
    """All variables of a step but its parameters, in the order in which its text names them first.

    Parameters
    ----------
    step : callable

    Returns
    -------
    tuple of str
        Empty if the step is not written in Python.
    """
    function = function_of(step)
    if function is None:
        return ()
    code = function.__code__
    packed = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    count = code.co_argcount + code.co_kwonlyargcount + packed
    return (*code.co_varnames[count:], *(name for name in code.co_cellvars if name not in code.co_varnames))


@contextlib.contextmanager
def watched(step: Callable[..., Any]) -> Iterator[dict[str, Any]]:
    """A context in which a step, or a copy of it, is called; it fills in the variables of the last call.

    Parameters
    ----------
    step : callable

    Returns
    -------
    context manager
        Of a dict: the values of `own_names` when the step returned.
    """
    function, names = function_of(step), own_names(step)
    code, seen = getattr(function, "__code__", None), dict[str, Any]()

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is code:  # of a recursion, the outermost call comes last
            seen.clear()
            seen.update((name, frame.f_locals[name]) for name in names if name in frame.f_locals)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(before)


def fits(value: Any, n: int) -> bool:
    """Return whether a variable holds one number for each coordinate; stand-ins count as numbers.

    Parameters
    ----------
    value : object
    n : int
        Coordinates.

    Returns
    -------
    bool
    """
    if type(value) in (list, tuple):
        return len(value) == n and all(kind_of(a) in WHOLE_OR_NOT for a in value)
    if not isinstance(value, (np.ndarray, Numbers)):
        return False
    return value.shape == (n,) and value.dtype.kind in "fiu"


def own_rows(
    signature: Signature, rows: np.ndarray, hyper: dict[str, Any], steps: Any = None
) -> dict[str, np.ndarray]:
    """The own variables of a step along a run, from the step as it is written.

    It calls learners' code without a guard.

    Parameters
    ----------
    signature : Signature
    rows : ndarray, shape (n_steps + 1, n * (2 + memories) + 1)
        Point, loss, gradient and memories of each step.
    hyper : dict
        All hyperparameters, as `Signature.hyper` returns them.
    steps : iterable of int, optional
        Which steps; all of them unless given, and 1 is the first.

    Returns
    -------
    dict of ndarray, shape (n_steps + 1, n)
        By name, row k for step k; NaN where a step has no such variable, or raised an error.
    """
    count = 2 + len(signature.memory)
    n = (rows.shape[1] - 1) // count
    found: dict[str, np.ndarray] = {}
    signature = signature.within(len(rows) - 1, (n,))
    for t in range(1, len(rows)) if steps is None else steps:
        before = rows[t - 1]
        if np.isnan(before[0]) or np.isnan(rows[t, 0]):
            continue
        gradient, *memory = (part.copy() for part in np.split(before[n + 1 :], count - 1))
        step = signature.bind(hyper, (n,))
        with np.errstate(all="ignore"), contextlib.suppress(ArithmeticError, ValueError):
            with watched(signature.step) as seen:
                step(before[:n].copy(), gradient, memory, t)
            for name, value in seen.items():
                if fits(value, n):
                    found.setdefault(name, np.full((len(rows), n), np.nan))[t] = value
    return {name: found[name] for name in own_names(signature.step) if name in found}
