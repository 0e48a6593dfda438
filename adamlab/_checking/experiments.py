"""Experiments with a wrong step that resembles no known mistake: each isolates one part of it.

Which quantity goes wrong first is found by comparing what is carried along. Then the experiments
are tried one after the other; the first that shows a difference says what it saw, and asks a question
that leads on. None of them tells the answer.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np

from .._core.signature import Signature
from .attempt import Attempt
from .probes import LISTS, START, Rows, first_row, one_step, same, walk
from .words import HELD, listed, numbered, shown

__all__ = ["explain", "nothing_carried", "partners"]

GRADIENT, OLD, NOTHING = np.array([2.0, -3.0]), np.array([0.5, 0.25]), np.zeros(2)


def partners(attempt: Attempt) -> dict[str, str | None]:
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


def explain(attempt: Attempt, which: int) -> tuple[str, str, str]:
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
    if LISTS[which][1] and (said := ignores_a_hyperparameter(Step(attempt, which))):
        return "theta", *said
    if found := _in_another_order(attempt):
        return found
    got, expected = attempt.got[which].theta, attempt.expected[which].theta
    if first_row(got, expected) is None:
        name = attempt.theirs.memory[0] if attempt.theirs.memory else "theta"
        return (
            name,
            f"What does {name} hold? Your path is right, but {name} is not what the exercise asks for.",
            f"Feed a constant gradient of 1: where does your {name} settle?",
        )
    for name, mine in partners(attempt).items():
        if mine is None:
            return name, *nothing_carried(attempt, name)
        if _goes_wrong_first(attempt, which, name, mine):
            return name, *_first(MEMORY_EXPERIMENTS, Memory(attempt, name, mine))
    if another := _averages_another_step(attempt):
        return another
    hint, stronger = _first(STEP_EXPERIMENTS, Step(attempt, which))
    return "theta", _right_so_far(attempt, which) + hint, stronger


def _averages_another_step(attempt: Attempt) -> tuple[str, str, str] | None:
    """What to say of an Adadelta whose u is not made of the steps that it takes."""
    mine = partners(attempt).get("u") if attempt.theirs.name == "adadelta" else None
    if mine is None:
        return None
    got, hyper = attempt.got[0], attempt.hyper
    moved = (got.theta[1] - got.theta[0]) / hyper["eta"]
    right_move = (attempt.expected[0].theta[1] - attempt.expected[0].theta[0]) / hyper["eta"]
    if same(got.memory[mine][:3], attempt.expected[0].memory["u"][:3]).all():
        return (
            "theta",
            "Is the step that goes into u the one that moves the ball? Your u is right. The ball should "
            "move by "
            f"{_row(right_move)}; yours moves by {_row(moved)}.",
            "The step is computed once and used twice: in u, and in the last line.",
        )
    if (np.abs(moved) > 30 * np.abs(right_move)).all():
        return (
            "u",
            f"How long can a first step be, while u is still 0? It should be {_row(right_move)}; yours is "
            f"{_row(moved)}. "
            "Which u stands above the line in yours?",
            "The numerator is made with the u that came in. Only then is the new step known, and u "
            "brought up to date "
            "with it.",
        )
    should = (1 - hyper["beta2"]) * moved**2
    if np.allclose(got.memory[mine][1], should, rtol=1e-6):
        return None
    right, own = shown(should, got.memory[mine][1])
    return (
        "u",
        "Of which step does u average the squares? Your first step moves the ball by "
        f"{_row(moved * hyper['eta'])}, so u "
        f"should become {right}; yours becomes {own}.",
        "The step that goes into u is the very one that moves the ball; it is computed with the old u.",
    )


def _in_another_order(attempt: Attempt) -> tuple[str, str, str] | None:
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
        f"{listed(names)} are right, but do you return them in the right places?",
        "Compare your return with your signature: theta first, then the memories in the same order.",
    )


def _first(experiments: Sequence[Callable[[Any], tuple[str, str] | None]], subject: Any) -> tuple[str, str]:
    """What the first experiment that shows something says."""
    for experiment in experiments:
        with np.errstate(all="ignore"), contextlib.suppress(Exception):  # a step may fail on unusual memory
            if said := experiment(subject):
                return said
    return "It takes another path than the reference.", "Print the result of each line, and compare."


def nothing_carried(attempt: Attempt, name: str) -> tuple[str, str]:
    """What is said where a memory of the reference is not carried along.

    Parameters
    ----------
    attempt : Attempt
    name : str
        Of the memory.

    Returns
    -------
    question, place : str
    """
    mine = " and ".join(f"`{one}`" for one in attempt.mine.memory) or "nothing"
    return (
        f"What does {attempt.theirs.name} carry from one step to the next? Yours carries {mine}; what is "
        f"missing is {HELD.get(name, name)}.",
        "What is made anew inside the function is lost when the function ends. What is to be kept comes "
        "in as "
        f"a parameter without a default and is returned: here {listed(attempt.theirs.memory)}, after theta.",
    )


def _goes_wrong_first(attempt: Attempt, which: int, name: str, mine: str) -> bool:
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


def _right_so_far(attempt: Attempt, which: int) -> str:
    """The sentence that the memories are right; nothing where one is not, or where there is none."""
    got, expected = attempt.got[which], attempt.expected[which]
    parted, found = first_row(got.theta, expected.theta), partners(attempt)
    early = [first_row(got.memory[cast(str, mine)], expected.memory[name]) for name, mine in found.items()]
    if not found or parted in early:
        return ""
    verb = "are" if len(found) > 1 else "is"
    return f"Up to step {parted} your {listed(found)} {verb} right, so the mistake comes after that. "


# A memory -----------------------------------------------------------------------------------------


class Memory:
    """A memory that is wrong, to be asked what it becomes after one step.

    Parameters
    ----------
    attempt : Attempt
    name, mine : str
        The reference's name and the learner's.
    """

    def __init__(self, attempt: Attempt, name: str, mine: str) -> None:
        self.attempt, self.name, self._mine = attempt, name, mine
        got, expected = attempt.got[0].memory[mine], attempt.expected[0].memory[name]
        self.scale = factor(got, expected)
        # a velocity may have η or the minus in it: what is wrong is looked for in the learner's own form
        first, eta = factor(got[:2], expected[:2]), attempt.hyper.get("eta", 1)
        forms = (1.0, -1.0, eta, -eta) if name == "m" else (1.0,)
        self._form = next((form for form in forms if first is not None and np.isclose(first, form)), 1.0)

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
        right = self._after(a.theirs, self.name, a.hyper, old / self._form, g, t, theta)
        return mine, right * self._form

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
    a = memory.attempt
    there = factor(a.got[3].memory[memory._mine], a.expected[3].memory[memory.name])
    times = said_factor(memory.scale, a, there)
    if not times:
        return None
    return (
        f"What weight does the new gradient have in {memory.name}? Yours is always {times} what it should "
        "be.",
        f"Work out {memory.name} by hand for the first gradient.",
    )


def depends_on_t(memory: Memory) -> tuple[str, str] | None:
    """Does the same input give another memory at another t?"""
    (mine, theirs), (later, theirs_later) = memory.both(), memory.both(t=50)
    if np.allclose(mine, later, equal_nan=True) or not np.allclose(theirs, theirs_later):
        return None
    name = memory.name
    first, second = shown(mine, later)
    return (
        f"Should {name} itself depend on t? With nothing remembered and g = {_row(GRADIENT)}, yours becomes "
        f"{first} at t = 1 and {second} at t = 50.",
        f"Where does t appear in the lines for {name}? Is a corrected value stored back?",
    )


def depends_on_the_point(memory: Memory) -> tuple[str, str] | None:
    """Does the memory change when the ball stands elsewhere?"""
    (mine, theirs), (moved, theirs_moved) = memory.both(), memory.both(theta=(3.0, 5.0))
    if np.allclose(mine, moved, equal_nan=True) or not np.allclose(theirs, theirs_moved):
        return None
    return (
        f"Does theta belong in {memory.name}? When theta changes and g does not, yours changes.",
        f"Look for theta in the lines above {memory.name}: is something of it added to the gradient?",
    )


def mixes_coordinates(memory: Memory) -> tuple[str, str] | None:
    """Does the first coordinate's memory listen to the second one's gradient?"""
    alone, beside = memory.both(g=GRADIENT * (1, 0))[0][0], memory.both()[0][0]
    if np.isclose(alone, beside, equal_nan=True):
        return None
    if said := _cut(memory.attempt, lambda g: memory.both(g=g)[0], lambda g: memory.both(g=g)[1]):
        return said
    return (
        f"Has each coordinate its own {memory.name}? Yours for one depends on the gradient of the other.",
        MIXED,
    )


def counts_the_new_gradient_wrong(memory: Memory) -> tuple[str, str] | None:
    """With nothing remembered: what does a first gradient make of it?"""
    mine, theirs = memory.both()
    if np.allclose(mine, theirs, rtol=1e-6, equal_nan=True):
        return None
    name, question = memory.name, f"What weight does the new gradient have in {memory.name}?"
    if np.allclose(theirs, memory.both(g=2 * GRADIENT)[1]):
        question = f"The gradient does not enter {name}. What is {name} made of at t = 1?"
    if not mine.any() and theirs.any():
        question = f"Can {name} ever leave 0? What a step carries starts at 0."
        if np.allclose(memory.both(old=np.ones(2), g=NOTHING)[0], 0):
            question = f"What is {name} made of at t = 1?"
    elif said := _cut(memory.attempt, lambda g: memory.both(g=g)[0], lambda g: memory.both(g=g)[1]):
        return said
    grows = [
        np.log2(np.abs(twice / once))[0] for twice, once in zip(memory.both(g=2 * GRADIENT), (mine, theirs))
    ]
    if np.isfinite(grows).all() and not np.isclose(*grows, atol=0.02):  # type: ignore[call-overload]
        question = (
            f"When the gradient doubles, by what factor should {name} grow? It is {2 ** grows[1]:.3g}; yours "
            f"is {2 ** grows[0]:.3g}."
        )
    elif (mine * theirs < 0).any():
        question = f"Which sign should {name} have after a first gradient, and which has yours?"
    right, own = shown(theirs, mine)
    return (
        question,
        f"With nothing remembered and g = {_row(GRADIENT)}, {name} should become {right}; yours becomes "
        f"{own}.",
    )


def fades_wrong(memory: Memory) -> tuple[str, str] | None:
    """Without a gradient: what is left of it?"""
    mine, theirs = memory.both(OLD, NOTHING, 5)
    if np.allclose(mine, theirs, rtol=1e-6, equal_nan=True):
        return None
    name, (right, own) = memory.name, shown(theirs, mine)
    if right == own:
        return None
    times = said_factor(factor(mine, theirs), memory.attempt)
    much = f", {times} as much" if times else ""
    return (
        f"How much of the old {name} survives a step? With {name} = {_row(OLD)} before and g = 0, it should "
        f"become {right}; yours becomes {own}{much}.",
        f"What is the old {name} multiplied by? Do you return the new one, in the order of the signature?",
    )


def counts_together_wrong(memory: Memory) -> tuple[str, str] | None:
    """Both at once."""
    name, (own, right) = memory.name, shown(*memory.both(OLD, GRADIENT, 2))
    if right == own:
        return None
    return (
        f"How do the old {name} and the new gradient go together? {name} is right when it starts at zero and "
        "when g is zero, but not when neither is zero.",
        f"With {name} = {_row(OLD)} before and g = {_row(GRADIENT)} it should become {right}; yours becomes "
        f"{own}.",
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

    def __init__(self, attempt: Attempt, which: int) -> None:
        self.attempt, self.which, self.gradients = attempt, which, LISTS[which][0]
        got, expected = attempt.got[which].theta, attempt.expected[which].theta
        self.parted = first_row(got, expected) or 1
        self.got, self.expected = np.diff(got, axis=0), np.diff(expected, axis=0)
        with np.errstate(all="ignore"):
            self.ratio = np.where(np.abs(self.expected) > 0, self.got / self.expected, np.nan)

    def moves(self) -> list[Callable[[np.ndarray], np.ndarray]]:
        """How far a first step with a gradient goes, the learner's and the reference's."""
        hypers: Any = (self.attempt.mine, {}), (self.attempt.theirs, self.attempt.hyper)
        return [
            lambda g, signature=signature, hyper=hyper: one_step(signature, hyper, g)[0] - START  # type: ignore[misc]
            for signature, hyper in hypers
        ]

    def both(self, g: Any) -> Iterator[np.ndarray]:
        """Where a first step with this gradient leads, the learner's and the reference's."""
        for signature, hyper in ((self.attempt.mine, {}), (self.attempt.theirs, self.attempt.hyper)):
            yield one_step(signature, hyper, g)[0]


def gives_no_number(step: Step) -> tuple[str, str] | None:
    """Is the first step a number at all?"""
    if np.isfinite(step.got[0]).all() or not np.isfinite(step.expected[0]).all():
        return None
    return (
        "What is t at the first step, and what does each of your divisors and roots become? Your first "
        "step is "
        "not a number.",
        "Look at the divisions, the roots and the powers: is one of them 0/0, or the root of something "
        "negative?",
    )


def never_moves(step: Step) -> tuple[str, str] | None:
    """Does it move at all?"""
    if step.got.any() or not step.expected.any():
        return None
    return (
        "Your ball never moves. What do you return as theta: the new point, or the one that came in?",
        "Follow the number that moves the point: is it 0 from the start, or is it stored under another name?",
    )


def stands_still_later(step: Step) -> tuple[str, str] | None:
    """Does it stop for good although there is a slope?"""
    moves, should = (np.any(rows != 0, axis=1) for rows in (step.got, step.expected))
    if not moves.any() or moves[-5:].any() or not should[-5:].all() or not np.isfinite(step.got).all():
        return None
    last = int(np.flatnonzero(moves)[-1]) + 1
    return (
        f"What is left of your step at step {last + 1}? From there on your ball stands still, though "
        "there is a "
        "slope.",
        "Print what the gradient is multiplied by, at each t: does the rate become 0?",
    )


def loses_the_sign(step: Step) -> tuple[str, str] | None:
    """Does the opposite gradient lead the opposite way?"""
    (mine, theirs), (back, theirs_back) = step.both(GRADIENT), step.both(-GRADIENT)
    same_way = np.isfinite(mine).all() and np.allclose(mine, back) and not np.allclose(mine, START)
    if not same_way or np.allclose(theirs, theirs_back):
        return None
    return (
        "Which way should the ball go for the opposite gradient? Yours goes the same way for both.",
        "Where is the sign lost: in a square, a root, an absolute value?",
    )


def ignores_a_hyperparameter(step: Step) -> tuple[str, str] | None:
    """Does each hyperparameter change the path?"""
    attempt = step.attempt
    for name, own in attempt.own.items():
        other = {"eta": 0.03, "eps": 1e-3}.get(name, 0.4)
        mine = _unchanged(attempt.mine, attempt.got, {own: other})
        if mine and not _unchanged(attempt.theirs, attempt.expected, {**attempt.hyper, name: other}):
            return (
                f"Where does {name} enter the formula? When {name} changes, your path does not.",
                f"Search for {name} below the signature: is it used, or does a number stand in its place?",
            )
    return None


def _unchanged(signature: Signature, before: list[Rows], hyper: dict[str, Any]) -> bool:
    """Return whether the paths stay the same with other hyperparameters."""
    pairs = [(gradients, rows) for (gradients, changes), rows in zip(LISTS, before) if not changes]
    return all(same(walk(signature, gradients, hyper).theta, rows.theta).all() for gradients, rows in pairs)


def step_mixes_coordinates(step: Step) -> tuple[str, str] | None:
    """Does the first coordinate move otherwise when the second one's gradient changes?"""
    if step.attempt.theirs.asks("shape"):
        return None  # a matrix steps as a whole
    alone, beside = (next(step.both((2.0, other)))[0] for other in (0.5, -30.0))
    if np.isclose(alone, beside, rtol=1e-9, atol=0, equal_nan=True):
        return None
    if said := _cut(step.attempt, *step.moves()):
        return said
    return "Does each coordinate step by itself? One of yours depends on the gradient of the other.", MIXED


