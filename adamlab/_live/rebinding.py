"""Learners' functions made to take stand-ins, and what they keep between calls found out.

A stand-in goes through operators by itself. ``np.array([a, b])``, ``math.sqrt(a)`` and ``float(a)`` want its
value, so what is recorded is a copy of a function, in which the names ``np``, ``math`` and a few of Python's
own mean functions that take stand-ins; and so with the functions that it calls by name.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import dis
import functools
import inspect
import itertools
import math
import random
import sys
import time
import types
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .._core.surface import PerStep, Surface
from .._core.trace import CannotRecord
from .arrays import ARRAY_FUNCTIONS, Numbers, array_of, holds_numbers, mapped, recording_of, writable
from .scalars import Number, Recording, kind_of

__all__ = ["Rebinding"]

DEPTH = 4  # of lists in lists that are watched

RANDOM = random.Random, np.random.Generator, np.random.RandomState, np.random.BitGenerator
UNSTEADY = random, time, np.random  # modules


class Rebinding:
    """Makes copies of functions that take stand-ins, and watches what they might change."""

    def __init__(self) -> None:
        self._copies: dict[int, tuple[Any, Any]] = {}  # by id, with the original, so that ids stay theirs
        self._scopes: dict[int, dict[str, Any]] = {}
        self._watched: dict[int, tuple[Any, Any]] = {}

    def of(self, value: Any) -> Any:
        """What stands for a value where a function is recorded: itself, or a copy that takes stand-ins."""
        if id(value) not in self._copies:
            self._copies[id(value)] = value, value  # for what refers to itself
            self._copies[id(value)] = value, self._copy(value)
        return self._copies[id(value)][1]

    def _copy(self, value: Any) -> Any:
        if isinstance(value, types.FunctionType) and _is_learners(value):
            return self._function(value)
        if isinstance(value, types.MethodType):
            if isinstance(value.__self__, Surface):
                return types.MethodType(value.__func__, self.of(value.__self__))
            self._watch(value.__self__)
            return types.MethodType(self.of(value.__func__), value.__self__)
        if isinstance(value, functools.partial):
            return functools.partial(self.of(value.func), *map(self.of, value.args), **value.keywords)
        if isinstance(value, Surface):
            return self._surface(value)
        if isinstance(value, (types.FunctionType, PerStep)):
            return value
        other = substitute(value)
        if other is not value:
            return other
        self._watch(value)
        call = inspect.getattr_static(type(value), "__call__", None)
        if isinstance(call, types.FunctionType) and _is_learners(call):
            return types.MethodType(self.of(call), value)
        return value

    def _function(self, function: types.FunctionType) -> types.FunctionType:
        if _catches_errors(function.__code__):
            raise CannotRecord("it catches errors")
        if _asks_identity(function.__code__):
            raise CannotRecord("it asks whether a number is a certain object")
        around = function.__globals__
        scope = self._scopes.setdefault(id(around), {**around, "__builtins__": BUILTINS})
        cells = tuple(types.CellType() for _ in function.__closure__ or ())
        cells = tuple(
            self._copies.setdefault(id(old), (old, new))[1]
            for old, new in zip(function.__closure__ or (), cells)
        )
        made = types.FunctionType(
            function.__code__, scope, function.__name__, function.__defaults__, cells or None
        )
        made.__kwdefaults__ = function.__kwdefaults__
        made.__dict__.update(function.__dict__)
        self._copies[id(function)] = function, made
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self._watch(value)
        for name in _names(function.__code__):
            if name in around:
                scope[name] = self.of(around[name])
        for old, new in zip(function.__closure__ or (), cells):
            with contextlib.suppress(ValueError):  # it is empty yet
                new.cell_contents = self.of(old.cell_contents)
        for container in (scope, made.__dict__, *cells):
            self._keep(container)
        return made

    def _surface(self, surface: Surface) -> Surface:
        made = copy.copy(surface)
        if surface._gradient is None:
            made._half_width = surface._half_width  # found out with numbers
        made._loss = self.of(surface._loss)
        made._gradient = surface._gradient and self.of(surface._gradient)
        return made

    # --- what is kept between calls -----------------------------------------------------------------

    def _watch(self, value: Any, depth: int = DEPTH) -> None:
        """Remember what is in it now."""
        if isinstance(value, RANDOM):
            raise CannotRecord("it uses random numbers")
        if not depth or id(value) in self._watched or isinstance(value, (Surface, PerStep, types.ModuleType)):
            return
        if isinstance(value, (list, deque, set, np.ndarray)):
            self._keep(value)
            parts: Any = () if isinstance(value, np.ndarray) else [*value]
        elif isinstance(value, dict):
            self._keep(value)
            parts = [*value.values()]
        elif isinstance(value, tuple):
            parts = value
        elif isinstance(value, type) and _is_learners(value):
            self._keep(value)
            parts = ()
        elif _is_learners(type(value)) and isinstance(getattr(value, "__dict__", None), dict):
            self._keep(value.__dict__)
            parts = [*value.__dict__.values(), type(value)]
        else:
            return
        for part in parts:
            self._watch(part, depth - 1)

    def _keep(self, container: Any) -> None:
        self._watched[id(container)] = container, _contents(container)

    def watch_again(self) -> None:
        """Begin to watch, once all copies have been made."""
        for container, _ in [*self._watched.values()]:
            self._keep(container)

    def put_back(self) -> bool:
        """Put everything back as it was, and return whether anything had changed."""
        changed = False
        for container, before in self._watched.values():
            if not _same(_contents(container), before):
                changed = True
                _restore(container, before)
        return changed


def _is_learners(value: Any) -> bool:
    """Return whether a function or class is not part of Python, NumPy or this room."""
    module = getattr(value, "__module__", None) or "builtins"
    package = module.split(".")[0]
    if package == "builtins":  # a function that was made by exec: those of Python's own are written in C
        return isinstance(value, types.FunctionType)
    return not (
        package == "numpy"
        or package in sys.stdlib_module_names
        or module.startswith(("adamlab._core", "adamlab._live"))
    )


def _code_of(code: types.CodeType) -> Iterator[types.CodeType]:
    """The code of a function and of those that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _code_of(constant)


