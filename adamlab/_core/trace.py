"""Records one step on one surface as a list of operations.

A step is written to be read, and means one run: an if, a sum over everything, a coordinate picked out.
`Trace` calls surface and step once with stand-ins that keep each operation. What is more than arithmetic on
each run by itself (an if on a value, a function that might mix runs, random numbers) cannot be recorded, so a
recording is a proof: replayed with thousands of runs, they cannot mix. What it does not prove is that the
step does the same at each t (one may ask for the type of t, or count its calls), so whoever replays it
compares with single runs.

Written into an array, as in ``m *= beta1``, changes it under all its names, as NumPy does.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

if TYPE_CHECKING:
    from .signature import Signature
    from .surface import Surface

__all__ = ["CannotRecord", "Operation", "Trace", "finite", "keeps_points_apart", "moves_each_by_itself"]


class CannotRecord(TypeError):
    """A step or a surface does more than arithmetic on each run by itself."""


class Operation:
    """One operation of a recording, or one of its inputs.

    Attributes
    ----------
    value : ndarray or number
        What came out for the example.
    everywhere : ndarray or number
        For what depends on t and hyperparameters alone: what came out for all runs.
    function, into : callable or None
        What computes it from `given`; the same, with a place for the result as last argument. None for an
        input.
    given : tuple
        Operations and fixed numbers.
    rolls : bool
        Whether it depends on point or memory, so that it is an array over all runs.
    timed : bool
        Whether it depends on t.
    """

    function: Any  # Callable | None
    into: Any
    rolls: bool
    timed: bool

    def __init__(
        self,
        value: Any,
        function: Callable[..., Any] | None = None,
        into: Callable[..., Any] | None = None,
        given: tuple[Any, ...] = (),
        rolls: bool = False,
        timed: bool = False,
        everywhere: Any = None,
    ) -> None:
        self.value, self.function, self.into, self.given = value, function, into, given
        self.everywhere = value if everywhere is None else everywhere
        self.sources = [a for a in given if isinstance(a, Operation)]
        self.rolls = rolls or any(a.rolls for a in self.sources)
        self.timed = timed or any(a.timed for a in self.sources)

    @property
    def root(self) -> Operation:
        """The array that it is a coordinate of; else itself."""
        return self.given[0] if self.function is operator.getitem else self


class StandIn:
    """What surface and step are given in place of an array or a number: it records what is done with it.

    Parameters
    ----------
    recorder : Recorder
    operation : Operation
        What it stands for now; another one after something was written into it.
    """

    def __init__(self, recorder: Recorder, operation: Operation) -> None:
        self._recorder, self._now = recorder, operation

    @property
    def _is_array(self) -> bool:
        """Whether it has all coordinates, so that it can be written into; a coordinate is a number."""
        return self._now.rolls and self._now.value.shape == self._recorder.shape

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.nout != 1 or ufunc.signature:
            self._recorder.refuse(f"it uses {ufunc.__name__} in a form that is not kept")
        if ufunc is np.power and not any(a._now.rolls for a in given if isinstance(a, StandIn)):
            self._recorder.refuse("a NumPy number to the power of t: NumPy rounds it in another way alone")
        return self._recorder.note(ufunc, BY_KEYWORD.get(ufunc, ufunc), given)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, given: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        if function in OVER_COORDINATES and given[1:] in ((), (0,)):
            return self._over_coordinates(OVER_COORDINATES[function], *given[1:], **options)
        if function not in LANE_BY_LANE or options or len(given) != 3:
            self._recorder.refuse(f"it uses {function.__name__}, which may mix runs")
        return self._recorder.note(function, LANE_BY_LANE[function], given)

    def __getitem__(self, row: Any) -> Any:
        return self._recorder.note(operator.getitem, None, (self, self._coordinate(row)))

    def __setitem__(self, row: Any, value: Any) -> None:
        row, rows = self._coordinate(row), list(self)
        rows[row] = value
        self._write(self._recorder.note(_stack, _stack_into, tuple(rows)))

    def _coordinate(self, row: Any) -> int:
        if not isinstance(row, int) or not self._is_array:
            self._recorder.refuse("it picks out something else than one coordinate")
        return range(len(self))[row]

    def _write(self, result: Any) -> Any:
        """Let this array, under all its names, be another one from now on."""
        if result._now.value.shape != self._recorder.shape or result._now.value.dtype != float:
            self._recorder.refuse("it writes into an array what does not fit")
        self._recorder.written, self._now = True, result._now
        return self

    def __len__(self) -> int:
        return len(self._now.value)

    def __iter__(self) -> Iterator[Any]:
        return (self[row] for row in range(len(self)))

    def __pow__(self, exponent: Any) -> Any:
        if self._now.rolls and not isinstance(exponent, (int, float)):
            self._recorder.refuse("it raises to a power that is no fixed number")
        if self._now.rolls and exponent in SHORT_POWERS:  # as NumPy's own ** does
            return self._recorder.note(SHORT_POWERS[exponent], SHORT_POWERS[exponent], (self,))
        return self._recorder.note(operator.pow, np.power, (self, exponent))

    def __rpow__(self, base: Any) -> Any:
        return self._recorder.note(operator.pow, np.power, (base, self))

    def _over_coordinates(
        self, function: Callable[[list[Any]], Any], axis: Any = None, **options: Any
    ) -> Any:
        """A sum and its like over the coordinates of each run, which is what axis=0 says."""
        if axis != 0 or options or not self._is_array or len(self) > MOST_COORDINATES:
            self._recorder.refuse("it takes a sum, or its like, over more than the coordinates of one point")
        return function(list(self))

    def sum(self, axis: Any = None, **options: Any) -> Any:
        """Over the coordinates of each run."""
        return self._over_coordinates(_sum, axis, **options)

    def mean(self, axis: Any = None, **options: Any) -> Any:
        """Over the coordinates of each run, as `sum`."""
        return self._over_coordinates(_mean, axis, **options)

    def max(self, axis: Any = None, **options: Any) -> Any:
        """Over the coordinates of each run, as `sum`."""
        return self._over_coordinates(_max, axis, **options)

    def min(self, axis: Any = None, **options: Any) -> Any:
        """Over the coordinates of each run, as `sum`."""
        return self._over_coordinates(_min, axis, **options)

    def copy(self) -> Any:
        """The same under a name of its own."""
        return StandIn(self._recorder, self._now)

    def __getattr__(self, name: str) -> Any:
        if not self._recorder.recording:
            return getattr(self._now.value, name)
        if name[:2] != "__":  # a step may ask with hasattr; what NumPy asks for is not there
            self._recorder.refuse(f"it asks an array for its {name}")
        raise AttributeError(name)


def _choose_into(condition: Any, yes: Any, no: Any, out: np.ndarray) -> None:
    np.copyto(out, np.where(condition, yes, no))


def _maximum_into(a: Any, b: Any, out: np.ndarray) -> None:
    np.maximum(a, b, out=out)


def _minimum_into(a: Any, b: Any, out: np.ndarray) -> None:
    np.minimum(a, b, out=out)


def _stack(*parts: Any) -> np.ndarray:
    return np.array(np.broadcast_arrays(*parts), dtype=float)


def _stack_into(*parts_and_out: Any) -> None:
    *parts, out = parts_and_out
    for row, part in zip(out, parts):
        if not np.may_share_memory(row, part):
            row[...] = part


def _sum(parts: list[Any]) -> Any:
    return functools.reduce(operator.add, parts)


def _mean(parts: list[Any]) -> Any:
    return _sum(parts) / len(parts)


def _max(parts: list[Any]) -> Any:
    return functools.reduce(np.maximum, parts)


def _min(parts: list[Any]) -> Any:
    return functools.reduce(np.minimum, parts)


def _norm(parts: list[Any]) -> Any:
    return np.sqrt(_sum([part * part for part in parts]))


MOST_COORDINATES = 7  # NumPy adds up so few one by one; more in another order

OVER_COORDINATES: dict[Any, Callable[[list[Any]], Any]] = {
    np.sum: _sum,
    np.mean: _mean,
    np.max: _max,
    np.min: _min,
    np.linalg.norm: _norm,
}

# they alone want `out=` spelt out
BY_KEYWORD: dict[Any, Callable[..., Any]] = {np.maximum: _maximum_into, np.minimum: _minimum_into}

LANE_BY_LANE: dict[Any, Callable[..., Any]] = {np.clip: np.clip, np.where: _choose_into}

SHORT_POWERS = {2: np.square, 1: np.positive, 0.5: np.sqrt, -1: np.reciprocal}

ARITHMETIC = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "truediv": np.divide,
    "floordiv": np.floor_divide,
    "mod": np.remainder,
}

OTHERS = {
    "neg": np.negative,
    "pos": np.positive,
    "abs": np.absolute,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}


def _method(
    function: Callable[..., Any], into: Callable[..., Any], turned: bool = False
) -> Callable[..., Any]:
    def noted(self: StandIn, *other: Any) -> Any:
        return self._recorder.note(function, into, (*other, self) if turned else (self, *other))

    return noted


def _asked(answer: Callable[..., Any]) -> Callable[..., Any]:
    """What needs a value: refused, until the recording is over."""

    def asked(self: StandIn, *more: Any) -> Any:
        if self._recorder.recording:
            self._recorder.refuse("it decides by a value: an if, a text, or a function for single numbers")
        return answer(self._now.value, *more)

    return asked


def _in_place(operation: Callable[..., Any]) -> Callable[..., Any]:
    """``m *= beta1`` writes into an array, and gives a number another name."""

    def written(self: StandIn, other: Any) -> Any:
        result = operation(self, other)
        return self._write(result) if self._is_array else result

    return written


for _name, _ufunc in (ARITHMETIC | OTHERS).items():
    setattr(StandIn, f"__{_name}__", _method(getattr(operator, _name), _ufunc))

for _name, _ufunc in ARITHMETIC.items():
    setattr(StandIn, f"__r{_name}__", _method(getattr(operator, _name), _ufunc, turned=True))

_answer: Any
# t in {100, 200} and "2" in str(t) would be answered without a question
for _name, _answer in {
    "bool": bool,
    "float": float,
    "int": int,
    "index": operator.index,
    "format": format,
    "repr": repr,
    "array": lambda value, *_: np.asarray(value),
}.items():
    setattr(StandIn, f"__{_name}__", _asked(_answer))

StandIn.__hash__ = _asked(id)  # type: ignore[method-assign]

for _name in (*ARITHMETIC, "pow"):
    setattr(StandIn, f"__i{_name}__", _in_place(getattr(StandIn, f"__{_name}__")))


class Recorder:
    """Calls functions with stand-ins, and keeps what they did.

    Parameters
    ----------
    n_memories : int
    theta : ndarray, shape (n, *lanes)
        An example: a few runs, at least one axis of them.
    hyper : dict
        Numbers, taken as fixed, and arrays that broadcast over the runs.

    Attributes
    ----------
    hyper : dict
        Stand-ins for the arrays; the numbers.
    state : list of StandIn
        The point and the memory.
    recording : bool
        Whether it is still going on; afterwards a stand-in that a step has kept is its example.
    refused : bool
        Whether something was refused, also if the step caught the error.
    written : bool
        Whether something was written into an array.
    """

    hyper: dict[str, Any]
    state: list[Any]
    _known: dict[tuple[Any, ...], Operation]

    def __init__(
        self,
        n_memories: int,
        theta: np.ndarray,
        hyper: dict[str, Any],
        everywhere: dict[str, Any] | None = None,
    ) -> None:
        everywhere = everywhere or {}
        self.shape, self.refused, self.written, self._known = theta.shape, False, False, {}
        self.recording = True
        self.hyper = {
            name: self.input(value, everywhere=everywhere.get(name)) if np.ndim(value) else value
            for name, value in hyper.items()
        }
        self.state = [self.input(theta, rolls=True)]
        self.state += [self.input(np.zeros(theta.shape), rolls=True) for _ in range(n_memories)]

    def input(self, value: Any, **kind: Any) -> Any:
        """A stand-in for something that is given."""
        return StandIn(self, Operation(value, **kind))

    def refuse(self, reason: str) -> NoReturn:
        """Give up."""
        self.refused = True
        raise CannotRecord(reason)

    def note(
        self, function: Callable[..., Any], into: Callable[..., Any] | None, given: tuple[Any, ...]
    ) -> Any:
        """Compute an example and remember how; the same operation again is the same."""
        if any(np.ndim(a) for a in given if not isinstance(a, StandIn)):
            self.refuse("it uses an array of its own")
        given = tuple(a._now if isinstance(a, StandIn) else a for a in given)
        key = (
            function,
            *(id(a) if isinstance(a, Operation) else (type(a), repr(a)) for a in given),
        )  # −0.0 ≠ 0.0
        if key not in self._known:
            value = function(*(a.value if isinstance(a, Operation) else a for a in given))
            self._known[key] = self._checked(Operation(value, function, into, given))
        return StandIn(self, self._known[key])

    def _checked(self, new: Operation) -> Operation:
        kind, shape = np.asarray(new.value).dtype, np.shape(new.value)
        if kind not in (float, bool) and (new.rolls or isinstance(new.value, np.generic)):
            self.refuse("it makes whole numbers, or numbers of less than 64 bits")
        if new.rolls and shape not in (self.shape, self.shape[1:]):
            self.refuse(f"it makes an array of shape {shape}")
        if not new.rolls and np.ndim(new.value):
            given = (a.everywhere if isinstance(a, Operation) else a for a in new.given)
            new.everywhere = new.function(*given)
            if new.function in RAISING:
                finite(new.everywhere)
        return new


# what Python's numbers refuse for some values; their sums and products overflow as NumPy's do
RAISING = (operator.pow, operator.truediv, operator.floordiv, operator.mod)


def finite(numbers: np.ndarray) -> np.ndarray:
    """The same; CannotRecord if a run by itself would fail, for Python's numbers raise where NumPy's go on.

    Parameters
    ----------
    numbers : ndarray

    Returns
    -------
    ndarray
    """
    if not np.isfinite(numbers).all():
        raise CannotRecord("it overflows, or leaves the real numbers, with some of the hyperparameters")
    return numbers


def moves_each_by_itself(
    signature: Signature,
    surface: Surface,
    theta: np.ndarray,
    hyper: dict[str, Any],
    n_steps: int,
    everywhere: dict[str, Any],
) -> bool:
    """Return whether many runs cannot mix when surface and step are called with all of them as they are
    written.

    Whatever a step decides by t is allowed: it is asked at each t. A surface that takes its point as one
    array answers for its runs itself.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    theta : ndarray, shape (n, *lanes)
        An example, a few runs.
    hyper : dict
    n_steps : int
    everywhere : dict
        Hyperparameters of all runs.

    Returns
    -------
    bool
    """
    try:
        for t in range(1, n_steps + 1):
            recorder = Recorder(len(signature.memory), theta, hyper, everywhere)
            if not surface.vector:
                surface.unchecked(recorder.state[0], t)
            g = recorder.input(theta, rolls=True)
            signature.call_by_name(recorder.state[0], g, recorder.state[1:], t, recorder.hyper)
            recorder.recording = False
            if recorder.refused:
                return False
    except Exception:  # it does more than arithmetic on each by itself
        return False
    return True


@functools.lru_cache(maxsize=64)
def keeps_points_apart(surface: Surface) -> bool:
    """Return whether the loss of many points cannot mix them, as a recording shows.

    Parameters
    ----------
    surface : Surface

    Returns
    -------
    bool
    """
    recorder = Recorder(0, surface.start[:, np.newaxis] + np.arange(3.0), {})
    try:
        with np.errstate(all="ignore"):
            loss = surface.unchecked_loss(recorder.state[0], 1)
    except Exception:
        return False
    finally:
        recorder.recording = False
    return not recorder.refused and isinstance(loss, StandIn)


class Trace(Recorder):
    """What one step on a surface does, operation by operation.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    theta : ndarray, shape (n, *lanes)
        An example: a few runs, at least one axis of them.
    hyper : dict
        Numbers, taken as fixed, and arrays that broadcast over the runs; a replay may be given others.

    Attributes
    ----------
    hyper : dict of Operation
        The arrays.
    state : list of Operation
        Point and memory before the step.
    t : Operation
    looking, stepping : list of Operation
        What is computed before and after the loss is looked at.
    loss, slope : Operation
    results : list of Operation
        The new point and memory.
    for_loss_alone : set of Operation
        What need not be computed if nobody looks at the loss.
    keeps_infinity : bool
        Whether the point, once it is not finite, never is again.
    reach : float
        As long as no coordinate is larger, the loss is finite; 0 where that is not known.

    Raises
    ------
    CannotRecord
        If anything is more than arithmetic on each run by itself.
    """

    loss: Operation
    slope: Operation
    results: list[Operation]

    def __init__(
        self, signature: Signature, surface: Surface, theta: np.ndarray, hyper: dict[str, Any]
    ) -> None:
        super().__init__(len(signature.memory), theta, hyper)
        t = self.input(1, timed=True)
        self.t, inputs = t._now, [stand_in._now for stand_in in self.state]
        try:
            loss, parts = surface.unchecked(self.state[0], t)
            slope = self.note(_stack, _stack_into, tuple(parts))
            self.loss, self.slope, looked = _operation(loss), slope._now, len(self._known)
            result = signature.call_by_name(self.state[0], slope, self.state[1:], t, self.hyper)
        except Exception as fault:  # a stand-in is no array: there is much that it cannot do
            raise CannotRecord(f"it asks for more than arithmetic: {fault}") from None
        finally:
            self.recording = False
        if self.refused:
            raise CannotRecord("it decides by a value, or catches the error that says so")
        self.results = self._results(result, len(inputs))
        self.state = inputs
        self.hyper = {name: v._now for name, v in self.hyper.items() if isinstance(v, StandIn)}
        self._sort(list(self._known.values()), looked)

    def _results(self, result: Any, count: int) -> list[Operation]:
        """The operations that lead to the new point and memory."""
        results = list(result) if isinstance(result, (tuple, list)) else [result]
        if self.written and len({id(r) for r in results}) < len(results):
            raise CannotRecord("it returns one array under two names, and writes into arrays")
        results = [_operation(r) for r in results]
        if len(results) != count or not all(_is_made(r, len(self.shape)) for r in (self.slope, *results)):
            raise CannotRecord("it does not compute a point and its memory")
        if not _is_made(self.loss, len(self.shape) - 1):
            raise CannotRecord("its loss is not a number for each run")
        return results

    def _sort(self, order: list[Operation], looked: int) -> None:
        """What is needed for what."""
        needed, for_loss = _sources(order, [self.slope, *self.results]), _sources(order, [self.loss])
        self.looking = [o for o in order[:looked] if o in needed | for_loss]
        # a number is computed even where nothing needs it: alone, it may fail
        self.stepping = [o for o in order[looked:] if o in needed or not o.rolls]
        self.for_loss_alone = for_loss - needed
        self.keeps_infinity = _only_adds(self.results[0], self.state[0])
        losses = [o for o in order if o in for_loss]
        self.reach = next((r for r in REACHES if _is_finite_within(r, losses, self.state[0])), 0.0)


def _operation(result: Any) -> Any:
    return result._now if isinstance(result, StandIn) else None


def _is_made(operation: Any, ndim: int) -> bool:
    """Return whether it was computed from the state, as an array of its own with so many dimensions."""
    made = operation and operation.rolls and operation.function not in (None, operator.getitem)
    return bool(made) and operation.value.ndim == ndim and operation.value.dtype == float


def _sources(order: list[Operation], ends: list[Operation]) -> set[Operation]:
    """All that is needed for some ends, themselves included."""
    needed = set(ends)
    for operation in reversed(order):
        if operation in needed:
            needed.update(operation.sources)
    return needed


REACHES = [10.0**k for k in (150, 75, 50, 37, 30, 20, 10, 5, 3)]

SUMS, SAME_SIZE, AT_MOST_ONE = (
    (operator.add, operator.sub, np.add, np.subtract),
    (operator.neg, operator.pos, operator.abs, operator.getitem, np.negative, np.positive, np.absolute),
    (np.sin, np.cos, np.tanh),
)


def _is_finite_within(reach: float, order: list[Operation], theta: Operation) -> bool:
    """Return whether no operation overflows while no coordinate of theta is larger than reach."""
    sizes = {theta: reach}
    for operation in order:
        if operation in sizes:
            continue
        given = [sizes.get(a, np.inf) if isinstance(a, Operation) else abs(a) for a in operation.given]
        if operation.function in SUMS:
            size = sum(given)
        elif operation.function in (operator.mul, np.multiply):
            size = given[0] * given[1]
        elif operation.function is np.square:
            size = given[0] * given[0]
        elif operation.function in SAME_SIZE:
            size = given[0]
        else:
            size = 1.0 if operation.function in AT_MOST_ONE and given[0] < np.inf else np.inf
        sizes[operation] = size
    return all(size < 1e300 for size in sizes.values())


def _only_adds(operation: Operation, theta: Operation) -> bool:
    """Return whether theta enters by sums and differences alone, as in theta - eta * g."""
    if operation is theta:
        return True
    added = operation.function in (operator.add, operator.sub)
    return added and any(_only_adds(source, theta) for source in operation.sources)
