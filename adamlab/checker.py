"""Compares a learner's step with the reference: whole trajectories and memory, never a final loss.

A wrong Adam often starts right: the most copied mistake shows at step 2, another at step 21. So
`check` feeds both functions the same gradients and walks both down two surfaces, and looks at every
row. It never raises for a fault of the learner's code.
"""

import ast
import html
import inspect
import textwrap
from typing import NamedTuple

import numpy as np

from . import steps
from .descent import descend
from .rule import USUAL_NAME, NotWrittenYet, Rule, name_of
from .surfaces import Surface, beale, ravine

__all__ = ["Difference", "Verdict", "check", "reveal"]

N_STEPS = 60
TOLERANCE = 1e-9  # relative to the largest entry so far; two right ways to write a step differ by 1e-13


class Difference(NamedTuple):
    """The first place where a step parts from the reference.

    Attributes
    ----------
    step : int
        1 is the first step.
    quantity : str
        "theta" or the name of a memory.
    expected, got : ndarray, shape (n,)
    """

    step: int
    quantity: str
    expected: np.ndarray
    got: np.ndarray


class Verdict:
    """What `check` found.

    Attributes
    ----------
    ok : bool
        Every point of every probe agrees with the reference.
    attempted : bool
        False for a stub.
    mistake : str or None
        Id of a known mistake.
    hint : str
        What to look at next; empty if all is well.
    first_difference : Difference or None
    """

    def __init__(self, name, ok=False, attempted=True, mistake=None, hint="", first_difference=None):
        self.name, self.ok, self.attempted = name, ok, attempted
        self.mistake, self.hint, self.first_difference = mistake, hint, first_difference

    def _headline(self):
        if not self.attempted:
            return f"{self.name}: not attempted yet"
        if self.ok:
            return f"✓ {self.name} is right: every point of every probe agrees with the reference"
        if self.first_difference is None:
            return f"✗ {self.name} does not run yet"
        step, quantity, expected, got = self.first_difference
        return (f"✗ {self.name} parts from the reference at step {step}: {quantity} is {_row(got)}, "
                f"expected {_row(expected)}")  # fmt: skip

    def __repr__(self):
        return self._headline() + (f"\n  {self.hint}" if self.hint else "")

    def _repr_html_(self):
        hint = f"<br>{html.escape(self.hint)}" if self.hint else ""
        return f"<p><b>{html.escape(self._headline())}</b>{hint}</p>"


def check(my_step, like=None):
    """Compare a step with the reference of the same name.

    Parameters
    ----------
    my_step : callable
        The learner's function. It is run with its own defaults.
    like : callable, optional
        The reference, where the name does not tell it: ``check(my_rule, like=steps.adam)``.

    Returns
    -------
    Verdict
    """
    name = name_of(my_step)
    reference = like or getattr(steps, name, None)
    if not callable(my_step):
        return Verdict(
            name, hint=f"check takes a function, got {my_step!r}: write check(adam), without brackets."
        )
    if not callable(reference):
        return Verdict(
            name, hint=f"No step of the series is called {name}: say which it is, like=steps.adam."
        )
    try:
        mine, theirs = Rule(my_step), Rule(reference)
        difference = next(filter(None, (_compare(mine, theirs, *probe) for probe in PROBES)), None)
    except NotWrittenYet:
        if _is_stub(my_step):
            return Verdict(
                name, attempted=False, hint="Replace the ... by the step, then run this cell again."
            )
        return Verdict(name, hint="It gives back nothing new: is there a return, and is it the new theta?")
    except Exception as fault:  # whatever a learner's cell does, the notebook goes on
        return Verdict(name, hint=f"{type(fault).__name__}: {fault}")
    if difference is None:
        return Verdict(name, ok=True)
    return Verdict(name, hint=_where(difference), first_difference=difference)


