"""What is wrong with a step that is not right: a known mistake, two of them, or what experiments show.

A known mistake is recognised by its path. Where none fits, each part of the step is isolated: is a
memory wrong or only its use, does a value fade as it should, does a new gradient count as it should, is
the step off by a factor, and by which, does a coordinate listen to another one.
"""

import itertools
import time
from typing import NamedTuple

import numpy as np

from . import mistakes
from .rule import Rule
from .trial import LISTS, START, first_row, same, walk

__all__ = ["Attempt", "Difference", "Finding", "diagnose", "shown"]

LOOSE = 1e-7  # relative: two writings of the same mistake
PATIENCE = 0.8  # seconds for trying out pairs of mistakes


class Difference(NamedTuple):
    """The first place where a step parts from the reference.

    Attributes
    ----------
    step : int
        The first step whose point is another one; 1 is the first step.
    quantity : str
        What is wrong: "theta" or the name of a memory of the reference.
    expected, got : ndarray, shape (n,)
        The quantity after that step.
    """

    step: int
    quantity: str
    expected: np.ndarray
    got: np.ndarray


class Finding(NamedTuple):
    """What is wrong, and what to say about it.

    Attributes
    ----------
    difference : Difference
    mistake : str or None
        Id of a known mistake.
    hint, stronger : str
    """

    difference: Difference
    mistake: str | None
    hint: str
    stronger: str


class Attempt(NamedTuple):
    """A learner's step beside the reference, and where both went on all lists of gradients.

    Attributes
    ----------
    mine, theirs : Rule
    own : dict
        The learner's name of each hyperparameter, by the reference's.
    hyper : dict
        The learner's defaults, by the reference's names.
    got, expected : list of Rows
        One for each of `LISTS`.
    """

    mine: Rule
    theirs: Rule
    own: dict
    hyper: dict
    got: list
    expected: list

    def settings(self, changes):
        """Hyperparameters for the reference and for the learner's step, both the same."""
        shared = {**self.hyper, **{name: value for name, value in changes.items() if name in self.own}}
        return shared, {self.own[name]: value for name, value in shared.items()}

    def call(self, memory, g, t=1, theta=START):
        """One call of the learner's step by itself: the new theta and its memories, as an array."""
        step = self.mine.bind(self.mine.hyper({}), (2,))
        arrays = [np.array(array, dtype=float) for array in (theta, g, *memory)]
        return np.array(step(arrays[0], arrays[1], arrays[2:], t))


def diagnose(attempt):
    """Say what is wrong with an attempt that is not right.

    Parameters
    ----------
    attempt : Attempt

    Returns
    -------
    Finding
    """
    which, step = _parting(attempt)
    found = _known(attempt, which) or _two_known(attempt, which)
    if found:
        mistake, writing, hint = found
        quantity = mistake.quantity(writing)
        return Finding(_difference(attempt, which, step, quantity), mistake.id, hint, mistake.stronger)
    quantity, hint, stronger = _by_experiment(attempt, which)
    return Finding(_difference(attempt, which, step, quantity), None, hint, stronger)


def _parting(attempt):
    """The list on which the paths part first, its index, and the step; the plainest list wins a tie."""
    rows = [first_row(got.theta, expected.theta) for got, expected in zip(attempt.got, attempt.expected)]
    order = [k for k in range(len(rows)) if rows[k] is not None]
    own = [k for k in order if not LISTS[k][1]] or order
    which = min(own, key=lambda k: rows[k])
    return which, rows[which]


def _difference(attempt, which, step, quantity):
    got, expected = attempt.got[which], attempt.expected[which]
    if quantity in expected.memory:
        partner = _partners(attempt)[quantity]
        if partner is not None:
            return Difference(step, quantity, expected.memory[quantity][step], got.memory[partner][step])
    return Difference(step, quantity, expected.theta[step], got.theta[step])


# Known mistakes -----------------------------------------------------------------------------------


def _known(attempt, which):
    """The known mistake that goes the same way, which writing of it, and its hint; or None."""
    fitting = []
    for mistake in mistakes.of(attempt.theirs.step):
        for writing, wrong in enumerate(mistake.functions):
            rows = _goes_the_same_way(attempt, which, wrong)
            if rows and not _is_right(attempt, mistake.quantity(writing)):
                fitting.append((_memories_alike(attempt.got[which], rows), mistake, writing))
    if not fitting:
        return None
    _, mistake, writing = max(fitting, key=lambda entry: entry[0])
    return mistake, writing, mistake.hint