def goes_by_itself(step: Step) -> tuple[str, str] | None:
    """Without a gradient and with nothing remembered: does it stay where it should?"""
    mine, theirs = step.both(NOTHING)
    if np.allclose(mine, theirs, rtol=1e-9, atol=0, equal_nan=True):
        return None
    right, own = shown(theirs, mine)
    if not np.isfinite(mine).all():
        return (
            "What does your step do while a coordinate has seen no gradient at all? Yours is 0/0 there.",
            "Which number keeps the divisor away from zero, and does it really stand in the divisor? "
            "Count the "
            "brackets.",
        )
    return (
        f"Where should the ball be after a gradient of zero, with nothing remembered? From {_row(START)} it "
        f"should come to {right}; yours comes to {own}.",
        "What is added, left out or returned that does not come from the gradient?",
    )


def off_by_a_factor(step: Step) -> tuple[str, str] | None:
    """Are all steps too long by the same factor?"""
    times = factor(step.got, step.expected)
    if times is not None and times < 0:
        return (
            "Does the loss go up or down on the first step? Your ball climbs.",
            "The gradient points uphill. How many minus signs are there between it and the step?",
        )
    got, expected = (np.diff(rows[3].theta, axis=0) for rows in (step.attempt.got, step.attempt.expected))
    said = said_factor(times, step.attempt, factor(got, expected))
    if not said:
        return None
    return (
        f"Which factor is missing, or appears twice? Each of your steps is {said} as long as it should be.",
        "Take one gradient and a calculator: which line brings the factor in?",
    )


