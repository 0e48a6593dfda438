"""What a learner writes besides steps: a loss, a gradient, the correction's weight, a loop.

Each is compared with what is known to be right, as a step is. The references of the last two stand
here; a loss and a gradient are a surface's own.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._core.signature import NotWrittenYet
from .._core.surface import Surface
from ..surfaces import beale
from .asked import averaging, mean_of_squares, sign_of_momentum
from .catalogue import wrong
from .diagnosis import Difference, Finding
from .words import numbered, shown

__all__ = [
    "ANSWERS",
    "averaging",
    "gathered_weight",
    "judge",
    "mean_of_squares",
    "roll_down",
    "sign_of_momentum",
]


def gathered_weight(beta: float, t: int) -> float:
    """The weights that an average has given to t gradients, added up.

    1 − βᵗ

    Source: Kingma & Ba, arXiv 1412.6980, section 3.

    Parameters
    ----------
    beta : float in [0, 1)
    t : int
        How many gradients, 1 or more.

    Returns
    -------
    float
    """
    return 1 - beta**t


def roll_down(
    gradient: "Callable[..., Any]", start: "Sequence[float]", eta: float = 0.1, n_steps: int = 100
) -> np.ndarray:
    """Gradient descent as a loop.

    Parameters
    ----------
    gradient : callable
        Takes the point, returns the n partial derivatives.
    start : sequence of n floats
    eta : float
    n_steps : int

    Returns
    -------
    ndarray, shape (n_steps + 1, n)
        All points, the start first.
    """
    theta = np.array(start, dtype=float)
    points = [theta]
    for _ in range(n_steps):
        theta = theta - eta * gradient(theta)
        points.append(theta)
    return np.array(points)


ANSWERS = (gathered_weight, roll_down)


def judge(mine: Callable[..., Any], like: Surface | Callable[..., Any]) -> Finding | None:
    """What is wrong with an answer that is not a step.

    Parameters
    ----------
    mine : callable
    like : Surface, or one of the references of this module
        A surface, for its loss or its gradient.

    Returns
    -------
    Finding or None
        None if it is right.

    Raises
    ------
    NotWrittenYet
        If it returns nothing.
    """
    if isinstance(like, Surface):
        return _judge_derivative(mine, like) if _is_gradient(mine, like) else _judge_loss(mine, like)
    if like is gathered_weight:
        return _judge_weight(mine)
    return _judge_loop(mine)


# A loss and a gradient ----------------------------------------------------------------------------


def _points(surface: Surface) -> list[np.ndarray]:
    """The start, and points all over the window that are on no line of symmetry."""
    low, high = np.array(surface.window).T if surface.window else (surface.start - 1, surface.start + 1)
    share = (
        (np.outer(np.arange(1, 8), np.sqrt([2, 3, 5, 7, 11])[: surface.n]) % 1) if surface.n <= 5 else 0.37
    )
    return [surface.start, *(low + (high - low) * share)]


def _ask(mine: Callable[..., Any], theta: np.ndarray) -> np.ndarray:
    """Call with the coordinates, or with the point as one array, as the function is written."""
    required = [p for p in inspect.signature(mine).parameters.values() if p.default is p.empty]
    answer = mine(np.array(theta)) if len(required) == 1 and len(theta) > 1 else mine(*np.array(theta))
    return np.asarray(_plain(answer), dtype=float)


def _is_gradient(mine: Callable[..., Any], surface: Surface) -> bool:
    name = getattr(mine, "__name__", "").lower()
    if "loss" in name or "grad" in name:
        return "grad" in name
    return _ask(mine, surface.start).size != 1


def _judge_loss(mine: Callable[..., Any], surface: Surface) -> Finding | None:
    points = _points(surface)
    got, expected = (
        np.array([np.ravel(f(p)) for p in points]) for f in (lambda p: _ask(mine, p), surface.loss)
    )
    if got.shape != expected.shape:
        return _finding(
            0, "loss", expected[0], got[0], None, f"A loss is one number; yours returns {got.shape[1]}.", ""
        )
    wrong_at = np.flatnonzero(~np.isclose(got, expected, rtol=1e-6, atol=1e-9)[:, 0])
    if not len(wrong_at):
        return None
    k = wrong_at[0]
    right, own = numbered(expected[k], got[k])
    where = f"At {shown(points[k])[0]} the loss is {right}; yours is {own}."
    factor = _constant(got, expected)
    apart = got - expected
    if factor:
        question, repair = "Is it a sum or a mean, and is there a factor of 1/2?", _times(factor)
    elif np.allclose(apart, apart[0], rtol=1e-6):
        question, repair = (
            "Which term is there too many, or missing?",
            f"The difference is always {apart[0, 0]:.4g}.",
        )
    else:
        question, repair = (
            "Which of your terms is not as in the formula?",
            "Work it out there by hand, term by term.",
        )
    return _finding(k, "loss", expected[k], got[k], None, question, where, repair)


def _times(factor: float) -> str:
    """How a table is off by one factor."""
    return f"Yours is always {factor:.4g} times the right one."


def _judge_derivative(mine: Callable[..., Any], surface: Surface) -> Finding | None:
    points = _points(surface)
    expected = np.array([surface.gradient(p) for p in points])
    got: Any = [_ask(mine, p) for p in points]  # a list, then an array
    if any(g.shape != (surface.n,) for g in got):
        many = "a single number" if got[0].shape == () else f"{got[0].size} numbers"
        return _finding(
            0,
            "gradient",
            expected[0],
            got[0],
            None,
            f"A gradient has one entry for each coordinate, {surface.n} in all; yours has {many}.",
        )
    got = np.array(got)
    if not np.allclose(got, [_ask(mine, p) for p in points], rtol=1e-9):
        return _finding(
            0,
            "gradient",
            expected[0],
            got[0],
            "gradient_descent.grad_not_reset",
            "What does your function give when it is called twice at the same point?",
            "Called again at the same point, it gives a different answer: it keeps something from the "
            "call before.",
            "Replace the old gradient; do not add to it.",
        )
    scale = np.abs(expected).max(axis=0)  # central differences are good to a few digits only
    right = np.isclose(got, expected, rtol=1e-4, atol=1e-6 * scale)
    if right.all():
        return None
    k, i = np.argwhere(~right)[0]
    letter = "xyz"[i] if surface.n <= 3 else f"coordinate {i}"
    right_one, yours = (f"{float(text):.7g}" for text in numbered(expected[k, i], got[k, i]))
    where = f"At {shown(points[k])[0]} the slope along {letter} is {right_one}; yours is {yours}."
    mistake, question, repair = _about_slopes(got, expected, right)
    return _finding(k, "gradient", expected[k], got[k], mistake, question, where, repair)


def _about_slopes(got: np.ndarray, expected: np.ndarray, right: np.ndarray) -> tuple[str | None, str, str]:
    """The id of a known mistake or None, a question, and the repair."""
    if got.shape[1] == 2 and np.allclose(got[:, ::-1], expected, rtol=1e-4):
        return "gradient.swapped", "Which entry belongs to which coordinate?", "Exchange the two entries."
    factor = _constant(got, expected)
    if factor is not None:
        return _about_a_factor(factor)
    bad = np.flatnonzero(~right.all(axis=0))
    if len(bad) < got.shape[1]:
        factor = _constant(got[:, bad], expected[:, bad])
        often = "" if factor is None else f" {_times(factor)}"
        return (
            None,
            "The other entry is right. What is the derivative of the terms for this one?",
            (f"Only this entry is wrong.{often}"),
        )
    return (
        None,
        "What is the derivative of each term, with the other coordinates held fixed?",
        "Compare with (loss(x + h) - loss(x - h)) / (2 * h) for a small h.",
    )


def _about_a_factor(factor: float) -> tuple[str | None, str, str]:
    """As `_about_slopes`, for slopes that are all off by one factor."""
    if np.isclose(factor, -1):
        return (
            "gradient.downhill",
            "Which way does a gradient point, uphill or downhill?",
            "Yours points downhill. The gradient points uphill; the step reverses it.",
        )
    if np.isclose(factor, [0.5, 2], rtol=1e-3).any():
        return (
            "gradient_descent.sum_vs_mean",
            "Is it a sum or a mean, and what is the derivative of a square?",
            _times(factor),
        )
    power = np.log10(abs(factor)) / 3
    if np.isclose(power, round(power)) and round(power):
        more = "missing" if factor > 1 else "too many"
        unit = "1000" if abs(round(power)) == 1 else "1000, twice,"
        return (
            "gradient.chain_rule",
            "A slope tells how much the loss changes for one unit of the coordinate. How long is a unit "
            "here, and what "
            "does the chain rule say about it?",
            f"{_times(factor)} A division by {unit} is {more}: the inner function has a derivative, too.",
        )
    return None, "Which factor is there too many, or missing?", _times(factor)


def _constant(got: np.ndarray, expected: np.ndarray) -> float | None:
    """The one factor between two tables, or None."""
    with np.errstate(all="ignore"):
        ratio = (got / expected)[np.abs(expected) > 1e-9]
    return float(ratio[0]) if len(ratio) and np.allclose(ratio, ratio[0], rtol=1e-3) else None


# The correction's weight and the loop -------------------------------------------------------------

WEIGHTS: dict[str, tuple[dict[str, str], str]] = {
    "gathered_weight.what_is_left": (
        {"1 - beta**t": "beta**t"},
        "This is the weight still to be gathered. For very large t the answer should be 1.",
    ),
    "gathered_weight.power_of_the_rest": (
        {"1 - beta**t": "(1 - beta) ** t"},
        "What exactly is raised to the power t? For very large t the answer should be 1.",
    ),
    "gathered_weight.linear": ({"beta**t": "beta * t"}, "beta times t is not beta to the power of t."),
    "gathered_weight.sum_of_first": (
        {"1 - beta**t": "(1 - beta) * t"},
        "Older gradients have smaller weights: they are not all 1 - beta.",
    ),
    "gathered_weight.first_only": (
        {"1 - beta**t": "1 - beta"},
        "This is only the first weight. There are t of them.",
    ),
    "gathered_weight.first_gradient_only": (
        {"1 - beta**t": "(1 - beta) * beta ** (t - 1)"},
        "This is only the weight of the oldest gradient. All t weights are to be added up.",
    ),
    "gathered_weight.t_from_zero": (
        {"beta**t": "beta ** (t - 1)"},
        "How many weights have been added at t = 1?",
    ),
    "gathered_weight.t_one_more": (
        {"beta**t": "beta ** (t + 1)"},
        "How many weights have been added at t = 1?",
    ),
    "gathered_weight.upside_down": (
        {"1 - beta**t": "1 / (1 - beta**t)"},
        "This is the correction factor. The exercise asks for the weight itself.",
    ),
}


def _judge_weight(mine: Callable[..., Any]) -> Finding | None:
    cases = [(beta, t) for t in (1, 2, 3, 10, 100) for beta in (0.9, 0.99, 0.5)]
    got = np.array([np.ravel(_plain(mine(*case))) for case in cases], dtype=float)
    expected = np.array([[gathered_weight(*case)] for case in cases])
    if got.shape == expected.shape and np.allclose(got, expected, rtol=1e-9):
        if not _has_loop(mine):
            return None
        return _finding(
            0,
            "weight",
            expected[0],
            got[0],
            "gathered_weight.loop",
            "The number is right. The exercise asks for a formula without a loop: which sum do you know "
            "that has the "
            "terms 1, beta, beta**2 and so on?",
            "What is still missing from 1 after one step, after two, after three?",
            "The weights make a geometric series. What is missing after t steps is beta to the power t.",
        )
    k = 0 if got.shape != expected.shape else int(np.argmin(np.isclose(got, expected, rtol=1e-9)))
    beta, t = cases[k]
    right, own = numbered(expected[k], got[k][:1])
    where = f"For beta = {beta} and t = {t} it should be {right}; yours is {own}."
    repair = "The weight still missing after t steps is beta to the power t, and all weights together make 1."
    for name, (change, hint) in WEIGHTS.items():
        with np.errstate(all="ignore"):
            answers = [wrong(gathered_weight, change)(*case) for case in cases]  # type: ignore[misc]
        if got.shape == expected.shape and np.allclose(got[:, 0], answers, rtol=1e-9):
            return _finding(t - 1, "weight", expected[k], got[k], name, hint, where, repair)
    by_hand = "What do you get when you add the weights up by hand, for t = 1 and t = 2?"
    return _finding(t - 1, "weight", expected[k], got[k], None, by_hand, where, repair)


def _has_loop(function: Callable[..., Any]) -> bool:
    """Return whether a function goes through its t weights one by one."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except Exception:  # written nowhere
        return False
    loops = (ast.For, ast.While, ast.comprehension)
    return any(isinstance(node, loops) for node in ast.walk(tree))


