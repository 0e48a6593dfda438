"""Runs a step with every combination of hyperparameters: ten thousand runs for one map.

The lanes are worked through in pieces that fit the cache, on several cores where that is measured to help.
No path is kept, so memory does not grow with the number of steps.
"""

import itertools
import math
import numbers
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from .descent import refuse_long_warmup, starting_point, whole_steps
from .hyperparameters import symbol
from .replay import PIECE, Replay
from .run import LONG, REPAIR, SAMPLED, Outcome, Single, Walker, alike_in_any_company, ends_of, marks_of
from .signature import Signature, name_of
from .surface import Surface
from .text import brief, format_number
from .trace import CannotRecord, Trace, moves_each_by_itself

__all__ = ["Sweep", "sweep", "sweep_within"]

MOST = 10_000_000  # lanes: their results take 170 MB

SILENT = 1.0  # seconds, after which a sweep shows how far it is

TRIED = 3  # steps of single runs before the long work begins

ONE_BY_ONE = 1_000_000  # steps of single runs that a sweep takes at most: some ten seconds


@dataclass(frozen=True, repr=False, eq=False)
class Sweep:
    """How every combination ended.

    Attributes
    ----------
    loss : ndarray, shape (len of each array given, in their order; then the lanes of the start)
        At the end; NaN where the run diverged.
    diverged : ndarray of bool, of the same shape
        Whether a point or a loss on the way was not finite.
    steps : ndarray of int, of the same shape; or None
        The first step at which the loss was below the tolerance, −1 where it never was. None without
        a tolerance.
    hyper : dict
        As given: arrays stay arrays.
    start : ndarray, shape (n, *lanes)
    n_steps : int
    tolerance : float or None
    step : callable
    surface : Surface
    """

    loss: np.ndarray
    diverged: np.ndarray
    steps: np.ndarray | None
    hyper: dict[str, Any]
    start: np.ndarray
    n_steps: int
    tolerance: float | None
    step: Callable[..., Any]
    surface: Surface

    def at(self, index: Any) -> dict[str, Any]:
        """The settings of one run, as `descend` takes them.

        Parameters
        ----------
        index : int or tuple of int
            Its place in `loss`.

        Returns
        -------
        dict
            The hyperparameters that were given, as numbers; and `start`, if it had lanes.

        Examples
        --------
        >>> from adamlab import adam, beale, sweep
        >>> sweep(adam, beale, eta=[0.01, 0.1]).at(1)
        {'eta': 0.1}
        """
        settings: dict[str, Any]
        index, settings = list(np.atleast_1d(index)), {}
        for name, value in self.hyper.items():
            axes, index = index[: np.ndim(value)], index[np.ndim(value) :]
            settings[name] = float(value[tuple(axes)]) if np.ndim(value) else value
        return settings | ({"start": self.start[:, *index]} if self.start.ndim > 1 else {})

    @property
    def best_at(self) -> tuple[Any, ...] | None:
        """The index of the lowest value in `loss`, as a tuple; None if every run diverged."""
        if self.diverged.all():
            return None
        return np.unravel_index(np.nanargmin(self.loss), self.loss.shape)

    @property
    def best(self) -> dict[str, Any] | None:
        """The settings of the lowest final loss, as a dict; None if every run diverged."""
        return None if self.best_at is None else self.at(self.best_at)

    def __repr__(self) -> str:
        swept = [name for name, value in self.hyper.items() if np.ndim(value)]
        names = " × ".join([symbol(name) for name in swept] + ["start"] * (self.start.ndim > 1))
        sizes = " × ".join(map(str, self.loss.shape)) or "1"
        head = f"{name_of(self.step)} on {self.surface.name}, {sizes} runs{f' over {names}' if names else ''}"
        best: Any = self.best
        if best is None:
            return f"{head}, {self.n_steps} steps: all diverged"
        best = ", ".join(f"{symbol(name)}={best[name]:.4g}" for name in swept)
        lost = np.count_nonzero(self.diverged)
        return (
            f"{head}, {self.n_steps} steps: lowest loss {format_number(np.nanmin(self.loss))}"
            f"{f' at {best}' if best else ''}; {lost} diverged"
        )


