"""Experiments with a wrong step that resembles no known mistake: each isolates one part of it.

Which quantity goes wrong first is found by comparing what is carried along. Then the experiments
are tried one after the other; the first that shows a difference says what it saw, and asks a question
that leads on. None of them tells the answer.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from .._core.signature import Signature
from .probes import LISTS, START, Rows, first_row, one_step, same, walk

if TYPE_CHECKING:  # it imports this module
    from .diagnosis import Attempt

__all__ = ["explain", "partners", "shown"]

GRADIENT, OLD, NOTHING = np.array([2.0, -3.0]), np.array([0.5, 0.25]), np.zeros(2)


def shown(*rows: Any) -> list[str]:
    """Rows of numbers as text, with as many digits as it takes to tell them apart.

    Parameters
    ----------
    *rows : array_like

    Returns
    -------
    list of str
    """
    for digits in range(5, 18):
        texts = ["(" + ", ".join(f"{value:.{digits}g}" for value in np.ravel(row)) + ")" for row in rows]
        if len(set(texts)) == len(rows):
            break
    return texts


def partners(attempt: "Attempt") -> dict[str, str | None]:
    """Which of the learner's memories stands for which of the reference's.

    By what they hold, up to a factor; then by name; then by their order.

    Parameters
    ----------
    attempt : Attempt

    Returns
    -------
    dict
        The learner's name or None, by the reference's.
    """
    got, expected = attempt.got[0].memory, attempt.expected[0].memory
    found: dict[str, str] = {}
    for fits in (
        lambda name, mine: name == mine and factor(got[mine], expected[name]) is not None,
        lambda name, mine: factor(got[mine], expected[name]) is not None,
        lambda name, mine: name == mine,
        lambda name, mine: True,
    ):
        for name in expected:
            free = [mine for mine in got if mine not in found.values() and fits(name, mine)]
            if name not in found and free:
                found[name] = free[0]
    return {name: found.get(name) for name in expected}


def factor(got: np.ndarray, expected: np.ndarray) -> float | None:
    """The one number by which all of expected has to be multiplied to make got, or None."""
    with np.errstate(all="ignore"):
        ratio = (got / expected)[np.abs(expected) > 0]
    if not len(ratio) or not np.isfinite(ratio).all() or not ratio[0]:
        return None
    return float(ratio[0]) if np.allclose(ratio, ratio[0], rtol=1e-6) else None


def explain(attempt: "Attempt", which: int) -> tuple[str, str, str]:
    """What goes wrong first, and what to say about it.

    Parameters
    ----------
    attempt : Attempt
    which : int
        The list of gradients on which the paths part.

    Returns
    -------
    quantity, hint, stronger : str
    """
    if found := _in_another_order(attempt):
        return found
    for name, mine in partners(attempt).items():
        if mine is None:
            return name, *_nothing_carried(attempt, name)
        if _goes_wrong_first(attempt, which, name, mine):
            return name, *_first(MEMORY_EXPERIMENTS, Memory(attempt, name, mine))
    hint, stronger = _first(STEP_EXPERIMENTS, Step(attempt, which))
    return "theta", _right_so_far(attempt, which) + hint, stronger


def _in_another_order(attempt: "Attempt") -> tuple[str, str, str] | None:
    """What to say of a step that computes the right things and returns them in the wrong places."""
    theirs, mine = (
        (rows[0].theta[1], *(m[1] for m in rows[0].memory.values()))
        for rows in (attempt.expected, attempt.got)
    )
    names = ["theta", *attempt.theirs.memory]
    if len(names) != len(mine) or attempt.mine.memory != attempt.theirs.memory:
        return None
    places = [[k for k, value in enumerate(mine) if np.allclose(value, right, rtol=1e-9)] for right in theirs]
    wrong = [k for k, found in enumerate(places) if found and k not in found]
    if len(wrong) < 2:
        return None
    names = [names[k] for k in wrong]
    return (
        names[0],
        f"{' and '.join(names)} are right, but you return them in the wrong places.",
        "Compare your return with your signature: theta first, then the memories in the same order.",
    )


def _first(experiments: Sequence[Callable[[Any], tuple[str, str] | None]], subject: Any) -> tuple[str, str]:
    """What the first experiment that shows something says."""
    for experiment in experiments:
        with np.errstate(all="ignore"), contextlib.suppress(Exception):  # a step may fail on unusual memory
            if said := experiment(subject):
                return said
    return "It takes a different path from the reference.", "Print the result of each line, and compare."


def _nothing_carried(attempt: "Attempt", name: str) -> tuple[str, str]:
    theirs, mine = (
        " and ".join(signature.memory) or "nothing" for signature in (attempt.theirs, attempt.mine)
    )
    return (
        f"{attempt.theirs.name} carries {theirs} from step to step; yours carries {mine}.",
        f"What is {name} for?",
    )


def _goes_wrong_first(attempt: "Attempt", which: int, name: str, mine: str) -> bool:
    """Whether a memory is wrong before the point is, or explains why the point is."""
    got, expected = attempt.got[which], attempt.expected[which]
    parted: Any  # not None: on this list the paths part
    early, parted = first_row(got.memory[mine], expected.memory[name]), first_row(got.theta, expected.theta)
    if early is None or early > parted:
        return False
    scale = factor(got.memory[mine], expected.memory[name])
    if scale is None:  # Adadelta's u is made from the step, so at the same step it is a consequence
        return early < parted or (attempt.theirs.name, name) != ("adadelta", "u")
    pace = factor(np.diff(got.theta, axis=0), np.diff(expected.theta, axis=0))
    explains = pace is not None and any(np.isclose(pace, scale**k) for k in (1, -1, 0.5, -0.5))
    holds_eta = any(np.isclose(abs(scale), attempt.hyper.get("eta", 0) ** k) for k in (1, 2))
    return explains or (name == mine and not holds_eta)


def _right_so_far(attempt: "Attempt", which: int) -> str:
    """The sentence that the memories are right; nothing where one is not, or where there is none."""
    got, expected = attempt.got[which], attempt.expected[which]
    parted, found = first_row(got.theta, expected.theta), partners(attempt)
    early = [first_row(got.memory[cast(str, mine)], expected.memory[name]) for name, mine in found.items()]
    if not found or parted in early:
        return ""
    listed = " and ".join(filter(None, [", ".join([*found][:-1]), [*found][-1]]))
    verb = "are" if len(found) > 1 else "is"
    return f"Up to step {parted} your {listed} {verb} right, so the mistake comes after that. "


# A memory -----------------------------------------------------------------------------------------


class Memory:
    """A memory that is wrong, to be asked what it becomes after one step.

    Parameters
    ----------
    attempt : Attempt
    name, mine : str
        The reference's name and the learner's.
    """

    def __init__(self, attempt: "Attempt", name: str, mine: str) -> None:
        self.attempt, self.name, self._mine = attempt, name, mine
        self.scale = factor(attempt.got[0].memory[mine], attempt.expected[0].memory[name])

    def both(
        self,
        old: np.ndarray = NOTHING,
        g: np.ndarray = GRADIENT,
        t: int = 1,
        theta: tuple[float, float] = START,
    ) -> tuple[np.ndarray, np.ndarray]:
        """What the learner's and the reference's become from `old`; the other memories are zero."""
        a = self.attempt
        mine = self._after(a.mine, self._mine, {}, old, g, t, theta)
        return mine, self._after(a.theirs, self.name, a.hyper, old, g, t, theta)

    def _after(
        self,
        signature: Signature,
        name: str,
        hyper: dict[str, Any],
        old: np.ndarray,
        g: np.ndarray,
        t: int,
        theta: tuple[float, float],
    ) -> np.ndarray:
        index = signature.memory.index(name)
        memory = [old if k == index else NOTHING for k in range(len(signature.memory))]
        return one_step(signature, hyper, g, memory, t, theta)[1 + index]


def always_off(memory: Memory) -> tuple[str, str] | None:
    """Is it off by the same factor all the time?"""
    if memory.scale is None or np.isclose(memory.scale, 1):
        return None
    named = named_factor(memory.scale, memory.attempt.hyper)
    return (
        f"Your {memory.name} is always {memory.scale:.4g} times what it should be{named}.",
        f"Work out {memory.name} by hand for the first gradient: what weight does that gradient have?",
    )


def depends_on_t(memory: Memory) -> tuple[str, str] | None:
    """Does the same input give another memory at another t?"""
    (mine, theirs), (later, theirs_later) = memory.both(), memory.both(t=50)
    if np.allclose(mine, later, equal_nan=True) or not np.allclose(theirs, theirs_later):
        return None
    name = memory.name
    return (
        f"With nothing remembered and g = {_row(GRADIENT)}, your {name} becomes {_row(mine)} at t = 1 and "
        f"{_row(later)} at t = 50. {name} itself should not depend on t.",
        f"Where does t appear in the lines for {name}? Is a corrected value stored back?",
    )


def depends_on_the_point(memory: Memory) -> tuple[str, str] | None:
    """Does the memory change when the ball stands elsewhere?"""
    (mine, theirs), (moved, theirs_moved) = memory.both(), memory.both(theta=(3.0, 5.0))
    if np.allclose(mine, moved, equal_nan=True) or not np.allclose(theirs, theirs_moved):
        return None
    return (
        f"Change theta but keep g: your {memory.name} changes.",
        f"Does theta belong in {memory.name}?",
    )


def mixes_coordinates(memory: Memory) -> tuple[str, str] | None:
    """Does the first coordinate's memory listen to the second one's gradient?"""
    alone, beside = memory.both(g=GRADIENT * (1, 0))[0][0], memory.both()[0][0]
    if np.isclose(alone, beside, equal_nan=True):
        return None
    return f"Your {memory.name} for one coordinate depends on the gradient of the other.", MIXED


def counts_the_new_gradient_wrong(memory: Memory) -> tuple[str, str] | None:
    """With nothing remembered: what does a first gradient make of it?"""
    mine, theirs = memory.both()
    if np.allclose(mine, theirs, rtol=1e-6, equal_nan=True):
        return None
    name, question = memory.name, "What weight does the new gradient have?"
    if np.allclose(theirs, memory.both(g=2 * GRADIENT)[1]):
        question = f"The gradient does not enter {name}. What is {name} made of at t = 1?"
    grows = [
        np.log2(np.abs(twice / once))[0] for twice, once in zip(memory.both(g=2 * GRADIENT), (mine, theirs))
    ]
    if np.isfinite(grows).all() and not np.isclose(*grows, atol=0.02):  # type: ignore[call-overload]
        question = (
            f"When the gradient doubles, {name} should become {2 ** grows[1]:.3g} times as large; yours "
            f"becomes {2 ** grows[0]:.3g} times as large."
        )
    elif (mine * theirs < 0).any():
        question = f"Look at the sign of {name}."
    return (
        f"With nothing remembered and g = {_row(GRADIENT)}, {name} should become {_row(theirs)}; yours "
        f"becomes {_row(mine)}.",
        question,
    )


def fades_wrong(memory: Memory) -> tuple[str, str] | None:
    """Without a gradient: what is left of it?"""
    mine, theirs = memory.both(OLD, NOTHING, 5)
    if np.allclose(mine, theirs, rtol=1e-6, equal_nan=True):
        return None
    name = memory.name
    return (
        f"With {name} = {_row(OLD)} before and g = 0, {name} should become {_row(theirs)}; yours becomes "
        f"{_row(mine)}.",
        f"How much of the old {name} survives a step? Do you return the new one, in the order of the "
        "signature?",
    )


def counts_together_wrong(memory: Memory) -> tuple[str, str] | None:
    """Both at once."""
    mine, theirs = memory.both(OLD, GRADIENT, 2)
    name = memory.name
    return (
        f"{name} is right when it starts at zero and when g is zero, but not when neither is zero.",
        f"With {name} = {_row(OLD)} before and g = {_row(GRADIENT)} it should become {_row(theirs)}; yours "
        f"becomes {_row(mine)}.",
    )


MEMORY_EXPERIMENTS: list[Callable[[Memory], tuple[str, str] | None]] = [
    always_off,
    depends_on_t,
    depends_on_the_point,
    mixes_coordinates,
    counts_the_new_gradient_wrong,
    fades_wrong,
    counts_together_wrong,
]

MIXED = "Is there a sum or a norm, or an entry that belongs to the other coordinate?"


# The step -----------------------------------------------------------------------------------------


class Step:
    """A step whose memories are right but whose point is not.

    Parameters
    ----------
    attempt : Attempt
    which : int
        The list of gradients on which the paths part.
    """

    def __init__(self, attempt: "Attempt", which: int) -> None:
        self.attempt, self.which, self.gradients = attempt, which, LISTS[which][0]
        got, expected = attempt.got[which].theta, attempt.expected[which].theta
        self.parted = cast(int, first_row(got, expected))
        self.got, self.expected = np.diff(got, axis=0), np.diff(expected, axis=0)
        with np.errstate(all="ignore"):
            self.ratio = np.where(np.abs(self.expected) > 0, self.got / self.expected, np.nan)

    def both(self, g: Any) -> Iterator[np.ndarray]:
        """Where a first step with this gradient leads, the learner's and the reference's."""
        for signature, hyper in ((self.attempt.mine, {}), (self.attempt.theirs, self.attempt.hyper)):
            yield one_step(signature, hyper, g)[0]


def gives_no_number(step: Step) -> tuple[str, str] | None:
    """Is the first step a number at all?"""
    if np.isfinite(step.got[0]).all() or not np.isfinite(step.expected[0]).all():
        return None
    return (
        "The first step is not a number: look at the divisions, the roots and the powers.",
        "What is t at the first step, and what does each of your divisors become?",
    )


def never_moves(step: Step) -> tuple[str, str] | None:
    """Does it move at all?"""
    if step.got.any() or not step.expected.any():
        return None
    return "Your ball never moves.", "What do you return as theta: the new point, or the one that came in?"


def loses_the_sign(step: Step) -> tuple[str, str] | None:
    """Does the opposite gradient lead the opposite way?"""
    (mine, theirs), (back, theirs_back) = step.both(GRADIENT), step.both(-GRADIENT)
    same_way = np.isfinite(mine).all() and np.allclose(mine, back) and not np.allclose(mine, START)
    if not same_way or np.allclose(theirs, theirs_back):
        return None
    return (
        "Your step goes the same way for a gradient and for its opposite.",
        "Where is the sign lost: in a square, a root, an absolute value?",
    )


def ignores_a_hyperparameter(step: Step) -> tuple[str, str] | None:
    """Does each hyperparameter change the path?"""
    attempt = step.attempt
    for name, own in attempt.own.items():
        other = {"eta": 0.03, "eps": 1e-3}.get(name, 0.4)
        mine = _unchanged(attempt.mine, attempt.got, {own: other})
        if mine and not _unchanged(attempt.theirs, attempt.expected, {**attempt.hyper, name: other}):
            return f"When {own} changes, your path does not.", f"Where does {own} enter the formula?"
    return None


def _unchanged(signature: Signature, before: list[Rows], hyper: dict[str, Any]) -> bool:
    """Return whether the paths stay the same with other hyperparameters."""
    pairs = [(gradients, rows) for (gradients, changes), rows in zip(LISTS, before) if not changes]
    return all(same(walk(signature, gradients, hyper).theta, rows.theta).all() for gradients, rows in pairs)


def step_mixes_coordinates(step: Step) -> tuple[str, str] | None:
    """Does the first coordinate move otherwise when the second one's gradient changes?"""
    alone, beside = (next(step.both((2.0, other)))[0] for other in (0.5, -30.0))
    if np.isclose(alone, beside, rtol=1e-9, atol=0, equal_nan=True):
        return None
    return "One coordinate of your step depends on the gradient of the other.", MIXED