def _names(code: types.CodeType) -> set[str]:
    """The global names that a function uses."""
    asked = ("LOAD_GLOBAL", "LOAD_NAME")
    return {i.argval for part in _code_of(code) for i in dis.get_instructions(part) if i.opname in asked}


def _asks_identity(code: types.CodeType) -> bool:
    """Return whether something is compared with a constant by ``is``, which a stand-in never is."""
    for part in _code_of(code):
        steps = [*dis.get_instructions(part)]
        for before, step in itertools.pairwise(steps):
            if step.opname == "IS_OP" and before.opname in CONSTANTS and before.argval not in (None, ...):
                return True
    return False


CONSTANTS = "LOAD_CONST", "LOAD_SMALL_INT"


def _catches_errors(code: types.CodeType) -> bool:
    """Return whether there is an ``except`` in it: then an error of a stand-in might be taken for another."""
    for part in _code_of(code):
        names = [i.opname for i in dis.get_instructions(part)]
        bare = any(pair == ("PUSH_EXC_INFO", "POP_TOP") for pair in itertools.pairwise(names))
        if bare or "CHECK_EXC_MATCH" in names or "CHECK_EG_MATCH" in names:
            return True
    return False


def _contents(container: Any) -> Any:
    if isinstance(container, types.CellType):
        try:
            return [container.cell_contents]
        except ValueError:
            return []
    if isinstance(container, type):
        return dict(vars(container))
    return container.copy()


