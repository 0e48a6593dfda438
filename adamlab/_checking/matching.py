"""What each of a learner's hyperparameters stands for, and which numbers stand in the body in place of one.

A name says little: one book's ε is the learning rate, another's α the share of a memory that survives. So a
name and its default only say what to try first. `readings` lists what the names can mean, the likeliest
first; `fixings` what the numbers in the body can be; which reading is true is seen by walking.
"""

import functools
import itertools
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from .._core.hyperparameters import hyperparameter
from .._core.signature import Signature, function_of

__all__ = ["SURE", "Reading", "fixings", "may_be_t", "meanings", "numbers_in", "readings"]


class Reading(NamedTuple):
    """What a learner's hyperparameters stand for.

    Attributes
    ----------
    roles : dict
        The reference's name by the learner's; "1 - beta2" where the learner gives the rest.
    fixed : dict
        The values of the reference's hyperparameters that stand in the learner's body.
    """

    roles: dict[str, str]
    fixed: dict[str, float]

    @property
    def own(self) -> dict[str, str]:
        """The learner's name of each hyperparameter, by the reference's."""
        return {_plain(role): name for name, role in reversed(self.roles.items())}

    def shared(self, defaults: dict[str, Any]) -> dict[str, Any]:
        """The learner's defaults, by the reference's names."""
        values = {_plain(role): _turned(role, defaults[name]) for name, role in reversed(self.roles.items())}
        return {**self.fixed, **values}

    def settings(self, shared: dict[str, Any]) -> dict[str, Any]:
        """Values by the learner's names."""
        return {
            name: _turned(role, shared[_plain(role)])
            for name, role in self.roles.items()
            if _plain(role) in shared
        }


REST = "1 - "


def _plain(role: str) -> str:
    return role.removeprefix(REST)


def _turned(role: str, value: Any) -> Any:
    return 1 - value if role.startswith(REST) else value


# What names mean ----------------------------------------------------------------------------------

# by the role: how surely these names mean it
MEANINGS: dict[str, dict[int, str]] = {
    "eta": {
        6: "lr learning_rate learningrate learn_rate lrate l_rate step_size stepsize",
        5: "rate",
        4: "eta η",
        3: "alpha α alfa a step",
        1: "epsilon ε e gamma γ",
    },
    "beta1": {
        6: "beta1 beta_1 b1 β1 b_1",
        5: "momentum mom mu μ mass momentum_rate friction inertia",
        3: "beta β",
        2: "alpha α rho ρ gamma γ decay decay_rate eta η",
    },
    "beta2": {
        6: "beta2 beta_2 b2 β2 b_2",
        4: "rho ρ decay_rate smoothing forgetting",
        3: "gamma γ decay beta β",
        2: "alpha α",
        1: "momentum mu beta1 beta_1 b1 β1",
    },
    "eps": {
        6: "eps",
        3: "epsilon ε e ep delta δ fudge fudge_factor small tiny smoothing_term",
        1: "initial start",
    },
    "weight_decay": {6: "weight_decay wd", 4: "lam lambda_ λ lambd l2 reg", 2: "decay"},
    "momentum_decay": {6: "momentum_decay", 4: "psi ψ schedule_decay"},
}

SURE = 6

TIMES = (
    "i j k n it iter iteration epoch step step_num timestep time tau step_count t_step global_step".split()
)


def may_be_t(name: str) -> bool:
    """Whether a name is one that people give to the number of the step."""
    return name.lower() in TIMES


@functools.cache
def meanings(name: str) -> dict[str, int]:
    """How surely a name means each of the roles; empty for a name that nobody has used.

    Parameters
    ----------
    name : str

    Returns
    -------
    dict of int
        By the role.
    """
    word = name.lower()
    parts = [word[:cut] for cut in range(len(word) - 1, 0, -1) if word[cut] == "_"]
    parts += [word[cut + 1 :] for cut in range(1, len(word)) if word[cut] == "_"]
    words = [word, *(part for part in parts if len(part) > 1)]  # alpha_adam; but E_g is no e
    for known in words:
        found = {
            role: weight
            for role, names in MEANINGS.items()
            for weight, listed in names.items()
            if known in listed.split()
        }
        if found:
            return found
    base, number = word.rstrip("12_"), word[-1:]
    if base and number in ("1", "2") and "beta1" in meanings(base):  # rho1 and rho2, decay_rate_1
        return {"beta1" if number == "1" else "beta2": 5, "beta2" if number == "1" else "beta1": 1}
    return {}


