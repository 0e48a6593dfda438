"""Runs a step on a surface: one run as it is written, or many at once.

The truth is one run, the step called with one point. Many runs at once are quicker, and can be silently
wrong: a norm over everything a step is given mixes them, an effect that sets in late does not show in a
trial. So runs go together only where a recording shows that they cannot mix, and a few of them are
walked alone too, over the whole way, and compared. If one differs, all are walked one by one from the start.

Rows are 2 + memories arrays of shape (rows, n, *lanes): the points, the gradients at these points, and what
the step carried along; row 0 is the start. There is one for each step, or for each of those in `kept`. Each
is an array of its own: whoever keeps the last point of a run keeps all that lies in one array with it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .replay import Replay
from .trace import CannotRecord, Trace, keeps_points_apart, moves_each_by_itself

if TYPE_CHECKING:
    from .signature import Signature
    from .surface import Surface

__all__ = [
    "LONG",
    "REPAIR",
    "Outcome",
    "Single",
    "Walker",
    "ends_of",
    "kept",
    "losses",
    "lost_from",
    "pieces",
    "walk",
    "walk_many",
]

REPAIR = (
    "Each line has to work on arrays of shape (n, *lanes): np.where instead of if, np.sqrt instead of "
    "math.sqrt, sum(axis=0) instead of a sum or a norm over everything, and no random numbers"
)
CLOSE = 1e-9  # how far two ways of computing one run may be apart, relative to its size
DRIFT_FACTOR = 100  # how many times as far as a run whose start moved by one unit in the last place
SAMPLED = 32  # runs of a matrix problem that are walked again with half the others left out
CHECKED = 3  # of those that differ there, so many are walked on their own
LONG = 1000  # coordinates, from where on many runs at once are no quicker than one by one
BLOCK = 1000  # rows that are kept at a time where only the end is asked for
PIECE = 2**20  # numbers that are looked at at a time: what is computed of them takes as much room again


class Walker:
    """A step on its way, called as it is written.

    Parameters
    ----------
    signature : Signature
    gradient : callable
        Takes the point and t, and gives the gradient there.
    theta : ndarray, shape (n, *lanes)
    hyper : dict
        All hyperparameters, as `Signature.hyper` returns them.
    memory : list of ndarray, shape (n, *lanes), optional
        What was carried along so far; zeros unless given.

    Attributes
    ----------
    state : list of ndarray
        The point, then the memories.
    gradient : ndarray
        The one that the last step was given.
    """

    def __init__(
        self,
        signature: Signature,
        gradient: Callable[[np.ndarray, int], np.ndarray],
        theta: np.ndarray,
        hyper: dict[str, Any],
        memory: list[np.ndarray] | None = None,
    ) -> None:
        self._step, self._gradient = signature.bind(hyper, theta.shape), gradient
        self.gradient = np.full(theta.shape, np.nan)
        memory = [np.zeros(theta.shape) for _ in signature.memory] if memory is None else memory
        self.state = [theta, *memory]

    def step(self, t: int) -> None:
        """Take the t-th step."""
        theta, *memory = self.state
        g = self._gradient(theta, t)
        self.gradient = g.copy()  # a step may write into the one it is given
        self.state = self._step(theta, g, memory, t)


def kept(n_steps: int, every: int = 1) -> np.ndarray:
    """The steps whose rows are kept: 0, every, 2 · every … and the last.

    Parameters
    ----------
    n_steps, every : int

    Returns
    -------
    ndarray of int
    """
    at = np.arange(0, n_steps + 1, every)
    return at if at[-1] == n_steps else np.append(at, n_steps)


def walk(
    signature: Signature,
    gradient: Callable[[np.ndarray, int], np.ndarray],
    theta: np.ndarray,
    n_steps: int,
    hyper: dict[str, Any],
    memory: list[np.ndarray] | None = None,
    first: int = 1,
    excused: type[ArithmeticError] = OverflowError,
    every: int = 1,
) -> list[np.ndarray]:
    """Call the step n_steps times, as it is written.

    Parameters
    ----------
    signature, gradient, theta, hyper, memory
        As for a `Walker`.
    n_steps : int
    first : int
        The number t of the first of these steps.
    excused : type
        An error of the step that ends the run; any other is raised, unless the run has blown up before.
    every : int
        Of how many steps the row of one is kept, see `kept`.

    Returns
    -------
    list of 2 + memories ndarrays, shape (rows, n, *lanes)
        Rows as far as they can be reached; the rest is NaN.
    """
    walker = Walker(signature, gradient, theta, hyper, memory)
    at = kept(n_steps, every).tolist()
    rows = [np.full((len(at), *theta.shape), np.nan) for _ in range(1 + len(walker.state))]
    thetas, gradients, *memories = rows
    places, row = [thetas, *memories], 0
    with np.errstate(all="ignore"):
        for done in range(n_steps):
            keeps = done == at[row]
            if keeps:
                for values, value in zip(places, walker.state):
                    values[row] = value
            try:
                walker.step(first + done)
            except (ArithmeticError, ValueError) as fault:
                if isinstance(fault, excused) or not np.isfinite(walker.state[0]).all():
                    break  # a step may fail on what is left of a run that blew up
                raise
            finally:
                if keeps:
                    gradients[row] = walker.gradient
                    row += 1
        else:
            for values, value in zip(places, walker.state):
                values[-1] = value
        gradients[-1] = gradient(thetas[-1], first + n_steps)
    return rows


def losses(
    surface: Surface, thetas: np.ndarray, first: int = 1, at: Iterable[int] | None = None
) -> np.ndarray:
    """Loss of every row: all at once, or row by row where the loss changes with t, or might mix points.

    Parameters
    ----------
    surface : Surface
    thetas : ndarray, shape (rows, n, *lanes)
    first : int
        The t of row 0.
    at : iterable of int, optional
        After which steps the rows are; after each unless given.

    Returns
    -------
    ndarray, shape (rows, *lanes)
    """
    with np.errstate(all="ignore"):
        if surface.takes_t:
            at = range(len(thetas)) if at is None else at
            return np.array([surface.loss(theta, first + done) for done, theta in zip(at, thetas)])
        if surface.vector:  # a matrix product of fewer columns may round otherwise
            return np.array(surface.loss(thetas.swapaxes(0, 1)))
        if keeps_points_apart(surface):
            loss = np.empty((len(thetas), *thetas.shape[2:]))
            for piece in pieces(thetas):
                loss[piece] = surface.loss(thetas[piece].swapaxes(0, 1))
            return loss
        return np.array([_losses_alone(surface, theta) for theta in thetas])


def pieces(thetas: np.ndarray) -> Iterator[slice]:
    """Rows, a few at a time, so that what is computed of each takes little room.

    Parameters
    ----------
    thetas : ndarray, shape (rows, n, *lanes)

    Returns
    -------
    iterator of slice
    """
    count = max(1, PIECE // max(1, thetas[:1].size))
    return (slice(first, first + count) for first in range(0, len(thetas), count))


def _losses_alone(surface: Surface, theta: np.ndarray) -> np.ndarray:
    """The loss of one point, or of many, each by itself."""
    lanes = theta.shape[1:]
    alone = [surface.loss(theta[(slice(None), *lane)]) for lane in np.ndindex(lanes)]
    return np.array(alone).reshape(lanes)


def lost_from(loss: np.ndarray, thetas: np.ndarray) -> np.ndarray:
    """The first row whose point or loss is not finite, lane by lane; −1 where all are.

    Parameters
    ----------
    loss : ndarray, shape (rows, *lanes)
    thetas : ndarray, shape (rows, n, *lanes)

    Returns
    -------
    ndarray of int, shape lanes
    """
    finite = np.isfinite(thetas).all(axis=1) & np.isfinite(loss)
    return np.where(finite.all(axis=0), -1, finite.argmin(axis=0))


class Outcome(NamedTuple):
    """How a run went and ended.

    Attributes
    ----------
    loss : float
        At the end; NaN if the run diverged.
    diverged : bool
    below : int
        The first step below the tolerance, −1 if there is none.
    marks, sizes : ndarray, shape (1 + memories, marks, n)
        Point and memory after the steps that `marks_of` names, NaN from where the run diverged; and how
        large each of these numbers was lately.
    theta : ndarray, shape (n,)
        The last point.
    """

    loss: float
    diverged: bool
    below: int
    marks: np.ndarray
    sizes: np.ndarray | None = None
    theta: np.ndarray | None = None


@functools.cache
def marks_of(n_steps: int) -> tuple[int, ...]:
    """The steps after which runs are compared: a run that has come to rest no longer tells how it went there.

    Parameters
    ----------
    n_steps : int

    Returns
    -------
    tuple of int
        1, 2, 4, 8 … and the last.
    """
    return (*(2**k for k in range(64) if 2**k < n_steps), *([n_steps] if n_steps else []))


class Single:
    """One run by itself: what many runs at once are compared with.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    theta : ndarray, shape (n,)
        The start.
    n_steps : int
    hyper : dict
        All hyperparameters, as numbers or options.
    tolerance : float, optional
        A loss, for `outcome`.
    every : int
        Of how many steps one is looked at.
    """

    def __init__(
        self,
        signature: Signature,
        surface: Surface,
        theta: np.ndarray,
        n_steps: int,
        hyper: dict[str, Any],
        tolerance: float | None = None,
        every: int = 1,
    ) -> None:
        self._signature, self._surface, self._hyper = signature, surface, hyper
        self._theta, self._n_steps, self._tolerance = theta, n_steps, tolerance
        self._every = every

    def _walk(
        self, theta: np.ndarray, n_steps: int, memory: Any = None, first: int = 1, every: int = 1
    ) -> np.ndarray:
        gradient = self._surface.gradient
        rows = walk(self._signature, gradient, theta, n_steps, self._hyper, memory, first, every=every)
        return np.array(rows)

    @functools.cached_property
    def rows(self) -> np.ndarray:
        """All rows that are kept, shape (2 + memories, rows, n)."""
        return self._walk(self._theta.copy(), self._n_steps, every=self._every)

    @functools.cached_property
    def outcome(self) -> Outcome:
        """How the run ends, an `Outcome`; no more rows are kept than one block."""
        return self._outcome(self._theta) if self._every == 1 else self._outcome_seldom()

    def _outcome_seldom(self) -> Outcome:
        """As `_outcome`, as far as the rows tell that are kept."""
        at, rows = kept(self._n_steps, self._every), self.rows
        loss = losses(self._surface, rows[0], at=at)
        lost = int(lost_from(loss, rows[0]))
        under: Any = () if self._tolerance is None else np.flatnonzero(loss < self._tolerance)
        under = [row for row in under if lost < 0 or row < lost]
        below = int(at[under[0]]) if under else -1
        return Outcome(np.nan if lost >= 0 else float(loss[-1]), lost >= 0, below, np.empty(0))

    def _outcome(self, theta: np.ndarray) -> Outcome:
        memory: list[np.ndarray] | None
        memory, below, done, lost = None, -1, 0, -1
        wanted = marks_of(self._n_steps)
        marks = np.full((2, 1 + len(self._signature.memory), len(wanted), len(theta)), np.nan)
        while True:
            count = min(BLOCK, self._n_steps - done)
            rows = self._walk(theta.copy(), count, memory, done + 1)
            loss = losses(self._surface, rows[0], done + 1)
            lost = int(lost_from(loss, rows[0]))
            if self._tolerance is not None and below < 0:
                under = np.flatnonzero(loss[: lost if lost >= 0 else None] < self._tolerance)
                below = done + int(under[0]) if len(under) else -1
            carried = np.delete(rows, 1, axis=0)  # all but the gradients
            sizes = _size(carried)
            for k, mark in enumerate(wanted):
                if done < mark <= done + count and not 0 <= lost <= mark - done:
                    marks[:, :, k] = carried[:, mark - done], sizes[:, mark - done]
            theta, *memory = carried[:, -1]
            done += count
            if lost >= 0 or done == self._n_steps:
                break
        end = np.nan if lost >= 0 else float(loss[-1])
        return Outcome(end, lost >= 0, below, marks[0], marks[1], theta)

    def is_repeatable(self) -> bool:
        """Return whether the run is the same when it is walked once more."""
        again = self._with(self._theta, self._hyper)
        if "rows" in self.__dict__:
            return np.array_equal(again.rows, self.rows, equal_nan=True)
        pairs: zip[tuple[Any, Any]] = zip(again.outcome, self.outcome)
        return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)

    def _shaken(self) -> Iterator[Single]:
        """The same run with start or hyperparameters moved by one unit in the last place, up and down.

        A zero of the start is moved by a unit of the largest number. Hyperparameters too, for 1 − β rounds
        far coarser than the start where β is near 1.
        """
        size = np.abs(self._theta)
        unit = np.spacing(np.where(size > 0, size, size.max() or 1.0))
        for way in (1, -1):
            yield self._with(self._theta + way * unit, self._hyper)
        for end in (math.inf, -math.inf):
            numbers = {name: v for name, v in self._hyper.items() if isinstance(v, float) and v}
            moved = {name: math.nextafter(v, end) for name, v in numbers.items()}
            yield self._with(self._theta, {**self._hyper, **moved})

    def _with(self, theta: np.ndarray, hyper: dict[str, Any]) -> Single:
        given = self._signature, self._surface, theta, self._n_steps, hyper, self._tolerance
        return Single(*given, self._every)

    def agrees(self, rows: np.ndarray) -> bool:
        """Return whether the same run, computed otherwise, is this one.

        To rounding; and where a start moved by one unit in the last place is carried farther than that, as
        far as it is carried.

        Parameters
        ----------
        rows : ndarray, shape (2 + memories, n_steps + 1, n)

        Returns
        -------
        bool
        """
        if np.array_equal(rows, self.rows, equal_nan=True):
            return True
        with np.errstate(all="ignore"):
            apart = _apart(rows, self.rows)
            if (apart <= CLOSE * _size(self.rows)).all():
                return True
            if not self.is_repeatable():  # then a moved start would tell nothing
                return False
            shaken = [run.rows for run in self._shaken()]
            allowed = _allowed(_size(self.rows), [_apart(other, self.rows) for other in shaken])
            return bool((apart <= allowed).all())

    def ends_as(self, other: Outcome) -> bool:
        """Return whether the same run, computed otherwise, went and ended as this one; as `agrees`.

        Parameters
        ----------
        other : Outcome

        Returns
        -------
        bool
        """
        own = self.outcome
        assert own.sizes is not None
        with np.errstate(all="ignore"):
            apart = _marks_apart(other, own)
            same_way = ((apart == 0) | (apart <= CLOSE * own.sizes)).all()
            if same_way and other[1:3] == own[1:3] and (own.diverged or _near(other.loss, own.loss)):
                return True
            if not self.is_repeatable():
                return False
            shaken = [run.outcome for run in self._shaken()]
            if not (apart <= _allowed(own.sizes, [_marks_apart(run, own) for run in shaken])).all():
                return False
            return self._ends_near(other, shaken)

    def _ends_near(self, other: Outcome, shaken: list[Outcome]) -> bool:
        """The same for the end alone."""
        own = self.outcome
        if other.diverged != own.diverged:
            return any(run.diverged != own.diverged for run in shaken)
        if other.below != own.below:
            spread = [own.below, *(run.below for run in shaken)]
            return -1 in spread or abs(other.below - own.below) <= DRIFT_FACTOR * (max(spread) - min(spread))
        if own.diverged:
            return True
        parted = max(abs(run.loss - own.loss) for run in shaken)
        return bool(np.isnan(parted) or abs(other.loss - own.loss) <= DRIFT_FACTOR * parted + self._grain())

    def _grain(self) -> float:
        """How much the last loss changes when the last point moves by a few units in the last place."""
        theta = self.outcome.theta
        assert theta is not None
        theta = theta[:, np.newaxis]
        near = theta + 8 * np.spacing(np.abs(theta)) * np.array([-1, 0, 1])
        with np.errstate(all="ignore"):
            return float(np.ptp(self._surface.loss(near, self._n_steps + 1)))


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE * abs(b)


def _allowed(sizes: np.ndarray, gaps: list[np.ndarray]) -> np.ndarray:
    """How far two ways of computing a run may be apart, row by row, where moved starts drift so far."""
    parted = np.max(gaps, axis=0).max(axis=-1, keepdims=True)
    allowed = CLOSE * sizes + DRIFT_FACTOR * np.maximum.accumulate(parted, axis=1)
    return np.where(np.isnan(allowed), np.inf, allowed)


def _marks_apart(outcome: Outcome, other: Outcome) -> np.ndarray:
    """How far two runs are apart at the marks that the other has reached."""
    apart = np.where(outcome.marks == other.marks, 0.0, np.abs(outcome.marks - other.marks))
    apart[:, ~np.isfinite(other.marks[0]).all(axis=-1)] = 0.0
    return np.where(np.isnan(apart), np.inf, apart)


def _apart(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How far rows are apart: 0 where both are lost or equal, ∞ where only one is lost."""
    lost, gone = (np.logical_or.accumulate(~np.isfinite(r[0]).all(axis=1)) for r in (rows, others))
    apart = np.where((rows == others) | (np.isnan(rows) & np.isnan(others)), 0.0, np.abs(rows - others))
    apart[:, lost & gone] = 0.0
    return np.where(np.isnan(apart), np.inf, apart)


