"""Replays a recorded step with many runs, without making new arrays.

Over ten thousand runs, making arrays is where the time of a step goes. A `Replay` repeats the operations of a
`Trace` in their order and puts each result where one lies that is not needed again: the same numbers to the
last bit. What is computed twice is computed once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from .trace import RAISING, Operation, _is_made, _stack, finite

if TYPE_CHECKING:
    from .trace import Trace

__all__ = ["PIECE", "Powers", "Replay"]


class Powers:
    """bᵗ for t = 1, 2, 3 … of an array: a running product in two doubles, rounded once.

    NumPy's power of an array rounds one in twenty otherwise than Python's power of a number, which a single
    run takes, and a step near chaos makes a visible difference of it. This rounds as Python does, but for a
    few in ten thousand, and takes less time.

    Parameters
    ----------
    base : ndarray
        Numbers from 0 to 1.
    """

    BLOCK = 64  # values of t that are prepared at a time

    def __init__(self, base: np.ndarray) -> None:
        self._high = base[np.newaxis].astype(float)  # row k of the block holds b^(first + k)
        self._low, self._first = np.zeros_like(self._high), 1
        while 2 * len(self._high) <= self.BLOCK and self._high.size <= PIECE // 2:
            further = _product(self._high, self._low, self._high[-1], self._low[-1])
            self._high, self._low = (np.concatenate(pair) for pair in zip((self._high, self._low), further))
        self._stride = self._high[-1], self._low[-1]

    def at(self, t: int) -> np.ndarray:
        """The power t, which never goes down."""
        while t >= self._first + len(self._high):
            self._high, self._low = _product(self._high, self._low, *self._stride)
            self._first += len(self._high)
        return self._high[t - self._first]


def _product(
    high: np.ndarray, low: np.ndarray, other_high: np.ndarray, other_low: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Product of numbers that are the sum of two doubles each (Dekker 1971)."""
    product = high * other_high
    a, b = _halves(high), _halves(other_high)
    # what rounding the product has lost, then what the low parts add
    lost = ((a[0] * b[0] - product) + a[0] * b[1] + a[1] * b[0]) + a[1] * b[1]
    lost += high * other_low + low * other_high
    rounded = product + lost
    return rounded, lost - (rounded - product)


