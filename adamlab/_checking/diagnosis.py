"""What is wrong with a step that is not right: a known mistake, two of them, or what experiments show.

A known mistake is recognised by its path: a wrong step of the catalogue, or two of them together, that
goes the same way on all lists of gradients. Where none does, the experiments say what they saw.
"""

import itertools
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from .._core.signature import Signature
from .catalogue import Mistake, of, source_of, wrong
from .experiments import explain, partners
from .probes import LISTS, Rows, first_row, same, walk

__all__ = ["Attempt", "Difference", "Finding", "diagnose"]

LOOSE = 1e-7  # relative: two writings of the same mistake

PATIENCE = 0.8  # seconds for trying out pairs of mistakes


class Difference(NamedTuple):
    """The first place where a step differs from the reference.

    Attributes
    ----------
    step : int
        The first step at which the point differs; 1 is the first step.
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
    mine, theirs : Signature
    own : dict
        The learner's name of each hyperparameter, by the reference's.
    hyper : dict
        The learner's defaults, by the reference's names.
    got, expected : list of Rows
        One for each of `LISTS`.
    """

    mine: Signature
    theirs: Signature
    own: dict[str, str]
    hyper: dict[str, Any]
    got: list[Rows]
    expected: list[Rows]

    def settings(self, changes: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Hyperparameters for the reference and for the learner's step, both the same."""
        shared = {**self.hyper, **{name: value for name, value in changes.items() if name in self.own}}
        return shared, {self.own[name]: value for name, value in shared.items()}


def diagnose(attempt: Attempt) -> Finding:
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
    quantity, hint, stronger = explain(attempt, which)
    return Finding(_difference(attempt, which, step, quantity), None, hint, stronger)


def _parting(attempt: Attempt) -> tuple[int, int]:
    """The list on which the paths part first, its index, and the step; the plainest list wins a tie."""
    rows: list[Any] = [
        first_row(got.theta, expected.theta) for got, expected in zip(attempt.got, attempt.expected)
    ]
    order = [k for k in range(len(rows)) if rows[k] is not None]
    own = [k for k in order if not LISTS[k][1]] or order
    which = min(own, key=lambda k: rows[k])
    return which, rows[which]


def _difference(attempt: Attempt, which: int, step: int, quantity: str) -> Difference:
    got, expected = attempt.got[which], attempt.expected[which]
    if quantity in expected.memory:
        partner, right = partners(attempt)[quantity], expected.memory[quantity][step]
        mine = np.full(2, np.nan) if partner is None else got.memory[partner][step]
        return Difference(step, quantity, right, mine)
    return Difference(step, quantity, expected.theta[step], got.theta[step])


# Known mistakes -----------------------------------------------------------------------------------


def _known(attempt: Attempt, which: int) -> tuple[Mistake, int, str] | None:
    """The known mistake that goes the same way, which writing of it, and its hint; or None."""
    fitting = []
    for mistake in of(attempt.theirs.step):
        for writing, function in enumerate(mistake.functions):
            rows = _goes_the_same_way(attempt, which, function)
            if rows and not _is_right(attempt, mistake.quantity(writing)):
                fitting.append((_memories_alike(attempt.got[which], rows), mistake, writing))
    if not fitting:
        return None
    _, mistake, writing = max(fitting, key=lambda entry: entry[0])
    return mistake, writing, mistake.hint


def _two_known(attempt: Attempt, which: int) -> tuple[Mistake, int, str] | None:
    """As `_known`, for two mistakes at once: of these the one that stands first in the step."""
    if _dead(attempt.got[0]) or not np.diff(attempt.got[0].theta, axis=0).any():
        return None  # nothing tells one pair from another
    until = time.perf_counter() + PATIENCE
    source = source_of(attempt.theirs.step)
    for pair in _suspects(attempt):
        if time.perf_counter() > until:
            return None
        first, other = sorted(pair, key=lambda entry: source.find(next(iter(entry[0].changes[entry[1]]))))
        changes = [mistake.changes[writing] for mistake, writing in (first, other)]
        both = first[0] is not other[0] and wrong(attempt.theirs.step, *changes)
        if both and _goes_the_same_way(attempt, which, both):
            hint = first[0].hint.removeprefix("Your first step is right. ")
            return *first, f"There are at least two mistakes. The first one to fix: {hint}"
    return None


def _suspects(attempt: Attempt) -> Iterable[tuple[tuple[Mistake, int], tuple[Mistake, int]]]:
    """Pairs of known mistakes that can together make the memories what they are."""
    entries = [(m, k) for m in of(attempt.theirs.step) for k in range(len(m.changes))]
    in_the_step = [(mistake, k) for mistake, k in entries if mistake.quantity(k) == "theta"]
    wrong = [name for name in attempt.theirs.memory if not _is_right(attempt, name)]
    if not wrong:
        return itertools.combinations(in_the_step, 2)
    mine = partners(attempt)
    made_by = [
        [(m, k) for m, k in entries if _holds_the_same(attempt, m.functions[k], name, mine[name])]
        for name in wrong
    ]
    all_at_once = [entry for entry in made_by[0] if all(entry in others for others in made_by)]
    one_by_one: Any = itertools.product(*made_by) if len(wrong) == 2 else ()
    return itertools.chain(itertools.product(all_at_once, in_the_step), one_by_one)


def _holds_the_same(attempt: Attempt, wrong: Any, name: str, mine: str | None) -> bool | np.bool_:
    """Whether a wrong step carries in its memory of that name what the learner's carries in `mine`."""
    rows = _walked(attempt, 0, Signature(wrong), n_steps=6).memory.get(name)
    return mine is not None and rows is not None and same(attempt.got[0].memory[mine][:7], rows, LOOSE).all()


def _is_right(attempt: Attempt, quantity: str) -> bool:
    """Whether a memory is right, so that the fault must be elsewhere."""
    partner = partners(attempt).get(quantity)
    if partner is None:
        return False
    return all(
        same(got.memory[partner], expected.memory[quantity]).all()
        for got, expected in zip(attempt.got, attempt.expected)
    )


def _goes_the_same_way(attempt: Attempt, which: int, wrong: Any) -> Rows | None:
    """The rows of a wrong step where the learner's path parted, if it takes the same path everywhere."""
    try:
        signature = Signature(wrong)
        if not _same_path(attempt, which, signature, n_steps=3):  # most part at once
            return None
        if all(_same_path(attempt, k, signature) for k in range(len(LISTS))) and _same_later(
            attempt, signature
        ):
            return _walked(attempt, which, signature)
    except Exception:  # two changes that do not make a step together
        pass
    return None


def _walked(attempt: Attempt, k: int, signature: Signature, **keywords: Any) -> Rows:
    """A wrong step on one of the lists, with the learner's hyperparameters."""
    gradients, changes = LISTS[k]
    shared, _ = attempt.settings(changes)
    return walk(
        signature, gradients, {n: value for n, value in shared.items() if n in signature.defaults}, **keywords
    )


def _same_path(attempt: Attempt, k: int, signature: Signature, n_steps: int | None = None) -> bool | np.bool_:
    theta = _walked(attempt, k, signature, n_steps=n_steps).theta
    return same(attempt.got[k].theta[: len(theta)], theta, LOOSE).all()


def _same_later(attempt: Attempt, signature: Signature) -> bool | np.bool_:
    """Where the first step already gives no number all mistakes look alike: compare from t = 3."""
    if not _dead(attempt.got[0]):
        return True
    mine = walk(attempt.mine, LISTS[0][0], attempt.settings({})[1], first=3)
    return _dead(mine) or same(mine.theta, _walked(attempt, 0, signature, first=3).theta, LOOSE).all()


def _dead(rows: Rows) -> bool | np.bool_:
    return not np.isfinite(rows.theta[1]).any()


def _memories_alike(got: Rows, rows: Rows) -> int:
    """How many memories of the learner's step are also the wrong step's."""
    return sum(
        any(same(mine, theirs, LOOSE).all() for theirs in rows.memory.values())
        for mine in got.memory.values()
    )
