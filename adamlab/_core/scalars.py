"""Stand-ins for single numbers: what is done with them is kept, operation by operation.

`trace` records what is the same for thousands of runs. Here one run is followed, as `descend` takes it: each
coordinate has a stand-in of its own, so that loops, sums over everything, copies and assignments in place are
what they are. Where a stand-in is asked whether it is true, the `Path` answers, and the function is called
again for the other answer.

A stand-in knows what kind of number it stands for, because Python's and NumPy's numbers do not compute alike:
``1.0 / 0.0`` is an error, ``np.float64(1) / 0.0`` is infinity. What would have to be guessed is refused.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, NoReturn

import numpy as np

from .surface import PerStep, StandIns
from .trace import CannotRecord

__all__ = [
    "FUNCTIONS",
    "PYTHON",
    "Number",
    "Numbers",
    "Operation",
    "Path",
    "array_of",
    "holds_numbers",
    "path_of",
]

MOST_OPERATIONS = 4000
MOST_EXACT = 2**53  # whole numbers up to here are the same in a double
LARGEST_T = 2**31

# The functions of an operation, by the name that it bears
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "negative": operator.neg,
    "absolute": operator.abs,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "number": float,
    "where": lambda condition, yes, no: yes if condition else no,
    **{
        name: getattr(np, name)
        for name in """divide floor_divide remainder fmod power sqrt square reciprocal cbrt exp exp2 expm1
        log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh arctan2
        hypot maximum minimum fmax fmin sign floor ceil trunc rint copysign logaddexp logical_and logical_or
        logical_xor logical_not isfinite isnan isinf""".split()
    },
}


def _scalar_power(base: float, exponent: float) -> Any:
    return np.float64(base) ** exponent  # np.power rounds the squares of single numbers in another way


FUNCTIONS["power"] = FUNCTIONS["whole_power"] = _scalar_power


def _real_power(base: float, exponent: float) -> float:
    power = base**exponent
    if isinstance(power, complex):
        raise ValueError("a negative number to a fractional power")
    return power


# The same on Python's numbers, where these raise errors
PYTHON: dict[str, Callable[..., Any]] = {
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "power": _real_power,
    "whole_power": _real_power,
    "fmod": math.fmod,
    "arctan2": math.atan2,
    "absolute": math.fabs,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "trunc": lambda x: float(math.trunc(x)),
    "arcsin": math.asin,
    "arccos": math.acos,
    "arctan": math.atan,
    "arcsinh": math.asinh,
    "arccosh": math.acosh,
    "arctanh": math.atanh,
    **{
        name: getattr(math, name)
        for name in "sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh hypot copysign"
        " isfinite isnan isinf".split()
    },
}
DIVISIONS = "divide", "floor_divide", "remainder"
WHOLE = "floor", "ceil", "trunc"  # of Python's, which give an int

COMPARISONS = "less", "less_equal", "greater", "greater_equal", "equal", "not_equal"
LOGICAL = "logical_and", "logical_or", "logical_xor", "logical_not"
TELLING = (*COMPARISONS, *LOGICAL, "isfinite", "isnan", "isinf")  # their result is a truth value

UFUNCS: dict[Any, str] = {
    ufunc: name for name in FUNCTIONS if isinstance(ufunc := getattr(np, name, None), np.ufunc)
}
UFUNCS[np.positive], UFUNCS[np.fabs], UFUNCS[np.conjugate] = "positive", "absolute", "positive"

TRUTHS, WHOLES = (bool, np.bool_), (int, np.int64)


class Operation(NamedTuple):
    """One operation on single numbers.

    Attributes
    ----------
    register : int
        Where its result is kept.
    name : str
        One of `FUNCTIONS`; or "powers", a number that is fixed for the run to the power of t, or "table", a
        value of a `PerStep`, given t, the number of the table and the column.
    given : tuple
        Registers (int) and fixed numbers (float).
    strict : bool
        Whether it is computed as Python's numbers are: where they raise an error, the run ends.
    """

    register: int
    name: str
    given: tuple[int | float, ...]
    strict: bool = False


class Path:
    """One way through a function.

    Parameters
    ----------
    first : int
        The first register that is free.
    answers : list of bool
        To what the function asks; beyond them, yes.
    fixed : container of int
        Registers that hold the same number during a run.
    short : bool
        Whether numbers take powers as arrays do, which know a quicker way for some.

    Attributes
    ----------
    lines : list
        Operations, and pairs of a register and the answer where it was asked for.
    answers : list of bool
        All that were given.
    refused : str
        Why it cannot be recorded; also if the function caught the error.
    tables : list of PerStep
        What was looked up.
    over : bool
        Whether the function has returned.
    aliased, written : bool
        Whether a step returned one array under two names; whether it wrote into what it was given.
    """

    T = 0  # the register of the step number

    def __init__(
        self, first: int, answers: Iterable[bool], fixed: Any = (), tables: Any = None, short: bool = False
    ) -> None:
        self.first, self.answers, self.asked, self.fixed, self.short = first, [*answers], 0, fixed, short
        self.lines: list[Any] = []
        self.tables: list[PerStep] = [] if tables is None else tables
        self.refused, self.over, self.aliased, self.written = "", False, False, False
        self._known: dict[tuple[Any, ...], Any] = {}
        self._free = first

    def refuse(self, reason: str) -> NoReturn:
        """Give up."""
        self.refused = self.refused or reason
        raise CannotRecord(reason)

    def input(self, register: int, kind: type = np.float64) -> Number:
        """A stand-in for something that is given."""
        return Number(self, register, kind, LARGEST_T if kind is int else MOST_EXACT)

    def note(
        self, name: str, given: tuple[Any, ...], kind: type, strict: bool = False, bound: float = 2**52
    ) -> Number:
        """Keep an operation; the same one again is the same."""
        if self.over:
            self.refuse("a number that was only there for a recording is used after it")
        registers = tuple(a.register if type(a) is Number else self._constant(a) for a in given)
        key = (name, strict, *(repr(a) for a in registers))  # 1 is a register, 1.0 and −0.0 are numbers
        if key not in self._known:
            if self._free - self.first >= MOST_OPERATIONS:
                self.refuse(f"it takes more than {MOST_OPERATIONS} operations")
            self._known[key] = self._free
            self.lines.append(Operation(self._free, name, registers, strict))
            self._free += 1
        return Number(self, self._known[key], kind, bound)

    def _constant(self, value: Any) -> float:
        try:
            number = float(value)
        except OverflowError:
            number = math.nan
        if isinstance(value, int) and number != value:
            self.refuse("it uses a whole number that is too large for a double")
        return number

    def decide(self, number: Number) -> bool:
        """The answer to whether a number is true."""
        if self.over:
            self.refuse("a number that was only there for a recording is used after it")
        if number.kind not in TRUTHS:
            number = self.apply("not_equal", (number, 0))
        key = ("answer", number.register)
        if key not in self._known:
            if self.asked == len(self.answers):
                self.answers.append(True)
            self._known[key] = self.answers[self.asked]
            self.asked += 1
            self.lines.append((number.register, self._known[key]))
        return self._known[key]

    def look_up(self, table: PerStep, t: Number) -> Any:
        """What a table holds for the step t."""
        if t.register != self.T:
            self.refuse("it looks up a value for another step than t")
        if table not in self.tables:
            self.tables.append(table)
        size, number = np.shape(table.at(1)), self.tables.index(table)
        if len(size) != 1:
            self.refuse("a table is not one row for each step")
        return array_of([self.note("table", (t, number, float(k)), np.float64) for k in range(*size)])

    # --- what Python's operators and NumPy's functions do -------------------------------------------

    def apply(self, name: str, given: tuple[Any, ...], in_array: bool = False) -> Any:
        """Keep what a function gives of numbers, at least one of which is a stand-in.

        Parameters
        ----------
        name : str
        given : tuple
            Stand-ins and numbers.
        in_array : bool
            Whether NumPy computes it though none of them may be NumPy's.
        """
        kinds = [kind_of(a) for a in given]
        if None in kinds:
            self.refuse(f"{name} of something that is not a number")
        numpy = in_array or any(issubclass(k, np.generic) for k in kinds if k)
        if name == "positive":
            return given[0].as_kind(np.float64) if numpy and kinds[0] in (float, int) else given[0]
        if name in LOGICAL:
            given = tuple(self._truth(a) for a in given)
            return self.note(name, given, np.bool_)
        if name in TELLING:
            return self.note(name, given, np.bool_ if numpy else bool)
        if all(k in TRUTHS for k in kinds):
            return self._of_truths(name, given, numpy)
        given = tuple(self._as_number(a) for a in given)
        if name == "power":
            return self._power(given, numpy, in_array)
        kind, bound = self._kind(name, given, numpy)
        strict = not numpy and name in PYTHON and name not in ("absolute", "arctan2")
        if strict and name in DIVISIONS and type(given[1]) is not Number and given[1]:
            strict = False  # nothing can go wrong
        return self.note(name, given, kind, strict, bound)

    def _truth(self, value: Any) -> Any:
        return value if kind_of(value) in TRUTHS else self.apply("not_equal", (value, 0))

    def _as_number(self, value: Any) -> Any:
        """A truth value as 0 or 1."""
        if type(value) is Number and value.kind in TRUTHS:
            return self.note("number", (value,), int if value.kind is bool else np.int64, bound=1)
        return value

    def _of_truths(self, name: str, given: tuple[Any, ...], numpy: bool) -> Any:
        if numpy and name == "multiply":
            return self.note("logical_and", given, np.bool_)
        if not numpy and name in ("add", "subtract", "multiply"):
            return self.apply(name, tuple(self._as_number(a) for a in given))
        self.refuse("it computes with truth values alone")

    def _kind(self, name: str, given: tuple[Any, ...], numpy: bool) -> tuple[type, float]:
        """The kind of a result, and how large a whole number may be."""
        whole = all(kind_of(a) in WHOLES for a in given)
        if not whole or name not in (
            "add",
            "subtract",
            "multiply",
            "negative",
            "absolute",
            "floor_divide",
            "remainder",
        ):
            if (
                whole
                and numpy
                and name in ("reciprocal", "square", "maximum", "minimum", "sign", "fmax", "fmin")
            ):
                self.refuse("it computes with whole numbers")
            return (np.float64 if numpy else float), MOST_EXACT
        if numpy and name in ("floor_divide", "remainder"):
            self.refuse("it computes with whole numbers")
        bounds = [a.bound if type(a) is Number else abs(a) for a in given]
        bound = {"add": sum, "subtract": sum, "multiply": math.prod}.get(
            name, lambda b: b[-1 * (name == "remainder")]
        )(bounds)
        if bound > MOST_EXACT:
            self.refuse("it makes whole numbers that may be too large for a double")
        return (np.int64 if numpy else int), bound

    def _power(self, given: tuple[Any, ...], numpy: bool, in_array: bool) -> Any:
        base, exponent = given
        whole = [kind_of(a) in WHOLES for a in given]
        if in_array and type(exponent) is not Number and exponent in SHORT_POWERS and not whole[0]:
            name = SHORT_POWERS[exponent]  # as NumPy's own ** does
            return (
                self.apply(name, (base,), in_array=True) if name else self.note("add", (base, 0), np.float64)
            )
        if all(whole):
            if numpy or type(exponent) is Number:
                self.refuse("it raises a whole number to a whole power that is not fixed")
            if exponent >= 0:
                if base.bound**exponent > MOST_EXACT:
                    self.refuse("it makes whole numbers that may be too large for a double")
                return self.note("power", given, int, bound=base.bound**exponent)
        kind = np.float64 if numpy else float
        if type(exponent) is Number and whole[1]:
            fixed = type(base) is not Number or base.register in self.fixed
            return self.note(
                "powers" if fixed and exponent.register == self.T else "whole_power", given, kind, not numpy
            )
        return self.note("power", given, kind, not numpy)

    def math(self, name: str, given: tuple[Any, ...]) -> Number:
        """Keep what a function of Python's `math` gives, which takes any number and gives a Python number."""
        given = tuple(self._as_number(a) for a in given)
        if name in ("isfinite", "isnan", "isinf"):
            return self.note(name, given, bool)
        if name in WHOLE and kind_of(given[0]) in WHOLES:
            return given[0].as_kind(int)
        if name in ("power", "divide"):
            python = (
                a if kind_of(a) is int else a.as_kind(float) if type(a) is Number else float(a) for a in given
            )
            return self.apply(name, tuple(python))
        kind = int if name in WHOLE else float
        return self.note(name, given, kind, strict=name not in ("absolute", "arctan2", "copysign"))


