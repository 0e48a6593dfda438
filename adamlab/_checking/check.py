"""Tells a learner whether a step is right, and if not, what they may have believed.

Both functions are fed the same gradients and walk down the same surfaces, and every row is compared:
the most copied mistake shows at step 2, another at step 21, and a final loss tells nothing. The point
decides; memory may honestly differ in name, scale or sign, and helps to find the fault. `check` never
raises for a fault of the learner's code, prints nothing of it and leaves nothing changed.
"""

import contextlib
import difflib
import dis
import functools
import linecache
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import steps
from .._core.descent import Descent, descend
from .._core.guard import LIMIT, TooLong, describe, guarded, is_guarded
from .._core.hyperparameters import usual_name
from .._core.signature import NotWrittenYet, Signature, function_of, gives_later, name_of
from .._core.surface import Surface
from ..surfaces import beale, ravine
from .catalogue import undocumented
from .diagnosis import Attempt, Difference, Finding, diagnose
from .exercises import gathered_weight, judge, roll_down
from .matching import roles
from .probes import LISTS, first_row, same, walk
from .surroundings import restorer
from .verdict import Verdict

__all__ = ["check", "reveal"]

SURFACES = [(ravine, 0.02), (beale, 0.001)]  # with an η at which no step of the series blows up

N_STEPS = 60

LANES = np.array([[-4.0, 3.0, 1.0], [2.5, -1.0, 0.5]])


def check(my_step: Callable[..., Any], like: Callable[..., Any] | Surface | None = None) -> Verdict:
    """Compare a step with the reference, and say what is wrong with it.

    Parameters
    ----------
    my_step : callable
        The learner's function. It is tried with its own defaults first, then with others.
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
    name, restore = name_of(my_step), restorer(my_step)
    try:
        reference, examine = _asked_for(my_step, name, like)
        return guarded(lambda: examine(my_step, reference, restore))
    except Refusal as refusal:
        return Verdict(name, str(refusal), outcome="cannot be checked yet")
    except TooLong:
        return Verdict(name, TOO_LONG, outcome="does not finish in time")
    except KeyboardInterrupt:  # the learner has interrupted the kernel
        raise
    except BaseException as fault:  # whatever a learner's cell does, the notebook goes on
        if isinstance(fault, NotImplementedError) or (isinstance(fault, ValueError) and _is_stub(my_step)):
            hint = "Replace the ... with your own lines, then run this cell again."
            return Verdict(name, hint, attempted=False)
        if isinstance(fault, NotWrittenYet):
            return Verdict(name, "It returns nothing: is there a return with what the exercise asks for?")
        return Verdict(name, _said(fault, my_step))
    finally:
        restore()


class Refusal(Exception):
    """What was given cannot be checked, and why."""


TOO_LONG = (
    f"It was stopped after {LIMIT:.0f} seconds. Is there a loop that never ends, or something slow? "
    "A step function takes one step; descend repeats it."
)

ALSO_CALLED = {
    "gd": "gradient_descent",
    "sgd": "gradient_descent",
    "heavyball": "momentum",
    "nesterovmomentum": "nesterov",
}


def _asked_for(my_step: Any, name: str, like: Any) -> tuple[Any, Callable[..., Verdict]]:
    """The reference, and the function that compares with it."""
    if not callable(my_step):
        raise Refusal(
            f"check takes a function, got {_brief(my_step)}: write check(adam), not check(adam(...))."
        )
    if gives_later(function_of(my_step)):
        raise Refusal(
            "A step must return its results directly: remove async, or use return instead of yield."
        )
    if is_guarded():  # a step that checks itself would do so for ever
        raise Refusal("check is called inside the function that it checks: call it below the function.")
    if like is None:
        like = _of_this_name(name)
    answers = gathered_weight, roll_down
    if isinstance(like, Surface) or any(like is answer for answer in answers):
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
    known = {**{step.replace("_", ""): step for step in steps.__all__}, **ALSO_CALLED}
    found = [word for word in known if word in plain]
    found = [word for word in found if not any(word in other and word != other for other in found)]
    if len(found) != 1:
        raise Refusal(
            f"Which step is {name} meant to be? Name it, for example: check({name}, like=steps.adam)."
        )
    return getattr(steps, known[found[0]])


def _examine_answer(mine: Callable[..., Any], like: Any, restore: Callable[[], None]) -> Verdict:
    """The verdict on an answer that is not a step."""
    finding = judge(mine, like)
    if finding is None:
        return Verdict(name_of(mine), ok=True)
    return Verdict(name_of(mine), finding.hint, finding.stronger, finding=finding)


def _examine_step(
    my_step: Callable[..., Any], reference: Callable[..., Any], restore: Callable[[], None]
) -> Verdict:
    """The verdict on a step that can at least be called."""
    mine, theirs = Signature(my_step), Signature(reference)
    if hint := _defaults_that_are_given(mine, theirs):
        raise Refusal(hint)
    own = roles(mine, theirs)
    defaults = mine.hyper()
    attempt = Attempt(mine, theirs, own, {name: defaults[own[name]] for name in own}, [], [])
    right: Any  # hyperparameters first, then whether all is right
    for gradients, changes in LISTS:
        right, settings = attempt.settings(changes)
        restore()
        attempt.got.append(walk(mine, gradients, settings))
        attempt.expected.append(walk(theirs, gradients, right))
        if (attempt.got[0].theta == attempt.got[0].theta[0]).all() and _is_stub(my_step):
            raise NotWrittenYet
    right = all(
        first_row(got.theta, expected.theta) is None for got, expected in zip(attempt.got, attempt.expected)
    )
    restore()
    if right:
        return _on_surfaces(attempt, restore)
    finding = diagnose(attempt)
    if not finding.mistake and (hint := _not_by_itself(attempt, restore)):
        finding = finding._replace(hint=hint, stronger=finding.hint)
    return Verdict(
        mine.name, finding.hint, finding.stronger, finding=finding, runs=_two_paths(attempt, restore)
    )


def _on_surfaces(attempt: Attempt, restore: Callable[[], None]) -> Verdict:
    """The verdict on a step that is right on the lists: is it on surfaces, in lanes, and when repeated?"""
    mine, theirs = attempt.mine, attempt.theirs
    runs = _two_paths(attempt, restore)
    if hint := _not_by_itself(attempt, restore):
        more = "What it has to remember must be a parameter in the signature, and must be returned."
        return Verdict(mine.name, hint, more, runs=runs, outcome="does not always give the same result")
    for surface, eta, start in [*((*pair, None) for pair in SURFACES), (*SURFACES[0], LANES)]:
        right, settings = attempt.settings({"eta": eta})
        expected = descend(theirs.step, surface, start, N_STEPS, **right).theta
        got = descend(mine.step, surface, start, N_STEPS, **settings).theta
        row = first_row(got.reshape(len(got), -1), expected.reshape(len(got), -1))
        if row is not None:
            where: Any = tuple([row, slice(None)] + [0] * (got.ndim - 2))
            finding = Finding(Difference(row, "theta", expected[where], got[where]), None, ELSEWHERE, "")
            return Verdict(mine.name, ELSEWHERE, finding=finding, runs=runs)
    return Verdict(mine.name, _changes_what_it_was_given(attempt), ok=True, runs=runs)


ELSEWHERE = (
    "It is right on a list of gradients but not on a surface: does it use anything besides its arguments?"
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


def _defaults_that_are_given(mine: Signature, theirs: Signature) -> str:
    """What to say where t or a memory has a default, for that makes it a hyperparameter."""
    given = [name for name in ("t", *theirs.memory) if name in mine.defaults]
    if not given:
        return ""
    return (
        f"{given[0]} has a default in your signature, so it is treated as a hyperparameter and never "
        "changes. Write it without the default."
    )


def _two_paths(attempt: Attempt, restore: Callable[[], None]) -> list[Descent] | None:
    """The learner's step and the reference on one landscape, at an η that suits the reference; or None."""
    right, settings = attempt.settings({"eta": _lively(attempt.theirs.step)})
    restore()
    try:
        return [
            descend(signature.step, ravine, None, N_STEPS, **hyper)
            for signature, hyper in ((attempt.theirs, right), (attempt.mine, settings))
        ]
    except Exception:  # the words have said what is wrong
        return None


