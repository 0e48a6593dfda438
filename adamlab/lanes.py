"""Lets a step that was written for a single run move many.

Most steps work on lanes as they are. One with an if, with math.sqrt of a hyperparameter, or with a norm of
everything it is given does not, and the last of these does not even fail: it answers with wrong numbers.
"""

import numpy as np

__all__ = ["watched"]

REPAIR = (
    "Each line has to work on arrays of shape (n, *lanes): np.where in place of if, np.sqrt in place of "
    "math.sqrt, sum(axis=0) in place of a sum or a norm of everything, and nothing drawn at random"
)


def watched(together, bind, hyper, shape, strict=""):
    """A step that moves all lanes at once, or lane by lane if it turns out to mean a single run.

    Whether it does is seen by trying the first and the last lane alone, at steps 1, 2, 4, 8, …

    Parameters
    ----------
    together : callable
        ``(theta, g, memory, t) -> [theta, *memory]`` for all lanes.
    bind : callable
        Takes the hyperparameters of one lane that differ from lane to lane; returns the same for it.
    hyper : dict
    shape : tuple of int
        (n, *lanes).
    strict : str
        The step's name, if lane by lane is no way to go because there are too many.

    Returns
    -------
    callable
        As `together`.

    Raises
    ------
    ValueError
        When called, if it is strict and the step means a single run.
    """
    ends = {tuple(0 for _ in shape[1:]), tuple(length - 1 for length in shape[1:])}
    spread = {name: np.broadcast_to(value, shape[1:]) for name, value in hyper.items() if np.ndim(value)}
    bound, one_by_one = {}, 0 in shape

    def single(lane, theta, g, memory, t):
        if lane not in bound:
            bound[lane] = bind({name: float(value[lane]) for name, value in spread.items()})
        here = (slice(None), *lane)
        if not np.isfinite(theta[here]).all():
            return np.full((1 + len(memory), shape[0]), np.nan)
        return bound[lane](theta[here].copy(), g[here].copy(), [m[here].copy() for m in memory], t)

    def singles(theta, g, memory, t):
        results = np.empty((1 + len(memory), *shape))
        for lane in np.ndindex(shape[1:]):
            results[(slice(None), slice(None), *lane)] = single(lane, theta, g, memory, t)
        return list(results)

    def call(theta, g, memory, t):
        nonlocal one_by_one
        if one_by_one:
            return singles(theta, g, memory, t)
        tried = not t & (t - 1)
        given = (theta.copy(), g.copy(), [m.copy() for m in memory], t) if tried else (theta, g, memory, t)
        problem = "it gives other numbers"
        try:
            results = together(theta, g, memory, t)
            if not tried:
                return results
        except Exception as fault:
            results, problem = None, f"{type(fault).__name__}: {fault}"
        # alone it works, or says what is wrong
        alone = {lane: single(lane, *given) for lane in ends}
        if results and all(_agree(results, given[0], lane, alone[lane]) for lane in ends):
            return results
        if strict:
            raise ValueError(f"{strict} moves one run, but with many side by side {problem}. {REPAIR}")
        one_by_one = True
        return singles(*given)

    return call


def _agree(results, theta, lane, alone):
    """Whether a lane came out among the others as it does alone; one that is lost already is not asked."""
    here = (slice(None), *lane)
    lost = not np.isfinite(theta[here]).all()
    return lost or all(np.allclose(r[here], a, rtol=1e-6, equal_nan=True) for r, a in zip(results, alone))