SHORT_POWERS = {2: "square", 1: "positive", 0.5: "sqrt", -1: "reciprocal"}


def kind_of(value: Any) -> type | None:
    """The type of a number, known or not; None for what is no number that can be computed with."""
    if type(value) is Number:
        return value.kind
    if isinstance(value, (bool, np.bool_)):
        return bool if isinstance(value, bool) else np.bool_
    if isinstance(value, (np.float64, np.int64)):
        return np.float64 if isinstance(value, np.float64) else np.int64
    return type(value) if type(value) in (int, float) else None


class Number:
    """A number that is not known yet.

    Parameters
    ----------
    path : Path
    register : int
    kind : type
        What it stands for: int, float, bool, np.float64, np.int64 or np.bool_.
    bound : float
        How large it may be, if it is whole.
    """

    __slots__ = ("bound", "kind", "path", "register")

    def __init__(self, path: Path, register: int, kind: type, bound: float) -> None:
        self.path, self.register, self.kind, self.bound = path, register, kind, bound

    @property
    def __class__(self) -> type:  # type: ignore[override]  # for isinstance
        return self.kind

    def as_kind(self, kind: type) -> Number:
        """The same as another kind of number."""
        if self.kind in TRUTHS and kind not in TRUTHS:
            return self.path.note("number", (self,), kind, bound=1)
        return Number(self.path, self.register, kind, self.bound)

    def look_up(self, table: PerStep) -> Any:
        """What a table holds for the step that this is the number of."""
        return self.path.look_up(table, self)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        return elementwise(self.path, ufunc, method, given, options)

    def __array_function__(self, function: Any, types: Any, given: Any, options: Any) -> Any:
        return Numbers.__array_function__(array_of(self), function, types, given, options)

    def __bool__(self) -> bool:
        return self.path.decide(self)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __copy__(self) -> Number:
        return self

    def __deepcopy__(self, memo: Any) -> Number:
        return self

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        if name == "real" or (name == "T" and issubclass(self.kind, np.generic)):
            return self
        if issubclass(self.kind, np.generic):
            if name in ("item", "tolist"):
                python = bool if self.kind is np.bool_ else int if self.kind is np.int64 else float
                return lambda: self.as_kind(python)
            if name in ("ndim", "shape", "size", "dtype"):
                return getattr(self.kind(0), name)
            if name in ("copy", "sum", "mean", "max", "min", "squeeze", "conj", "conjugate"):
                return lambda: self
        if hasattr(self.kind, name):
            self.path.refuse(f"it asks a number for its {name}")
        raise AttributeError(name)

    def __rpow__(self, base: Any) -> Any:
        return self._pow(base, self)

    def __pow__(self, exponent: Any, modulus: Any = None) -> Any:
        return NotImplemented if modulus is not None else self._pow(self, exponent)

    def _pow(self, base: Any, exponent: Any) -> Any:
        if (
            isinstance(exponent, np.ndarray)
            or isinstance(base, np.ndarray)
            or None in map(kind_of, (base, exponent))
        ):
            return NotImplemented
        short = self.path.short and base is self and issubclass(self.kind, np.generic)
        return self.path.apply("power", (base, exponent), in_array=short)