def _two_known(attempt, which):
    """As `_known`, for two mistakes at once: the one that stands first in the step is to be repaired first."""
    until = time.perf_counter() + PATIENCE
    source = mistakes.source_of(attempt.theirs.step)
    entries = [(source.find(next(iter(change))), mistake, writing, change)
               for mistake in mistakes.of(attempt.theirs.step)
               for writing, change in enumerate(mistake.changes[:2])]  # fmt: skip
    for one, other in itertools.combinations(sorted(entries, key=lambda entry: entry[0]), 2):
        if time.perf_counter() > until:
            return None
        if one[1] is other[1] or any(
            _is_right(attempt, entry[1].quantity(entry[2])) for entry in (one, other)
        ):
            continue
        wrong = mistakes.wrong(attempt.theirs.step, one[3], other[3])
        if wrong and _goes_the_same_way(attempt, which, wrong):
            _, first, writing, _ = one
            return first, writing, f"There are two mistakes, at least. The first to repair: {first.hint}"
    return None


def _is_right(attempt, quantity):
    """Whether a memory is right, so that the fault must be elsewhere."""
    partner = _partners(attempt).get(quantity)
    if partner is None:
        return False
    return all(same(got.memory[partner], expected.memory[quantity]).all()
               for got, expected in zip(attempt.got, attempt.expected))  # fmt: skip


def _goes_the_same_way(attempt, which, wrong):
    """The rows of a wrong step where the learner's path parted, if it takes the same path everywhere."""
    try:
        rule = Rule(wrong)
        for length in (3, None):
            for k in [which, *range(len(LISTS))] if length is None else [which]:
                gradients, changes = LISTS[k]
                shared, _ = attempt.settings(changes)
                shared = {name: value for name, value in shared.items() if name in rule.defaults}
                rows = walk(rule, gradients, shared, n_steps=length)
                if not same(
                    attempt.got[k].theta[:4] if length else attempt.got[k].theta, rows.theta, LOOSE
                ).all():
                    return None
        return walk(rule, *_own(attempt, which, rule)) if _alive(attempt, rule) else None
    except Exception:  # two changes that do not make a step together
        return None


def _own(attempt, which, rule):
    gradients, changes = LISTS[which]
    shared, _ = attempt.settings(changes)
    return gradients, {name: value for name, value in shared.items() if name in rule.defaults}


def _alive(attempt, rule):
    """Where the first step already gives no number all such mistakes look alike: compare from t = 3."""
    if np.isfinite(attempt.got[0].theta[1]).any():
        return True
    gradients, hyper = _own(attempt, 0, rule)
    _, mine = attempt.settings({})
    late = [walk(attempt.mine, gradients, mine, first=3), walk(rule, gradients, hyper, first=3)]
    return bool(same(late[0].theta, late[1].theta, LOOSE).all())


def _memories_alike(got, rows):
    """How many memories of the learner's step are also the wrong step's."""
    return sum(any(same(mine, theirs, LOOSE).all() for theirs in rows.memory.values())
               for mine in got.memory.values())  # fmt: skip


# Experiments --------------------------------------------------------------------------------------


def _partners(attempt):
    """Which of the learner's memories stands for which of the reference's, or None.

    By what they hold, up to a factor; then by name; then by their order.
    """
    got, expected = attempt.got[0].memory, attempt.expected[0].memory
    partners = {}
    for test in (
        lambda name, mine: name == mine and _factor(got[mine], expected[name]) is not None,
        lambda name, mine: _factor(got[mine], expected[name]) is not None,
        lambda name, mine: name == mine,
        lambda name, mine: True,
    ):
        for name in expected:
            free = [mine for mine in got if mine not in partners.values() and test(name, mine)]
            if name not in partners and free:
                partners[name] = free[0]
    return {name: partners.get(name) for name in expected}


