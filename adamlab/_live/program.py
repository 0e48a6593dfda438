"""One run of a step on a surface as a program: operations on single numbers, with a fork at each if.

A browser has no Python. What a step does at a point is therefore recorded once, with hyperparameters as
inputs, and played wherever a hand moves a slider; `Program.rows` plays it here, `javascript` writes it
down for a browser. A recording is no proof that the step does the same at each t, so a program is used only
where it has agreed with `descend`: see `verified`.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from .._core.run import Single, losses, lost_from
from .._core.signature import Signature
from .._core.surface import PerStep, Surface
from .._core.trace import CannotRecord, keeps_points_apart
from .arrays import Numbers, array_of, holds_numbers, plain
from .rebinding import Rebinding
from .scalars import FUNCTIONS, LARGEST_T, PYTHON, Number, Operation, Recording
from .variables import fits, own_names, own_rows, watched

__all__ = [
    "Block",
    "CannotRecord",
    "Fork",
    "Operation",
    "Program",
    "all_ways",
    "as_tree",
    "flat_results",
    "plays_alike",
    "record",
    "verified",
]

MOST_PATHS = 64
SPLITTER = 134217729.0  # 2²⁷ + 1: it cuts a double into two halves (Veltkamp 1968)
CLOSE = 1e-9  # how far two ways of computing a loss may be apart, relative to its size


class Block(NamedTuple):
    """Operations one after the other.

    Attributes
    ----------
    operations : tuple of Operation
    end : tuple or Fork
        The results, registers (int) and fixed numbers (float); or what comes next.
    """

    operations: tuple[Operation, ...]
    end: tuple[int | float, ...] | Fork


class Fork(NamedTuple):
    """What comes next if a register is true, and if it is not."""

    register: int
    yes: Block
    no: Block


@dataclass(frozen=True)
class Program:
    """What one step on a surface does, operation by operation.

    Registers are numbered: 0 is t, then come the hyperparameters, the point, the memories, the gradient.

    Attributes
    ----------
    n : int
        Coordinates.
    memory, hyper : tuple of str
        Names of what is carried along, and of the hyperparameters that are inputs.
    look : Block
        Its results are the loss at the point, and the gradient.
    step : Block
        Its results are the next point, the memories, and the step's own variables.
    lookups : tuple of PerStep
        What depends on t alone and is looked up.
    own : tuple of str
        Variables of the step that hold a number for each coordinate when it returns; if they were asked for.
    """

    n: int
    memory: tuple[str, ...]
    hyper: tuple[str, ...]
    look: Block
    step: Block
    lookups: tuple[PerStep, ...] = field(default=(), compare=False)
    own: tuple[str, ...] = ()

    @property
    def carried(self) -> int:
        """Numbers of a row that make the run: point, loss, gradient, memories."""
        return self.n + 1 + self.n + self.n * len(self.memory)

    @property
    def width(self) -> int:
        """Numbers in a row: these, and the step's own variables."""
        return self.carried + self.n * len(self.own)

    @property
    def state(self) -> range:
        """Registers of the point and the memories."""
        first = 1 + len(self.hyper)
        return range(first, first + self.n * (1 + len(self.memory)))

    @property
    def gradient(self) -> range:
        """Registers of the gradient."""
        return range(self.state.stop, self.state.stop + self.n)

    def tables(self, n_steps: int) -> list[np.ndarray]:
        """What is looked up: one array for each of `lookups`, its row k for t = k + 1.

        Parameters
        ----------
        n_steps : int

        Returns
        -------
        list of ndarray, shape (n_steps + 1, columns)
        """
        return [np.array([table.at(t) for t in range(1, n_steps + 2)]) for table in self.lookups]

    def rows(self, values: Sequence[float], start: Any, n_steps: int) -> np.ndarray:
        """Play it.

        Parameters
        ----------
        values : sequence of float
            Of the hyperparameters, in their order.
        start : array_like, shape (n,)
        n_steps : int

        Returns
        -------
        ndarray, shape (n_steps + 1, width)
            Row k is where step k led: point, loss, gradient, memories; and the own variables of step k, in
            row 0 NaN. From the first row on whose point or loss is not finite, and after a step that raises
            an error, all is NaN.
        """
        return self._played(values, start, n_steps, (ArithmeticError, ValueError))

    def _played(self, values: Sequence[float], start: Any, n_steps: int, excused: Any) -> np.ndarray:
        """The same, with a choice of errors that end a run; others are raised."""
        if n_steps >= LARGEST_T:
            raise ValueError(f"a program plays fewer than {LARGEST_T:,} steps, got {n_steps:,}")
        rows = np.full((n_steps + 1, self.width), np.nan)
        registers: list[Any] = [0.0, *map(float, values), *np.array(start, dtype=float)]
        registers += [np.float64(0)] * (self.gradient.stop - len(registers))
        tables = self.tables(n_steps)
        powers: dict[Any, _Powers] = {}
        ready = functools.partial(_ready, tables=tables, powers=powers)
        look, step = ready(self.look), ready(self.step)
        n, state, gradient = self.n, self.state, self.gradient
        registers += [None] * (1 + max(_last(self.look), _last(self.step), gradient.stop) - len(registers))
        own = [np.nan] * (n * len(self.own))
        with np.errstate(all="ignore"):
            for k in range(n_steps + 1):
                registers[0] = float(k + 1)
                try:
                    loss, *slope = _run(look, registers)
                except excused:
                    break
                point = registers[state.start : state.start + n]
                if not all(map(math.isfinite, (*point, loss))):
                    break
                registers[gradient.start : gradient.stop] = map(np.float64, slope)
                rows[k] = *point, loss, *slope, *registers[state.start + n : state.stop], *own
                if k == n_steps:
                    break
                try:
                    results = _run(step, registers)
                except excused:
                    break
                registers[state.start : state.stop] = map(np.float64, results[: len(state)])
                own = results[len(state) :]
        return rows