@functools.cache
def _lively(step: Callable[..., Any]) -> float:
    """The η with which a step gets farthest down the ravine."""
    etas = np.geomspace(1e-3, 3, 25)
    return float(etas[np.nanargmin(descend(step, ravine, None, N_STEPS, eta=etas).loss[-1])])


def _is_stub(step: Callable[..., Any]) -> bool:
    """Whether a step computes nothing: dots, pass, or what was given handed back."""
    work = ("BINARY", "CALL", "UNARY_NEGATIVE", "RAISE")
    return not any(line.opname.startswith(work) for line in dis.get_instructions(_code(step)))


def _code(step: Callable[..., Any]) -> Any:
    """The code of a function, of what a partial holds, or of an object that can be called."""
    return getattr(function_of(step), "__code__", "0 + 0")


TIPS = {
    "bitwise_xor": "In Python a power is written **.",
    "only length-1 arrays": "theta and g are arrays: use NumPy functions, such as np.sqrt.",
    "only 0-dimensional arrays": "theta and g are arrays: use NumPy functions, such as np.sqrt.",
    "truth value of an array": "theta and g are arrays: use np.maximum or np.where in place of max and if.",
}


def _said(fault: BaseException, step: Callable[..., Any]) -> str:
    """An error of the learner's code in one line, with the line in which it arose."""
    text = describe(fault).removesuffix(": ").partition("\n")[0][:300]
    code = _code(step)
    unknown, known = getattr(fault, "name", "") or "", getattr(code, "co_varnames", ())
    near = [name for name in known if usual_name(unknown) == (usual_name(name) or name)]
    near = near or difflib.get_close_matches(unknown, known, n=1)
    text += f" (did you mean {near[0]}?)" if near else ""
    lines: list[tuple[str, Any]] = [
        (frame.filename, frame.lineno)
        for frame in traceback.extract_tb(fault.__traceback__)
        if frame.filename == getattr(code, "co_filename", None)
    ]
    source = linecache.getline(*lines[-1]).strip() if lines else ""
    tip = next((tip for sign, tip in TIPS.items() if sign in text), "")
    return " ".join(filter(None, [text + (f", in the line: {source}" if source else ""), tip]))


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
