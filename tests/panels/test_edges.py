"""Surfaces at their edges and unusual settings: a picture or a clear sentence, nothing raw."""

import math

import numpy as np
import pytest

import adamlab
from adamlab import Surface, adam, anatomy, beale, bowl, check, descend, explore, race, steps, sweep

EDGES = {
    "no finite loss": Surface(lambda x, y: np.inf + 0 * x, name="hopeless"),
    "no number": Surface(lambda x, y: np.where(x > -99, np.nan, 0.0) + 0 * y, name="nowhere"),
    "infinite at the start": Surface(lambda x, y: 1 / np.maximum(x, 0) + y**2, start=(-1, 1), name="wall"),
    "constant": Surface(lambda x, y: 3.0 + 0 * x, name="flat"),
    "at the minimum": Surface(lambda x, y: x**2 + y**2, start=(0, 0), minima=[(0, 0)], name="home"),
    "huge": Surface(lambda x, y: 1e300 * (x**2 + y**2), name="huge"),
    "tiny": Surface(lambda x, y: 1e-300 * (x**2 + y**2), name="tiny"),
    "negative": Surface(lambda x, y: -50 + x**2 + y**2, minima=[(0, 0)], name="below zero"),
    "single points": Surface(lambda x, y: math.log(x) ** 2 + y**2, start=(2, 1), name="log"),
    "one coordinate": Surface(lambda x: 1 / x, start=(0,), name="pole"),
}
OPENINGS = {
    "explore": lambda surface: explore(adam, surface, n_steps=5),
    "race": lambda surface: race([steps.momentum, adam], surface, n_steps=5),
    "anatomy": lambda surface: anatomy(adam, surface, n_steps=5),
    "map": lambda surface: adamlab.map(adam, surface, resolution=4, n_steps=5),
    "sweep": lambda surface: sweep(adam, surface, eta=[0.1, 0.2], n_steps=5),
}


def refused_or_shown(opening, surface):
    """Nothing but our own sentence, which names the start or the surface, or says what is needed."""
    try:
        shown = opening(surface)
    except ValueError as fault:
        assert any(word in str(fault) for word in ("the loss at the start", "two coordinates")), fault
        assert "nan, nan" not in str(fault)
    else:
        if hasattr(shown, "png"):
            assert shown.png()[:4] == b"\x89PNG"


@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("kind", OPENINGS)
def test_a_surface_at_its_edge_is_shown_or_refused_in_a_sentence(kind, name):
    refused_or_shown(OPENINGS[kind], EDGES[name])


@pytest.mark.parametrize("kind", OPENINGS)
def test_the_same_where_numpy_is_told_to_raise(kind):
    with np.errstate(all="raise"):
        for surface in (beale, bowl, *EDGES.values()):
            refused_or_shown(OPENINGS[kind], surface)


def test_everything_runs_where_numpy_is_told_to_raise():
    with np.errstate(all="raise"):
        assert descend(steps.gradient_descent, beale, eta=5.0).diverged_at is not None
        assert descend(steps.gradient_descent, beale, eta=[0.01, 5.0]).diverged_at[1] > 0
        assert sweep(steps.gradient_descent, beale, eta=[0.01, 5.0]).diverged.tolist() == [False, True]
        assert check(adam).ok
        panel = explore(steps.gradient_descent, beale, n_steps=30)
        panel.sliders["eta"].value = 10.0
        assert "diverged" in panel.summary
        panel.place([1.0, 1.0])


def test_a_race_that_is_moved_to_the_minimum_lives_on():
    panel = race([steps.momentum, adam], bowl, n_steps=20)
    panel.place([0.0, 0.0])
    assert "race on bowl" in panel.summary
    assert all(row["loss"] == 0 for row in panel.table)
    panel.tune()
    assert panel.fair and panel.png()


def test_a_click_where_the_loss_is_infinite_is_said():
    panel = explore(adam, EDGES["infinite at the start"], start=(2, 1), n_steps=5)
    panel.place([-1.0, 1.0])
    assert "diverged at step 0" in panel.summary or "the loss at the start" in panel.summary


