"""Reads a step: what its signature says, and whether what it returned is what it promised.

A step is a plain function. Everything else here asks a `Signature` about it: its name, its memory, its
hyperparameters with their defaults and ranges, and to call it once.
"""

import copy
import difflib
import dis
import functools
import inspect
import itertools
import math
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .hyperparameters import ANY, hyperparameter, usual_name
from .surface import FLOAT
from .text import brief

__all__ = [
    "NOTHING",
    "NotWrittenYet",
    "OURS",
    "SCHEDULED",
    "Signature",
    "function_of",
    "gives_later",
    "is_stub",
    "name_of",
    "scheduled_step",
]

GIVEN = ("theta", "g", "t", "n_steps", "shape")

TAKEN = ("step", "surface", "start", "n_steps", "tolerance", "every")  # by descend and sweep


FUNCTIONS = types.FunctionType, types.MethodType, types.BuiltinFunctionType, type(functools.cache(abs))

OURS = "adamlab.steps"  # written for lanes

SCHEDULED = "scheduled_step"  # an attribute of what with_schedule makes

NOTHING = "returns nothing: is there a return in the last line?"


class NotWrittenYet(ValueError):
    """The step is still a stub: it returned nothing, or gave back the point it was given."""


class Signature:
    """A step with what its signature says.

    Parameters
    ----------
    step : callable
        Takes ``theta``, ``g``, if it likes ``t``, ``n_steps``, ``shape`` and any memory, and hyperparameters
        with defaults.
    lenient : bool
        Take hyperparameters that are named as what `descend` takes, or whose value is not usual for the name:
        for who asks what a number does, not what it is called.

    Attributes
    ----------
    name : str
    memory : tuple of str
        Parameters without a default other than those that a step is given, in their order.
    defaults : dict
        Hyperparameters and their defaults, in their order.

    Raises
    ------
    TypeError
        If step is not a function of this form.
    """

    def __init__(self, step: Callable[..., Any], lenient: bool = False) -> None:
        if not callable(step):
            raise TypeError(f"a step must be a function, got {brief(step)}")
        self.step = step
        self.name = name_of(step)
        self._lenient = lenient
        if gives_later(function_of(step)):
            raise TypeError(
                f"{self.name}: a step must return its results directly: use return instead of "
                f"yield, and no async"
            )
        try:
            parameters = inspect.signature(step).parameters.values()
        except Exception:  # whatever an object does that is asked for it
            raise TypeError(f"{self.name}: its signature cannot be read; write the step with def") from None
        for p in parameters:
            if p.kind is p.VAR_POSITIONAL:
                raise TypeError(f"{self.name}: *{p.name} does not say what it holds; name each memory")
        named = [p for p in parameters if p.kind is not p.VAR_KEYWORD]
        required = [p.name for p in named if p.default is p.empty]
        self.defaults = {p.name: p.default for p in named if p.default is not p.empty}
        self._check_defaults()
        self._positional = [p.name for p in named if p.kind is p.POSITIONAL_ONLY]
        self._check_given(named, required)
        self.memory = tuple(name for name in required if name not in GIVEN)
        for name in self.memory:
            if usual_name(name):
                raise TypeError(
                    f"{self.name}: {name} is a hyperparameter, so it needs a default: write "
                    f"{name}=0.1 (or another value) in the signature"
                )
        self.takes_t, self._asks = "t" in required, [n for n in ("n_steps", "shape") if n in required]
        self._told: dict[str, Any] = {}
        usual = ["theta", "g", *self.memory] + ["t"] * self.takes_t
        self._in_order = required == usual and all(p.kind is not p.KEYWORD_ONLY for p in named)

    def within(self, n_steps: int | None = None, shape: tuple[Any, ...] | None = None) -> "Signature":
        """The same for a run of so many steps, at a point of that shape: for a step that asks for them.

        Parameters
        ----------
        n_steps : int, optional
        shape : tuple, optional
            Of a matrix, or of several arrays one after the other: a tuple of tuples.

        Returns
        -------
        Signature
        """
        told = {name: value for name, value in (("n_steps", n_steps), ("shape", shape)) if value is not None}
        same = copy.copy(self)
        same._told = {**self._told, **{name: told[name] for name in self._asks if name in told}}
        return same

    def asks(self, name: str) -> bool:
        """Whether the step is to be told ``n_steps`` or ``shape``, whichever is named."""
        return name in self._asks

    @property
    def lacks(self) -> bool:
        """Whether the step asks for n_steps, and it has not been told."""
        return "n_steps" in self._asks and "n_steps" not in self._told

    def _check_defaults(self) -> None:
        """Raise for what cannot be a hyperparameter."""
        for name in self.defaults:
            if name in TAKEN and not self._lenient:
                raise TypeError(
                    f"{self.name}: a hyperparameter cannot be called {name}, because descend "
                    f"has a parameter of that name: choose another"
                )
            if isinstance(self.defaults[name], (tuple, list, np.ndarray)):
                raise TypeError(
                    f"{self.name}: {name} holds several numbers; give each a name of its "
                    f"own, "
                    f"like beta1=0.9, beta2=0.999"
                )
        if "t" in self.defaults:
            raise TypeError(
                f"{self.name}: t has a default, but it is passed in as the step number (1 at first), "
                f"so write t without a default"
            )

    def _check_given(self, named: list[inspect.Parameter], required: list[str]) -> None:
        """Raise where the step does not take what it is given."""
        for name in ("theta", "g"):
            if name not in required:
                signature = f"{self.name}({', '.join(p.name for p in named)})"
                raise TypeError(
                    f"{signature} has no parameter {name} without a default: a step takes "
                    f"theta "
                    f"(the point) and g (the gradient)"
                )

    def hyper(self, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """All hyperparameters: the defaults, replaced by those given; checked, as floats.

        Raises
        ------
        TypeError
            If one is unknown or not a number.
        ValueError
            If one is outside its range.
        """
        given = {} if given is None else given
        for name in given:
            if name not in self.defaults:
                raise TypeError(f"{self.name} has no hyperparameter {name}: {self._nearest(name)}")
        return {name: self._number(name, value) for name, value in {**self.defaults, **given}.items()}

    def _nearest(self, name: str) -> str:
        same = [own for own in self.defaults if name in hyperparameter(own).also.split()]
        same += [own for own in self.defaults if (usual_name(own) or own) == (usual_name(name) or name)]
        near = same or difflib.get_close_matches(name, self.defaults, n=1, cutoff=0.5)
        return f"did you mean {near[0]}?" if near else f"it has {', '.join(self.defaults) or 'none'}"

    def _number(self, name: str, value: Any) -> Any:
        if isinstance(self.defaults[name], (bool, str, type(None))):  # an option, not a quantity
            if np.ndim(value):
                raise TypeError(f"{self.name}: {name} is an option and takes one value, got {brief(value)}")
            return value
        expected, fits = ANY if self._lenient else hyperparameter(name).valid
        if isinstance(value, float) and math.isfinite(value) and fits(value):
            return float(value)  # NumPy's own floats take powers in another way
        try:
            number: Any = np.asarray(value)
            number = number.astype(float) if number.dtype.kind in "fiu" else None
        except ValueError:  # a ragged list
            number = None
        if number is None:
            raise TypeError(
                f"{self.name}: {name} must be a number or an array of numbers, got {brief(value)}"
            )
        if not (np.isfinite(number) & fits(number)).all():
            bad = number if number.ndim == 0 else number[~(np.isfinite(number) & fits(number))][0]
            raise ValueError(f"{self.name}: {name} must be {expected}, got {bad:g}")
        return float(number) if number.ndim == 0 else number

    def bind(self, hyper: dict[str, Any], shape: tuple[int, ...]) -> Callable[..., Any]:
        """The step with its hyperparameters fixed, and what it returns checked.

        Parameters
        ----------
        hyper : dict
            All of them, as `hyper` returns them.
        shape : tuple of int
            Of theta: (n, *lanes).

        Returns
        -------
        callable
            ``(theta, g, memory, t) -> (theta, *memory)``, memories in the order of the signature,
            each an array of that shape.

        Raises
        ------
        NotWrittenYet
            When called, if the step returns nothing.
        ValueError
            When called, if it returns too few or too many things, or one of the wrong shape.
        """
        if "shape" in self._asks and "shape" not in self._told:
            return self.within(shape=shape[:1]).bind(hyper, shape)
        if self.lacks:
            raise TypeError(
                f"{self.name} asks for n_steps, the length of the run, which is not known here: run it with "
                f"descend or sweep, or give n_steps"
            )
        step, takes_t, in_order = self.step, self.takes_t, self._in_order
        hyper = {name: _frozen(value) for name, value in hyper.items()}
        values = hyper.values()
        count = 1 + len(self.memory)

        def call(theta: "np.ndarray", g: "np.ndarray", memory: "Any", t: "int") -> "Any":
            if not in_order:
                result = self.call_by_name(theta, g, memory, t, hyper)
            elif takes_t:
                result = step(theta, g, *memory, t, *values)
            else:
                result = step(theta, g, *memory, *values)
            returned = [result] if not memory else [*result] if type(result) is tuple else ()
            for array in returned:
                if type(array) is not np.ndarray or array.shape != shape or array.dtype is not FLOAT:
                    break
            else:
                if len(returned) == count:
                    return returned
            return self._arrays(result, shape)

        return call

    def call_by_name(
        self,
        theta: Any,
        g: Any,
        memory: Any,
        t: Any,
        hyper: dict[str, Any],
        step: Callable[..., Any] | None = None,
    ) -> Any:
        """Call the step, or a copy of it; what it returns is not looked at."""
        arguments = {"theta": theta, "g": g, **dict(zip(self.memory, memory)), **self._told, **hyper}
        if self.takes_t:
            arguments["t"] = t
        step = self.step if step is None else step
        return step(*[arguments.pop(name) for name in self._positional], **arguments)

    def _arrays(self, result: Any, shape: tuple[int, ...]) -> list[np.ndarray]:
        """Theta and memory as arrays of that shape; or an error that says what is wrong with them."""
        if result is None or result is ... or result is NotImplemented:
            if result is None and not is_stub(self.step):
                raise ValueError(f"{self.name} {NOTHING} It has to {self._returns()}.")
            raise NotWrittenYet(f"{self.name} is not written yet: it has to {self._returns()}")
        if not self.memory:
            alone = isinstance(result, tuple) and len(result) == 1 and np.shape(result[0]) == shape
            return [self._array("theta", result[0] if alone else result, shape)]
        if hasattr(result, "__next__"):  # an iterator, and perhaps an endless one
            result = tuple(itertools.islice(result, 2 + len(self.memory)))
        several = isinstance(result, (tuple, list)) or np.ndim(result) > len(shape)
        count = len(result) if several else 1
        if count != 1 + len(self.memory):
            raise ValueError(
                f"{self.name} returned {count} value{'s' * (count != 1)}, expected "
                f"{1 + len(self.memory)}: {self._returns()} (each parameter without a "
                f"default, other than theta, g, t, n_steps and shape, is memory)"
            )
        return [self._array(name, value, shape) for name, value in zip(("theta", *self.memory), result)]

    def _array(self, name: str, value: Any, shape: tuple[int, ...]) -> np.ndarray:
        try:
            array = np.asarray(value)
        except ValueError:  # a ragged list
            array = np.asarray(None)
        if array.dtype.kind not in "fiub":
            raise ValueError(
                f"{self.name} returned {name} = {brief(value)}, expected numbers of shape {shape}"
            )
        array = array.astype(float, copy=False)
        if array.shape == shape:
            return array
        if isinstance(value, tuple):
            raise ValueError(f"{self.name} returned {len(value)} values, expected 1: {self._returns()}")
        if name == "theta" and array.shape == ():
            raise ValueError(
                f"{self.name} returned a single number for theta, expected {shape[0]}, one for each "
                "coordinate"
            )
        if name == "theta" or not _broadcasts(array.shape, shape):
            raise ValueError(f"{self.name} returned {name} of shape {array.shape}, expected {shape}")
        return np.broadcast_to(array, shape).copy()

    def _returns(self) -> str:
        return "return " + ", ".join(("theta", *self.memory))


def gives_later(function: object) -> bool:
    """Return whether a function is a generator, or asynchronous."""
    kinds = inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction
    return any(kind(function) for kind in kinds)


def is_stub(step: object) -> bool:
    """Return whether a step computes nothing: dots, pass, or what was given handed back."""
    work = ("BINARY", "CALL", "UNARY_NEGATIVE", "RAISE")
    code: Any = getattr(function_of(step), "__code__", "0 + 0")
    return not any(line.opname.startswith(work) for line in dis.get_instructions(code))


def function_of(step: object) -> types.FunctionType | None:
    """The function that is run when a step is called: also of a partial, or of an object; or None.

    Parameters
    ----------
    step : object

    Returns
    -------
    function or None
    """
    if isinstance(step, functools.partial):
        return function_of(step.func)
    if isinstance(step, types.MethodType):
        return function_of(step.__func__)
    if not isinstance(step, types.FunctionType):
        step = inspect.getattr_static(type(step), "__call__", None)
    return step if isinstance(step, types.FunctionType) else None


def name_of(step: object) -> str:
    """The step's name, also of a partial or of an object that can be called, which is asked for nothing."""
    if isinstance(step, functools.partial):
        return name_of(step.func)
    if isinstance(step, (type, np.ufunc, *FUNCTIONS)):
        return step.__name__
    try:
        own = object.__getattribute__(step, "__dict__").get("__name__")
    except AttributeError:  # it has no attributes of its own
        own = None
    return own if isinstance(own, str) else type(step).__name__


def scheduled_step(step: object) -> Any:
    """The step in what `with_schedule` has made; None for any other."""
    return vars(step).get(SCHEDULED) if isinstance(step, types.FunctionType) else None


def _frozen(value: Any) -> Any:
    """The same array, safe from a step that would change it."""
    if isinstance(value, np.ndarray):
        value = value.view()
        value.flags.writeable = False
    return value


def _broadcasts(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False