def _is_stub(step):
    """Whether there is nothing in the body but dots, pass, or the point handed back."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(step))).body[0].body
    except (TypeError, OSError, SyntaxError, AttributeError):  # a lambda, or no source at hand
        return True
    return all(
        isinstance(line, ast.Pass)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        or (
            isinstance(line, ast.Return)
            and isinstance(line.value, ast.Name | ast.Tuple | ast.Constant | None)
        )
        for line in body
    )


def _gradients(theta, t):
    """Tiny and rare, growing and changing sign, ordinary: one coordinate each, the same for every lane."""
    rows = [1e-6 * (t % 7 == 1), (-1.1) ** t, 1 + np.sin(t)]
    return np.multiply.outer(rows, np.ones(np.shape(theta)[1:]))


PROBES = [
    (Surface(lambda theta: 0 * theta[0], _gradients, start=(1.0, -2.0, 3.0), vector=True), {}),
    (ravine, {"eta": 0.02}),
    (beale, {"eta": 0.001}),
]


def _compare(mine, theirs, surface, changes):
    """The first difference of two rules on one surface, or None."""
    own_name = {USUAL_NAME.get(name, name): name for name in mine.defaults}
    settings = {name: mine.defaults[own] for name, own in own_name.items() if name in theirs.defaults}
    settings |= {name: value for name, value in changes.items() if name in settings}
    got = descend(mine.step, surface, None, N_STEPS, **{own_name[n]: v for n, v in settings.items()})
    expected = descend(theirs.step, surface, None, N_STEPS, **settings)
    if (got.theta == got.theta[0]).all() and got.gradient[0].any():
        raise NotWrittenYet
    at = _first(got.theta, expected.theta)
    if at is None:
        return None
    for name in theirs.memory:  # memory is computed before the point, so it is named first
        if name in got.memory and (early := _first(got.memory[name], expected.memory[name])) and early <= at:
            return Difference(early, name, expected.memory[name][early], got.memory[name][early])
    return Difference(at, "theta", expected.theta[at], got.theta[at])


def _first(got, expected):
    """The first row that differs, or None."""
    with np.errstate(invalid="ignore"):
        size = np.maximum.accumulate(np.abs(expected), axis=0)
        same = np.abs(got - expected) <= TOLERANCE * size
    same |= np.isnan(got) & np.isnan(expected)
    rows = np.flatnonzero(~same.all(axis=1))
    return int(rows[0]) if len(rows) else None


def _where(difference):
    step, quantity, _, got = difference
    if np.isnan(got).any():
        return f"{quantity} is not a number: look at the divisions, the root and the powers."
    if step == 1:
        by_hand = f"work out step 1 by hand, with theta = {_row(PROBES[0][0].start)}, "
        by_hand += f"g = {_row(_gradients(np.zeros(3), 1))} and nothing remembered yet."
        return f"Look at how {quantity} is made and what is returned: {by_hand}"
    if quantity != "theta":
        return f"Up to step {step - 1} it is right. Look at how {quantity} is made from what it was before."
    return f"The steps before {step} are right: what has changed by then?"


def _row(values):
    return "(" + ", ".join(f"{value:.5g}" for value in values) + ")"


class _Source(str):
    def _repr_markdown_(self):
        return f"```python\n{self}\n```"

    __repr__ = str.__str__


def reveal(obj):
    """Show the source of a step or helper, without its docstring.

    Parameters
    ----------
    obj : function or class

    Returns
    -------
    str
        Which a notebook shows as Python.

    Raises
    ------
    TypeError
        If there is no source to show.
    """
    try:
        source = textwrap.dedent(inspect.getsource(obj))
    except (TypeError, OSError):
        raise TypeError(f"reveal: {obj!r} has no source to show; give a function, like steps.adam") from None
    node = ast.parse(source).body[0]
    if ast.get_docstring(node):
        lines, doc = source.splitlines(), node.body[0]
        source = "\n".join(lines[: doc.lineno - 1] + lines[doc.end_lineno :])
    return _Source(source.rstrip())