def off_by_a_factor_of_t(step: Step) -> tuple[str, str] | None:
    """Are all coordinates too long by the same factor, another one at each step?"""
    per_step = np.nanmean(step.ratio, axis=1)
    if not (np.isclose(step.ratio, per_step[:, np.newaxis], rtol=1e-5) | np.isnan(step.ratio)).all():
        return None
    texts = [f"{value:.4g}" for value in per_step[:3]]
    if len(set(texts)) == 1:
        return None
    told = f"Your first three steps are {listed(texts)} times as long as they should be, in each coordinate."
    if step.attempt.theirs.takes_t:
        lacking = "" if step.attempt.mine.takes_t else " Your step does not take t, the number of the step."
        return (
            f"What is corrected, with which beta, and with which power of t? {told}",
            f"The factor depends on t alone: look at the corrections, and at the rate.{lacking}",
        )
    if not step.attempt.mine.takes_t:
        question = "What in your step changes from call to call, the same for each coordinate?"
        return f"{question} {told}", "Look at what you carry along."
    return (
        f"Does {step.attempt.theirs.name} use t at all? {told}",
        "The factor depends on t alone: look for t in your lines.",
    )


def depends_on_t_wrongly(step: Step) -> tuple[str, str] | None:
    """Does the same step come out otherwise at another t, where it should not?"""
    if step.attempt.theirs.takes_t or not step.attempt.mine.takes_t:
        return None
    a = step.attempt
    first, later = (one_step(a.mine, {}, GRADIENT, None, t)[0] for t in (1, 10))
    if np.allclose(first, later, rtol=1e-9, equal_nan=True):
        return None
    told = shown(first - START, later - START)
    return (
        f"Does {a.theirs.name} use t at all? For the same gradient, with nothing remembered, your step is "
        f"{told[0]} at t = 1 and {told[1]} at t = 10.",
        "Look for t in your lines: what does it do there? (A schedule, a wrong name?)",
    )