def _same(now: Any, before: Any) -> bool:
    if isinstance(now, np.ndarray):
        return now.shape == before.shape and now.tobytes() == before.tobytes()
    if isinstance(now, set):
        return now == before
    if len(now) != len(before):
        return False
    if isinstance(now, dict):
        return all(key in now and now[key] is value for key, value in before.items())
    return all(a is b for a, b in zip(now, before))


def _restore(container: Any, before: Any) -> None:
    if isinstance(container, types.CellType):
        container.cell_contents = before[0] if before else None
    elif isinstance(container, type):
        for name in {*vars(container)} - {*before}:
            delattr(container, name)
        for name, value in before.items():
            if vars(container).get(name) is not value:
                setattr(container, name, value)
    elif isinstance(container, np.ndarray):
        container[...] = before
    elif isinstance(container, (dict, set)):
        container.clear()
        container.update(before)
    else:
        container.clear()
        container.extend(before)


# --- what stands for NumPy, math and Python's own ---------------------------------------------------


class _Module(types.ModuleType):
    """A module whose functions take stand-ins."""

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__(module.__name__)
        self.__dict__["_module"] = module

    def __getattr__(self, name: str) -> Any:
        return substitute(getattr(self._module, name))


class _Converting(type):
    """Makes classes that convert stand-ins too, and are otherwise the class that they stand for."""

    real: Any
    convert: Any

    def __call__(cls, *given: Any, **options: Any) -> Any:
        if len(given) == 1 and holds_numbers(given[0]):
            number = given[0].item() if isinstance(given[0], Numbers) else given[0]
            return cls.convert(number) if type(number) is Number else cls.real(number)
        return cls.real(*given, **options)

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, cls.real)

    def __eq__(cls, other: Any) -> bool:
        return other is cls or other is cls.real

    def __hash__(cls) -> int:
        return hash(cls.real)

    def __getattr__(cls, name: str) -> Any:
        return getattr(type.__getattribute__(cls, "real"), name)


class _Float(metaclass=_Converting):
    real, dtype = float, np.dtype(float)

    @staticmethod
    def convert(number: Number) -> Any:
        return number.as_kind(float)


class _Float64(metaclass=_Converting):
    real, dtype = np.float64, np.dtype(float)

    @staticmethod
    def convert(number: Number) -> Any:
        return number.as_kind(np.float64)


class _Int(metaclass=_Converting):
    real, dtype = int, np.dtype(int)

    @staticmethod
    def convert(number: Number) -> Any:
        return number.path.math("trunc", (number,))


def substitute(value: Any) -> Any:
    """What stands for a module, a type or a function of NumPy's, of math or Python's own; or the same."""
    if isinstance(value, types.ModuleType):
        if value in UNSTEADY:
            raise CannotRecord("it uses random numbers, or the clock")
        package = value.__name__.split(".")[0]
        return _Module(value) if package in ("numpy", "math") and not isinstance(value, _Module) else value
    if isinstance(value, type):
        return _vectorized if value is np.vectorize else TYPES.get(value, value)
    module = getattr(value, "__module__", None) or ""
    if isinstance(getattr(value, "__self__", None), RANDOM) or (
        callable(value) and module in ("time", "random")
    ):
        raise CannotRecord("it uses random numbers, or the clock")
    if module == "math" and callable(value):
        return _of_math(value)
    if callable(value) and (isinstance(value, np.ufunc) or module.split(".")[0] == "numpy"):
        return _OfNumpy(value)
    return value