def sweep(
    step: Callable[..., Any],
    surface: Surface,
    start: Any = None,
    n_steps: int = 100,
    tolerance: float | None = None,
    **hyper: Any,
) -> Sweep:
    """Take n_steps steps with every combination of the values in the arrays.

    The losses are those of single runs of `descend`: the first, the middle and the last combination are
    also run on their own, from start to end, and compared. A step that works for one run but not for many is
    run combination by combination, as long as that takes no more than a million steps in all.

    Parameters
    ----------
    step : callable
        As for `descend`. It is quick if it works on many lanes at once: NumPy functions, no if on a value.
    surface : Surface
    start : array_like, shape (n,) or (n, *lanes), optional
        The surface's own start unless given. Several starts are one more axis of the grid.
    n_steps : int
    tolerance : float, optional
        A loss. With it, `steps` tells when each run first fell below it; of a problem that keeps one step of
        many, the first of those kept.
    **hyper : float or array_like
        Each array is one more axis, in the order given.

    Returns
    -------
    Sweep

    Raises
    ------
    TypeError
        For a step, surface or hyperparameter that is not what it should be.
    ValueError
        For a value out of range, an empty array, more than ten million combinations, too many of them for a
        step that works only for one run, or a step that gives different numbers each time.

    Examples
    --------
    >>> import numpy as np
    >>> from adamlab import momentum, ravine, sweep
    >>> swept = sweep(momentum, ravine, eta=np.geomspace(1e-3, 0.1, 20), beta1=np.linspace(0, 0.9, 10))
    >>> swept.loss.shape
    (20, 10)
    >>> swept
    momentum on ravine, 20 × 10 runs over η × β1, 100 steps: lowest loss 8.5e-29 at η=0.1, β1=0.5; 0 diverged
    """
    refuse_long_warmup(step, whole_steps(n_steps, name_of(step)), hyper)
    return sweep_within(ONE_BY_ONE, step, surface, start, n_steps, tolerance, hyper)


def sweep_within(
    most: float,
    step: Callable[..., Any],
    surface: Surface,
    start: Any,
    n_steps: int,
    tolerance: float | None,
    hyper: dict[str, Any],
) -> Sweep:
    """A sweep that takes so many steps one by one at most; as `sweep`."""
    signature = Signature(step)
    settings = signature.hyper(hyper)
    given = {name: settings[name] for name in hyper}
    start = starting_point(signature, surface, start, {})
    n_steps = whole_steps(n_steps, signature.name)
    signature = signature.within(n_steps, surface.shape)
    number = isinstance(tolerance, numbers.Real) and not isinstance(tolerance, bool)
    if tolerance is not None and not (number and math.isfinite(tolerance)):
        raise ValueError(
            f"{signature.name}: tolerance must be a loss, a finite number, got {brief(tolerance)}"
        )
    shape = _shape(signature, {**given, "start": start[0]})
    spread: dict[str, Any]
    axes, spread = 0, {}
    for name, values in given.items():
        spread[name] = _on_axes(values, axes, len(shape)) if np.ndim(values) else values
        axes += np.ndim(values)
    theta = np.array([_on_axes(row, axes, len(shape)) for row in start])
    grid = Grid(signature, surface, theta, {**settings, **spread}, shape, n_steps, tolerance)
    _work_off(grid, most)
    return Sweep(grid.loss, grid.diverged, grid.steps, given, start, n_steps, tolerance, step, surface)


def _work_off(grid: "Grid", most: float) -> None:
    """Walk all runs: by a recording, or else as written, or else one by one; some are walked alone, too."""
    signature, alone = grid.signature, {cell: grid.single(cell) for cell in ends_of(grid.shape)}
    for cell in alone:  # what is wrong with the step itself is mostly said at once
        grid.single(cell, min(grid.n_steps, TRIED)).rows  # noqa: B018
    problem = "each of them is long, and runs by itself" if grid.runs_alone else "it might mix them"
    for prepare in () if grid.runs_alone else (grid.record, grid.trust_as_written):
        try:
            prepare()
            grid.work()
        except CannotRecord:
            continue
        except Exception as fault:  # it moves one run, or a single one says below what is wrong
            problem = f"{type(fault).__name__}: {fault}"
        else:
            if grid.agrees(alone):
                return
            problem = "it gives different numbers"
    for run in alone.values():
        run.outcome  # noqa: B018
    if math.prod(grid.shape) * grid.n_steps > most:
        repair = "Take fewer values or steps" if grid.runs_alone else REPAIR
        raise ValueError(f"{signature.name} works for one run, but not for many at once: {problem}. {repair}")
    _refuse_if_it_changes(signature, alone)
    grid.walk_one_by_one(alone)
    _refuse_if_it_changes(signature, alone)


