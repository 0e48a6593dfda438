"""Puts a schedule around a step: the result is a step like any other, and its source can be read.

It is written as a person would write it, with a signature of its own, so all that reads signatures or records
steps needs to know nothing of schedules.
"""

from __future__ import annotations

import inspect
import itertools
import linecache
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .hyperparameters import usual_name
from .signature import SCHEDULED, Signature, name_of, scheduled_step
from .text import brief

__all__ = ["clips", "scheduled"]

HOME = "adamlab.schedules"  # the module that what is made here counts to
WHEN = ("t", "n_steps")
CLIPS = "clips"  # an attribute of what is made here

_numbers = itertools.count(1)


def scheduled(
    step: Callable[..., Any],
    shares: Sequence[Callable[..., Any]],
    clipping: Callable[..., Any] | None,
    hyper: dict[str, Any],
) -> Callable[..., Any]:
    """A step that is called with a share of its η.

    Parameters
    ----------
    step : callable
    shares : sequence of callable
        Functions of t, n_steps and hyperparameters; η is multiplied by all of them. The first gives the name.
    clipping : callable, optional
        A function of g and hyperparameters that comes first.
    hyper : dict
        Defaults other than those of all these.

    Returns
    -------
    function
    """
    inner, (schedule, *_) = Signature(step), shares
    rate = next((name for name in inner.defaults if usual_name(name) == "eta"), None)
    if rate is None:
        raise TypeError(
            f"{inner.name} has no learning rate for a schedule to change: it has "
            f"{', '.join(inner.defaults) or 'none'}. Give it one with a default, like eta=0.1"
        )
    parts = [(share, _of_schedule(share)) for share in shares]
    parts += [(clipping, _defaults_of(clipping))] if clipping else []
    defaults = dict(inner.defaults)
    for function, own in parts:
        if both := [name for name in own if name in defaults]:
            raise TypeError(
                f"{inner.name} and {name_of(function)} both have a parameter {both[0]}: give one of them "
                f"another name"
            )
        defaults |= own
    if unknown := [name for name in hyper if name not in defaults]:
        raise TypeError(
            f"with_schedule: neither {inner.name} nor its schedule has a hyperparameter {unknown[0]}: they "
            f"have {', '.join(defaults)}"
        )
    made = _written(inner, f"{inner.name}_{name_of(schedule)}", rate, parts, {**defaults, **hyper}, clipping)
    made.__dict__.update({SCHEDULED: step, CLIPS: clipping is not None})
    Signature(made).hyper()  # raises for a value that is out of range
    return made


def clips(step: Callable[..., Any]) -> bool:
    """Return whether a step clips the gradient, itself or a step inside it."""
    inner = scheduled_step(step)
    return inner is not None and (bool(vars(step).get(CLIPS)) or clips(inner))


def _of_schedule(schedule: Any) -> dict[str, Any]:
    """The hyperparameters of a schedule; what has none of its form is refused."""
    try:
        parameters = inspect.signature(schedule).parameters.values()
    except (TypeError, ValueError):
        raise TypeError(f"a schedule must be a function of t and n_steps, got {brief(schedule)}") from None
    wrong = [p.name for p in parameters if p.default is p.empty and p.name not in WHEN]
    if wrong or any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in parameters):
        raise TypeError(
            f"{name_of(schedule)}: a schedule is given t and n_steps; its other parameters need a default"
            + (f", and {', '.join(wrong)} has none" if wrong else "")
        )
    return _defaults_of(schedule)


def _defaults_of(function: Any) -> dict[str, Any]:
    parameters = inspect.signature(function).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


def _written(
    inner: Signature,
    name: str,
    rate: str,
    parts: Sequence[tuple[Any, Any]],
    defaults: dict[str, Any],
    clipping: Any,
) -> Callable[..., Any]:
    """The function, line by line."""
    parameters = inspect.signature(inner.step).parameters.values()
    given = [p.name for p in parameters if p.kind not in (p.KEYWORD_ONLY, p.VAR_KEYWORD)]
    by_name = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    asked = [p for p in (*given, *by_name) if p not in inner.defaults and p not in WHEN]
    names = _Names([*asked, *WHEN, *defaults])
    calls = {f: _call(names.of(f, name_of(f)), inspect.signature(f).parameters) for f, _ in parts}
    first = [f"g = {calls.pop(clipping)}"] if clipping else []
    lines = [
        *first,
        f"{rate} = {' * '.join([rate, *calls.values()])}",
        f"return {_call(names.of(inner.step, inner.name), given, by_name)}",
    ]
    return _made(_identifier(name), [*asked, *WHEN], defaults, lines, names.known)


class _Names:
    """Names for functions that do not hide a parameter."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken, self.known = {*taken}, dict[str, Any]()

    def of(self, function: Callable[..., Any], name: str) -> str:
        """A name for a function, its own if that is free."""
        name = _identifier(name)
        while name in self._taken or self.known.get(name, function) is not function:
            name += "_"
        self.known[name] = function
        return name


def _identifier(name: str) -> str:
    return name if name.isidentifier() else "".join(c if c.isalnum() else "_" for c in f"step_{name}")


def _call(function: str, given: Iterable[str], by_name: Iterable[str] = ()) -> str:
    return f"{function}({', '.join([*given, *(f'{name}={name}' for name in by_name)])})"


def _made(
    name: str, asked: list[str], defaults: dict[str, Any], lines: list[str], known: dict[str, Any]
) -> Callable[..., Any]:
    """A function from its source, which stays where `inspect` and a traceback look for it."""
    head = ", ".join([*asked, *(f"{n}={value!r}" for n, value in defaults.items())])
    source = "\n    ".join([f"def {name}({head}):", *lines]) + "\n"
    file, space = f"<{name} {next(_numbers)}>", {**known, "__name__": HOME}
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    defined = "\n    ".join([f"def {name}({', '.join([*asked, *defaults])}):", *lines])
    exec(compile(defined, file, "exec"), space)
    made = space[name]
    made.__defaults__ = tuple(defaults.values())  # themselves: not all have a text that gives them back
    return made
