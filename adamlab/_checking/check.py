"""Tells a learner whether a step is right, and if not, what they may have believed.

Both functions are fed the same gradients and walk down the same surfaces, and every row is compared:
the most copied mistake shows at step 2, another at step 21, and a final loss tells nothing. The point
decides; memory may honestly differ in name, scale or sign, and helps to find the fault. `check` never
raises for a fault of the learner's code, prints nothing of it and leaves nothing changed.
"""

import contextlib
import difflib
import functools
import linecache
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import steps
from .._core import run
from .._core.descent import Descent, descend
from .._core.guard import LIMIT, TooLong, describe, guarded, is_guarded
from .._core.hyperparameters import usual_name
from .._core.signature import (
    NOTHING,
    NotWrittenYet,
    Signature,
    function_of,
    gives_later,
    is_stub,
    name_of,
    scheduled_step,
)
from .._core.surface import Surface
from ..problems import matrix_regression
from ..surfaces import beale, ravine
from .asked import JUDGED
from .attempt import Attempt, Search
from .catalogue import undocumented
from .diagnosis import Difference, Finding, diagnose
from .exercises import ANSWERS, gathered_weight, judge, roll_down
from .pasted import AsFound, before_it_runs, has, of_a_count, of_an_error, of_an_object
from .probes import LISTS, START, calls, counted, first_row, same, walk
from .surroundings import restorer
from .verdict import Verdict
from .words import symbols

__all__ = ["check", "reveal"]

SURFACES = [(ravine, 0.02), (beale, 0.001)]  # with an η at which no step of the series blows up

MATRIX, COLUMN = matrix_regression(rows=3, columns=2, rank=1), (2, 1)  # for a step that asks for the shape

N_STEPS = 60

LANES = np.array([[-4.0, 3.0, 1.0], [2.5, -1.0, 0.5]])


def check(my_step: Callable[..., Any], like: Callable[..., Any] | Surface | None = None) -> Verdict:
    """Compare a step with the reference, and say what is wrong with it.

    Parameters
    ----------
    my_step : callable
        The learner's function. It is tried with its own defaults first, then with others. Of what
        `with_schedule` has made, it is the step inside.
    like : callable or Surface, optional
        The reference, if the name does not tell which: ``check(my_rule, like=steps.adam)``. With a
        surface, my_step is its loss or its gradient; with ``roll_down`` it is a loop.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> import numpy as np
    >>> from adamlab import check
    >>> def my_rmsprop(theta, g, v, eta=0.01, beta2=0.9, eps=1e-8):
    ...     v = beta2 * v + g**2
    ...     return theta - eta * g / (np.sqrt(v) + eps), v
    >>> check(my_rmsprop).mistake
    'rmsprop.v_no_1mb'
    """
    my_step, like = _inside(my_step), _inside(like)
    name, restore = name_of(my_step), restorer(my_step)
    said = functools.partial(Verdict, name, exercise=name)
    try:
        reference, examine = _asked_for(my_step, name, like)
        said = functools.partial(Verdict, name, exercise=getattr(reference, "__name__", name))
        return examine(my_step, reference, restore)
    except (Refusal, AsFound) as refusal:
        return said(str(refusal), outcome="cannot be checked yet")
    except TooLong:
        return said(TOO_LONG, outcome="was stopped: nothing is known of its lines")
    except KeyboardInterrupt:  # the learner has interrupted the kernel
        raise
    except BaseException as fault:  # whatever a learner's cell does, the notebook goes on
        if isinstance(fault, NotImplementedError) or (isinstance(fault, ValueError) and is_stub(my_step)):
            hint = "Replace the ... with your own lines, then run this cell again."
            return said(hint, attempted=False)
        if isinstance(fault, NotWrittenYet):
            return said(f"{name} {NOTHING}")
        return said(_said(fault, my_step))
    finally:
        restore()


