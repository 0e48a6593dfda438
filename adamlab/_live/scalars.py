"""Stand-ins for single numbers: what is done with them is kept, operation by operation.

`trace` records what is the same for thousands of runs. Here one run is followed, as `descend` takes it: each
coordinate has a stand-in of its own, so that loops, sums over everything, copies and assignments in place are
what they are. Where a stand-in is asked whether it is true, its `Recording` answers, and the function is
called again for the other answer.

A stand-in knows what kind of number it stands for, because Python's and NumPy's numbers do not compute alike:
``1.0 / 0.0`` is an error, ``np.float64(1) / 0.0`` is infinity. What would have to be guessed is refused.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Container, Iterable
from typing import Any, NamedTuple, NoReturn

import numpy as np

from .._core.surface import PerStep
from .._core.trace import CannotRecord

__all__ = [
    "FUNCTIONS",
    "PYTHON",
    "TRUTHS",
    "UFUNCS",
    "VALUE_NEEDED",
    "Number",
    "Operation",
    "Recording",
    "kind_of",
]

MOST_OPERATIONS = 4000
MOST_EXACT = 2**53  # whole numbers up to here are the same in a double
LARGEST_T = 2**20  # so that t**2 is exact, too

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

# what NumPy makes of whole numbers is not whole
ROUNDED = """divide sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh
tanh arcsinh arccosh arctanh arctan2 hypot logaddexp copysign""".split()

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


class Recording:
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
    own : dict
        Registers and fixed numbers of the step's own variables, by name.
    """

    own: dict[str, list[int | float]]

    T = 0  # the register of the step number

    def __init__(
        self,
        first: int,
        answers: Iterable[bool],
        fixed: Container[int] = (),
        tables: Any = None,
        short: bool = False,
    ) -> None:
        self.first, self.answers, self.asked, self.fixed, self.short = first, [*answers], 0, fixed, short
        self.lines: list[Any] = []
        self.tables: list[PerStep] = [] if tables is None else tables
        self.refused, self.over, self.aliased, self.written, self.own = "", False, False, False, {}
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

    def look_up(self, table: PerStep, t: Number) -> list[Number]:
        """What a table holds for the step t."""
        if t.register != self.T:
            self.refuse("it looks up a value for another step than t")
        if table not in self.tables:
            self.tables.append(table)
        size, number = np.shape(table.at(1)), self.tables.index(table)
        if len(size) != 1:
            self.refuse("a table is not one row for each step")
        return [self.note("table", (t, float(number), float(k)), np.float64) for k in range(*size)]

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
        if name not in ROUNDED and all(kind_of(a) in WHOLES for a in given):
            bounds = [a.bound if type(a) is Number else abs(int(a)) for a in given]
            if name in ("add", "subtract"):
                bound = sum(bounds)
            elif name == "multiply":
                bound = math.prod(bounds)
            elif name in ("negative", "absolute") or (name == "floor_divide" and not numpy):
                bound = bounds[0]
            elif name == "remainder" and not numpy:
                bound = bounds[1]
            else:
                self.refuse("it computes with whole numbers")
            if bound > MOST_EXACT:
                self.refuse("it makes whole numbers that may be too large for a double")
            return (np.int64 if numpy else int), bound
        return (np.float64 if numpy else float), MOST_EXACT

    def _power(self, given: tuple[Any, ...], numpy: bool, in_array: bool) -> Any:
        base, exponent = given
        whole = [kind_of(a) in WHOLES for a in given]
        if in_array and type(exponent) is not Number and exponent in SHORT_POWERS and not whole[0]:
            return self.apply(SHORT_POWERS[exponent], (base,), in_array=True)  # as NumPy's own ** does
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
    path : Recording
    register : int
    kind : type
        What it stands for: int, float, bool, np.float64, np.int64 or np.bool_.
    bound : float
        How large it may be, if it is whole.
    """

    __slots__ = ("bound", "kind", "path", "register")

    def __init__(self, path: Recording, register: int, kind: type, bound: float) -> None:
        self.path, self.register, self.kind, self.bound = path, register, kind, bound

    @property  # type: ignore[misc]  # what isinstance asks for
    def __class__(self) -> type:  # type: ignore[override]
        return self.kind

    def as_kind(self, kind: type) -> Number:
        """The same as another kind of number."""
        if self.kind in TRUTHS and kind not in TRUTHS:
            return self.path.note("number", (self,), kind, bound=1)
        return Number(self.path, self.register, kind, self.bound)

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


VALUE_NEEDED = "it needs the value of a number: as a text, as a key, or in a function for numbers"


def _refused(self: Number, *_: Any, **__: Any) -> NoReturn:
    self.path.refuse(VALUE_NEEDED)


OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
}
for _name, _function in OPERATORS.items():
    setattr(Number, f"__{_name}__", _operator(_function))
    setattr(Number, f"__r{_name}__", _operator(_function, turned=True))
for _name, _function in {
    "neg": "negative",
    "pos": "positive",
    "abs": "absolute",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}.items():
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
