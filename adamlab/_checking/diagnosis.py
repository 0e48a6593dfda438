"""What is wrong with a step that is not right: a known mistake, two of them, or what experiments show.

A known mistake is recognised by its path: a wrong step of the catalogue, or two of them together, that
goes the same way on all lists of gradients. Where none does, the experiments say what they saw.

How long is looked is counted in walks, never in seconds: a verdict does not depend on the machine.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .._core.hyperparameters import VAGUE, symbol, usual_name
from .._core.signature import Signature
from .asked import JUDGED
from .attempt import Attempt, Search
from .catalogue import Mistake, of, repair, source_of, wrong
from .experiments import explain, nothing_carried, partners
from .matching import meanings, numeric
from .nearly import nearly
from .probes import LISTS, Rows, first_row, same, walk
from .words import HELD, line_of, listed, named, number, shares_an_array, shown

__all__ = ["Difference", "Finding", "diagnose"]

MOST_PAIRS = 400  # pairs of mistakes that are tried

MOST_VALUES = 12  # of a number that a known mistake has and the reference has not


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
    hints : tuple of str
        A question, the place, the repair in words.
    facts : tuple of str
        What the step was given, so that it can be computed by hand, and what its names were taken for.
    called : str
        The learner's name of the quantity.
    """

    difference: Difference
    mistake: str | None
    hints: tuple[str, ...]
    facts: tuple[str, ...] = ()
    called: str = "theta"


def diagnose(search: Search) -> tuple[Finding, Attempt]:
    """Say what is wrong with a step that is not right.

    Parameters
    ----------
    search : Search

    Returns
    -------
    Finding
    Attempt
        As the names are read.
    """
    attempts = []
    for attempt in search.likely():
        if found := _known(attempt):
            return _finding(attempt, *found), attempt
        attempts.append(attempt)
    if not attempts:  # it fails with other hyperparameters than its own
        attempts = [search.attempt(search.readings[0])]
    for attempt in attempts[:2]:
        if LISTS[_parting(attempt)[0]][1]:  # with the learner's own hyperparameters it is right
            continue
        if said := nearly(attempt):
            return _told(attempt, "theta", *said), attempt
    attempt = attempts[0]
    if pair := _two_known(attempt):
        return _finding(attempt, *pair), attempt
    return _told(attempt, *explain(attempt, _parting(attempt)[0])), attempt


def _finding(attempt: Attempt, mistake: Mistake, writing: int, introduction: str = "") -> Finding:
    """What is said of a known mistake."""
    quantity = mistake.quantity(writing)
    hint = mistake.hint
    if introduction:
        hint = introduction + hint.removeprefix("Your first step is right. ")
    place = mistake.stronger
    if partners(attempt).get(quantity, "") is None:  # it cannot be remembered, for it is not carried along
        hint, place = nothing_carried(attempt, quantity)
    hints = hint, place, repair(attempt.theirs.step, mistake.lines(writing))
    return _told(attempt, quantity, *hints)._replace(mistake=mistake.id)


def _told(attempt: Attempt, quantity: str, hint: str, place: str, mended: str = "") -> Finding:
    """A finding in the learner's names, with the line to look at and the numbers that went in."""
    which, step = _parting(attempt)
    names = names_of(attempt)
    place = " ".join(filter(None, [place, _where(attempt, quantity)]))
    mended = mended or repair(attempt.theirs.step, _lines_for(attempt, quantity))
    if shared := shares_an_array(attempt.mine.step, attempt.mine.memory):
        hint = f"How many arrays are there after `{shared}`, and which of them do your next lines change?"
        place = f"It gives the same array a second name; it makes no copy. {place}"
    lacking = [role for role in _nowhere(attempt) if re.search(rf"\b{role}\b", hint + place)]
    hints = tuple(named(text, names) for text in (hint, place, mended))
    facts = [_given(attempt, which, step), *_taken_for(attempt)]
    facts += [f"Your step has no {listed(lacking)}."] if lacking else []
    return Finding(
        _difference(attempt, which, step, quantity),
        None,
        hints,
        tuple(facts),
        names.get(quantity, quantity),
    )


