"""Which of a learner's hyperparameters stands for which of the reference's."""

import numpy as np

from .._core.hyperparameters import USUAL_NAME

__all__ = ["roles"]


# Which hyperparameter is which ----------------------------------------------------------------------

LOOKS_LIKE = {
    "beta1": lambda value: 0.3 <= value < 1,
    "beta2": lambda value: 0.3 <= value < 1,
    "eta": lambda value: 1e-5 <= value <= 2,
    "eps": lambda value: 0 < value <= 1e-3,
}

VAGUE = {"alpha", "α", "beta", "β", "gamma", "γ", "decay", "rho", "ρ"}  # one thing here, another there


def roles(mine, theirs):
    """Which of the learner's hyperparameters stands for which of the reference's.

    By a name that leaves no doubt; then by a usual name; then, for what is left, by what its default
    looks like, the nearest to the reference's first.

    Parameters
    ----------
    mine, theirs : Rule

    Returns
    -------
    dict
        The learner's name, by the reference's.
    """
    known = {}
    numbers = {
        n: v for n, v in mine.defaults.items() if isinstance(v, (int, float)) and not isinstance(v, bool)
    }
    for name in sorted(numbers, key=lambda name: name in VAGUE):
        if USUAL_NAME.get(name) in theirs.defaults:
            known.setdefault(USUAL_NAME[name], name)
    for role, fits in LOOKS_LIKE.items():
        if role in theirs.defaults and role not in known:
            left = [n for n in numbers if n not in known.values() and _may_be(n, role) and fits(numbers[n])]
            if left:
                usual = np.log10(theirs.defaults[role])
                known[role] = min(left, key=lambda name: abs(np.log10(numbers[name]) - usual))
    return known


def _may_be(name, role):
    """Whether the name does not say that it is something else."""
    usual = USUAL_NAME.get(name, role)
    return usual == role or name in VAGUE or usual[:-1] == role[:-1] == "beta"
