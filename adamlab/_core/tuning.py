"""Chooses the best of many runs, so that no dip at the last step wins.

A run with a large η swings; judged by its last loss alone, the η wins whose run happens to swing low there.
So a run counts as high as the worst loss of its last tenth.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .descent import descend
from .sweep import Sweep

__all__ = ["ARRIVED", "arrival", "best_judged", "best_run", "judged", "last_tenth"]

ARRIVED = 1e-6  # of the height at the start

TOGETHER = 64  # runs that are judged at a time


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


def best_judged(ends: np.ndarray, judge: Callable[[np.ndarray], np.ndarray]) -> tuple[int, float] | None:
    """Choose among many runs of which only the last loss is known.

    No run is judged lower than it ends. So they are judged in the order of their last losses, until the next
    one ends higher than the best is judged.

    Parameters
    ----------
    ends : ndarray, shape (runs,)
        The last losses; NaN where a run diverged.
    judge : callable
        The worst losses of the last tenth of some runs, given by their places in `ends`.

    Returns
    -------
    best : int
    worst : float
        Of its last tenth. None in place of both if every run diverged.
    """
    order = np.argsort(ends, kind="stable")
    order = order[~np.isnan(ends[order])]
    best: tuple[int, float] | None = None
    for some in np.split(order, range(TOGETHER, len(order), TOGETHER)):
        if best is not None:
            some = some[ends[some] < best[1]]
        if not len(some):
            break
        worst = judge(some)
        at = int(worst.argmin())
        if best is None or worst[at] < best[1]:
            best = int(some[at]), float(worst[at])
    return best


def best_run(swept: Sweep) -> tuple[tuple[int, ...], float] | None:
    """Choose the best run of a sweep, which keeps the last losses alone: some runs are made again.

    Parameters
    ----------
    swept : Sweep
        From one start.

    Returns
    -------
    index : tuple of int
        In `swept.loss`.
    worst : float
        The worst loss of its last tenth. None in place of both if every run diverged.
    """

    def judge(runs: np.ndarray) -> np.ndarray:
        places = iter(np.unravel_index(runs, swept.loss.shape))
        settings = {n: v[next(places)] if np.ndim(v) else v for n, v in swept.hyper.items()}
        run = descend(swept.step, swept.surface, swept.start, swept.n_steps, **settings)
        return np.asarray(judged(run.loss))

    found = best_judged(swept.loss.ravel(), judge)
    if found is None:
        return None
    return tuple(int(k) for k in np.unravel_index(found[0], swept.loss.shape)), found[1]


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