def _parting(attempt: Attempt) -> tuple[int, int]:
    """The list on which the paths part first, its index, and the step; the plainest list wins a tie."""
    rows: list[Any] = [
        first_row(got.theta, expected.theta) for got, expected in zip(attempt.got, attempt.expected)
    ]
    order = [k for k in range(len(rows)) if rows[k] is not None]
    own = [k for k in order if not LISTS[k][1]] or order
    if not own:  # the path is right: what is carried along is not, or the names are read otherwise
        return 0, 1
    which = min(own, key=lambda k: rows[k])
    return which, rows[which]


def _difference(attempt: Attempt, which: int, step: int, quantity: str) -> Difference:
    got, expected = attempt.got[which], attempt.expected[which]
    if quantity in expected.memory:
        partner, right = partners(attempt)[quantity], expected.memory[quantity][step]
        mine = np.full(2, np.nan) if partner is None else got.memory[partner][step]
        return Difference(step, quantity, right, mine)
    return Difference(step, quantity, expected.theta[step], got.theta[step])


# In the learner's names ---------------------------------------------------------------------------


def names_of(attempt: Attempt) -> dict[str, str]:
    """What the learner calls what the reference calls otherwise.

    Parameters
    ----------
    attempt : Attempt

    Returns
    -------
    dict of str
        By the reference's name; of a memory that the learner does not carry, what it holds.
    """
    names = {role: name for role, name in attempt.own.items() if role != name}
    for name, mine in partners(attempt).items():
        if mine is None and len(attempt.theirs.memory) > 1:
            names[name] = HELD.get(name, name)
        elif mine is not None and mine != name:
            names[name] = mine
    return names


def _given(attempt: Attempt, which: int, step: int) -> str:
    """What went into the step at which the paths part."""
    got, gradients, changes = attempt.got[which], *LISTS[which]
    hyper = {**attempt.mine.hyper(), **attempt.settings(changes)[1]}
    rows = {
        "theta": got.theta[step - 1],
        "g": gradients[step - 1],
        **{name: rows[step - 1] for name, rows in got.memory.items()},
    }
    parts = [f"{name} = {shown(row)[0]}" for name, row in rows.items()]
    parts += [f"t = {step}"] if attempt.mine.takes_t else []
    parts += [
        f"{name} = {number(value)}" if isinstance(value, float) else f"{name} = {value}"
        for name, value in hyper.items()
    ]
    return f"Given to step {step}: {', '.join(parts)}."


def _taken_for(attempt: Attempt) -> list[str]:
    """What the names were taken for, where they do not say it themselves."""
    unsure = [
        f"{name} for {symbol(role.removeprefix('1 - '))}"
        if not role.startswith("1 - ")
        else f"{name} for 1 - {symbol(role[4:])}"
        for name, role in attempt.reading.roles.items()
        if meanings(name).get(role, 0) < 4 and not _is_plain(name, role)
    ]
    unsure += [
        f"{number(value)} in your body for {symbol(name)}"
        for name, value in attempt.reading.fixed.items()
        if value != attempt.theirs.defaults[name] and name != "eta"
    ]
    told = [f"I took {listed(unsure)}."] if unsure else []
    if "eta" in attempt.reading.fixed and attempt.theirs.name != "adadelta":
        told.append("I found no learning rate among your hyperparameters.")
    return told


def _is_plain(name: str, role: str) -> bool:
    """Whether nobody would ask what a name stands for."""
    return usual_name(name) == role and (name not in VAGUE or role == "eta")


def _nowhere(attempt: Attempt) -> list[str]:
    """The reference's hyperparameters that stand neither in the learner's signature nor in the body."""
    return [
        name
        for name, value in attempt.reading.fixed.items()
        if name not in ("eta", "eps") and value not in attempt.numbers
    ]