def _suits(role: str, value: float, usual: float) -> float:
    """How well a default suits a role: 0 to 2, and a little for being near the reference's."""
    if role == "eta":
        good, near = (2 if 1e-5 <= value <= 0.5 else 1), np.log10(value / usual)
    elif role in ("beta1", "beta2"):
        good = 2 if value >= 0.5 else 1 if value == 0 or value >= 0.1 else -2
        near = 3 * np.log10((1 - value) / (1 - usual))
    elif role == "eps":
        good, near = (2 if 0 < value <= 1e-3 else 1), np.log10((value or 1e-2) / usual) / 4
    else:
        good, near = 1, 0.0
    return good - min(0.7, abs(float(near)) / 10)


def _is_possible(role: str, value: float) -> bool:
    """Whether a default can be that of a role at all."""
    if role == "eta":
        return 1e-7 < value <= 100
    if role == "eps":
        return 0 <= value <= 0.1
    return bool(hyperparameter(role).valid.fits(value))


def _options(name: str, value: float, theirs: Signature) -> list[tuple[str | None, float]]:
    """What a name can stand for, and how likely that is."""
    found: list[tuple[str | None, float]] = []
    said = meanings(name)
    for role, usual in theirs.defaults.items():
        if _is_possible(role, value):
            found.append((role, said.get(role, 0) + _suits(role, value, usual)))
        if role in ("beta1", "beta2") and 0 < value <= 0.3 and max(said.values(), default=0) < SURE:
            found.append((REST + role, said.get(role, 0) + _suits(role, 1 - value, usual) - 2.5))
    sure = [option for option in found if option[0] is not None and said.get(option[0], 0) == SURE]
    return sure or [*found, (None, 0.0)]


def numeric(mine: Signature) -> dict[str, float]:
    """A learner's hyperparameters that are numbers, with their defaults."""
    return {
        name: float(value)
        for name, value in mine.defaults.items()
        if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    }


MOST_READINGS = 4000  # of which the likeliest are tried


def readings(mine: Signature, theirs: Signature) -> list[Reading]:
    """What the names of a learner's hyperparameters can mean, the likeliest first.

    Parameters
    ----------
    mine, theirs : Signature

    Returns
    -------
    list of Reading
        With nothing fixed: what no name stands for has the reference's default.
    """
    numbers = numeric(mine)
    options = [_options(name, value, theirs) for name, value in numbers.items()]
    scored = []
    for choice in itertools.islice(itertools.product(*options), MOST_READINGS):
        roles = {name: role for name, (role, _) in zip(numbers, choice) if role is not None}
        if _is_consistent(roles, numbers):
            unnamed = len(theirs.defaults) - len({*map(_plain, roles.values())})
            shared = len(roles) - len({*map(_plain, roles.values())})
            scored.append((sum(score for _, score in choice) - 3 * unnamed - 4 * shared, roles))
    scored.sort(key=lambda entry: -entry[0])
    return [Reading(roles, _defaults_of_the_rest(theirs, roles)) for _, roles in scored]


def _defaults_of_the_rest(theirs: Signature, roles: dict[str, str]) -> dict[str, float]:
    named = {_plain(role) for role in roles.values()}
    return {name: value for name, value in theirs.defaults.items() if name not in named}


def _is_consistent(roles: dict[str, str], numbers: dict[str, float]) -> bool:
    """Whether each role has one name; two that are alike, as the rates of some Adadelta, may share one."""
    for role in set(map(_plain, roles.values())):
        sharing = [name for name, own in roles.items() if _plain(own) == role]
        if len(sharing) > 2:
            return False
        if len(sharing) == 2:
            one, other = sharing
            alike = numbers[one] == numbers[other] or one.split("_")[0].rstrip("12") == other.split("_")[
                0
            ].rstrip("12")
            if not alike or roles[one] != roles[other] or role not in ("beta1", "beta2", "eps"):
                return False
    return True