def _last(block: Block) -> int:
    """The highest register that is written."""
    inner = (_last(block.end.yes), _last(block.end.no)) if isinstance(block.end, Fork) else ()
    return max((*(o.register for o in block.operations), *inner), default=0)


class _Powers:
    """A number to the powers 1, 2, 3 …: a running product in two doubles (Dekker), rounded once.

    `replay.Powers` is the same for arrays; JavaScript's powers round otherwise than Python's, this does not.
    """

    LEAST, MOST, SMALL, LARGE = 1e-3, 1e3, 1e-290, 1e290

    def __init__(self, base: float) -> None:
        self.base, self._high, self._low, self._t = base, 1.0, 0.0, 0
        scaled = SPLITTER * base
        self._a = scaled - (scaled - base)
        self._b = base - self._a

    def at(self, t: int) -> float | None:
        """The power t, which never goes down; None where it must be computed otherwise."""
        if not self.LEAST < self.base < self.MOST:
            return None
        while self._t < t and self.SMALL < self._high < self.LARGE:
            high, low = self._high, self._low
            product = high * self.base
            scaled = SPLITTER * high
            a = scaled - (scaled - high)
            b = high - a
            lost = ((a * self._a - product) + a * self._b + b * self._a) + b * self._b + low * self.base
            self._high = product + lost
            self._low = lost - (self._high - product)
            self._t += 1
        return self._high + self._low if self._t == t else None


def whole_power(base: float, t: float) -> float | None:
    """A number to a whole power, as `_Powers` makes it; None where it must be computed otherwise."""
    if not (t >= 0 and t == math.floor(t) and t <= 1e9 and _Powers.LEAST < base < _Powers.MOST):
        return None
    result, power, left = (1.0, 0.0), (base, 0.0), int(t)
    while left:
        if left & 1:
            result = _product(result, power)
        left >>= 1
        if left:
            power = _product(power, power)
    high = result[0] + result[1]
    return high if _Powers.SMALL < high < _Powers.LARGE else None


