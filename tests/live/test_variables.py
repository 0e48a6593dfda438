"""A step's own variables, by the learner's names: in a program's rows as in the step itself."""

import functools
import math
import sys

import javascript
import numpy as np
import pytest

from adamlab import descend, steps, surfaces
from adamlab._core.signature import Signature
from adamlab._live.javascript import source
from adamlab._live.program import record, verified
from adamlab._live.variables import own_rows, watched
from adamlab._panels.track import rows_of


def with_loops(theta, g, m, v, t, eta=0.1, beta1=0.9, beta2=0.99):
    corrected, root = np.zeros(len(theta)), []
    for i in range(len(theta)):
        m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        v[i] = beta2 * v[i] + (1 - beta2) * g[i] ** 2
        corrected[i] = m[i] / (1 - beta1**t)
        root.append(math.sqrt(v[i] / (1 - beta2**t)))
    move = [eta * c / (r + 1e-8) for c, r in zip(corrected, root)]
    return theta - np.array(move), m, v


def in_place(theta, g, m, eta=0.1):
    m *= 0.9
    kept = m.copy()
    m += g
    fresh = m - kept
    theta -= eta * (kept + fresh)
    return theta, m


def with_an_if(theta, g, m, t, eta=0.05):
    mixed = m + g
    if g[0] > 1:
        shrunk = mixed / 2
        m = 0.5 * shrunk
    else:
        grown = mixed * (1 if t < 5 else 1.5)
        m = 0.5 * grown
    big = np.abs(m) > 1  # no numbers
    half, pairs = 0.5, np.outer(m, m)  # not one number for each coordinate
    return theta - eta * m * half * (big | True) + 0 * pairs[0], m


def replaced(theta, g, t, eta=0.1):
    g = g / 2
    t = t + np.zeros(2)
    eta = eta * np.ones(2)
    return theta - eta * g


class Counter:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, theta, g, eta=0.1):
        change = self.rate * eta * g

        def turned():
            return -change

        return theta + turned()


def with_a_helper(theta, g, depth=0.0, eta=0.1):
    step = eta * g if depth else with_a_helper(theta, g, 1.0, eta) - theta
    return theta + step if not depth else theta - step


CASES = {
    "adam": (steps.adam, ("m_hat", "v_hat")),
    "amsgrad": (steps.amsgrad, ("m_hat", "v_hat")),
    "nadam": (steps.nadam, ("m_bar", "v_hat")),
    "gradient descent": (steps.gradient_descent, ()),
    "loops": (with_loops, ("corrected", "root", "move")),
    "in place": (in_place, ("kept", "fresh")),
    "an if": (with_an_if, ("mixed", "shrunk", "grown")),
    "parameters written over": (replaced, ()),
    "an object": (Counter(0.5), ("change",)),
    "a partial": (functools.partial(steps.adam, eta=0.2), ("m_hat", "v_hat")),
    "calls itself": (with_a_helper, ("step",)),
}


def both(name, n_steps=30):
    """The rows of a program, with the run and the variables as the step itself has them."""
    step, _ = CASES[name]
    signature = Signature(step)
    program = record(signature, surfaces.beale, signature.hyper(), own=True)
    run = descend(step, surfaces.beale, n_steps=n_steps)
    values = [run.hyper[k] for k in program.hyper]
    rows = program.rows(values, surfaces.beale.start, n_steps)
    return program, values, rows, run, own_rows(signature, rows_of(run), run.hyper)


@pytest.mark.parametrize("name", CASES)
def test_the_rows_hold_what_the_step_itself_has(name):
    program, values, rows, run, truth = both(name)
    assert program.own == CASES[name][1] == tuple(truth)
    np.testing.assert_array_equal(rows[:, : program.carried], rows_of(run))
    assert np.isnan(rows[0, program.carried :]).all()
    for own, got in zip(program.own, np.split(rows[:, program.carried :], max(len(program.own), 1), axis=1)):
        np.testing.assert_allclose(got, truth[own], rtol=1e-12, err_msg=own)
    given = [values, surfaces.beale.start.tolist(), len(rows) - 1]
    played = javascript.run(f"const main=(given)=>({source(program)})(...given);", given)
    np.testing.assert_array_equal(np.reshape(played, rows.shape), rows)


def test_what_a_way_does_not_have_is_missing_there():
    program, _, rows, run, _ = both("an if")
    mixed, shrunk, grown = np.split(rows[1:, program.carried :], 3, axis=1)
    steep = run.gradient[:-1, 0] > 1
    assert 0 < steep.sum() < len(steep)
    np.testing.assert_array_equal(np.isnan(shrunk).all(axis=1), ~steep)
    np.testing.assert_array_equal(np.isnan(grown).all(axis=1), steep)
    assert np.isfinite(mixed).all()


def test_adams_own_are_the_corrected_averages():
    program, _, rows, run, _ = both("adam")
    t = np.arange(1, len(rows))[:, np.newaxis]
    m_hat, v_hat = np.split(rows[1:, program.carried :], 2, axis=1)
    np.testing.assert_allclose(m_hat, run.memory["m"][1:] / (1 - 0.9**t))
    np.testing.assert_allclose(v_hat, run.memory["v"][1:] / (1 - 0.999**t))


def test_nobody_carries_them_who_has_not_asked():
    signature = Signature(steps.adam)
    plain = record(signature, surfaces.beale, signature.hyper())
    wide = record(signature, surfaces.beale, signature.hyper(), own=True)
    assert plain.own == () and plain.width == plain.carried == wide.carried == wide.width - 4
    assert "o0" not in source(plain)


def test_a_run_that_is_lost_has_no_variables_from_there_on():
    signature = Signature(steps.nadam)
    program = record(signature, surfaces.rosenbrock, signature.hyper(), own=True)
    values = [1e200, *(signature.hyper()[k] for k in program.hyper[1:])]
    rows = program.rows(values, surfaces.rosenbrock.start, 20)
    lost = int(np.isfinite(rows[:, 0]).sum())
    assert 1 <= lost < 20 and np.isnan(rows[lost:]).all()


@pytest.mark.parametrize("name", CASES)
def test_they_are_verified(name):
    signature = Signature(CASES[name][0])
    hyper = signature.hyper()
    found = verified(signature, surfaces.beale, hyper, surfaces.beale.start, 40, [{"eta": 0.01}], own=True)
    assert found is not None and found.own == CASES[name][1]


def test_a_variable_that_is_wrong_is_not_verified():
    def knows_a_recording(theta, g, t, eta=0.1):
        shown = g if hasattr(t, "register") else 2 * g
        return theta - eta * g + 0 * shown

    signature = Signature(knows_a_recording)
    hyper = signature.hyper()
    given = signature, surfaces.bowl, hyper, surfaces.bowl.start, 30
    assert verified(*given) is not None
    assert verified(*given, own=True) is None


def test_the_profiler_is_left_alone():
    asked = []

    def profiler(*given):
        asked.append(given)

    before = sys.getprofile()
    sys.setprofile(profiler)
    try:
        both("adam", 3)
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)
    with pytest.raises(ZeroDivisionError), watched(steps.adam):
        raise ZeroDivisionError
    assert sys.getprofile() is before