def goes_by_itself(step: Step) -> tuple[str, str] | None:
    """Without a gradient and with nothing remembered: does it stay where it should?"""
    mine, theirs = step.both(NOTHING)
    if np.allclose(mine, theirs, equal_nan=True):
        return None
    return (
        f"With a gradient of zero and nothing remembered your ball goes from {_row(START)} to {_row(mine)}; "
        f"it should be at {_row(theirs)}.",
        "What is added, left out or returned that does not come from the gradient?",
    )


def off_by_a_factor(step: Step) -> tuple[str, str] | None:
    """Are all steps too long by the same factor?"""
    times = factor(step.got, step.expected)
    if times is None:
        return None
    if times < 0:
        return (
            "Your ball goes the wrong way: it climbs.",
            "The gradient points uphill. How many minus signs are there between it and the step?",
        )
    return (
        f"Each of your steps is {times:.4g} times as long as it should "
        f"be{named_factor(times, step.attempt.hyper)}.",
        "Which factor is missing, or appears twice?",
    )


def off_by_a_factor_of_t(step: Step) -> tuple[str, str] | None:
    """Are all coordinates too long by the same factor, another one at each step?"""
    per_step = np.nanmean(step.ratio, axis=1)
    if not (np.isclose(step.ratio, per_step[:, np.newaxis], rtol=1e-5) | np.isnan(step.ratio)).all():
        return None
    lengths = ", ".join(f"{value:.4g}" for value in per_step[:3])
    return (
        f"Your first three steps are {lengths} times as long as they should be, the same in each coordinate: "
        "the factor depends only on t.",
        "Look at the corrections: what is corrected, with which beta, and with which power?",
    )