def _factor(got, expected):
    """The one number by which all of expected has to be multiplied to make got, or None."""
    with np.errstate(all="ignore"):
        ratio = (got / expected)[np.abs(expected) > 0]
    if not len(ratio) or not np.isfinite(ratio).all() or not ratio[0]:
        return None
    return float(ratio[0]) if np.allclose(ratio, ratio[0], rtol=1e-6) else None


def _by_experiment(attempt, which):
    """What goes wrong first, and two sentences about it."""
    partners = _partners(attempt)
    got, expected = attempt.got[which], attempt.expected[which]
    parted = first_row(got.theta, expected.theta)
    for name in attempt.theirs.memory:
        if partners[name] is None:
            carried = ", ".join(attempt.mine.memory) or "none"
            return name, (f"{attempt.theirs.name} carries {' and '.join(attempt.theirs.memory)} from step to "
                          f"step; yours carries {carried}."), f"What is {name} for?"  # fmt: skip
        factor = _factor(got.memory[partners[name]], expected.memory[name])
        early = first_row(got.memory[partners[name]], expected.memory[name])
        follows = attempt.theirs.name == "adadelta" and name == "u" and early is not None and early >= parted
        if factor is None and early is not None and early <= parted and not follows:
            return name, *_about_memory(attempt, name, partners[name])
        if (
            factor is not None
            and not np.isclose(factor, 1)
            and _to_blame(attempt, which, name, partners[name], factor)
        ):
            return name, *_said_factor(attempt, name, factor)
    return "theta", *_about_step(attempt, which)


def _to_blame(attempt, which, name, partner, factor):
    """Whether a memory at another scale is the fault: it explains the pace, or bears the reference's name."""
    got, expected = attempt.got[which], attempt.expected[which]
    pace = _factor(np.diff(got.theta, axis=0), np.diff(expected.theta, axis=0))
    if pace is not None and any(np.isclose(pace, factor**k) for k in (1, -1, 0.5, -0.5)):
        return True
    holds_eta = any(np.isclose(abs(factor), attempt.hyper.get("eta", 0) ** k) for k in (1, 2))
    return name == partner and not holds_eta


def _said_factor(attempt, name, factor):
    named = _named(factor, attempt.hyper)
    return (f"Your {name} is {factor:.4g} times what it should be, always{named}.",
            f"Work out {name} by hand for the first gradient, and compare the weights.")  # fmt: skip


def _named(factor, hyper):
    """Which expression of the hyperparameters a factor is, in brackets; or nothing."""
    known = {"2": 2.0, "1/2": 0.5}
    for name, value in hyper.items():
        known |= {name: value, f"1/{name}": 1 / value if value else 0}
        if name.startswith("beta"):
            rest = 1 - value
            known |= {f"1 - {name}": rest, f"1/(1 - {name})": 1 / rest}
            known |= {f"the root of 1 - {name}": rest**0.5, f"1 over the root of 1 - {name}": rest**-0.5}
    names = [name for name, value in known.items() if np.isclose(abs(factor), value, rtol=1e-5)]
    return f" ({names[0]})" if names else ""


