"""Chooses the best learning rate of a budget, so that no dip at the last step wins.

A run with a large η swings; judged by its last loss alone, the η wins whose run happens to swing low there.
So a run counts as high as the worst loss of its last tenth.
"""

from typing import Any

import numpy as np

__all__ = ["ARRIVED", "arrival", "judged", "last_tenth"]

ARRIVED = 1e-6  # of the height at the start


def last_tenth(n_steps: int) -> int:
    """How many steps count: a tenth of all, at least one.

    Parameters
    ----------
    n_steps : int

    Returns
    -------
    int
    """
    return max(1, n_steps // 10)


def judged(loss: np.ndarray, at: np.ndarray | None = None) -> Any:
    """The worst loss of the last tenth; NaN where the run diverged.

    Parameters
    ----------
    loss : ndarray, shape (n_steps + 1, *lanes)
        NaN from where a run diverged, as `Descent.loss`.
    at : ndarray of int, optional
        The steps of these rows, as `Descent.at`; all of them unless given.

    Returns
    -------
    float or ndarray, shape lanes
    """
    at = np.arange(len(loss)) if at is None else at
    return loss[at > at[-1] - last_tenth(at[-1])].max(axis=0)


def arrival(lowest: float, at_start: float) -> float:
    """The loss below which a run counts as having arrived: one millionth of the way down is left.

    Parameters
    ----------
    lowest, at_start : float
        The lowest loss that is known, and the loss at the start.

    Returns
    -------
    float
    """
    return lowest + ARRIVED * (at_start - lowest)