def _refuse_if_it_changes(signature: Signature, alone: Mapping[tuple[int, ...], Single]) -> None:
    if not all(run.is_repeatable() for run in alone.values()):
        raise ValueError(
            f"{signature.name} gives different numbers each time: it keeps something between calls (a "
            f"global, an attribute, a list), or it draws random numbers. Use descend "
            f"for single runs"
        )


def _shape(signature: Signature, arrays: dict[str, Any]) -> tuple[int, ...]:
    """Shape of the grid; refused before anything of that size is made."""
    for name, values in arrays.items():
        if np.size(values) == 0:
            raise ValueError(f"{signature.name}: {name} is an empty array: give at least one value")
    shape = tuple(length for values in arrays.values() for length in np.shape(values))
    count = math.prod(shape)
    if count > MOST:
        axes = sum(length > 1 for length in shape)
        fewer = f"about {math.floor(MOST ** (1 / axes)):,} values {'on each axis' if axes > 1 else 'in all'}"
        raise ValueError(
            f"{signature.name}: {' × '.join(map(str, shape))} = {count:,} combinations are too many "
            f"(at most {MOST:,}): give {fewer}, or sweep a part at a time"
        )
    return shape


def _on_axes(values: Any, first: int, ndim: int) -> np.ndarray:
    """With axes of length 1 before and behind, so that it broadcasts over the grid."""
    values = np.asarray(values)
    return values.reshape((1,) * first + values.shape + (1,) * (ndim - first - values.ndim))


class AsWritten(Walker):
    """Many runs by calling surface and step; a `Replay` does the same, faster."""

    def __init__(
        self, signature: Signature, surface: Surface, theta: np.ndarray, hyper: dict[str, Any]
    ) -> None:
        super().__init__(signature, surface.gradient, theta, hyper)
        self._surface = surface

    def look(self, t: int) -> Any:
        """The loss here, shape lanes."""
        return self._surface.loss(self.state[0], t)