class _OfNumpy:
    """A function of NumPy's that takes stand-ins in lists too; the arrays that it makes can hold them."""

    def __init__(self, function: Any) -> None:
        self._function = function

    def __call__(self, *given: Any, **options: Any) -> Any:
        function = self._function
        options = {
            name: getattr(v, "real", v) if isinstance(v, _Converting) else v for name, v in options.items()
        }
        if any(map(holds_numbers, (*given, *options.values()))):
            if isinstance(function, np.ufunc):
                given = tuple(array_of(a) if isinstance(a, (list, tuple)) else a for a in given)
                return function(*given, **options)
            if function not in ARRAY_FUNCTIONS:
                recording_of(*given, *options.values()).refuse(
                    f"it uses {getattr(function, '__name__', 'a function')}"
                )
            return ARRAY_FUNCTIONS[function](*given, **options)
        if function is np.empty:
            options["fill_value"], function = np.nan, np.full
        return _writable(function(*given, **options))

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._function, name)
        return functools.partial(_lists_gathered, found) if name in ("reduce", "accumulate") else found


def _lists_gathered(function: Any, array: Any, *given: Any, **options: Any) -> Any:
    return function(array_of(array) if holds_numbers(array) else array, *given, **options)


def _writable(result: Any) -> Any:
    return type(result)(map(_writable, result)) if type(result) in (list, tuple) else writable(result)


def _vectorized(function: Any = None, **options: Any) -> Any:
    """As np.vectorize, which gives a function Python's numbers."""

    def call(*given: Any) -> Any:
        if options or not any(map(holds_numbers, given)):
            return writable(np.vectorize(function, **options)(*given))
        arrays = [array_of(a) for a in given]
        return mapped(lambda *a: _as_float(recording_of(*given), function(*(x.item() for x in a))), arrays)

    return call if function else functools.partial(_vectorized, **options)


def _as_float(path: Recording, value: Any) -> Any:
    """The same, if it is a float: of whole numbers and floats np.vectorize makes what the first one is."""
    if kind_of(value) not in (float, np.float64):
        path.refuse("it makes whole numbers of some numbers")
    return value


MATH: dict[Any, str] = {
    getattr(math, name): name
    for name in """sqrt cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan sinh cosh tanh hypot copysign
    floor ceil trunc fmod isfinite isnan isinf""".split()
}
MATH |= {
    getattr(math, name): other
    for name, other in {
        "fabs": "absolute",
        "pow": "power",
        "asin": "arcsin",
        "acos": "arccos",
        "atan": "arctan",
        "atan2": "arctan2",
        "asinh": "arcsinh",
        "acosh": "arccosh",
        "atanh": "arctanh",
    }.items()
}

ARITY = {"power": 2, "hypot": 2, "copysign": 2, "fmod": 2, "arctan2": 2}


def _of_math(function: Any) -> Callable[..., Any]:
    """A function of `math` that takes stand-ins."""

    def call(*given: Any, **options: Any) -> Any:
        if not any(map(holds_numbers, given)):
            return function(*given, **options)
        path = recording_of(*given)
        if function is math.prod and not options:
            return functools.reduce(lambda a, b: a * b, given[0], 1)
        if function is math.log and len(given) == 2:
            return call(given[0]) / (call(given[1]) if holds_numbers(given[1]) else math.log(given[1]))
        if function not in MATH or len(given) != ARITY.get(MATH[function], 1) or options:
            path.refuse(f"it uses math.{function.__name__}")
        given = tuple(a.item() if isinstance(a, Numbers) else a for a in given)
        return path.math(MATH[function], given)

    return call


def _type(value: Any, *more: Any) -> Any:
    if not more and (type(value) is Number or isinstance(value, Numbers)):
        recording_of(value).refuse("it asks for the type of a number")
    return type(value, *more)


def _id(value: Any) -> int:
    if holds_numbers(value):
        recording_of(value).refuse("it asks where a number is kept")
    return id(value)


def _import(*given: Any, **options: Any) -> Any:
    return substitute(builtins.__import__(*given, **options))


TYPES: dict[Any, Any] = {float: _Float, int: _Int, np.float64: _Float64}

BUILTINS: dict[str, Any] = {
    **vars(builtins),
    "float": _Float,
    "int": _Int,
    "type": _type,
    "id": _id,
    "print": lambda *_, **__: None,
    "__import__": _import,
}