def _cut(
    attempt: Attempt,
    mine: Callable[[np.ndarray], np.ndarray],
    theirs: Callable[[np.ndarray], np.ndarray],
) -> tuple[str, str] | None:
    """What is said where small gradients are treated rightly and the large ones are cut off."""
    small, direction = 1e-3, np.array([0.6, -0.8])
    if not np.allclose(mine(small * direction), theirs(small * direction), rtol=1e-6, atol=0):
        return None
    wrong = [
        size
        for size in np.geomspace(0.01, 1e6, 49)
        if not np.allclose(mine(size * direction), theirs(size * direction), rtol=1e-6, atol=0)
    ]
    if not wrong or np.allclose(theirs(wrong[0] * direction), theirs(2 * wrong[0] * direction), rtol=1e-3):
        return None
    one, other = mine(100 * wrong[0] * direction), mine(200 * wrong[0] * direction)
    if not np.allclose(one, other, rtol=1e-3):
        return None
    return (
        "What happens to a large gradient in your step? While gradients are small it is right; from a "
        "size of "
        f"about {wrong[0]:.2g} on it no longer grows with them.",
        f"Look for a clip, a minimum or a norm. Clipping is no part of {attempt.theirs.name}.",
    )


def cuts_large_gradients(step: Step) -> tuple[str, str] | None:
    """Are large gradients cut off?"""
    return _cut(step.attempt, *step.moves())