def test_what_a_star_brings_in_hides_no_function_of_python():
    import builtins

    assert not set(adamlab.__all__) & set(dir(builtins))
    assert callable(adamlab.map) and "map" in dir(adamlab)


@pytest.mark.parametrize("value", [2 / 26, 1 / 3, 0.1234567891234])
def test_a_slider_keeps_every_digit(value):
    panel = explore(adam, bowl, n_steps=5)
    slider = panel.sliders["eta"]
    slider.value = value
    assert slider.value == value and panel.descents["adam"].hyper["eta"] == value
    opened = explore(adam, bowl, n_steps=5, eta=value)
    opened.sliders["eta"].value = 0.5
    opened.reset()
    assert opened.sliders["eta"].value == value
    opened.sliders["eta"].number.value = "0.25"
    assert opened.sliders["eta"].value == 0.25


def test_a_tuple_of_one_is_right():
    def one(theta, g, eta=0.1):
        return (theta - eta * g,)

    run = descend(one, bowl)
    np.testing.assert_array_equal(run.theta, descend(steps.gradient_descent, bowl, eta=0.1).theta)
    assert check(one, like=steps.gradient_descent).ok
    line = Surface(lambda x: x**2, lambda x: 2 * x, start=(1,))
    assert descend(one, line).theta.shape == (101, 1)


def test_t_with_a_default_is_told_that_it_is_counted():
    def my_adam(theta, g, m, v, t=1, eta=0.1):
        return theta - eta * g, m, v

    with pytest.raises(TypeError, match=r"my_adam: t has a default, but it is passed in as the step number"):
        descend(my_adam, bowl)
    hint = check(my_adam).hint
    assert "t has a default" in hint and "t is passed in" in hint


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: descend(adam, bowl, n_steps=10**12), ValueError, "would store 64,000 GB of rows"),
        (lambda: descend(adam, bowl, n_steps=2**70), ValueError, "GB of rows"),
        (lambda: descend(adam, bowl, start=(10**400, 1)), ValueError, "start must be 2 finite numbers"),
        (lambda: Surface(lambda x: x, curvature=(0, 0)), ValueError, "curvature of f: expected"),
        (lambda: Surface(lambda x: x, curvature="a"), ValueError, "curvature of f: expected"),
        (lambda: adamlab.make_ravine("a"), ValueError, "make_ravine: condition must be"),
        (lambda: adamlab.make_ravine([1, 2]), ValueError, "make_ravine: condition must be"),
        (lambda: adamlab.problems.breast_cancer(l2=[1]), ValueError, "l2 must be a finite number"),
        (
            lambda: adamlab.problems.breast_cancer(seed="a", batch=4),
            ValueError,
            "seed must be a whole number",
        ),
        (lambda: descend(adam, bowl).lane(0), IndexError, "one run, without lanes"),
        (lambda: descend(adam, bowl, eta=[0.1, 0.2]).lane(5), IndexError, "no lane"),
        (lambda: descend(adam, bowl, eta=[0.1, 0.2]).lane("a"), IndexError, "no lane"),
        (lambda: adamlab.map(steps.momentum, bowl, axes=5), ValueError, "axes must be two of"),
    ],
)
def test_bad_input_is_answered_in_our_words(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_bad_input_to_check_is_answered_too():
    assert "like takes a step or a surface" in check(adam, like=np.array([1, 2])).hint


@pytest.mark.parametrize("formula", [r"\frac{x", r"\foo{x}", "x^"])
def test_a_formula_that_matplotlib_cannot_read_is_left_out(formula):
    surface = Surface(lambda x, y: x**2 + y**2, formula=formula, name="odd")
    assert explore(adam, surface, n_steps=5).png()


@pytest.mark.parametrize("eta", [1e-320, 1e-200, 1e300])
def test_a_slider_for_a_number_of_any_size(eta):
    panel = explore(adam, bowl, n_steps=5, eta=eta)
    slider = panel.sliders["eta"]
    assert slider.value == eta and slider.min <= eta <= slider.max and panel.png()
    slider.value = 0.5
    panel.reset()
    assert slider.value == eta