def wrong_only_when_tiny(step: Step) -> tuple[str, str] | None:
    """Are ordinary gradients treated rightly, and a tiny one not?"""
    k = step.parted - 1
    ordinary = first_row(step.attempt.got[0].theta, step.attempt.expected[0].theta) is None
    if step.which != 1 or not ordinary or np.isclose(step.got[k, 0], step.expected[k, 0], rtol=1e-9, atol=0):
        return None
    mine, theirs = shown(step.got[k, 0], step.expected[k, 0])
    return (
        f"For ordinary gradients your step is right. For a gradient of {step.gradients[k, 0]:.2g} it should "
        f"be {theirs}, and yours is {mine}.",
        "Which number is so small that it matters only for a tiny gradient? Where does it stand?",
    )


def wrong_only_without_gradient(step: Step) -> tuple[str, str] | None:
    """Does it fail where a coordinate has seen no gradient yet?"""
    if step.which != 2 or np.isfinite(step.got[step.parted - 1]).all():
        return None
    return (
        "It fails only where a coordinate has seen no gradient, or none for a while.",
        "What does your divisor become there?",
    )


def grows_wrongly(step: Step) -> tuple[str, str] | None:
    """When all gradients double, how much longer does the first step become?"""
    g = np.array([2.0, 3.0])
    (twice, theirs_twice), (once, theirs_once) = step.both(2 * g), step.both(g)
    mine, theirs = ((a - START)[0] / (b - START)[0] for a, b in ((twice, once), (theirs_twice, theirs_once)))
    if not np.isfinite([mine, theirs]).all() or np.isclose(mine, theirs, rtol=1e-3):
        return None
    return (
        f"When all gradients double, the first step should become {theirs:.3g} times as long; yours becomes "
        f"{mine:.3g} times as long.",
        "What turns a square back into a size? What is divided by what?",
    )