def _inside(step: Any) -> Any:
    """The step itself, without the schedules around it."""
    while (inner := scheduled_step(step)) is not None:
        step = inner
    return step


class Refusal(Exception):
    """What was given cannot be checked, and why."""


TOO_LONG = (
    f"One call was stopped after {LIMIT:.0f} seconds. This is the time limit; it does not say that your "
    "lines are "
    "wrong. Is there a loop that never ends, or one over many steps? A step takes one step; descend "
    "repeats it."
)

ALSO_CALLED = {
    "gd": "gradient_descent",
    "sgd": "gradient_descent",
    "heavyball": "momentum",
    "nesterovmomentum": "nesterov",
}


def _asked_for(my_step: Any, name: str, like: Any) -> tuple[Any, Callable[..., Verdict]]:
    """The reference, and the function that compares with it."""
    if is_guarded():  # a step that checks itself would do so for ever
        raise Refusal("check is called inside the function that it checks: call it below the function.")
    pair = isinstance(my_step, tuple) and my_step and all(map(callable, my_step))
    made = has(my_step, "update") and type(my_step).__module__ != "builtins"
    if not (callable(my_step) or pair or made):
        raise Refusal(
            f"check takes a function, got {_brief(my_step)}: write check(adam), not check(adam(...))."
        )
    if gives_later(function_of(my_step)):
        raise Refusal(
            "A step must return its results directly: remove async, or use return instead of yield."
        )
    if like is None:
        like = _of_this_name(name)
    if isinstance(like, Surface) or any(like is answer for answer in ANSWERS):
        return like, _examine_answer
    if not callable(like):
        raise Refusal(f"like takes a step or a surface, got {_brief(like)}: write like=steps.adam.")
    return like, _examine_step


def _of_this_name(name: str) -> Callable[..., Any]:
    """What a name means: a step of the series (adam, my_adam, adam2, AdamW) or an exercise."""
    for answer in (gathered_weight, roll_down):
        if name == answer.__name__:
            return answer
    plain = "".join(letter for letter in name.lower() if letter.isalpha())
    named = {step.replace("_", ""): step for step in (*steps.__all__, *steps.AFTER_ADAM)}
    known = {**named, **ALSO_CALLED}
    found = [word for word in known if word in plain]
    found = [word for word in found if not any(word in other and word != other for other in found)]
    if len(found) != 1:
        raise Refusal(
            f"Which step is {name} meant to be? Name it, for example: check({name}, like=steps.adam)."
        )
    return getattr(steps, known[found[0]])


def _examine_answer(mine: Callable[..., Any], like: Any, restore: Callable[[], None]) -> Verdict:
    """The verdict on an answer that is not a step."""
    finding = guarded(lambda: judge(mine, like))
    exercise = getattr(like, "__name__", name_of(mine))
    return Verdict(name_of(mine), ok=finding is None, finding=finding, exercise=exercise)


def _examine_step(
    my_step: Callable[..., Any], reference: Callable[..., Any], restore: Callable[[], None]
) -> Verdict:
    """The verdict on a step that can at least be called.

    The limit holds for each call of the step by itself. How much work there is besides is counted, not timed.
    """
    theirs = Signature(reference).within(N_STEPS, COLUMN)
    of_an_object(my_step, name_of(my_step), theirs)
    before_it_runs(my_step, name_of(my_step), theirs)
    mine = Signature(my_step, lenient=True).within(N_STEPS, COLUMN)
    judges_memory = reference in JUDGED
    name = functools.partial(Verdict, mine.name, exercise=theirs.name)

    def search() -> Search:
        try:
            found = Search(mine, theirs, restore, judges_memory)
        except ValueError as fault:
            if " returned " in describe(fault):
                of_a_count(my_step, mine.name, theirs)
            raise
        theta = found.got[0, ()].theta
        if (theta == theta[0]).all() and is_stub(my_step):
            raise NotWrittenYet
        return found

    def examined() -> Verdict:
        found = search()
        right = found.right()
        restore()
        return _on_surfaces(right, restore, name) if right else _explained(found, restore, name)

    return guarded(examined, pulse=calls)