UPDATE = "theta = theta - eta * gradient(theta)"

ONE_AT_A_TIME = "theta = theta.copy()\n        for i in {}:\n            theta[i] -= eta * gradient(theta)[i]"

LOOPS: dict[str, tuple[list[dict[str, str]], str]] = {
    "gradient_descent.sequential_update": (
        [{UPDATE: ONE_AT_A_TIME.format("(0, 1)")}, {UPDATE: ONE_AT_A_TIME.format("(1, 0)")}],
        "You use two partial derivatives, one after the other. At which point do you evaluate the second?",
    ),
    "gradient_descent.int_array": (
        [
            {"dtype=float": "dtype=int", UPDATE: "theta = (theta - eta * gradient(theta)).astype(int)"},
            {
                "dtype=float": "dtype=int",
                UPDATE: "theta[:] = theta - eta * gradient(theta)",
                "append(theta)": "append(theta.copy())",
                "[theta]": "[theta.copy()]",
            },
        ],
        "Print theta.dtype. The start was given as whole numbers.",
    ),
    "gradient_descent.grad_not_reset": (
        [
            {
                "points = [theta]": "points, total = [theta], 0",
                UPDATE: "total = total + gradient(theta)\n        theta = theta - eta * total",
            }
        ],
        "Do you add to the old gradient where you should replace it?",
    ),
    "loop.one_array": (
        [{UPDATE: "theta -= eta * gradient(theta)"}],
        "All your points equal the last one: theta -= ... changes the array that is already in the list.",
    ),
    "loop.gradient_at_the_start": (
        [{UPDATE: "theta = theta - eta * gradient(np.array(start, dtype=float))"}],
        "At which point is the gradient evaluated in the second pass of the loop?",
    ),
    "loop.start_left_out": ([{"[theta]": "[]"}], "The first row should be the start itself."),
    "loop.last_step_left_out": (
        [
            {"range(n_steps)": "range(n_steps - 1)"},
            {UPDATE + "\n        points.append(theta)": "points.append(theta)\n        " + UPDATE},
        ],
        "How many steps have been taken after n_steps passes of the loop, and how many points are there?",
    ),
    "loop.one_step_more": (
        [{"range(n_steps)": "range(n_steps + 1)"}],
        "n_steps steps lead to n_steps + 1 points.",
    ),
    "loop.last_point_only": (
        [{"np.array(points)": "theta"}],
        "All points were asked for, not only the last one.",
    ),
    "gradient_descent.ascent": ([{"theta - eta": "theta + eta"}], "The gradient points uphill."),
    "gradient_descent.eta_missing": ([{"eta * gradient": "gradient"}], "Which parameter do you never use?"),
    "gradient_descent.eta_twice": (
        [{"eta * gradient": "eta * eta * gradient"}],
        "Count how often eta appears.",
    ),
    "gradient_descent.sum_vs_mean": (
        [{UPDATE: UPDATE + " / 2"}, {"eta * gradient": "2 * eta * gradient"}],
        "Your steps are twice or half as long as eta times the gradient.",
    ),
}