def _operator(name: str, turned: bool = False) -> Callable[..., Any]:
    def noted(self: Number, *other: Any) -> Any:
        if any(isinstance(a, np.ndarray) or kind_of(a) is None for a in other):
            return NotImplemented
        return self.path.apply(name, (*other, self) if turned else (self, *other))

    return noted


def _logical(name: str) -> Callable[..., Any]:
    def noted(self: Number, *other: Any) -> Any:
        if any(isinstance(a, np.ndarray) for a in other):
            return NotImplemented
        if any(kind_of(a) not in TRUTHS for a in (self, *other)) or (not other and self.kind is bool):
            self.path.refuse("it computes with the bits of a number")
        result = self.path.apply(name, (self, *other))
        return result if any(kind_of(a) is np.bool_ for a in (self, *other)) else result.as_kind(bool)

    return noted


def _refused(self: Any, *_: Any, **__: Any) -> NoReturn:
    path_of(self).refuse("it needs the value of a number: as a text, as a key, or in a function for numbers")


OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder",
}  # fmt: skip
for _name, _function in OPERATORS.items():
    setattr(Number, f"__{_name}__", _operator(_function))
    setattr(Number, f"__r{_name}__", _operator(_function, turned=True))
for _name, _function in {
    "neg": "negative", "pos": "positive", "abs": "absolute", "lt": "less", "le": "less_equal", "gt": "greater",
    "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}.items():  # fmt: skip
    setattr(Number, f"__{_name}__", _operator(_function))
for _name, _function in {
    "and": "logical_and",
    "or": "logical_or",
    "xor": "logical_xor",
    "invert": "logical_not",
}.items():
    setattr(Number, f"__{_name}__", _logical(_function))
    if _name != "invert":
        setattr(Number, f"__r{_name}__", _logical(_function))
for _name in "float int index complex hash str repr format reduce_ex".split():
    setattr(Number, f"__{_name}__", _refused)


class Numbers(np.ndarray, StandIns):
    """An array of them; what is known in it is a number of NumPy."""

    @property
    def dtype(self) -> np.dtype:  # type: ignore[override]
        """That of the array that it stands for."""
        return np.dtype(_common_kind(self))

    def gathered(self, parts: Any) -> Any:
        """Several as one array."""
        return array_of(parts)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *given: Any, **options: Any) -> Any:
        return elementwise(None, ufunc, method, given, options)

    def __array_function__(self, function: Any, types: Any, given: Any, options: Any) -> Any:
        if function not in ARRAY_FUNCTIONS:
            path_of(self).refuse(f"it uses {getattr(function, '__name__', function)}")
        return ARRAY_FUNCTIONS[function](*given, **options)

    def __getitem__(self, index: Any) -> Any:
        found = plain(self)[_known_index(index)]
        return found.view(Numbers) if isinstance(found, np.ndarray) else found

    def __setitem__(self, index: Any, value: Any) -> None:
        kind, new = _common_kind(self), array_of(value)
        if kind is not np.float64 and _common_kind(new) is not kind:
            path_of(self, new).refuse("it writes numbers into an array of another kind")
        plain(self)[_known_index(index)] = plain(_cast(new, kind))[()]

    def __pow__(self, exponent: Any) -> Any:  # type: ignore[override]
        return elementwise(None, "power", "__call__", (self, exponent), {"short": True})

    def __rpow__(self, base: Any) -> Any:  # type: ignore[override]
        return elementwise(None, "power", "__call__", (base, self), {})

    def __ipow__(self, exponent: Any) -> Any:  # type: ignore[misc,override]
        self[...] = self**exponent
        return self

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def astype(self, dtype: Any, **options: Any) -> Any:  # type: ignore[override]
        """Of another kind, floats and truth values only."""
        kind = np.dtype(dtype).type
        if kind not in (np.float64, np.bool_) or options.keys() - {"copy"}:
            path_of(self).refuse(f"it makes numbers of the type {np.dtype(dtype)}")
        return (self != 0) if kind is np.bool_ else _cast(self, np.float64).copy()

    def tolist(self) -> Any:
        """As lists of Python's numbers."""
        if not self.ndim:
            return self[()].item()
        return [part.tolist() for part in self]

    def item(self, *index: Any) -> Any:  # type: ignore[override]
        """One of them, as Python's number."""
        return (
            plain(self)[index]
            if index
            else plain(self).reshape(-1)[[0]][0]
            if self.size == 1
            else _refused(self)
        ).item()

    def fill(self, value: Any) -> None:
        """Write one number everywhere."""
        self[...] = value


