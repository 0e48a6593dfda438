"""A step opened up: the scripts of the page say and draw what Python says and draws."""

import numpy as np
import pytest
from anatomies import Case, Opening, compare, opened_in_the_browser

from adamlab import steps, surfaces

ALL = [(t, stage) for t in (1, 2, 9, 30) for stage in range(6)]


def stages(step_number, count):
    return [(t, stage) for t in step_number for stage in range(count)]


CASES = {
    "adam on beale": Case(steps.adam, surfaces.beale, {"eta": 0.2}, ALL),
    "adagrad on bowl": Case(steps.adagrad, surfaces.bowl, {"eta": 0.5}, stages((1, 5, 30), 5), 30, (-2, 1)),
    "momentum on ravine": Case(steps.momentum, surfaces.ravine, {}, stages((1, 4, 50), 4)),
    "gradient descent is cut": Case(
        steps.gradient_descent, surfaces.rosenbrock, {"eta": 1e-3}, stages((1, 2, 40), 2)
    ),
    "a run that is lost": Case(
        steps.gradient_descent, surfaces.rosenbrock, {"eta": 0.01}, stages((1, 2, 4, 50), 2)
    ),
    "weight decay": Case(steps.adamw, surfaces.himmelblau, {"eta": 0.1}, stages((1, 20), 6)),
}


@pytest.fixture(scope="module")
def openings():
    found = {name: Opening(case) for name, case in CASES.items()}
    given = opened_in_the_browser([*found.values()])
    played = opened_in_the_browser([*found.values()], given=False)
    return {name: (opening, a, b) for (name, opening), a, b in zip(found.items(), given, played)}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_and_drawn_is_the_same_in_both_languages(openings, name):
    opening, given, played = openings[name]
    assert compare(opening, given) < 0.02
    assert compare(opening, played) < 0.02
    np.testing.assert_allclose(np.reshape(played["rows"], opening.rows.shape), opening.rows, rtol=1e-12)