def _about_memory(attempt, name, partner):
    """Two sentences about a memory that is wrong, from calls that isolate its parts."""
    index = 1 + attempt.mine.memory.index(partner)
    count = len(attempt.mine.memory)
    g = np.array([2.0, -3.0])

    def mine(memory=None, g=g, t=1):
        filled = np.zeros((count, 2))
        if memory is not None:
            filled[index - 1] = memory
        return attempt.call(filled, g, t)[index]

    def theirs(memory=None, g=g, t=1):
        filled = np.zeros((len(attempt.theirs.memory), 2))
        if memory is not None:
            filled[attempt.theirs.memory.index(name)] = memory
        step = attempt.theirs.bind(attempt.theirs.hyper(attempt.hyper), (2,))
        return step(np.array(START), g, list(filled), t)[1 + attempt.theirs.memory.index(name)]

    fresh, right = mine(), theirs()
    if not np.allclose(fresh, mine(t=50), equal_nan=True) and np.allclose(right, theirs(t=50)):
        return (f"Your {name} depends on t: with nothing remembered and g = {_row(g)} it becomes {_row(fresh)} at "
                f"t = 1 and {_row(mine(t=50))} at t = 50.",
                "Is a corrected value stored back where the average itself should be carried over?")  # fmt: skip
    lonely = mine(g=g * (1, 0))
    if not np.isclose(lonely[0], fresh[0], equal_nan=True):
        return (f"Your {name} of one coordinate depends on the gradient of the other.",
                "Is there a sum or a norm, or an entry that belongs to the other coordinate?")  # fmt: skip
    if not np.allclose(fresh, right, rtol=1e-6, equal_nan=True):
        return (f"With nothing remembered yet and g = {_row(g)}, {name} should become {_row(right)}. Yours becomes "
                f"{_row(fresh)}.", _growth(name, mine, theirs, g))  # fmt: skip
    old, none = np.array([0.5, 0.25]), np.zeros(2)
    kept, share = mine(old, none, 5), theirs(old, none, 5)
    if not np.allclose(kept, share, rtol=1e-6, equal_nan=True):
        return (f"With g = 0 and {name} = {_row(old)} before, {name} should become {_row(share)}. Yours becomes "
                f"{_row(kept)}.", f"How much of the old {name} survives a step? And is the new {name} what you "
                f"return, in the order of the signature?")  # fmt: skip
    return (f"{name} is right when it starts at zero and when g is zero, but not when both count.",
            f"With {name} = {_row(old)} and g = {_row(g)} it should become {_row(theirs(old, t=2))}; yours becomes "
            f"{_row(mine(old, t=2))}.")  # fmt: skip


def _growth(name, mine, theirs, g):
    """How a memory grows with the gradient, where that tells something."""
    with np.errstate(all="ignore"):
        grows = [np.log2(np.abs(f(g=2 * g) / f(g=g)))[0] for f in (mine, theirs)]
    if np.isfinite(grows).all() and not np.isclose(*grows):
        return (f"When the gradient doubles, {name} should become {2 ** grows[1]:.3g} times as large; yours becomes "
                f"{2 ** grows[0]:.3g} times as large.")  # fmt: skip
    if (np.sign(mine()) != np.sign(theirs())).any():
        return f"Look at the sign of {name}."
    return "Which weight does the new gradient have?"


def _about_step(attempt, which):
    """Two sentences about a step whose memories are right."""
    right = _all_right(attempt.theirs.memory)
    if silent := _without_effect(attempt):
        return (
            f"{right}Change {silent}: your path does not change.",
            f"Where does {silent} enter the formula?",
        )
    got, expected = (np.diff(rows.theta, axis=0) for rows in (attempt.got[which], attempt.expected[which]))
    with np.errstate(all="ignore"):
        ratio = np.where(np.abs(expected) > 0, got / expected, np.nan)
    if not np.isfinite(got[0]).all() and np.isfinite(expected[0]).all():
        return (f"{right}The first step is not a number: look at the divisions, the roots and the powers.",
                "What is t at the first step, and what does each of your divisors become?")  # fmt: skip
    if _mixed(attempt):
        return (f"{right}One coordinate of your step depends on the gradient of the other.",
                "Is there a sum or a norm, or an entry that belongs to the other coordinate?")  # fmt: skip
    if not np.isclose(*_own_way(attempt)).all():
        return (f"{right}With a gradient of zero and nothing remembered your step goes from {_row(START)} to "
                f"{_row(attempt.call(np.zeros((len(attempt.mine.memory), 2)), np.zeros(2))[0])}.",
                "What is added, or returned, that does not come from the gradient?")  # fmt: skip
    factor = _factor(got, expected)
    if factor is not None:
        if factor < 0:
            return (f"{right}Your ball goes the wrong way: it climbs.",
                    "The gradient points uphill. How many minus signs are there between it and the step?")  # fmt: skip
        return (f"{right}Each of your steps is {factor:.4g} times as long as it should be{_named(factor, attempt.hyper)}.",
                "Which factor is missing, or stands there twice?")  # fmt: skip
    per_step = np.nanmean(ratio, axis=1)
    even = np.isclose(ratio, per_step[:, np.newaxis], rtol=1e-5) | np.isnan(ratio)
    if even.all():
        lengths = ", ".join(f"{value:.4g}" for value in per_step[:3])
        return (f"{right}Your first three steps are {lengths} times as long as they should be, in every coordinate: "
                f"the factor depends on t alone.", "Look at the corrections: which are there, of what, with which "
                "beta and which power?")  # fmt: skip
    if which == 1:
        return (f"{right}For ordinary gradients your step is right. For one of {LISTS[1][0][0, 0]:.2g} the first step "
                f"should be {expected[0, 0]:.3g}, and yours is {got[0, 0]:.3g}.",
                "Which number is so small that it is felt only beside a tiny gradient? Where does it stand?")  # fmt: skip
    growth = _degrees(attempt)
    if growth:
        return right + growth, "What turns a square back into a size? What is divided by what?"
    step = first_row(attempt.got[which].theta, attempt.expected[which].theta)
    return (f"{right}At step {step}, with g = {_row(LISTS[which][0][step - 1])}, the step should be "
            f"{_row(expected[step - 1])}; yours is {_row(got[step - 1])}.",
            "Work it out by hand, with the memory that you printed before.")  # fmt: skip