def _product(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    (high, low), (other_high, other_low) = one, other
    product = high * other_high
    a = SPLITTER * high
    a -= a - high
    c = SPLITTER * other_high
    c -= c - other_high
    b, d = high - a, other_high - c
    lost = ((a * c - product) + a * d + b * c) + b * d
    lost += high * other_low + low * other_high
    rounded = product + lost
    return rounded, lost - (rounded - product)


def _ready(block: Block, tables: list[np.ndarray], powers: dict[Any, _Powers]) -> Any:
    """A block whose operations are functions of the registers."""

    def get(value: int | float) -> Callable[[list[Any]], Any]:
        return operator.itemgetter(value) if isinstance(value, int) else lambda _: value

    calls = []
    for register, name, given, strict in block.operations:
        gets = [get(a) for a in given]
        if name == "table":
            column = tables[int(given[1])][:, int(given[2])]
            call = functools.partial(lambda c, r: c[int(r[0]) - 1], column)
        elif name in ("powers", "whole_power"):
            otherwise = (PYTHON if strict else FUNCTIONS)["power"]
            call = functools.partial(_power, given, gets, otherwise, powers if name == "powers" else None)
        elif strict:
            call = functools.partial(lambda f, gets, r: f(*[float(g(r)) for g in gets]), PYTHON[name], gets)
        else:
            call = functools.partial(lambda f, gets, r: f(*[g(r) for g in gets]), FUNCTIONS[name], gets)
        calls.append((register, call))
    if isinstance(block.end, Fork):
        inner = [_ready(b, tables, powers) for b in (block.end.yes, block.end.no)]
        return calls, block.end.register, inner
    return calls, None, [get(a) for a in block.end]


def _power(
    given: Any, gets: Any, otherwise: Callable[..., Any], powers: dict[Any, _Powers] | None, r: list[Any]
) -> Any:
    base, exponent = float(gets[0](r)), float(gets[1](r))
    if powers is None:
        power = whole_power(base, exponent)
    else:
        if given[0] not in powers:
            powers[given[0]] = _Powers(base)
        power = powers[given[0]].at(int(exponent))
    return otherwise(base, exponent) if power is None else power


def _run(block: Any, registers: list[Any]) -> list[Any]:
    calls, fork, rest = block
    for register, call in calls:
        registers[register] = call(registers)
    if fork is None:
        return [get(registers) for get in rest]
    return _run(rest[0] if registers[fork] else rest[1], registers)


# --- recording -------------------------------------------------------------------------------------


def record(signature: Signature, surface: Surface, hyper: dict[str, Any], own: bool = False) -> Program:
    """Record what one step on a surface does.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    hyper : dict
        All hyperparameters, as `Signature.hyper` returns them: those that are one number become inputs, the
        rest is taken as fixed.
    own : bool
        Whether the rows hold the step's own variables too. Where the ways through it have different ones,
        those that a way lacks are NaN there.

    Returns
    -------
    Program

    Raises
    ------
    CannotRecord
        If step or surface do more than arithmetic with a choice between few ways: random numbers, something
        kept between calls, a number's value asked for.
    """
    program = _recorded(signature, surface, hyper, own)
    if repr(program) != repr(_recorded(signature, surface, hyper, own)):
        raise CannotRecord("it does not do the same each time")
    return program


def _recorded(signature: Signature, surface: Surface, hyper: dict[str, Any], own: bool) -> Program:
    n, count = surface.n, len(signature.memory)
    tables: list[PerStep] = []
    names = tuple(name for name, value in hyper.items() if type(value) is float)
    state = range(1 + len(names), 1 + len(names) + n * (1 + count))
    slope = range(state.stop, state.stop + n)
    fixed = range(1, 1 + len(names))
    if any(np.ndim(value) for value in hyper.values()):
        raise CannotRecord("it has many values for one hyperparameter")
    rebinding = Rebinding()
    try:
        ours = rebinding.of(surface)
        step = rebinding.of(signature.step)
    except CannotRecord:
        raise
    except Exception as fault:
        raise CannotRecord(f"its functions cannot be copied: {fault}") from None
    rebinding.watch_again()
    short = not surface.takes_t and (surface.vector or keeps_points_apart(surface))

    def inputs(path: Recording, registers: range) -> Any:
        return array_of([path.input(k) for k in registers])

    def looked(path: Recording) -> tuple[Any, ...]:
        theta, t = inputs(path, state[:n]), path.input(Recording.T, int)
        path.short = short  # many points at once, as losses are computed
        loss = ours.unchecked_loss(theta if surface.vector else [*theta], t)
        path.short = False
        parts = ours.unchecked_gradient(inputs(path, state[:n]) if surface.vector else [*theta], t)
        return (*flat_results(loss, ()), *flat_results(parts, (n,)))

    def stepped(path: Recording) -> tuple[Any, ...]:
        arrays = [inputs(path, state[k * n : (k + 1) * n]) for k in range(1 + count)]
        before = [[*a] for a in arrays]
        values = {k: path.input(1 + names.index(k), float) if k in names else v for k, v in hyper.items()}
        g, t = inputs(path, slope), path.input(Recording.T, int)
        with watched(signature.step) as seen:
            result = signature.call_by_name(arrays[0], g, arrays[1:], t, values, step)
        if own:
            path.own = {name: flat_results(value, (n,)) for name, value in seen.items() if fits(value, n)}
        results = _results(result, n, count)
        written = any(a is not b for now, then in zip(arrays, before) for a, b in zip(now, then))
        shared = any(
            isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.shares_memory(plain(a), plain(b))
            for k, a in enumerate(results)
            for b in results[:k]
        )
        path.aliased |= shared
        path.written |= written
        return tuple(x for k, r in enumerate(results) for x in flat_results(r, (n,), spread=k > 0))

    follow = functools.partial(all_ways, rebinding, first=slope.stop, fixed=fixed, tables=tables)
    look, ways = as_tree(follow(looked)), follow(stepped)
    made = tuple(name for name in own_names(signature.step) if any(name in path.own for path, _ in ways))
    nothing = [math.nan] * n
    ways = [(path, (*ends, *(x for m in made for x in path.own.get(m, nothing)))) for path, ends in ways]
    return Program(n, signature.memory, names, look, as_tree(ways), tuple(tables), made)


def _results(result: Any, n: int, count: int) -> list[Any]:
    """The point and the memories in what a step has returned, as `Signature` takes it apart."""
    if not count:
        return [result[0] if isinstance(result, tuple) and len(result) == 1 and n != 1 else result]
    if hasattr(result, "__next__"):
        result = [*result]
    several = isinstance(result, (tuple, list)) or (isinstance(result, np.ndarray) and result.ndim > 1)
    if not several or len(result) != 1 + count:
        raise CannotRecord("it does not return a point and its memory")
    return [*result]


def flat_results(value: Any, shape: tuple[int, ...], spread: bool = False) -> list[int | float]:
    """Registers and fixed numbers of a result, which must have that shape or be spread to it.

    Parameters
    ----------
    value : object
        What a function returned: stand-ins and numbers.
    shape : tuple of int
    spread : bool

    Returns
    -------
    list of int or float
    """
    if isinstance(value, (int, float, np.generic)) and type(value) is not Number:
        value = np.float64(value)
    array = np.asarray(value) if not holds_numbers(value) else array_of(value)
    if not isinstance(array, Numbers):
        if array.dtype.kind not in "fiub":
            raise CannotRecord("it returns something else than numbers")
        array = array_of(array.astype(float))
    if array.shape != shape and not spread:
        raise CannotRecord(f"it makes an array of shape {array.shape} where {shape} is expected")
    flat = [a.as_kind(np.float64) if type(a) is Number else a for a in array.view(np.ndarray).flat]
    flat = [*np.broadcast_to(np.array([*flat, None], dtype=object)[:-1].reshape(array.shape), shape).flat]
    return [a.register if type(a) is Number else float(a) for a in flat]


def all_ways(
    rebinding: Rebinding, call: Callable[[Recording], tuple[Any, ...]], first: int, fixed: Any, tables: Any
) -> list[tuple[Recording, tuple[Any, ...]]]:
    """Call a function with stand-ins once for each way through it.

    Parameters
    ----------
    rebinding : Rebinding
        With the copies that are called.
    call : callable
        Takes a `Recording`, and returns registers and fixed numbers.
    first : int
        The first register that is free.
    fixed : container of int
        Registers that hold the same number during a run.
    tables : list of PerStep
        What is looked up; more are added.

    Returns
    -------
    list of (Recording, tuple)
    """
    ways: list[tuple[Recording, tuple[Any, ...]]] = []
    todo: list[list[bool]] = [[]]
    while todo:
        answers = todo.pop()
        path = Recording(first, answers, fixed, tables)
        try:
            with np.errstate(all="ignore"):
                results = call(path)
        except CannotRecord:
            raise
        except Exception as fault:  # a stand-in is no number: there is much that it cannot do
            raise CannotRecord(f"{type(fault).__name__}: {fault}") from None
        finally:
            path.over = True
            changed = rebinding.put_back()
        if path.refused or changed:
            raise CannotRecord(path.refused or "it keeps something between calls")
        ways.append((path, results))
        if len(ways) > MOST_PATHS:
            raise CannotRecord(f"there are more than {MOST_PATHS} ways through it")
        todo += [[*path.answers[:k], False] for k in range(len(answers), len(path.answers))]
    if any(path.aliased for path, _ in ways) and any(path.written for path, _ in ways):
        raise CannotRecord("it returns one array under two names, and writes into arrays")
    return ways


def as_tree(ways: list[tuple[Recording, tuple[Any, ...]]]) -> Block:
    """All ways put together, without what nothing needs.

    Parameters
    ----------
    ways : list of (Recording, tuple)
        From `all_ways`.

    Returns
    -------
    Block
    """
    return _pruned(_joined([(path.lines, results) for path, results in ways]))


def _joined(ways: list[tuple[list[Any], tuple[Any, ...]]]) -> Block:
    """Ways that begin with the same operations, up to where they part."""
    lines, results = ways[0]
    for k, line in enumerate(lines):
        if any(len(other) <= k or _differs(other[k], line) for other, _ in ways):
            raise CannotRecord("it does not do the same each time")
        if not isinstance(line, Operation):
            sides = [
                [(other[k + 1 :], r) for other, r in ways if other[k][1] is side] for side in (True, False)
            ]
            return Block(tuple(lines[:k]), Fork(line[0], *map(_joined, sides)))
    if len(ways) > 1:
        raise CannotRecord("it does not do the same each time")
    return Block(tuple(lines), results)


def _differs(line: Any, other: Any) -> bool:
    if isinstance(line, Operation) != isinstance(other, Operation):
        return True
    return repr(line) != repr(other) if isinstance(line, Operation) else line[0] != other[0]


def _pruned(block: Block) -> Block:
    """Without the operations that nothing needs; those that may raise an error stay."""
    end = block.end
    if isinstance(end, Fork):
        end = Fork(end.register, _pruned(end.yes), _pruned(end.no))
        needed = {end.register, *_needed(end.yes), *_needed(end.no)}
    else:
        needed = {a for a in end if isinstance(a, int)}
    kept = []
    for operation in reversed(block.operations):
        if operation.register in needed or operation.strict:
            kept.append(operation)
            needed |= {a for a in operation.given if isinstance(a, int)}
    return Block(tuple(reversed(kept)), end)


def _needed(block: Block) -> Iterator[int]:
    """All registers that are read."""
    yield from (a for operation in block.operations for a in operation.given if isinstance(a, int))
    if isinstance(block.end, Fork):
        yield block.end.register
        yield from _needed(block.end.yes)
        yield from _needed(block.end.no)
    else:
        yield from (a for a in block.end if isinstance(a, int))


# --- compared with the step as it is written ---------------------------------------------------------


def verified(
    signature: Signature,
    surface: Surface,
    hyper: dict[str, Any],
    start: Any,
    n_steps: int,
    samples: Sequence[dict[str, Any]] = (),
    own: bool = False,
) -> Program | None:
    """A program that agrees with `descend` over the whole way, at the opening values and at a few others.

    It calls learners' code without a guard.

    Parameters
    ----------
    signature : Signature
    surface : Surface
    hyper : dict
        All hyperparameters, as `Signature.hyper` returns them: the opening values.
    start : array_like, shape (n,)
    n_steps : int
    samples : sequence of dict
        Other values of some hyperparameters.
    own : bool
        As for `record`; the variables are compared with those of the step itself at a few steps.

    Returns
    -------
    Program or None
        None if the step cannot be recorded, raises an error at the opening, or comes out otherwise anywhere.
    """
    try:
        program = record(signature.within(n_steps, surface.shape), surface, hyper, own)
        theta = np.array(start, dtype=float)
        program._played(
            [hyper[name] for name in program.hyper], theta, n_steps, OverflowError
        )  # no error here
        cases = [hyper, *({**hyper, **sample} for sample in samples)]
        agree = all(plays_alike(program, signature, surface, theta, n_steps, case) for case in cases)
    except Exception:  # whatever learners' code does
        return None
    return program if agree else None


def plays_alike(
    program: Program,
    signature: Signature,
    surface: Surface,
    theta: np.ndarray,
    n_steps: int,
    hyper: dict[str, Any],
) -> bool:
    """Return whether a program comes out as the step as it is written, over the whole way.

    Parameters
    ----------
    program, signature, surface, n_steps, hyper
        As for `verified`.
    theta : ndarray, shape (n,)
        The start.

    Returns
    -------
    bool
        True also where both raise an error.
    """
    signature = signature.within(n_steps, surface.shape)
    single = Single(signature, surface, theta, n_steps, hyper)
    values = [hyper[name] for name in program.hyper]
    try:
        truth = single.rows
    except (ArithmeticError, ValueError):  # then it has to raise an error here too
        try:
            program._played(values, theta, n_steps, OverflowError)
        except (ArithmeticError, ValueError):
            return True
        return False
    rows = program._played(values, theta, n_steps, OverflowError)
    n = program.n
    if not _own_agree(program, signature, rows, hyper):
        return False
    rows = rows[:, : program.carried]
    loss, own = losses(surface, truth[0]), rows[:, n]
    parts = [rows[:, :n], *np.split(rows[:, n + 1 :], 1 + len(program.memory), axis=1)]
    played = np.array(parts)
    lost = int(lost_from(loss, truth[0]))
    if lost == int(lost_from(own, played[0])) >= 0:
        played[:, lost:] = truth[:, lost:]  # nobody looks there
    return single.agrees(played) and _loss_agrees(surface, played[0], own, lost)


def _own_agree(program: Program, signature: Signature, rows: np.ndarray, hyper: dict[str, Any]) -> bool:
    """Return whether a few steps, taken again as they are written, have the variables that the rows say."""
    if not program.own:
        return True
    last = int(np.isfinite(rows[:, 0]).sum()) - 1
    steps = sorted({t for t in (1, 2, last // 2, last) if 1 <= t <= last})
    truth = own_rows(signature, rows[:, : program.carried], hyper, steps)
    for name, values in zip(program.own, np.split(rows[steps, program.carried :], len(program.own), axis=1)):
        expected = truth[name][steps] if name in truth else np.full(values.shape, np.nan)
        size = np.abs(expected).max(initial=0, where=np.isfinite(expected))
        if not np.allclose(values, expected, rtol=CLOSE, atol=1e-3 * CLOSE * size, equal_nan=True):
            return False
    return True


def _loss_agrees(surface: Surface, thetas: np.ndarray, own: np.ndarray, lost: int) -> bool:
    """Return whether the losses are those of the points where the program went, up to their last digits."""
    count = len(thetas) if lost < 0 else lost
    if not count:
        return True
    thetas, own = thetas[:count], own[:count]
    expected = losses(surface, thetas)
    if np.array_equal(expected, own):
        return True
    with np.errstate(all="ignore"):
        near = [losses(surface, thetas + k * np.spacing(np.abs(thetas))) for k in (-8, 8)]
        grain = np.max(np.abs(np.array(near) - expected), axis=0)
        size = np.maximum(np.abs(expected), 1e-3 * np.abs(expected).max())
        return bool((np.abs(own - expected) <= CLOSE * size + 100 * grain).all())
