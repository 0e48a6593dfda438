"""Runs a step on a surface.

`descend` walks and a `Descent` keeps what was met on the way. One run and ten thousand side by
side are the same code.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .hyperparameters import symbol
from .run import kept, losses, lost_from, pieces, walk, walk_many
from .signature import Signature, name_of, scheduled_step
from .surface import Surface
from .text import brief, format_number

__all__ = ["Descent", "descend", "descended", "refuse_long_warmup", "starting_point", "whole_steps"]

MOST_BYTES = 64e9


@dataclass(frozen=True, repr=False, eq=False)
class Descent:
    """The record of a run. Row 0 is the start; row k is the point after step k, or after step ``at[k]``.

    Attributes
    ----------
    theta : ndarray, shape (n_steps + 1, n, *lanes)
    loss : ndarray, shape (n_steps + 1, *lanes)
    gradient : ndarray, shape (n_steps + 1, n, *lanes)
        At each of these points; row k is what the next step is given.
    memory : dict of ndarray, each of shape (n_steps + 1, n, *lanes)
        By the names in the step's signature; row 0 is zero.
    hyper : dict
        All hyperparameters of the run, defaults included.
    step : callable
    surface : Surface
    diverged_at : int or None; ndarray of int, shape lanes
        The first step, of those in `at`, whose point or loss is not finite (with lanes: −1 where there is
        none). From there on every array holds NaN.
    at : ndarray of int
        The steps that are kept, a row for each: all of them, unless `every` or the surface said otherwise.
    """

    theta: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    memory: dict[str, np.ndarray]
    hyper: dict[str, Any]
    step: Callable[..., Any]
    surface: Surface
    diverged_at: Any
    at: np.ndarray

    @property
    def lanes(self) -> tuple[int, ...]:
        """Shape of the lanes: () for one run."""
        return self.loss.shape[1:]

    @property
    def n_steps(self) -> int:
        """Number of steps asked for."""
        return int(self.at[-1])

    def lane(self, index: Any) -> "Descent":
        """One of the runs, as a `Descent` without lanes.

        Parameters
        ----------
        index : int or tuple of int
            Its index in the array of lanes.

        Returns
        -------
        Descent

        Raises
        ------
        IndexError
            If there is no such lane.

        Examples
        --------
        >>> from adamlab import adam, beale, descend
        >>> descend(adam, beale, eta=[0.01, 0.1]).lane(1)
        adam on beale, η=0.1, β1=0.9, β2=0.999: loss 41.2 → 0.0726 in 100 steps
        """
        if not self.lanes:
            raise IndexError("this descent is one run, without lanes: use it as it is")
        index = tuple(index) if isinstance(index, (tuple, list)) else (index,)
        whole = all(isinstance(k, (int, np.integer)) for k in index) and len(index) == len(self.lanes)
        if not whole or not all(-length <= k < length for k, length in zip(index, self.lanes)):
            raise IndexError(f"there are lanes of shape {self.lanes}, but no lane {brief(index)}")
        at = (Ellipsis, *index)
        diverged_at = int(self.diverged_at[at])
        return Descent(
            self.theta[at],
            self.loss[at],
            self.gradient[at],
            {name: values[at] for name, values in self.memory.items()},
            {
                name: float(np.broadcast_to(value, self.lanes)[at]) if np.ndim(value) else value
                for name, value in self.hyper.items()
            },
            self.step,
            self.surface,
            diverged_at if diverged_at >= 0 else None,
            self.at,
        )

    def row(self, step: int) -> int:
        """The row of a step, or of the last one before it that was kept."""
        return int(np.searchsorted(self.at, step, side="right")) - 1

    def arrived(self, within: float = 1e-6) -> Any:
        """The first step that ends nearer than `within` to a known minimum.

        Parameters
        ----------
        within : float
            Distance in θ.

        Returns
        -------
        int or None; ndarray of float, shape lanes
            None if there is no such step; with lanes NaN, so that ``np.nanmin`` finds the fewest steps and
            a curve has a gap.

        Examples
        --------
        >>> from adamlab import descend, gradient_descent, ravine
        >>> descend(gradient_descent, ravine, eta=2 / 26, n_steps=300).arrived()
        192
        >>> descend(gradient_descent, ravine, eta=[2 / 26, 0.1], n_steps=300).arrived()
        array([192.,  nan])
        """
        near = np.zeros(self.loss.shape, bool)
        for minimum in self.surface.minima:
            point = np.reshape(minimum, (-1, *[1] * len(self.lanes)))
            for piece in pieces(self.theta):
                near[piece] |= np.sqrt(((self.theta[piece] - point) ** 2).sum(axis=1)) < within
        return self._first(near)

    def settled(self, share: float = 1e-6) -> Any:
        """The first step from which on the loss stays below this share of the loss at the start.

        A run that only passes the minimum has not settled. What the run would do later is not known: a
        longer one may settle later, or be thrown out again.

        Parameters
        ----------
        share : float
            Of the loss at the start; the lowest loss is taken to be 0.

        Returns
        -------
        int or None; ndarray of float, shape lanes
            None if even the last loss is higher; with lanes NaN, as in `arrived`.

        Examples
        --------
        >>> from adamlab import adam, descend, ravine
        >>> descend(adam, ravine, eta=0.1, n_steps=500).settled()
        123
        >>> descend(adam, ravine, eta=[0.1, 0.001], n_steps=500).settled()
        array([123.,  nan])
        """
        low = self.loss < share * self.loss[0]
        return self._first(np.logical_and.accumulate(low[::-1])[::-1])

    def _first(self, true: np.ndarray) -> Any:
        """The step of the first row that is true: an int or None, or an array with NaN over lanes."""
        steps = np.where(true.any(axis=0), self.at[true.argmax(axis=0)], np.nan)
        if self.lanes:
            return steps
        return None if np.isnan(steps) else int(steps)

    def __repr__(self) -> str:
        name, settings = name_of(self.step), _settings(self.step, self.hyper)
        head = ", ".join([f"{name} on {self.surface.name}", *settings])
        if self.lanes:
            lost = np.count_nonzero(self.diverged_at >= 0)
            return f"{head}: {self.loss[0].size} lanes, {self.n_steps} steps, {lost} diverged"
        start = format_number(self.loss[0])
        if self.diverged_at is not None:
            return f"{head}: loss {start}, diverged at step {self.diverged_at}"
        return f"{head}: loss {start} → {format_number(self.loss[-1])} in {self.n_steps} steps"


def _settings(step: Callable[..., Any], hyper: dict[str, Any]) -> Iterator[str]:
    """Hyperparameters worth saying: all but an eps that was left alone."""
    defaults = Signature(step).defaults
    for name, value in hyper.items():
        if np.ndim(value):
            yield f"{symbol(name)}=({' × '.join(map(str, np.shape(value)))} values)"
        elif not (name == "eps" and value == defaults[name]):
            yield f"{symbol(name)}={value:g}" if isinstance(value, float) else f"{name}={value}"


def descend(
    step: Callable[..., Any],
    surface: Surface,
    start: Any = None,
    n_steps: int = 100,
    every: int | None = None,
    **hyper: Any,
) -> Descent:
    """Take n_steps steps from the start.

    Parameters
    ----------
    step : callable
        A function of the form ``step(theta, g, <memory>, t, <hyperparameters>=...)`` that returns
        the new theta, then its new memory. Memory starts at zero. A step that asks for ``n_steps`` or
        ``shape`` is given the length of the run, or what a point is (see `Surface`).
    surface : Surface
    start : array_like, shape (n,) or (n, *lanes), optional
        The surface's own start unless given.
    n_steps : int
        How many steps, 0 or more.
    every : int, optional
        Keep the start, each so many-th step and the last; all steps, or as the surface says, unless given. A
        loss is computed for these alone.
    **hyper : float or array_like
        Hyperparameters. Arrays (which broadcast against each other) make lanes: runs side by side. The first,
        the middle and the last lane are also run on their own, and compared; if they differ, every lane is
        run on its own. (A step that keeps something between calls carries it from one lane to the next.)

    Returns
    -------
    Descent
        A run that blows up is returned too, with `diverged_at` set; no warning is printed.

    Raises
    ------
    TypeError
        For a step, surface or hyperparameter that is not what it should be.
    ValueError
        For a value out of range, a wrong shape, or a step that returns the wrong things.

    Examples
    --------
    >>> from adamlab import adam, beale, descend
    >>> run = descend(adam, beale, eta=0.1)
    >>> run
    adam on beale, η=0.1, β1=0.9, β2=0.999: loss 41.2 → 0.0726 in 100 steps
    >>> run.theta.shape
    (101, 2)
    >>> descend(adam, beale, eta=[0.01, 0.1, 1.0]).loss.shape
    (101, 3)
    """
    n_steps = whole_steps(n_steps, name_of(step))
    refuse_long_warmup(step, n_steps, hyper)
    return descended(step, surface, start, n_steps, every, **hyper)


def descended(
    step: Callable[..., Any],
    surface: Surface,
    start: Any = None,
    n_steps: int = 100,
    every: int | None = None,
    **hyper: Any,
) -> Descent:
    """As `descend`, for a slider: a warm-up may be longer than the run, which is then over before it is."""
    signature = Signature(step)
    hyper = signature.hyper(hyper)
    theta = starting_point(signature, surface, start, hyper)
    n_steps = whole_steps(n_steps, signature.name)
    every = surface.every if every is None else _whole_every(every, signature.name)
    _refuse_what_needs_too_much(signature, theta, n_steps, every)
    at = kept(n_steps, every)
    signature = signature.within(n_steps, surface.shape)
    if theta.ndim > 1:
        rows = walk_many(signature, surface, theta, n_steps, hyper, every)
    else:
        rows = walk(signature, surface.gradient, theta, n_steps, hyper, every=every)
    loss = losses(surface, rows[0], at=at)
    diverged_at: Any = lost_from(loss, rows[0])
    lost = (diverged_at >= 0) & (np.arange(len(loss)).reshape(-1, *[1] * diverged_at.ndim) >= diverged_at)
    loss[lost] = np.nan
    if lost.any():
        for part in rows:
            np.copyto(part, np.nan, where=lost[:, np.newaxis])
    diverged_at = np.where(diverged_at >= 0, at[diverged_at], -1)
    if not loss.shape[1:]:
        diverged_at = int(diverged_at) if diverged_at >= 0 else None
    thetas, gradients, *memories = rows
    memory = dict(zip(signature.memory, memories))
    return Descent(thetas, loss, gradients, memory, hyper, step, surface, diverged_at, at)


def refuse_long_warmup(step: Callable[..., Any], n_steps: int, hyper: dict[str, Any]) -> None:
    """Raise if a warm-up, as `with_schedule` knows it, would not be over when the run is.

    Parameters
    ----------
    step : callable
    n_steps : int
    hyper : dict
        Those that differ from the defaults.

    Raises
    ------
    ValueError
    """
    warmup = Signature(step).hyper(hyper).get("warmup") if scheduled_step(step) else None
    if warmup is not None and 0 < n_steps < np.max(warmup):
        raise ValueError(
            f"{name_of(step)}: a warm-up of {np.max(warmup):g} steps is longer than the run of {n_steps} "
            f"steps: take a shorter warm-up or more steps"
        )


def _whole_every(every: Any, name: str) -> int:
    if not isinstance(every, (int, np.integer)) or isinstance(every, bool) or every < 1:
        raise ValueError(f"{name}: every must be a whole number, 1 or more, got {brief(every)}")
    return int(every)


def _refuse_what_needs_too_much(signature: Signature, theta: np.ndarray, n_steps: int, every: int) -> None:
    """Raise if the rows would not fit into any memory: before NumPy says so in its own words."""
    size = 8 * (2 + len(signature.memory)) * (n_steps // every + 1) * theta.size
    if size > MOST_BYTES:
        raise ValueError(
            f"{signature.name}: n_steps={n_steps:,} would store {size / 1e9:,.0f} GB of rows: take fewer "
            f"steps or lanes, keep one of many (every=100), or use sweep, which stores no rows"
        )


def whole_steps(n_steps: Any, name: str) -> int:
    """n_steps as an int; a ValueError that names the step unless it is a whole number, 0 or more."""
    whole = isinstance(n_steps, (int, np.integer)) or (isinstance(n_steps, float) and n_steps.is_integer())
    if not whole or isinstance(n_steps, bool) or n_steps < 0:
        raise ValueError(f"{name}: n_steps must be a whole number, 0 or more, got {brief(n_steps)}")
    return int(n_steps)


def starting_point(signature: Signature, surface: Surface, start: Any, hyper: dict[str, Any]) -> np.ndarray:
    """The start with room for all lanes, as a fresh array; or an error that says what is wrong with it.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    start : array_like, shape (n,) or (n, *lanes); or None
    hyper : dict

    Returns
    -------
    ndarray, shape (n, *lanes)

    Raises
    ------
    TypeError
        If the surface is none.
    ValueError
        If the start is no point of it, or shapes of lanes cannot be combined.
    """
    if not isinstance(surface, Surface):
        raise TypeError(
            f"{signature.name}: surface must be a Surface, got {brief(surface)}"
            + (": wrap it in Surface(...)" if callable(surface) else "")
        )
    try:
        theta = np.array(surface.start if start is None else start, dtype=float)
    except (TypeError, ValueError, OverflowError):
        theta = np.array(np.nan)
    if theta.ndim == 0 or theta.shape[0] != surface.n or not np.isfinite(theta).all():
        raise ValueError(
            f"{signature.name} on {surface.name}: start must be {surface.n} finite numbers, "
            f"got {brief(start)}"
        )
    with np.errstate(all="ignore"):
        if theta.ndim == 1 and math.isnan(surface.loss(theta)):
            raise ValueError(
                f"{signature.name} on {surface.name}: the loss at the start {theta.tolist()} is not "
                f"a number: choose a start where the surface is defined"
            )
    shapes = {name: np.shape(value) for name, value in hyper.items() if not isinstance(value, float)}
    if theta.ndim == 1 and not shapes:
        return theta
    shapes["start"] = theta.shape[1:]
    try:
        lanes = np.broadcast_shapes(*shapes.values())
    except ValueError:
        arrays = ", ".join(f"{name} {shape}" for name, shape in shapes.items() if shape)
        raise ValueError(f"{signature.name}: these shapes cannot be broadcast together: {arrays}") from None
    theta = theta.reshape(theta.shape[:1] + (1,) * (len(lanes) - theta.ndim + 1) + theta.shape[1:])
    return np.broadcast_to(theta, (surface.n, *lanes)).copy()