def _halves(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A double as a sum of two with 26 bits each (Veltkamp 1968)."""
    scaled = 134217729.0 * x  # 2²⁷ + 1
    high = scaled - (scaled - x)
    return high, x - high


PIECE = 65_536  # numbers in one array of a piece; a dozen of these lie in the cache of one core


class Replay:
    """Walks many runs by a recording, in arrays that are used again and again.

    Parameters
    ----------
    trace : Trace
    theta : ndarray, shape (n, *lanes)
        The start, which is changed.
    hyper : dict
        As the recording's; arrays may have other lengths.
    with_loss : bool
        Whether `look` is to return the loss.

    Attributes
    ----------
    state : list of ndarray, shape (n, *lanes)
        Where the lanes stand now, and their memory.
    slope : ndarray, shape (n, *lanes)
        The gradient there, once `look` has been called.
    """

    _numbers: dict[Operation, Any]
    _places: dict[Operation, np.ndarray]
    _spread: list[tuple[np.ndarray, Operation]]
    _spare: dict[tuple[tuple[int, ...], np.dtype], list[np.ndarray]]
    _powers: dict[Operation, Any]  # Powers, or None

    def __init__(
        self, trace: Trace, theta: np.ndarray, hyper: dict[str, Any], with_loss: bool = True
    ) -> None:
        self.trace, self._shape = trace, theta.shape
        self._numbers = {operation: hyper[name] for name, operation in trace.hyper.items()}
        slope = np.empty(theta.shape)
        self._rows = {
            part: row for part, row in zip(trace.slope.given, slope) if _is_made(part, theta.ndim - 1)
        }
        self._places = {old: np.zeros(theta.shape) for old in trace.state}
        self._places |= {trace.state[0]: theta, trace.slope: slope, **self._rows}
        looking = [
            operation for operation in trace.looking if with_loss or operation not in trace.for_loss_alone
        ]
        order = [*looking, *trace.stepping]
        numbers = [operation for operation in order if not operation.rolls]
        self._timed = [operation for operation in numbers if operation.timed]
        self._spread, self._spare, self._powers = [], {}, {}
        self._compute(numbers, 1)
        last = {operation.root: len(looking) for operation in (*trace.state, trace.loss)}
        last |= {
            source.root: at
            for at, operation in enumerate(order)
            for source in operation.sources
            if at >= last.get(source.root, 0)
        }
        last |= {result: len(order) for result in trace.results}
        last[trace.slope] = max(last.get(n, 0) for n in (trace.slope, *self._rows))  # its rows lie in it
        calls = [self._arrange(operation, at, last) for at, operation in enumerate(order)]
        self._looking = [call for call in calls[: len(looking)] if call]
        self._stepping = [call for call in calls[len(looking) :] if call]
        self._stepping += self._homeward()
        self.state = [self._places[old] for old in trace.state]
        self.slope = self._places[trace.slope]

    def look(self, t: int) -> np.ndarray | None:
        """Prepare the step from here, the t-th, and return the loss here, shape lanes (None without)."""
        self._compute(self._timed, t)
        for place, operation in self._spread:
            np.copyto(place, self._numbers[operation])
        for function, arguments in self._looking:
            function(*arguments)
        return self._places.get(self.trace.loss)

    def is_far(self) -> bool:
        """Return whether a coordinate is so large, or lost, that the loss may not be finite."""
        theta, reach = self.state[0], self.trace.reach
        return not (theta.max() < reach and theta.min() > -reach)

    def step(self, t: int) -> None:
        """Take the step that was prepared."""
        for function, arguments in self._stepping:
            function(*arguments)

    def _compute(self, numbers: list[Operation], t: int) -> None:
        """What depends on t and hyperparameters alone; it is small, so that it may be made anew."""
        known = self._numbers
        known[self.trace.t] = t
        for operation in numbers:
            given = [known.get(a, a) for a in operation.given]
            if (
                operation.function is operator.pow
                and operation.given[1] is self.trace.t
                and np.ndim(given[0])
            ):
                known[operation] = self._power(operation, given[0], t)
            else:
                known[operation] = operation.function(*given)
                if operation.function in RAISING and np.ndim(known[operation]):
                    finite(known[operation])

    def _power(self, operation: Operation, base: np.ndarray, t: int) -> np.ndarray:
        """A hyperparameter to the power of t, as a number by itself takes it."""
        if operation not in self._powers:
            between = bool(((base >= 0) & (base <= 1)).all())
            self._powers[operation] = Powers(base) if between and not operation.given[0].timed else None
        return self._powers[operation].at(t) if self._powers[operation] else finite(base**t)

    def _arrange(
        self, operation: Operation, at: int, last: dict[Operation, int]
    ) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
        """The call that computes one result in its place."""
        if not operation.rolls:
            return None
        if operation.root is not operation:
            self._places[operation] = self._places[operation.root][operation.given[1]]
            return None
        given = [self._operand(a) for a in operation.given]
        shape = self._shape if operation.value.ndim == len(self._shape) else self._shape[1:]
        free = self._spare.setdefault((shape, operation.value.dtype), [])
        # the first argument's place is taken first, so that m = beta1 * m + ... ends where m was; but rows
        # that are put together may lie in another order
        for source in reversed(operation.sources if operation.function is not _stack else ()):
            if source.rolls and last[source.root] == at and source not in self._rows:
                place = self._places[source.root]
                spare = self._spare.setdefault((place.shape, place.dtype), [])
                if not any(place is other for other in spare):
                    spare.append(place)
        if operation not in self._places:
            self._places[operation] = free.pop() if free else np.empty(shape, operation.value.dtype)
        return operation.into, (*given, self._places[operation])

    def _operand(self, given: Any) -> Any:
        """The array that stands for an argument."""
        if not isinstance(given, Operation):
            return given if isinstance(given, (bool, np.bool_)) else np.array(given, dtype=float)
        if not given.rolls and given not in self._places:
            value = np.asarray(self._numbers[given])
            shape = self._shape[1:] if value.ndim else ()  # whole rows are quicker than broadcasting
            self._places[given] = place = np.empty(shape, bool if value.dtype == bool else float)
            np.copyto(place, value)
            if given.timed:
                self._spread.append((place, given))
        return self._places[given]

    def _homeward(self) -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
        """Copies for those results that did not come to lie where the next step looks for them."""
        homes = [self._places[old] for old in self.trace.state]
        ends = [self._places[result] for result in self.trace.results]
        astray = [(home, end) for home, end in zip(homes, ends) if end is not home]
        for number, (home, place) in enumerate(astray):
            if any(place is other for other in homes):  # one that would be overwritten
                aside = np.empty(place.shape)
                yield np.positive, (place, aside)
                astray[number] = home, aside
        for home, place in astray:
            yield np.positive, (place, home)