def plain(array: Any) -> np.ndarray:
    """The same as an ordinary array of objects, on the same places."""
    return np.ndarray.view(array, np.ndarray)


def holds_numbers(value: Any) -> bool:
    """Return whether there is a stand-in in it, in lists of lists too."""
    if type(value) is Number or isinstance(value, Numbers):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype == object and any(map(holds_numbers, value.flat))
    return isinstance(value, (list, tuple)) and any(map(holds_numbers, value))


def path_of(*values: Any) -> Path:
    """The path of the first stand-in there is."""
    for value in values:
        if type(value) is Number:
            return value.path
        inner = (
            plain(value).flat
            if isinstance(value, Numbers)
            else value
            if isinstance(value, (list, tuple))
            else ()
        )
        for part in inner:
            if holds_numbers(part):
                return path_of(part)
    return Path(0, ())


def array_of(value: Any) -> Any:
    """Numbers, known or not, as an array of NumPy's numbers of one kind."""
    if isinstance(value, Numbers):
        return value
    array = np.empty((), dtype=object) if type(value) is Number else np.array(value, dtype=object)
    if type(value) is Number:
        array[()] = value
    return _cast(array.view(Numbers), _common_kind(array, value))


def _common_kind(array: np.ndarray, value: Any = None) -> type:
    kinds = {kind_of(a) for a in array.view(np.ndarray).flat}
    if None in kinds:
        path_of(value if value is not None else array).refuse(
            "it makes an array of something else than numbers"
        )
    if not kinds or kinds & {float, np.float64}:
        return np.float64
    return np.bool_ if kinds <= set(TRUTHS) else np.int64