def by_hand(step: Step) -> tuple[str, str] | None:
    """The numbers of the first wrong step."""
    k = step.parted - 1
    return (
        f"At step {k + 1}, with g = {_row(step.gradients[k])}, the step should be {_row(step.expected[k])}; "
        f"yours is {_row(step.got[k])}.",
        "Work it out by hand, line by line, and print the result of each line.",
    )


STEP_EXPERIMENTS: list[Callable[[Step], tuple[str, str] | None]] = [
    never_moves,
    loses_the_sign,
    gives_no_number,
    ignores_a_hyperparameter,
    step_mixes_coordinates,
    goes_by_itself,
    off_by_a_factor,
    off_by_a_factor_of_t,
    wrong_only_when_tiny,
    wrong_only_without_gradient,
    grows_wrongly,
    by_hand,
]


def named_factor(value: float, hyper: dict[str, Any]) -> str:
    """Which expression of the hyperparameters a factor is, in brackets; or nothing."""
    known = {"2": 2.0, "1/2": 0.5}
    for name, number in hyper.items():
        known |= {name: number, f"1/{name}": 1 / number if number else 0}
        if name.startswith("beta"):
            rest = 1 - number
            known |= {f"1 - {name}": rest, f"1/(1 - {name})": 1 / rest}
            known |= {f"the root of 1 - {name}": rest**0.5, f"1 over the root of 1 - {name}": rest**-0.5}
    names = [name for name, number in known.items() if np.isclose(abs(value), number, rtol=1e-5)]
    return f" ({names[0]})" if names else ""


def _row(values: Any) -> str:
    return shown(values)[0]
