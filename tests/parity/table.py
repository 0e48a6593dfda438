"""Prints how closely adamlab's steps follow PyTorch and Optax, from the committed reference alone.

    python tests/parity/table.py

The reference (``reference.npz``, written by ``generate.py``) holds what the two libraries did; adamlab
is run anew. The tests measure with the functions below too.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from adamlab import descend, steps, surfaces
from adamlab._core.signature import Signature

REFERENCE = Path(__file__).with_name("reference.npz")


class Case(NamedTuple):
    """A step with one setting, and what the libraries did with it."""

    step: str
    setting: dict  # what differs from the defaults
    hyper: dict  # all hyperparameters
    torch: np.ndarray  # (200, 3), after each of the fixed gradients
    optax: np.ndarray | None  # the same, where Optax can express the step
    optax_lacks: str | None  # else: why it cannot
    optax_differs: float  # and how far its nearest form is from PyTorch
    free: dict  # surface name: PyTorch's points after the first of the stored `rows`, (k, 2)

    def __str__(self):
        setting = ",".join(f"{name}={value:g}" for name, value in self.setting.items())
        return f"{self.step}[{setting or 'defaults'}]"


class Reference(NamedTuple):
    """All of the reference file."""

    versions: dict
    start: np.ndarray  # (3,), of the fixed gradients
    gradients: np.ndarray  # (200, 3)
    rows: np.ndarray  # the step numbers at which a free run is stored
    cases: list


def load():
    """Read the reference file.

    Returns
    -------
    Reference
    """
    with np.load(REFERENCE) as stored:
        data = dict(stored)
    about, rows = json.loads(str(data["about"])), data["rows"]
    cases = []
    for i, case in enumerate(about["cases"]):
        optax = None if case["optax_lacks"] else data["torch"][i] + data["optax_minus_torch"][i]
        compared = zip(about["surfaces"], data["free"][i], data["steps_compared"][i])
        free = {name: path[rows <= last] for name, path, last in compared}
        cases.append(Case(**case, torch=data["torch"][i], optax=optax, free=free))
    return Reference(about["versions"], data["start"], data["gradients"], rows, cases)


def replay(step, start, gradients, hyper):
    """Feed fixed gradients to a step, its memory zero at first.

    Parameters
    ----------
    step : callable
    start : ndarray, shape (n,)
    gradients : ndarray, shape (n_steps, n)
    hyper : dict

    Returns
    -------
    ndarray, shape (n_steps, n)
        The point after each step.
    """
    signature = Signature(step)
    move = signature.bind(signature.hyper(hyper), start.shape)
    theta, memory, path = start, [np.zeros(start.shape) for _ in signature.memory], []
    for t, g in enumerate(gradients, start=1):
        theta, *memory = move(theta, g, memory, t)
        path.append(theta)
    return np.array(path)


def relative_errors(path, expected, start):
    """How far a path is from the expected one, step by step and coordinate by coordinate.

    The yardstick is the largest size that the coordinate has had so far. Its size now would be the wrong
    one: it passes through zero on the way, while the rounding errors of earlier steps stay.

    Parameters
    ----------
    path, expected : ndarray, shape (n_steps, n)
    start : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n_steps, n)
    """
    sizes = np.abs(np.vstack([start, expected]))
    return np.abs(path - expected) / np.maximum.accumulate(sizes)[1:]


def fixed_error(reference, case, step=None, library="torch"):
    """Worst relative error of a step under the fixed gradients.

    Parameters
    ----------
    reference : Reference
    case : Case
    step : callable, optional
        In place of the case's own step.
    library : {"torch", "optax"}

    Returns
    -------
    float
    """
    step = step or getattr(steps, case.step)
    path = replay(step, reference.start, reference.gradients, case.hyper)
    return relative_errors(path, getattr(case, library), reference.start).max()


def free_error(reference, case, surface):
    """Worst relative error of a step that walks a surface on its own.

    Parameters
    ----------
    reference : Reference
    case : Case
    surface : str
        Name of a ready-made surface.

    Returns
    -------
    float
    """
    expected = case.free[surface]
    rows = reference.rows[: len(expected)]
    step, surface = getattr(steps, case.step), getattr(surfaces, surface)
    run = descend(step, surface, n_steps=rows[-1], **case.hyper)
    return relative_errors(run.theta[rows], expected, run.theta[0]).max()


def _print(title, head, rows):
    widths = [max(map(len, column)) for column in zip(head, *rows)]
    print(f"\n{title}\n")
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def _optax_cell(reference, cases):
    """The worst error of the settings that Optax can express; and why it cannot express the others."""
    errors = [fixed_error(reference, case, library="optax") for case in cases if not case.optax_lacks]
    parts = [f"{max(errors):.0e}"] if errors else []
    lacking = [case for case in cases if case.optax_lacks]
    if lacking:
        parts.append(
            f"n/a: {lacking[0].optax_lacks}, differs by {min(c.optax_differs for c in lacking):.0e}"
            f" ({len(lacking)} of {len(cases)} settings)"
        )
    return "; ".join(parts)


def main():
    """Print the tables."""
    reference = load()
    print("adamlab against", ", ".join(f"{name} {version}" for name, version in reference.versions.items()))
    by_step = {}
    for case in reference.cases:
        by_step.setdefault(case.step, []).append(case)
    names = list(reference.cases[0].free)
    fixed, free, lengths = [], [], []
    for step, cases in by_step.items():
        worst = max(fixed_error(reference, case) for case in cases)
        fixed.append([step, str(len(cases)), f"{worst:.0e}", _optax_cell(reference, cases)])
        errors = [max(free_error(reference, case, surface) for case in cases) for surface in names]
        free.append([step, *(f"{error:.0e}" for error in errors)])
        for case in cases:
            lengths.append([str(case), *(str(reference.rows[len(case.free[name]) - 1]) for name in names)])
    _print(
        f"{len(reference.gradients)} fixed gradients: worst relative error over all settings",
        ["step", "settings", "PyTorch", "Optax"],
        fixed,
    )
    _print("Free runs against PyTorch: worst relative error over all settings", ["step", *names], free)
    _print(
        "Steps for which each free run is compared: until correct libraries part or it diverges",
        ["step", *names],
        lengths,
    )


if __name__ == "__main__":
    main()