def _size(rows: np.ndarray) -> np.ndarray:
    """How large each number is, or was a few rows ago: one that passes through zero is not tiny."""
    size = np.where(np.isfinite(rows), np.abs(rows), 0.0)
    for back in (1, 2, 4):
        size[:, back:] = np.maximum(size[:, back:], size[:, :-back])
    return size


def ends_of(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The first, the middle and the last place in an array of that shape.

    Parameters
    ----------
    shape : tuple of int
        Of at least one element.

    Returns
    -------
    list of tuple of int
    """
    count = int(np.prod(shape))
    return [tuple(map(int, np.unravel_index(k, shape))) for k in sorted({0, count // 2, count - 1})]


def replay_many(
    signature: Signature,
    surface: Surface,
    theta: np.ndarray,
    n_steps: int,
    hyper: dict[str, Any],
    every: int = 1,
) -> list[np.ndarray]:
    """As `walk` for many runs, from a recording: nothing in it can mix them.

    Raises
    ------
    CannotRecord
        If step or surface do more than arithmetic on each run by itself.
    """
    trace = Trace(signature, surface, *_few(theta, hyper))
    at = kept(n_steps, every).tolist()
    rows = [np.empty((len(at), *theta.shape)) for _ in range(2 + len(signature.memory))]
    thetas, gradients, *memories = rows
    places, row = [thetas, *memories], 0
    with np.errstate(all="ignore"):
        many = Replay(trace, theta.copy(), hyper, with_loss=False)
        for done in range(n_steps):
            many.look(done + 1)
            if done == at[row]:
                for values, value in zip((*places, gradients), (*many.state, many.slope)):
                    values[row] = value
                row += 1
            many.step(done + 1)
        for values, value in zip(places, many.state):
            values[-1] = value
        gradients[-1] = surface.gradient(thetas[-1], n_steps + 1)
    return rows


def _few(theta: np.ndarray, hyper: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
    """A few lanes as an example; hyperparameters with as many axes as the lanes."""
    few = (slice(None), *(slice(0, 3) for _ in theta.shape[1:]))
    return theta[few], {name: v[few[1:]] if np.ndim(v) else v for name, v in hyper.items()}


def walk_together(
    signature: Signature,
    surface: Surface,
    theta: np.ndarray,
    n_steps: int,
    hyper: dict[str, Any],
    every: int = 1,
) -> list[np.ndarray]:
    """As `walk` for many runs, if they cannot mix.

    Raises
    ------
    CannotRecord
        If that is not known.
    """
    if not moves_each_by_itself(signature, surface, *_few(theta, hyper), n_steps, hyper):
        raise CannotRecord("it may mix runs")
    lanes = {name: v.ravel() if np.ndim(v) else v for name, v in hyper.items()}
    if surface.vector and not alike_in_any_company(
        signature, surface, theta.reshape(len(theta), -1), n_steps, lanes
    ):
        raise CannotRecord("it mixes runs")
    return walk(signature, surface.gradient, theta, n_steps, hyper, every=every)


def alike_in_any_company(
    signature: Signature, surface: Surface, theta: np.ndarray, n_steps: int, hyper: dict[str, Any]
) -> bool:
    """Return whether some runs come out the same together, and every other one of them without the rest.

    Chaotic runs part by rounding alone, for a matrix product of more columns rounds otherwise; so those that
    part are compared with single runs.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    theta : ndarray, shape (n, runs)
    n_steps : int
    hyper : dict
        Arrays in it have the shape (runs,).

    Returns
    -------
    bool
    """
    some = np.unique(np.linspace(0, theta.shape[1] - 1, SAMPLED).round().astype(int))

    def of(which: Any) -> dict[str, Any]:
        return {name: v[which] if np.ndim(v) else v for name, v in hyper.items()}

    together = np.array(walk(signature, surface.gradient, theta[:, some], n_steps, of(some)))
    for half in (slice(0, None, 2), slice(1, None, 2)):
        apart = np.array(walk(signature, surface.gradient, theta[:, some[half]], n_steps, of(some[half])))
        with np.errstate(all="ignore"):
            size = np.nanmax(np.abs(apart[0]), initial=0)
            same = np.isclose(together[..., half], apart, rtol=1e-6, atol=1e-9 * size, equal_nan=True)
        parted = np.flatnonzero(~same.all(axis=(0, 1, 2)))
        for k in parted[:CHECKED]:
            own = {name: float(v) if np.ndim(hyper[name]) else v for name, v in of(some[half][k]).items()}
            run = Single(signature, surface, theta[:, some[half][k]], n_steps, own)
            if not run.agrees(together[..., half][..., k]):
                return False
    return True


def walk_many(
    signature: Signature,
    surface: Surface,
    theta: np.ndarray,
    n_steps: int,
    hyper: dict[str, Any],
    every: int = 1,
) -> list[np.ndarray]:
    """Rows of many runs: together where that gives what single runs give, else one by one.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    theta : ndarray, shape (n, *lanes)
    n_steps : int
    hyper : dict
        Arrays in it broadcast over the lanes.
    every : int
        As for `walk`.

    Returns
    -------
    list of 2 + memories ndarrays, shape (rows, n, *lanes)
    """
    lanes = theta.shape[1:]
    spread = {name: np.broadcast_to(value, lanes) for name, value in hyper.items() if np.ndim(value)}

    def single(lane: tuple[Any, ...]) -> Single:
        own = {name: float(values[lane]) for name, values in spread.items()}
        start = theta[(slice(None), *lane)]
        return Single(signature, surface, start, n_steps, {**hyper, **own}, every=every)

    alone: dict[tuple[Any, ...], Single]
    alone = {lane: single(lane) for lane in ends_of(lanes)} if 0 not in lanes else {}
    for run in alone.values():  # what is wrong with the step itself is said here
        run.rows  # noqa: B018
    quicker_together = alone and len(theta) < LONG
    for together in (replay_many, walk_together) if quicker_together else ():
        try:
            with np.errstate(all="ignore"):
                rows = together(signature, surface, theta.copy(), n_steps, {**hyper, **spread}, every)
        except Exception:  # it does not take many at once
            continue
        if all(run.agrees(np.array([part[(..., *lane)] for part in rows])) for lane, run in alone.items()):
            return rows
    shape = (len(kept(n_steps, every)), *theta.shape)
    rows = [np.empty(shape) for _ in range(2 + len(signature.memory))]
    for lane in np.ndindex(lanes):
        for part, own in zip(rows, (alone.get(lane) or single(lane)).rows):
            part[(..., *lane)] = own
    return rows
