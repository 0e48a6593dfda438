"""Feeds fixed lists of gradients to a step.

A probe is a fixed list of gradients; what is kept is where the step went and what it carried along.
Fixed lists do not depend on the point, so a fault cannot hide behind its own consequences, and
two right ways to write a step stay together to the last digits.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._core import run
from .._core.hyperparameters import TABLE
from .._core.signature import Signature

__all__ = ["LISTS", "Rows", "START", "calls", "counted", "first_row", "one_step", "same", "walk"]

# Lists of gradients, two coordinates each ---------------------------------------------------------

START = (1.0, -2.0)

N_STEPS = 40

_t = np.arange(1, N_STEPS + 1)

ORDINARY = np.stack([1.2 + np.sin(_t), 2 * np.cos(0.7 * _t)], axis=1)  # one changes its sign

TINY = np.stack([1e-6 * (1.5 + np.sin(_t)), 0.5 * (-1.1) ** _t], axis=1)  # beside one that grows

RARE = np.stack([np.where(_t % 7 == 3, 3.0, 0.0), 50 * (-1.0) ** (_t // 4)], axis=1)  # first zero

OTHER, THIRD = ({one.name: one.probes[k] for one in TABLE if one.probes} for k in (0, 1))

# gradients and the hyperparameters that are not the learner's own defaults; the plainest first
LISTS: list[tuple[np.ndarray, dict[str, float]]] = [
    (ORDINARY, {}),
    (TINY, {}),
    (RARE, {}),
    (ORDINARY, OTHER),
    (TINY, THIRD),
]


_calls = [0]


def calls() -> int:
    """How many steps have been asked for so far: it grows while there is progress."""
    return _calls[0]


def counted(gradient: Callable[..., Any]) -> Callable[..., Any]:
    """A gradient that counts how often it is asked for."""

    def counting(*args: Any) -> Any:
        _calls[0] += 1
        return gradient(*args)

    return counting


class Rows(NamedTuple):
    """Where a step went, and what it carried along.

    Attributes
    ----------
    theta : ndarray, shape (n_steps + 1, 2)
    memory : dict of ndarray, shape (n_steps + 1, 2)
    """

    theta: np.ndarray
    memory: dict[str, np.ndarray]


def walk(
    signature: Signature,
    gradients: np.ndarray,
    hyper: dict[str, Any],
    first: int = 1,
    n_steps: int | None = None,
) -> Rows:
    """Feed a list of gradients to a step.

    Parameters
    ----------
    signature : Signature
    gradients : ndarray, shape (N, 2)
    hyper : dict
        Those that differ from the defaults.
    first : int
        The step number t of the first gradient.
    n_steps : int, optional
        How many of the gradients; all unless given.

    Returns
    -------
    Rows
        NaN from where a step divides by zero, or fails on what is no longer a number.
    """
    gradients = gradients[:n_steps]
    rows = run.walk(
        signature,
        counted(lambda _, t: gradients[min(t - first, len(gradients) - 1)].copy()),
        np.array(START),
        len(gradients),
        signature.hyper(hyper),
        first=first,
        excused=ArithmeticError,
    )
    return Rows(rows[0], dict(zip(signature.memory, rows[2:])))


def one_step(
    signature: Signature,
    hyper: dict[str, Any],
    g: Any,
    memory: Sequence[Any] | None = None,
    t: int = 1,
    theta: Any = START,
) -> list[np.ndarray]:
    """The point and the memories after one step with this gradient.

    Parameters
    ----------
    signature : Signature
    hyper : dict
        Those that differ from the defaults.
    g, theta : array_like, shape (2,)
    memory : list of array_like, shape (2,), optional
        What it remembers; zeros unless given.
    t : int

    Returns
    -------
    list of ndarray, shape (2,)
    """
    before = None if memory is None else [np.array(value) for value in memory]
    walker = run.Walker(
        signature, counted(lambda *_: np.array(g)), np.array(theta), signature.hyper(hyper), before
    )
    walker.step(t)
    return [np.array(value) for value in walker.state]


def same(
    got: np.ndarray, expected: np.ndarray, tolerance: float = 1e-9, absolute: float = 1e-14
) -> np.ndarray:
    """Whether rows agree: relative to how far they have moved, so that a tiny step counts as well.

    Parameters
    ----------
    got, expected : ndarray, shape (N, n)
    tolerance, absolute : float
        How far apart they may be: relative to how far they moved, and to how large they are.

    Returns
    -------
    ndarray of bool, shape (N,)
    """
    with np.errstate(all="ignore"):
        moved = np.maximum.accumulate(np.abs(expected - expected[0]), axis=0)
        near = np.abs(got - expected) <= tolerance * moved + absolute * (1 + np.abs(expected))
    return ((near & np.isfinite(expected)) | (np.isnan(got) & np.isnan(expected)) | (got == expected)).all(
        axis=1
    )


def first_row(
    got: np.ndarray, expected: np.ndarray, tolerance: float = 1e-9, absolute: float = 1e-14
) -> int | None:
    """The first row that differs, or None."""
    differs = ~same(got, expected, tolerance, absolute)
    return int(differs.argmax()) if differs.any() else None