def _cast(array: Numbers, kind: type) -> Numbers:
    """The same numbers, each of one of NumPy's kinds."""
    flat = [
        a if kind_of(a) is kind else a.as_kind(kind) if type(a) is Number else kind(a)
        for a in plain(array).flat
    ]
    if all(a is b for a, b in zip(flat, plain(array).flat)):
        return array
    new = np.empty(len(flat), dtype=object)
    new[:] = flat
    return new.reshape(array.shape).view(Numbers)


def _known_index(index: Any) -> Any:
    """An index in which a truth value that is not known has been decided."""
    if isinstance(index, tuple):
        return tuple(map(_known_index, index))
    if type(index) is Number or isinstance(index, Numbers):
        array = array_of(index)
        if _common_kind(array) is not np.bool_:
            path_of(array).refuse("it picks a coordinate by a number that is not known")
        return np.array([bool(a) for a in plain(array).flat], dtype=bool).reshape(array.shape)
    return index


# --- NumPy's functions -----------------------------------------------------------------------------


def elementwise(
    path: Path | None, ufunc: Any, method: str, given: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    """A function of NumPy that computes number by number; and the sum and its like, as its `reduce`."""
    out, short = options.pop("out", None), options.pop("short", False)
    path = path or path_of(*given)
    name = ufunc if isinstance(ufunc, str) else UFUNCS.get(ufunc)
    if options.get("dtype") in (None, float, np.float64):
        options.pop("dtype", None)
    if method == "reduce" and name in REDUCED:
        result = _reduced(REDUCED[name], given[0], **options)
    elif method == "accumulate" and name in ("add", "multiply") and not options:
        parts = list(accumulated(given[0], name))
        result = array_of(parts)
    elif ufunc is np.matmul and method == "__call__" and not options:
        result = _product(*given)
    elif name is None or method != "__call__" or options:
        path.refuse(f"it uses {getattr(ufunc, '__name__', ufunc)} in a form that is not kept")
    else:
        arrays = [array_of(a) for a in given]
        if name == "power" and not short and np.ndim(arrays[1]) == 0 and plain(arrays[1])[()] is not None:
            exponent = plain(arrays[1])[()]
            short = type(exponent) is not Number and exponent == 2
        result = mapped(lambda *a: _known_or_noted(path, name, a, short), arrays)
    if out is None:
        return result
    if not isinstance(out[0], Numbers):
        path.refuse("it writes into an array that is not its own")
    if np.shape(result) not in (out[0].shape, ()):
        path.refuse("it writes into an array what does not fit")
    out[0][...] = result
    return out[0]


def _known_or_noted(path: Path, name: str, given: tuple[Any, ...], short: bool) -> Any:
    if any(type(a) is Number for a in given):
        if name == "power" and not short:
            return path._power(tuple(path._as_number(a) for a in given), True, False)
        return path.apply(name, given, in_array=True)
    with np.errstate(all="ignore"):
        if name == "positive":
            return given[0]
        return getattr(np, name)(*given) if hasattr(np, name) else FUNCTIONS[name](*given)


def mapped(function: Callable[..., Any], arrays: list[Any]) -> Any:
    """A function of numbers for each place of some arrays."""
    spread = np.broadcast_arrays(*map(plain, arrays))
    flat = [function(*a) for a in zip(*(s.flat for s in spread))]
    if not spread[0].ndim:
        return flat[0]
    new = np.empty(len(flat), dtype=object)
    new[:] = flat
    return array_of(new.reshape(spread[0].shape).view(Numbers))


def accumulated(array: Any, name: str) -> Iterator[Any]:
    """All partial sums, or products, of the parts of an array."""
    total = None
    for part in array_of(array):
        total = part if total is None else elementwise(None, name, "__call__", (total, part), {})
        yield total


PAIRWISE = 8  # NumPy adds up fewer one by one


def _added(parts: list[Any], add: Callable[[Any, Any], Any]) -> Any:
    """A sum in the order that NumPy takes along the axis that lies together in memory."""
    if len(parts) < PAIRWISE:
        return functools.reduce(add, parts)
    if len(parts) > 128:
        path_of(*parts).refuse("it adds up more than 128 numbers")
    whole = len(parts) - len(parts) % PAIRWISE
    sums = parts[:PAIRWISE]
    for k in range(PAIRWISE, whole, PAIRWISE):
        sums = [add(a, b) for a, b in zip(sums, parts[k:])]
    while len(sums) > 1:
        sums = [add(a, b) for a, b in zip(sums[::2], sums[1::2])]
    return functools.reduce(add, parts[whole:], sums[0])


def _pair(name: str) -> Callable[[Any, Any], Any]:
    return lambda a, b: (
        elementwise(None, name, "__call__", (a, b), {}) if holds_numbers((a, b)) else getattr(np, name)(a, b)
    )


REDUCED: dict[str | None, str] = {
    name: name for name in ("add", "multiply", "maximum", "minimum", "logical_and", "logical_or")
}


def _reduced(
    name: str,
    array: Any,
    axis: Any = 0,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = True,
    dtype: Any = None,
) -> Any:
    array = array_of(array)
    if (
        not isinstance(axis, (int, type(None)))
        or keepdims
        or initial is not None
        or where is not True
        or not array.size
    ):
        path_of(array).refuse("it takes a sum, or its like, in a form that is not kept")
    together = axis is None or array.ndim == 1
    if _common_kind(array) is not np.float64 and name in ("add", "multiply"):
        array = _cast(array, np.float64)  # a count
    parts = list(array.reshape(-1)) if together else list(np.moveaxis(plain(array), axis, 0).view(Numbers))
    if name in ("logical_and", "logical_or"):
        parts = [p != 0 for p in parts] if _common_kind(array) is not np.bool_ else parts
    # along the last axis of several NumPy adds pairwise too
    together = together or axis in (-1, array.ndim - 1)
    return _added(parts, _pair(name)) if name == "add" and together else functools.reduce(_pair(name), parts)


def _product(a: Any, b: Any) -> Any:
    """A product of matrices or vectors."""
    a, b = array_of(a), array_of(b)
    if max(a.ndim, b.ndim) > 2 or (a.ndim and a.shape[-1] >= PAIRWISE):
        path_of(a, b).refuse("it multiplies arrays that are too large")
    return _settled(np.dot(plain(a), plain(b)))


def _settled(result: Any) -> Any:
    """What a function of NumPy made of plain arrays, as numbers again."""
    if isinstance(result, np.ndarray) and result.dtype == object:
        if not result.ndim:
            return result[()]
        return array_of(result.view(Numbers)) if None in map(type, result.flat) else _recast(result)
    if isinstance(result, (tuple, list)):
        return type(result)(map(_settled, result))
    return result


def _recast(result: np.ndarray) -> Numbers:
    numbers = result.view(Numbers)
    return _cast(numbers, _common_kind(numbers))


def _arranged(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy that only puts the numbers of an array in other places."""

    def call(array: Any, *given: Any, **options: Any) -> Any:
        return _settled(function(plain(array_of(array)), *given, **options))

    return call


def _joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of NumPy that puts several arrays into one."""

    def call(arrays: Any, *given: Any, **options: Any) -> Any:
        return _settled(function([plain(array_of(a)) for a in arrays], *given, **options))

    return call


def _as_round(array: Any, decimals: int = 0) -> Any:
    scale = 10.0**decimals
    return np.rint(array) if not decimals else np.rint(array * scale) / scale


def _as_sum(array: Any, axis: Any = None, **options: Any) -> Any:
    return _reduced("add", array, axis, **options)


def _as_mean(array: Any, axis: Any = None, **options: Any) -> Any:
    array = array_of(array)
    return _reduced("add", array, axis, **options) / (array.size if axis is None else array.shape[axis])


def _as_reduced(name: str) -> Callable[..., Any]:
    def call(array: Any, axis: Any = None, **options: Any) -> Any:
        return _reduced(name, array, axis, **options)

    return call


def _as_var(array: Any, axis: Any = None) -> Any:
    array = array_of(array)
    if axis is not None and array.ndim > 1:
        path_of(array).refuse("it takes a variance along an axis")
    apart = array - _as_mean(array)
    return _as_mean(apart * apart)


def _as_norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    x = array_of(x)
    if (
        keepdims
        or not (ord is None or ord == 2 or ord in (1, np.inf))
        or (x.ndim > 1 and axis is None and ord)
    ):
        path_of(x).refuse("it takes a norm in a form that is not kept")
    if ord in (1, np.inf):
        return _reduced("add" if ord == 1 else "maximum", abs(x), axis)
    if axis is None:
        x = x.reshape(-1)
        return np.sqrt(_product(x, x))
    return np.sqrt(_reduced("add", x * x, axis))


def _as_average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    a = array_of(a)
    if weights is None:
        return _as_mean(a, axis)
    weights = array_of(weights)
    if weights.shape != a.shape and weights.ndim == 1 and isinstance(axis, int):
        weights = np.moveaxis(plain(weights).reshape(-1, *[1] * (a.ndim - 1)), 0, axis).view(Numbers)
    total = _reduced("add", weights, None)
    return _reduced("add", np.multiply(a, weights), axis) / total


def _as_where(condition: Any, yes: Any = None, no: Any = None) -> Any:
    if yes is None or no is None:
        path_of(condition, yes).refuse("it asks where numbers are true")
    path, arrays = path_of(condition, yes, no), [array_of(a) for a in (condition, yes, no)]
    kind = _common_kind(array_of([*plain(arrays[1]).flat, *plain(arrays[2]).flat]))
    arrays = [arrays[0], _cast(arrays[1], kind), _cast(arrays[2], kind)]

    def chosen(asked: Any, first: Any, second: Any) -> Any:
        if type(asked) is not Number:
            return first if asked else second
        return path.note("where", (path._truth(asked), first, second), kind)

    return mapped(chosen, arrays)


def _as_clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **bounds: Any) -> Any:
    low, high = bounds.get("min", a_min), bounds.get("max", a_max)
    result = array_of(a) if low is None else _pair("maximum")(array_of(a), low)
    result = result if high is None else _pair("minimum")(result, high)
    if out is not None:
        out[...] = result
        return out
    return result


def _as_extreme(better: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def call(array: Any, axis: Any = None) -> int:
        array = array_of(array)
        if axis not in (None, 0) or array.ndim != 1:
            path_of(array).refuse("it asks for the place of the largest along an axis")
        best = 0
        for k in range(1, len(array)):  # each comparison may be a fork
            best = k if better(array[k], array[best]) else best
        return best

    return call


def _as_filled(value: float) -> Callable[..., Any]:
    def call(array: Any, dtype: Any = None, **options: Any) -> Any:
        shape = np.shape(plain(array_of(array)))
        return writable(np.full(shape, value, dtype=dtype or float))

    return call


def _as_full(array: Any, value: Any, dtype: Any = None) -> Any:
    new = writable(np.zeros(np.shape(plain(array_of(array))), dtype=dtype or float))
    new[...] = value
    return new


def writable(array: Any) -> Any:
    """An array of floats that stand-ins can be written into; others as they are."""
    if type(array) is np.ndarray and array.dtype == np.dtype(float):
        new = np.empty(array.size, dtype=object)
        new[:] = [np.float64(a) for a in array.flat]
        return new.reshape(array.shape).view(Numbers)
    return array


def _as_array(value: Any, dtype: Any = None, **options: Any) -> Any:
    if options.keys() - {"copy"} or dtype not in (None, float, np.float64):
        path_of(value).refuse("it makes an array in a form that is not kept")
    array = array_of(value)
    return (_cast(array, np.float64) if dtype else array).copy()


def _as_asarray(value: Any, dtype: Any = None, **options: Any) -> Any:
    return value if isinstance(value, Numbers) and dtype is None else _as_array(value, dtype, **options)


def _as_copyto(target: Any, source: Any, where: Any = True) -> None:
    target[...] = source if where is True else _as_where(where, source, target)


def _as_equal(a: Any, b: Any) -> bool:
    a, b = array_of(a), array_of(b)
    return a.shape == b.shape and all(bool(x == y) for x, y in zip(plain(a).flat, plain(b).flat))


ARRANGING = """reshape ravel transpose diag diagonal broadcast_to atleast_1d atleast_2d squeeze expand_dims flip roll
tile repeat split array_split moveaxis swapaxes take flipud fliplr""".split()
JOINING = "stack concatenate vstack hstack column_stack dstack".split()

ARRAY_FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{getattr(np, name): _arranged(getattr(np, name)) for name in ARRANGING},
    **{getattr(np, name): _joined(getattr(np, name)) for name in JOINING},
    np.append: lambda a, b: np.concatenate([array_of(a).reshape(-1), array_of(b).reshape(-1)]),
    np.round: _as_round,
    np.sum: _as_sum,
    np.mean: _as_mean,
    np.prod: _as_reduced("multiply"),
    np.max: _as_reduced("maximum"),
    np.min: _as_reduced("minimum"),
    np.all: _as_reduced("logical_and"),
    np.any: _as_reduced("logical_or"),
    np.var: _as_var,
    np.std: lambda a: np.sqrt(_as_var(a)),
    np.average: _as_average,
    np.cumsum: lambda a: array_of(list(accumulated(a, "add"))),
    np.linalg.norm: _as_norm,
    np.dot: _product,
    np.inner: _product,
    np.vdot: _product,
    np.outer: lambda a, b: array_of(a).reshape(-1, 1) * array_of(b).reshape(1, -1),
    np.where: _as_where,
    np.clip: _as_clip,
    np.argmax: _as_extreme(lambda a, b: a > b),
    np.argmin: _as_extreme(lambda a, b: a < b),
    np.zeros_like: _as_filled(0.0),
    np.ones_like: _as_filled(1.0),
    np.empty_like: _as_filled(np.nan),
    np.full_like: _as_full,
    np.copy: _as_array,
    np.array: _as_array,
    np.asarray: _as_asarray,
    np.asanyarray: _as_asarray,
    np.copyto: _as_copyto,
    np.array_equal: _as_equal,
    np.shape: lambda a: np.shape(plain(array_of(a))),
    np.ndim: lambda a: np.ndim(plain(array_of(a))),
    np.size: lambda a: np.size(plain(array_of(a))),
    np.real: lambda a: a,
    np.isscalar: lambda a: type(a) is Number,
}


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Numbers, *given: Any, **options: Any) -> Any:
        return function(self, *given, **options)

    return method


for _name in "sum mean prod max min all any var std cumsum dot clip argmax argmin round".split():
    setattr(Numbers, _name, _method(ARRAY_FUNCTIONS[getattr(np, _name)]))
for _name in "conj conjugate".split():
    setattr(Numbers, _name, lambda self: self)
for (
    _name
) in """__str__ __repr__ __format__ __float__ __int__ __index__ __complex__ tobytes dump dumps byteswap
sort argsort partition argpartition searchsorted nonzero choose compress trace ptp setfield getfield
__reduce_ex__ tofile put resize""".split():
    setattr(Numbers, _name, _refused)
