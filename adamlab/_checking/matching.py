"""Which of a learner's hyperparameters stands for which of the reference's."""

from typing import cast

import numpy as np

from .._core.hyperparameters import TABLE, VAGUE, usual_name
from .._core.signature import Signature

__all__ = ["roles"]


def roles(mine: Signature, theirs: Signature) -> dict[str, str]:
    """Which of the learner's hyperparameters stands for which of the reference's.

    By a name that leaves no doubt; then by a usual name; then, for what is left, by what its default
    looks like, the nearest to the reference's first.

    Parameters
    ----------
    mine, theirs : Signature

    Returns
    -------
    dict
        The learner's name, by the reference's.
    """
    known: dict[str, str] = {}
    numbers = {
        n: v for n, v in mine.defaults.items() if isinstance(v, (int, float)) and not isinstance(v, bool)
    }
    for name in sorted(numbers, key=lambda name: name in VAGUE):
        if usual_name(name) in theirs.defaults:
            known.setdefault(cast(str, usual_name(name)), name)
    shares_first = sorted(TABLE, key=lambda one: one.scale != "near one")
    for role, usual_range in ((one.name, one.usual) for one in shares_first):
        if usual_range and role in theirs.defaults and role not in known:
            low, high = usual_range
            left = [n for n in numbers if n not in known.values() and _may_be(n, role)]
            left = [n for n in left if low <= numbers[n] <= high]
            if left:
                usual = np.log10(theirs.defaults[role])
                known[role] = min(left, key=lambda name: abs(np.log10(numbers[name]) - usual))
    return known


def _may_be(name: str, role: str) -> bool:
    """Whether the name does not say that it is something else."""
    usual = usual_name(name) or role
    return usual == role or name in VAGUE or usual[:-1] == role[:-1] == "beta"