def _explained(search: Search, restore: Callable[[], None], verdict: Callable[..., Verdict]) -> Verdict:
    """The verdict on a step that is wrong."""
    finding, attempt = diagnose(search)
    if not finding.mistake and (hint := _not_by_itself(attempt, restore)):
        finding = finding._replace(hints=(hint, KEEPS))
    return verdict(finding=finding, runs=_two_paths(attempt, restore))


def _on_surfaces(attempt: Attempt, restore: Callable[[], None], verdict: Callable[..., Verdict]) -> Verdict:
    """The verdict on a step that is right on the lists: is it on surfaces, in lanes, and when repeated?"""
    runs = _two_paths(attempt, restore)
    if hint := _not_by_itself(attempt, restore):
        return verdict(hint, KEEPS, runs=runs, outcome="does not always give the same result")
    plain = [(surface, eta, start) for (surface, eta), start in zip(SURFACES, (None, None))]
    for surface, eta, start in [*plain, *((*SURFACES[0], lane) for lane in LANES.T)]:
        right, settings = attempt.settings({"eta": eta})
        begin = np.array(surface.start if start is None else start, dtype=float)
        expected, got = (
            run.walk(signature, counted(surface.gradient), begin, N_STEPS, signature.hyper(hyper))[0]
            for signature, hyper in ((attempt.theirs, right), (attempt.mine, settings))
        )
        row = first_row(got, expected, *attempt.loose) if attempt.is_single else first_row(got, expected)
        if row is not None:
            difference = Difference(row, "theta", expected[row], got[row])
            return verdict(finding=Finding(difference, None, (ELSEWHERE,)), runs=runs)
    if mixed := _on_a_matrix(attempt):
        return verdict(finding=Finding(mixed, None, (OF_MATRICES,)), runs=runs)
    return verdict(_changes_what_it_was_given(attempt), ok=True, runs=runs, outcome=_with_what(attempt))


def _on_a_matrix(attempt: Attempt) -> Difference | None:
    """Where a step that asks for the shape goes wrong on a matrix with more rows than columns."""
    if not attempt.theirs.asks("shape"):
        return None
    right, settings = attempt.settings({"eta": 0.02})
    expected, got = (
        run.walk(of.within(shape=MATRIX.shape), MATRIX.gradient, MATRIX.start, N_STEPS, of.hyper(hyper))[0]
        for of, hyper in ((attempt.theirs, right), (attempt.mine, settings))
    )
    row = first_row(got, expected, *attempt.loose) if attempt.is_single else first_row(got, expected)
    return None if row is None else Difference(row, "theta", expected[row], got[row])


def _with_what(attempt: Attempt) -> str:
    """What is to be said beside "right": numbers that stand in the body, and single precision."""
    fixed = {
        name: value
        for name, value in attempt.reading.fixed.items()
        if (name, value) not in (("eta", 1.0), ("weight_decay", 0.0))
    }
    said = f", with {symbols(fixed)} fixed in the body" if fixed else ""
    return said + (", in single precision" if attempt.is_single else "")


KEEPS = "What it has to remember must be a parameter in the signature, and must be returned."

ELSEWHERE = (
    "It is right on a list of gradients but not on a surface: does it use anything besides its arguments?"
)

OF_MATRICES = (
    "It is right for a matrix of one column, but not for one of 3 rows and 2 columns: which of the two "
    "numbers in shape is the rows, and does the whole matrix go through as one?"
)


def _not_by_itself(attempt: Attempt, restore: Callable[[], None]) -> str:
    """What to say of a step that answers differently when it is asked again."""
    gradients = LISTS[0][0][:6]
    restore()
    first = walk(attempt.mine, gradients, {}).theta
    again = walk(attempt.mine, gradients, {}).theta
    restore()
    if same(first, again).all():
        return ""
    return (
        f"Called again with the same arguments, {attempt.mine.name} gives a different result: it keeps "
        "something between calls (a global, an attribute, a default that is changed), or it draws random "
        "numbers."
    )