def wrong_only_when_tiny(step: Step) -> tuple[str, str] | None:
    """Are ordinary gradients treated rightly, and a tiny one not?"""
    k = step.parted - 1
    ordinary = first_row(step.attempt.got[0].theta, step.attempt.expected[0].theta) is None
    if step.which != 1 or not ordinary or np.isclose(step.got[k, 0], step.expected[k, 0], rtol=1e-9, atol=0):
        return None
    mine, theirs = numbered(step.got[k, 0], step.expected[k, 0])
    if mine == theirs:
        return None
    return (
        "Which number is so small that it matters only for a tiny gradient, and where does it stand? For "
        f"ordinary gradients your step is right. For a gradient of {step.gradients[k, 0]:.2g} it should be "
        f"{theirs}, and yours is {mine}.",
        "Look at eps: its size, and whether it stands under the root or beside it.",
    )


def wrong_only_without_gradient(step: Step) -> tuple[str, str] | None:
    """Does it fail where a coordinate has seen no gradient yet?"""
    if step.which != 2 or np.isfinite(step.got[step.parted - 1]).all():
        return None
    return (
        "What does your divisor become where a coordinate has seen no gradient, or none for a while? "
        "Only there "
        "your step fails.",
        "Which number keeps the divisor away from zero, and does it really stand in the divisor?",
    )


