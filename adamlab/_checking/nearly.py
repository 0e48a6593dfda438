"""Steps that are right but for how their numbers are kept: rounded, or with an ε of another size or place.

Each function says in three sentences what it saw, or gives None.
"""

import types
from collections.abc import Callable
from typing import Any

import numpy as np

from .._core.signature import Signature, function_of
from .attempt import Attempt
from .probes import LISTS, Rows, same, walk

__all__ = ["nearly"]

Said = tuple[str, str, str]

NO_EPS = 1e-30


def nearly(attempt: Attempt) -> Said | None:
    """What keeps a step from being right that is right but for its last digits, or for its ε; or None.

    Parameters
    ----------
    attempt : Attempt

    Returns
    -------
    (str, str, str) or None
        A question, the place, the repair.
    """
    for look in (is_rounded, has_another_eps, guards_elsewhere):
        if said := look(attempt):
            return said
    return None


def is_rounded(attempt: Attempt) -> Said | None:
    """Are all points numbers of a few decimals, and is it the reference rounded in the same way?"""
    points = np.concatenate([rows.theta[1:].ravel() for rows in attempt.got])
    points = points[np.isfinite(points)]
    digits = next((d for d in range(1, 9) if len(points) and (np.round(points, d) == points).all()), None)
    if digits is None:
        return None
    for with_memory in (True, False):
        rounded = Signature(_rounding(attempt.theirs, digits, with_memory))
        if _everywhere(attempt, rounded):
            return (
                f"How many decimals have the numbers that you return? All yours end after {digits}.",
                "Look for a round() or np.round(): what it cuts off is missing at the next step.",
                "Return the numbers as they are. But for the rounding your step is right; round where "
                "you print.",
            )
    return None


def _rounding(theirs: Signature, digits: int, with_memory: bool) -> Callable[..., Any]:
    """The reference, but rounding what it returns."""

    class Rounded:
        __signature__ = __import__("inspect").signature(theirs.step)

        def __call__(self, *args: Any, **hyper: Any) -> Any:
            result = theirs.step(*args, **hyper)
            several = result if isinstance(result, tuple) else (result,)
            mapped = [
                np.round(array, digits) if k == 0 or with_memory else array for k, array in enumerate(several)
            ]
            return tuple(mapped) if isinstance(result, tuple) else mapped[0]

    return Rounded()


def _everywhere(attempt: Attempt, other: Signature) -> bool:
    """Whether another step goes where the learner's goes, on all lists."""
    return all(
        same(rows.theta, walk(other, gradients, attempt.settings(changes)[0]).theta, 1e-7).all()
        for rows, (gradients, changes) in zip(attempt.got, LISTS)
    )


def has_another_eps(attempt: Attempt) -> Said | None:
    """Is it right with an ε in the body of a size that nobody chooses?"""
    if "eps" not in attempt.reading.fixed:
        return None
    own = [k for k, (_, changes) in enumerate(LISTS) if not changes]
    found = _fitted(attempt, own[0])
    if found is None:
        return None
    for k in own:
        hyper = {**attempt.settings({})[0], "eps": found}
        if not same(attempt.got[k].theta, walk(attempt.theirs, LISTS[k][0], hyper).theta, 1e-6, 1e-11).all():
            return None
    usual = attempt.theirs.defaults["eps"]
    return (
        f"How large is your eps? Your step is that of an eps of {found:.3g}.",
        f"In {attempt.theirs.name} eps is tiny, such as {usual:g}; print yours. (In Python 1e-8 is a number; "
        "np.exp(-8) is another one.)",
        f"Make eps as small as {usual:g}: everything else is right.",
    )


def _fitted(attempt: Attempt, k: int) -> float | None:
    """The ε with which the reference's first step ends where the learner's does."""
    gradients, changes = LISTS[k]
    goal = attempt.got[k].theta[1, 0]
    hyper = attempt.settings(changes)[0]

    def off(power: float) -> float:
        theta = walk(attempt.theirs, gradients, {**hyper, "eps": 10.0**power}, n_steps=1).theta
        return float(theta[1, 0] - goal)

    low, high = -13.0, 0.0
    if not off(low) * off(high) < 0:
        return None
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if off(low) * off(middle) > 0 else (low, middle)
    return float(10.0**low)


def guards_elsewhere(attempt: Attempt) -> Said | None:
    """Are step and reference the same once ε is as good as zero in both?"""
    if "eps" not in attempt.theirs.defaults:
        return None
    mine = _without_eps(attempt)
    if mine is None:
        return None
    hyper = {**attempt.settings({})[0], "eps": NO_EPS}
    for k in (0, 1):
        try:
            got, expected = mine(LISTS[k][0]), walk(attempt.theirs, LISTS[k][0], hyper)
        except Exception:  # it needs its ε
            return None
        if not same(got.theta, expected.theta, 1e-7).all():
            return None
    return (
        "With an eps as good as zero your step is right. So what does eps do in your step, and what in the "
        f"formula of {attempt.theirs.name}? Feed a gradient as small as eps.",
        "Look at the place of eps only: is it under the root, multiplied by something, stored in a "
        "memory, or "
        "added to the rate?",
        "",
    )


def _without_eps(attempt: Attempt) -> Callable[[np.ndarray], Rows] | None:
    """How to walk the learner's step with next to no ε; None if it is not known where it stands."""
    own = attempt.own.get("eps")
    if own:
        settings = {**attempt.settings({})[1], own: NO_EPS}
        return lambda gradients: walk(attempt.mine, gradients, settings)
    function = function_of(attempt.mine.step)
    if function is None or function is not attempt.mine.step:
        return None
    consts = tuple(NO_EPS if type(c) is float and 0 < c <= 1e-2 else c for c in function.__code__.co_consts)
    if consts == function.__code__.co_consts:
        return None
    other = types.FunctionType(
        function.__code__.replace(co_consts=consts),
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    other.__kwdefaults__ = function.__kwdefaults__
    signature = Signature(other, lenient=True)
    return lambda gradients: walk(signature, gradients, {})