def _where(attempt: Attempt, quantity: str) -> str:
    """Which line of the learner's to look at."""
    mine = partners(attempt).get(quantity)
    if quantity != "theta" and mine is None:
        return ""
    place = 0 if quantity == "theta" else 1 + attempt.mine.memory.index(mine)  # type: ignore[arg-type]
    line = line_of(attempt.mine.step, place)
    return f"The line: `{line}`." if line and "`" not in line else ""


def _lines_for(attempt: Attempt, quantity: str) -> list[str]:
    """The reference's lines that make a quantity."""
    lines = source_of(attempt.theirs.step).splitlines()[1:]
    if quantity in attempt.theirs.memory:
        return [line for line in lines if line.strip().startswith(f"{quantity} =")]
    made = tuple(f"{name} =" for name in attempt.theirs.memory)
    return [line for line in lines if not line.strip().startswith(made)]


# Known mistakes -----------------------------------------------------------------------------------


def _known(attempt: Attempt) -> tuple[Mistake, int] | None:
    """The known mistake that goes the same way, and which writing of it; or None."""
    which, _ = _parting(attempt)
    fitting = []
    for mistake in of(attempt.theirs.step):
        for writing, signature in enumerate(mistake.signatures):
            rows = _goes_the_same_way(attempt, which, signature)
            if not rows or _is_right(attempt, mistake.quantity(writing)):
                continue
            alike = _memories_alike(attempt, attempt.got[which], rows)
            if alike or attempt.theirs.step not in JUDGED:
                fitting.append((alike, mistake, writing))
    if not fitting:
        return None
    return max(fitting, key=lambda entry: entry[0])[1:]


def _two_known(attempt: Attempt) -> tuple[Mistake, int, str] | None:
    """As `_known`, for two mistakes at once: of these the one that stands first in the step."""
    if _dead(attempt.got[0]) or not np.diff(attempt.got[0].theta, axis=0).any():
        return None  # nothing tells one pair from another
    which, _ = _parting(attempt)
    source = source_of(attempt.theirs.step)
    for pair in itertools.islice(_suspects(attempt), MOST_PAIRS):
        first, other = sorted(pair, key=lambda entry: source.find(next(iter(entry[0].changes[entry[1]]))))
        changes = [mistake.changes[writing] for mistake, writing in (first, other)]
        both = first[0] is not other[0] and wrong(attempt.theirs.step, *changes)
        if both and _goes_the_same_way(attempt, which, Signature(both)):
            return *first, "There are at least two mistakes. The first one to fix: "
    return None


Entry = tuple[Mistake, int]


def _nearest_first(attempt: Attempt, entries: list[Entry]) -> list[Entry]:
    """Wrong steps, those first whose first steps come near the learner's: what they leave is small."""
    got = np.diff(attempt.got[0].theta[:4], axis=0)

    def off(entry: Entry) -> float:
        try:
            walked = _walked(attempt, 0, entry[0].signatures[entry[1]], {}, n_steps=3).theta
        except Exception:  # it takes what the learner's step has not
            return np.inf
        with np.errstate(all="ignore"):
            apart = np.abs(np.diff(walked, axis=0) - got) / (np.abs(got) + 1e-300)
        return float(np.nan_to_num(apart.max(), nan=np.inf))

    return sorted(entries, key=off)