def _changes_what_it_was_given(attempt: Attempt) -> str:
    """A remark about a right step that writes into its arguments."""
    theta, g, *memory = given = [np.array([2.0, 3.0]) for _ in range(2 + len(attempt.mine.memory))]
    with contextlib.suppress(Exception):  # it is only a remark
        attempt.mine.bind(attempt.mine.hyper(), (2,))(theta, g, memory, 2)
    names = [
        name for name, array in zip(("theta", "g", *attempt.mine.memory), given) if (array != (2, 3)).any()
    ]
    if not names:
        return ""
    return (
        f"One remark: it changes the array {names[0]} that it was given, so a caller that needs the old one "
        f"loses it. A line like {names[0]} = {names[0]} ... makes a new one; -= and += change the old one."
    )


def _two_paths(attempt: Attempt, restore: Callable[[], None]) -> list[Descent] | None:
    """The learner's step and the reference on one landscape, at an η that suits the reference; or None.

    They begin where the lists of gradients do, so that the picture starts where the numbers start.
    """
    right, settings = attempt.settings({"eta": _lively(attempt.theirs.step)})
    restore()
    try:
        return [
            descend(signature.step, ravine, START, N_STEPS, **hyper)
            for signature, hyper in ((attempt.theirs, right), (attempt.mine, settings))
        ]
    except Exception:  # the words have said what is wrong
        return None


@functools.cache
def _lively(step: Callable[..., Any]) -> float:
    """The η with which a step gets farthest down the ravine."""
    etas = np.geomspace(1e-3, 3, 25)
    return float(etas[np.nanargmin(descend(step, ravine, None, N_STEPS, eta=etas).loss[-1])])


def _said(fault: BaseException, step: Callable[..., Any]) -> str:
    """An error of the learner's code in one line, with the line in which it arose."""
    text = describe(fault).removesuffix(": ").partition("\n")[0][:300]
    text = text.removeprefix("ValueError: ") if text.startswith(f"ValueError: {name_of(step)} ") else text
    code = getattr(function_of(step), "__code__", None)
    if isinstance(fault, NameError):
        unknown, known = getattr(fault, "name", "") or "", getattr(code, "co_varnames", ())
        near = [name for name in known if usual_name(unknown) == (usual_name(name) or name)]
        near = near or difflib.get_close_matches(unknown, known, n=1, cutoff=0.7)
        text += f" (did you mean {near[0]}?)" if near else ""
    lines: list[tuple[str, Any]] = [
        (frame.filename, frame.lineno)
        for frame in traceback.extract_tb(fault.__traceback__)
        if frame.filename == getattr(code, "co_filename", None)
    ]
    source = linecache.getline(*lines[-1]).strip() if lines else ""
    told = text + (f", in the line: {source}" if source else "")
    tip = of_an_error(fault, text, source)
    return f"{tip} {told}" if tip else told


def _brief(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # its own description fails
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


class _Source(str):
    def _repr_markdown_(self) -> str:
        return f"```python\n{self}\n```"

    __repr__ = str.__str__


def reveal(obj: Any) -> str:
    """Show the source of a step or helper, without its docstring.

    Parameters
    ----------
    obj : function or class

    Returns
    -------
    str
        The source, which a notebook shows as Python.

    Raises
    ------
    TypeError
        If there is no source to show.

    Examples
    --------
    >>> from adamlab import reveal, steps
    >>> reveal(steps.gradient_descent)
    def gradient_descent(theta, g, eta=0.1):
        return theta - eta * g
    """
    try:
        return _Source(undocumented(obj))
    except (TypeError, OSError):
        raise TypeError(f"reveal: {obj!r} has no source to show; give a function, like steps.adam") from None