def divides_by_the_old_memory(step: Step) -> tuple[str, str] | None:
    """Is the new gradient missing in the divisor, which knows only what came in?"""
    a, g = step.attempt, np.array([2.0, 3.0])
    (twice, theirs_twice), (once, theirs_once) = step.both(2 * g), step.both(g)
    grows = np.allclose(twice - START, 2 * (once - START))
    if not grows or np.allclose(theirs_twice - START, 2 * (theirs_once - START), rtol=1e-2):
        return None
    filled = one_step(a.mine, {}, g, [np.full(2, 9.0) for _ in a.mine.memory])[0]
    if np.allclose(filled, once):
        return None
    name = {"m": "v"}.get(a.theirs.memory[0], a.theirs.memory[0])
    return (
        f"Is the new gradient already in {name} when you divide by its root? At the first step yours "
        "divides by what "
        "came in, and a gradient twice as large moves the ball twice as far.",
        f"Which comes first in your lines, the new {name} or the step that uses it?",
    )


def grows_wrongly(step: Step) -> tuple[str, str] | None:
    """When all gradients double, how much longer does the first step become?"""
    g = np.array([2.0, 3.0])
    (twice, theirs_twice), (once, theirs_once) = step.both(2 * g), step.both(g)
    mine, theirs = ((a - START)[0] / (b - START)[0] for a, b in ((twice, once), (theirs_twice, theirs_once)))
    if not np.isfinite([mine, theirs]).all() or np.isclose(mine, theirs, rtol=1e-2):
        return None
    should, does = (
        "keeps its length" if np.isclose(times, 1, rtol=1e-2) else f"becomes {times:.3g} times as long"
        for times in (theirs, mine)
    )
    return (
        f"What happens to the first step when all gradients double? In {step.attempt.theirs.name} it "
        f"{should}; "
        f"yours {does}.",
        "What turns a square back into a size, and what is divided by what? Is the memory used before "
        "the new "
        "gradient is in it?",
    )