class Grid:
    """The lanes of a sweep, and how they are worked through.

    Axes are cut from the shortest on. In a piece the longest lies last: there NumPy is quickest.
    """

    def __init__(
        self,
        signature: Signature,
        surface: Surface,
        theta: np.ndarray,
        hyper: dict[str, Any],
        shape: tuple[int, ...],
        n_steps: int,
        tolerance: float | None,
    ) -> None:
        self.signature, self.surface, self.n_steps, self.tolerance = signature, surface, n_steps, tolerance
        self.theta, self.hyper, self.shape = theta, hyper, shape
        self.loss, self.diverged = np.empty(shape), np.empty(shape, bool)
        self.steps = None if tolerance is None else np.empty(shape, int)
        self._order = sorted(range(len(shape)), key=lambda axis: shape[axis])
        self._trace: Trace | None
        self._stop, self._trace = threading.Event(), None
        empty = 1 + len(signature.memory), len(marks_of(n_steps)), len(theta)
        self._marks = {} if self.runs_alone else {cell: np.full(empty, np.nan) for cell in ends_of(shape)}

    @property
    def runs_alone(self) -> bool:
        """Whether many runs at once would be no quicker, or not all of their steps are looked at."""
        return self.surface.n >= LONG or self.surface.every > 1

    def record(self) -> None:
        """Let `work` replay a recording; raise CannotRecord if there can be none."""
        with np.errstate(all="ignore"):
            self._trace = Trace(self.signature, self.surface, *self._few())

    def trust_as_written(self) -> None:
        """Let `work` call surface and step with many runs; raise CannotRecord if they might mix."""
        self._trace = None
        with np.errstate(all="ignore"):
            few = self._few()
            if not moves_each_by_itself(self.signature, self.surface, *few, self.n_steps, self.hyper):
                raise CannotRecord("it may mix runs")
            if self.surface.vector and not self._is_alike_in_any_company():
                raise CannotRecord("it mixes runs")

    def _is_alike_in_any_company(self) -> bool:
        some = np.unique(np.linspace(0, math.prod(self.shape) - 1, SAMPLED).round().astype(int))
        theta = np.array([np.broadcast_to(row, self.shape).flat[some] for row in self.theta])
        hyper = {
            n: np.broadcast_to(v, self.shape).flat[some] if np.ndim(v) else v for n, v in self.hyper.items()
        }
        return alike_in_any_company(self.signature, self.surface, theta, self.n_steps, hyper)

    def _few(self) -> tuple[np.ndarray, dict[str, Any]]:
        """A few lanes as an example."""
        return self._lanes(tuple(slice(0, 3) for _ in self.shape))

    def work(self) -> None:
        """Walk all pieces."""
        self._progress = Progress(math.prod(self.shape) * (self.n_steps + 1))
        pieces = list(self._pieces())
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        threads = self._trace and sys.platform != "emscripten"  # a browser has none
        cores = min(cores, len(pieces)) if threads else 1  # a step as written may not be safe in them
        try:
            alone = self._work_off(1, pieces[:1])
            if cores > 1:
                together = self._work_off(cores, pieces[1 : 1 + cores])
                self._work_off(cores if together < 0.9 * alone else 1, pieces[1 + cores :])
            else:
                self._work_off(1, pieces[1:])
        finally:
            self._progress.close()

    def _work_off(self, workers: int, pieces: Sequence[tuple[slice, ...]]) -> float:
        """Walk these pieces, and return the seconds that a lane took."""
        began, before, todo = time.perf_counter(), self._progress.done, iter(pieces)
        if workers == 1:
            self._take_turns(todo)
        else:
            with ThreadPoolExecutor(workers - 1) as pool:
                try:
                    others = [pool.submit(self._take_turns, todo) for _ in range(workers - 1)]
                    self._take_turns(todo)
                    for other in others:
                        other.result()
                except BaseException:
                    self._stop.set()
                    raise
        return (time.perf_counter() - began) / max(1, self._progress.done - before)

    def _take_turns(self, todo: Iterator[tuple[slice, ...]]) -> None:
        with np.errstate(all="ignore"):
            for piece in todo:
                self._walk(piece)

    def _walk(self, piece: tuple[slice, ...]) -> None:
        """Walk a piece, and put down how each of its runs ended."""
        walker, loss_too, point_too = self._walker(piece)
        whole = np.ones(walker.state[0].shape[1:], bool)
        loss: Any = None
        below = np.full(whole.shape, -1)
        compared = list(self._compared_in(piece))
        try:
            for t in range(1, self.n_steps + 2):
                at_end = t > self.n_steps
                loss = None if at_end else walker.look(t)
                if at_end or (not loss_too and (t == 1 or walker.is_far())):
                    loss = self.surface.loss(walker.state[0], t)
                if loss is not None:
                    whole &= np.isfinite(loss)
                if at_end or point_too:
                    whole &= np.isfinite(walker.state[0]).all(axis=0)
                if self.tolerance is not None:
                    below[whole & (loss < self.tolerance) & (below < 0)] = t - 1
                if not at_end:
                    walker.step(t)
                    self._keep_marks(compared, t, walker.state)
                if self._stop.is_set():
                    return
                self._progress.advance(whole.size)
        except OverflowError:  # in a number that depends on t alone: all lanes are lost
            whole[...], loss = False, np.nan
        self._put(self.loss, piece, np.where(whole, loss, np.nan))
        self._put(self.diverged, piece, ~whole)
        if self.steps is not None:
            self._put(self.steps, piece, below)

    def _walker(self, piece: tuple[slice, ...]) -> tuple[Any, bool, bool]:
        """What walks a piece; and whether loss and point have to be looked at in each step.

        They need not where a recording shows that an infinity stays: then the last step tells of all before.
        """
        theta, hyper = self._lanes(piece)
        trace = self._trace
        point_too = self.tolerance is not None or not (trace and trace.keeps_infinity)
        loss_too = point_too or not (trace and trace.reach)
        if trace:
            return Replay(trace, theta, hyper, loss_too), loss_too, point_too
        return AsWritten(self.signature, self.surface, theta, hyper), loss_too, point_too

    def _keep_marks(self, compared: list[tuple[Any, Any]], t: int, state: Sequence[np.ndarray]) -> None:
        """Keep what is compared with single runs later, if t is one of the marks."""
        marks = marks_of(self.n_steps)
        if t in marks:
            for cell, lane in compared:
                self._marks[cell][:, marks.index(t)] = [kept[(slice(None), *lane)] for kept in state]

    def _compared_in(self, piece: tuple[slice, ...]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """Those places of a piece whose runs are compared with single ones, in the grid and in the piece."""
        for cell in self._marks:
            spans = [range(length)[part] for length, part in zip(self.shape, piece)]
            if all(k in span for k, span in zip(cell, spans)):
                yield cell, tuple(cell[axis] - spans[axis].start for axis in self._order) or (0,)

    def agrees(self, alone: Mapping[tuple[int, ...], Single]) -> bool:
        """Return whether some runs ended as they do alone.

        Parameters
        ----------
        alone : dict of Single
            By their place in the grid.
        """
        return all(run.ends_as(self._outcome(cell)) for cell, run in alone.items())

    def single(self, cell: tuple[int, ...], n_steps: int | None = None) -> Single:
        """The run of one place in the grid, by itself."""
        own = {
            n: float(np.broadcast_to(v, self.shape)[cell]) if np.ndim(v) else v for n, v in self.hyper.items()
        }
        start = np.array([np.broadcast_to(row, self.shape)[cell] for row in self.theta])
        n_steps = self.n_steps if n_steps is None else n_steps
        given = self.signature, self.surface, start, n_steps, own, self.tolerance
        return Single(*given, self.surface.every)

    def walk_one_by_one(self, alone: Mapping[tuple[int, ...], Single]) -> None:
        """Fill in what single runs end with.

        Parameters
        ----------
        alone : dict of Single
            Those that were walked already, by their place.
        """
        self._progress = Progress(math.prod(self.shape) * (self.n_steps + 1))
        try:
            for cell in np.ndindex(self.shape):
                self.loss[cell], self.diverged[cell], below = (alone.get(cell) or self.single(cell)).outcome[
                    :3
                ]
                if self.steps is not None:
                    self.steps[cell] = below
                self._progress.advance(self.n_steps + 1)
        finally:
            self._progress.close()

    def _outcome(self, cell: tuple[int, ...]) -> Outcome:
        below = -1 if self.steps is None else int(self.steps[cell])
        return Outcome(float(self.loss[cell]), bool(self.diverged[cell]), below, self._marks[cell])

    def _pieces(self) -> Iterator[tuple[slice, ...]]:
        """Parts of the grid, each a slice for each axis."""
        most, size, cut = max(1, PIECE // len(self.theta)), 1, len(self.shape)
        while cut and size * self.shape[self._order[cut - 1]] <= most:
            cut -= 1
            size *= self.shape[self._order[cut]]
        piece = [slice(None)] * len(self.shape)
        if not cut:
            yield tuple(piece)
            return
        *single, axis = self._order[:cut]
        parts = -(-self.shape[axis] // (most // size))
        edges = [self.shape[axis] * k // parts for k in range(parts + 1)]
        for index in np.ndindex(*(self.shape[a] for a in single)):
            for a, i in zip(single, index):
                piece[a] = slice(i, i + 1)
            for low, high in itertools.pairwise(edges):
                piece[axis] = slice(low, high)
                yield tuple(piece)

    def _lanes(self, piece: tuple[slice, ...]) -> tuple[np.ndarray, dict[str, Any]]:
        """Start and hyperparameters of a piece."""

        def part(values: np.ndarray) -> np.ndarray:
            own = (s if length > 1 else slice(None) for s, length in zip(piece, values.shape))
            taken = values[tuple(own)].transpose(self._order)
            return np.ascontiguousarray(taken.reshape(taken.shape or (1,)))

        theta = np.empty((len(self.theta), *(self._view(self.loss, piece).shape or (1,))))
        for row, values in zip(theta, self.theta):
            row[...] = part(values)
        return theta, {n: part(values) if np.ndim(values) else values for n, values in self.hyper.items()}

    def _view(self, results: np.ndarray, piece: Any) -> np.ndarray:
        """The piece's part of the results, its axes in the order of its lanes."""
        return results[(*piece, ...)].transpose(self._order)

    def _put(self, results: np.ndarray, piece: tuple[slice, ...], values: np.ndarray) -> None:
        place = self._view(results, piece)
        place[...] = values.reshape(place.shape)


class Progress:
    """A bar for a sweep that takes long; nothing for one that does not.

    Attributes
    ----------
    done : int
        Steps of all runs so far.
    """

    def __init__(self, total: int) -> None:
        self._bar: Any
        self._total, self._bar, self._next = total, None, time.monotonic() + SILENT
        self._owner, self.done = threading.get_ident(), 0

    def advance(self, steps: int) -> None:
        """Count steps, and bring the bar up to date ten times a second, in the thread that made it."""
        self.done += steps
        if time.monotonic() < self._next or threading.get_ident() != self._owner:
            return
        self._next = time.monotonic() + 0.1
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=self._total, unit="step", unit_scale=True, desc="sweep", leave=False)
        self._bar.update(self.done - self._bar.n)

    def close(self) -> None:
        """Take the bar away: filled, for one that is closed before its end is left there in red."""
        if self._bar is not None:
            self._bar.n = self._bar.total
            self._bar.close()