def _judge_loop(mine: Callable[..., Any]) -> Finding | None:
    start, eta, n_steps = [-1, 2], 0.003, 6

    def gradient(*theta: Any) -> np.ndarray:
        return beale.gradient(np.array(theta[0] if len(theta) == 1 else theta, dtype=float))

    got = np.asarray(_plain(mine(gradient, start, eta, n_steps)), dtype=float)
    expected = roll_down(gradient, start, eta, n_steps)
    if got.shape == expected.shape and np.allclose(got, expected, rtol=1e-9):
        return None
    if got.shape == expected.shape:
        step = int(np.argmin(np.isclose(got, expected, rtol=1e-9).all(axis=1)))
        right, own = shown(expected[step], got[step])
        where = f"Point {step} should be {right}; yours is {own}."
        row = expected[step], got[step]
    else:
        step, row = 0, (expected, got)
        where = (
            f"For {n_steps} steps there should be {n_steps + 1} points of two numbers, an array of shape "
            f"{expected.shape}; yours has {'one number' if got.shape == () else f'the shape {got.shape}'}."
        )
    for name, (changes, hint) in LOOPS.items():
        for change in changes:
            other = wrong(roll_down, change)(gradient, start, eta, n_steps)  # type: ignore[misc]
            if got.shape == other.shape and np.allclose(got, other, rtol=1e-9, equal_nan=True):
                return _finding(step, "theta", *row, name, hint, where, LOOP)
    question = "What are theta and the gradient in each pass of your loop? Print both, and compare them."
    return _finding(step, "theta", *row, None, question, where, LOOP)


LOOP = (
    "Begin a list with the start; n_steps times: compute the gradient at the newest point, make a new "
    "theta that is "
    "the old one minus eta times this gradient, and append it."
)


def _plain(answer: Any) -> Any:
    if answer is None or answer is ...:
        raise NotWrittenYet
    return answer


def _finding(
    step: int,
    quantity: str,
    expected: np.ndarray,
    got: np.ndarray,
    mistake: str | None,
    question: str,
    where: str = "",
    repair: str = "",
) -> Finding:
    """A finding of two rungs: the place is told in numbers."""
    hints, facts = tuple(filter(None, (question, repair))), tuple(filter(None, (where,)))
    return Finding(Difference(int(step), quantity, expected, got), mistake, hints, facts)