def _all_right(memory):
    """The sentence that the memories are right; nothing for a step without memory."""
    if len(memory) < 2:
        return "".join(f"Your {name} is right, so the fault is in what follows. " for name in memory)
    return f"Your {', '.join(memory[:-1])} and {memory[-1]} are right, so the fault is in what follows. "


def _without_effect(attempt):
    """A hyperparameter of the learner's that changes the reference's path but not the learner's."""
    gradients = LISTS[1][0][:6]
    base = walk(attempt.mine, gradients, {}).theta, walk(attempt.theirs, gradients, attempt.hyper).theta
    for name, own in attempt.own.items():
        other = {"eta": 0.03, "eps": 1e-3}.get(name, 0.4)
        mine = walk(attempt.mine, gradients, {own: other}).theta
        theirs = walk(attempt.theirs, gradients, {**attempt.hyper, name: other}).theta
        if same(mine, base[0]).all() and not same(theirs, base[1]).all():
            return own
    return None


def _mixed(attempt):
    """Whether the first coordinate's step changes with the second one's gradient."""
    memory = np.zeros((len(attempt.mine.memory), 2))
    alone, beside = (attempt.call(memory, (2.0, other))[0, 0] for other in (0.5, -30.0))
    return not np.isclose(alone, beside, rtol=1e-9, atol=0, equal_nan=True)


def _own_way(attempt):
    """Where the learner's step and the reference go with nothing remembered and no gradient."""
    zeros = np.zeros(2)
    step = attempt.theirs.bind(attempt.theirs.hyper(attempt.hyper), (2,))
    theirs = step(np.array(START), zeros, [zeros] * len(attempt.theirs.memory), 1)[0]
    mine = attempt.call(np.zeros((len(attempt.mine.memory), 2)), zeros)[0]
    return np.nan_to_num(mine, nan=9e9), np.nan_to_num(theirs, nan=9e9)


def _degrees(attempt):
    """How the first step grows with the gradient, where the learner's does so in another way."""
    zeros, g = np.zeros((len(attempt.mine.memory), 2)), np.array([2.0, 3.0])
    step = attempt.theirs.bind(attempt.theirs.hyper(attempt.hyper), (2,))

    def growth(call):
        with np.errstate(all="ignore"):
            return ((call(2 * g) - START) / (call(g) - START))[0]

    mine = growth(lambda g: attempt.call(zeros, g)[0])
    theirs = growth(lambda g: step(np.array(START), g, [np.zeros(2)] * len(attempt.theirs.memory), 1)[0])
    if not np.isfinite([mine, theirs]).all() or np.isclose(mine, theirs, rtol=1e-3):
        return ""
    return (f"When all gradients double, the first step should become {theirs:.3g} times as long; yours becomes "
            f"{mine:.3g} times as long.")  # fmt: skip


def _row(values):
    return shown(values)[0]


def shown(*rows):
    """Rows of numbers as text, with as many digits as it takes to tell them apart.

    Parameters
    ----------
    *rows : array_like

    Returns
    -------
    list of str
    """
    for digits in range(5, 18):
        texts = ["(" + ", ".join(f"{value:.{digits}g}" for value in np.atleast_1d(row)) + ")" for row in rows]
        if len(set(texts)) == len(rows):
            break
    return texts