def cuts_long_steps(step: Step) -> tuple[str, str] | None:
    """Is one length the longest of many steps, where they should differ?"""
    lengths, should = np.abs(step.got), np.abs(step.expected)
    longest = np.nanmax(lengths) if np.isfinite(lengths).any() else 0.0
    at = np.isclose(lengths, longest, rtol=1e-9, atol=0)
    if at.sum() < 8 or np.isclose(should[at], should[at][0], rtol=1e-3).all():
        return None
    return (
        f"How long can a step be? {at.sum()} of yours have exactly the same length, {longest:.5g}, and "
        "none is longer.",
        "Look for a clip, a minimum or a sign between the formula and the new point.",
    )


def carries_more(step: Step) -> tuple[str, str] | None:
    """Is there a memory that the reference has not?"""
    a, found = step.attempt, partners(step.attempt)
    more = [f"`{name}`" for name in a.mine.memory if name not in found.values()]
    if not more:
        return None
    carried = listed(a.theirs.memory) if a.theirs.memory else "nothing"
    return (
        f"What is {listed(more)} for? {a.theirs.name} carries {carried} from step to step, and yours "
        "carries more.",
        f"Compare your last line with the formula: is {listed(more)} part of another method?",
    )


def by_hand(step: Step) -> tuple[str, str] | None:
    """The numbers of the first wrong step."""
    k = step.parted - 1
    right, own = shown(step.expected[k], step.got[k])
    if right == own:
        return None
    return (
        f"How do you get from the memories to the step? At step {k + 1}, with g = "
        f"{_row(step.gradients[k])}, the "
        f"step should be {right}; yours is {own}.",
        "Work it out by hand, line by line, and print the result of each line.",
    )


STEP_EXPERIMENTS: list[Callable[[Step], tuple[str, str] | None]] = [
    never_moves,
    stands_still_later,
    loses_the_sign,
    gives_no_number,
    ignores_a_hyperparameter,
    step_mixes_coordinates,
    goes_by_itself,
    off_by_a_factor,
    off_by_a_factor_of_t,
    depends_on_t_wrongly,
    wrong_only_when_tiny,
    wrong_only_without_gradient,
    cuts_large_gradients,
    cuts_long_steps,
    divides_by_the_old_memory,
    grows_wrongly,
    carries_more,
    by_hand,
]


def said_factor(times: float | None, attempt: Attempt, elsewhere: float | None = None) -> str:
    """A factor as in "0.1 times (that is 1 - beta1)"; nothing for one that nobody would see, or that is 1.

    Parameters
    ----------
    times : float or None
    attempt : Attempt
    elsewhere : float, optional
        The factor with other hyperparameters, those of `LISTS[3]`: what it is called has to hold there too.

    Returns
    -------
    str
    """
    if times is None or f"{times:.4g}" == "1":
        return ""
    names = _expressions(attempt.hyper)
    there = _expressions(attempt.settings(LISTS[3][1])[0])
    fitting = [
        name
        for name, number in names.items()
        if np.isclose(abs(times), number, rtol=1e-5)
        and (elsewhere is None or np.isclose(abs(elsewhere), there.get(name, np.nan), rtol=1e-5))
    ]
    return f"{times:.4g} times" + (f" (that is {fitting[0]})" if fitting else "")


def _expressions(hyper: dict[str, Any]) -> dict[str, float]:
    """Numbers that a factor may be, by how they are written."""
    known = {"2": 2.0, "1/2": 0.5}
    for name, number in hyper.items():
        if not isinstance(number, float):
            continue
        known |= {name: number, f"1/{name}": 1 / number if number else 0}
        if name.startswith("beta") and number < 1:
            rest = 1 - number
            known |= {f"1 - {name}": rest, f"1/(1 - {name})": 1 / rest}
            known |= {f"the root of 1 - {name}": rest**0.5, f"1 over the root of 1 - {name}": rest**-0.5}
    return known


def _row(values: Any) -> str:
    return shown(values)[0]