def is_likely(reading: Reading, mine: Signature, theirs: Signature) -> bool:
    """Whether no exchange of names is likelier: who exchanges β1 and β2 has made a mistake.

    Parameters
    ----------
    reading : Reading
    mine, theirs : Signature

    Returns
    -------
    bool
    """
    numbers = numeric(mine)
    score = {name: dict(_options(name, numbers[name], theirs)) for name in reading.roles}
    roles = list(reading.roles.values())
    own = sum(score[name][role] for name, role in reading.roles.items())
    for other in set(itertools.permutations(roles)):
        pairs = list(zip(reading.roles, other))
        if not all(role in score[name] for name, role in pairs):
            continue
        if sum(score[name][role] for name, role in pairs) > own + 1e-9:
            return False
    return True


def leaves_doubt(reading: Reading, mine: Signature, theirs: Signature) -> str | None:
    """A name that stands for nothing although it could stand for what is fixed in the body; or None.

    Parameters
    ----------
    reading : Reading
    mine, theirs : Signature

    Returns
    -------
    str or None
    """
    for name, value in numeric(mine).items():
        if name in reading.roles or value == 0:
            continue
        possible = [role for role, _ in _options(name, value, theirs) if role in reading.fixed]
        if any(role is not None and _suits(role, value, theirs.defaults[role]) > 0.6 for role in possible):
            return name
    return None


# Numbers in the body ------------------------------------------------------------------------------

USUAL: dict[str, tuple[float, ...]] = {
    "eta": (0.1, 0.01, 0.001, 1.0),
    "beta1": (0.9, 0.5, 0.99, 0.95, 0.8),
    "beta2": (0.9, 0.99, 0.999, 0.95, 0.5),
    "eps": tuple(float(f"1e-{k}") for k in (8, 7, 6, 5, 10, 4, 3, 12, 9, 11, 2)),
}


def numbers_in(step: Callable[..., Any]) -> list[float]:
    """The numbers that a step's code uses, whether they stand in it or in a global; without 0.

    Parameters
    ----------
    step : callable

    Returns
    -------
    list of float
    """
    function = function_of(step)
    if function is None:
        return []
    found: list[Any] = []
    codes = [function.__code__]
    for code in codes:  # grows meanwhile
        codes.extend(const for const in code.co_consts if isinstance(const, types.CodeType))
        for const in code.co_consts:
            found.extend(const if isinstance(const, tuple) else [const])
        found.extend(dict.get(function.__globals__, name) for name in code.co_names)
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # not bound yet
            continue
    numbers = [float(n) for n in found if type(n) in (int, float) and 0 < abs(n) < 1e9]
    return list(dict.fromkeys(abs(number) for number in numbers))


def values_of(role: str, default: float, numbers: list[float]) -> list[float]:
    """What a hyperparameter can be that stands in the body: the numbers there first, then what is usual.

    Parameters
    ----------
    role : str
    default : float
        The reference's.
    numbers : list of float

    Returns
    -------
    list of float
    """
    if role in ("beta1", "beta2"):
        near = [n for n in numbers if 0.05 < n < 1] + [round(1 - n, 12) for n in numbers if 0 < n < 0.5]
    elif role == "eps":
        near = sorted(n for n in numbers if n <= 0.1)
    elif role == "eta":
        near = list(numbers)
    else:
        near = []
    return list(
        dict.fromkeys([*([default] if default in near else []), *near, default, *USUAL.get(role, ())])
    )


MOST_FIXINGS = 400


def fixings(reading: Reading, numbers: list[float]) -> Iterator[Reading]:
    """The reading with other numbers in the body, the likeliest first.

    Parameters
    ----------
    reading : Reading
    numbers : list of float
        As `numbers_in` gives them.

    Yields
    ------
    Reading
    """
    choices = [values_of(role, value, numbers) for role, value in reading.fixed.items()]
    every = itertools.product(*map(enumerate, choices))
    if np.prod([len(values) for values in choices]) <= 20 * MOST_FIXINGS:
        every = iter(sorted(every, key=lambda one: sum(rank for rank, _ in one)))  # type: ignore[assignment]
    for one in itertools.islice(every, MOST_FIXINGS):
        yield reading._replace(fixed=dict(zip(reading.fixed, (value for _, value in one))))