def _pairs(entries: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """All pairs, those first in which one of the two is among the first."""
    for k in range(len(entries)):
        for other in entries[k + 1 :]:
            yield entries[k], other


def _suspects(attempt: Attempt) -> Iterable[tuple[Entry, Entry]]:
    """Pairs of known mistakes that can together make the memories what they are."""
    entries = [(m, k) for m in of(attempt.theirs.step) for k in range(len(m.changes))]
    in_the_step = [(mistake, k) for mistake, k in entries if mistake.quantity(k) == "theta"]
    wrong = [name for name in attempt.theirs.memory if not _is_right(attempt, name)]
    if not wrong:
        return _pairs(_nearest_first(attempt, in_the_step))
    mine = partners(attempt)
    made_by = [
        [(m, k) for m, k in entries if _holds_the_same(attempt, m.signatures[k], name, mine[name])]
        for name in wrong
    ]
    all_at_once = [entry for entry in made_by[0] if all(entry in others for others in made_by)]
    one_by_one: Any = itertools.product(*made_by) if len(wrong) == 2 else ()
    return itertools.chain(itertools.product(all_at_once, in_the_step), one_by_one)


def _holds_the_same(attempt: Attempt, wrong: Signature, name: str, mine: str | None) -> bool | np.bool_:
    """Whether a wrong step carries in its memory of that name what the learner's carries in `mine`."""
    rows = _walked(attempt, 0, wrong, {}, n_steps=6).memory.get(name)
    return mine is not None and rows is not None and _alike(attempt, attempt.got[0].memory[mine][:7], rows)


def _is_right(attempt: Attempt, quantity: str) -> bool:
    """Whether a memory is right, so that the fault must be elsewhere."""
    partner = partners(attempt).get(quantity)
    if partner is None:
        return False
    return all(
        same(got.memory[partner], expected.memory[quantity]).all()
        for got, expected in zip(attempt.got, attempt.expected)
    )


def _goes_the_same_way(attempt: Attempt, which: int, wrong: Signature) -> Rows | None:
    """The rows of a wrong step where the learner's path parted, if it takes the same path everywhere."""
    for more in _more_values(attempt, wrong):
        try:
            if not all(_same_path(attempt, which, wrong, more, n_steps=n) for n in (1, 3)):
                continue  # most part at once
            if all(_same_path(attempt, k, wrong, more) for k in range(len(LISTS))) and _same_later(
                attempt, wrong, more
            ):
                return _walked(attempt, which, wrong, more)
        except Exception:  # two changes that do not make a step together
            return None
    return None


def _more_values(attempt: Attempt, wrong: Signature) -> Iterator[dict[str, float]]:
    """Values for what a wrong step has besides, such as how η fades: the learner's numbers."""
    more = [name for name in wrong.defaults if name not in attempt.theirs.defaults]
    if not more:
        yield {}
        return
    own = [v for name, v in numeric(attempt.mine).items() if name not in attempt.reading.roles and v]
    values = list(dict.fromkeys([*own, *attempt.numbers, *(wrong.defaults[name] for name in more)]))
    for one in itertools.islice(itertools.product(values, repeat=len(more)), MOST_VALUES):
        yield dict(zip(more, map(float, one)))


def _walked(attempt: Attempt, k: int, signature: Signature, more: dict[str, float], **keywords: Any) -> Rows:
    """A wrong step on one of the lists, with the learner's hyperparameters."""
    gradients, changes = LISTS[k]
    shared, _ = attempt.settings(changes)
    hyper = {n: value for n, value in {**shared, **more}.items() if n in signature.defaults}
    return walk(signature, gradients, hyper, **keywords)


def _alike(attempt: Attempt, got: np.ndarray, expected: np.ndarray) -> bool:
    """Whether rows are those of the same mistake in two writings."""
    return bool(same(got, expected, *attempt.loose).all())


def _same_path(
    attempt: Attempt, k: int, signature: Signature, more: dict[str, float], n_steps: int | None = None
) -> bool:
    theta = _walked(attempt, k, signature, more, n_steps=n_steps).theta
    return _alike(attempt, attempt.got[k].theta[: len(theta)], theta)


def _same_later(attempt: Attempt, signature: Signature, more: dict[str, float]) -> bool | np.bool_:
    """Where the first step already gives no number all mistakes look alike: compare from t = 3."""
    if not _dead(attempt.got[0]):
        return True
    mine = walk(attempt.mine, LISTS[0][0], attempt.settings({})[1], first=3)
    return _dead(mine) or _alike(attempt, mine.theta, _walked(attempt, 0, signature, more, first=3).theta)


def _dead(rows: Rows) -> bool | np.bool_:
    return not np.isfinite(rows.theta[1]).any()


def _memories_alike(attempt: Attempt, got: Rows, rows: Rows) -> int:
    """How many memories of the learner's step are also the wrong step's."""
    return sum(
        any(_alike(attempt, mine, theirs) for theirs in rows.memory.values()) for mine in got.memory.values()
    )
