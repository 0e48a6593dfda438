"""What the browser is told of a picture: where data lie in it, and what each step is called."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from adamlab import descend, steps, surfaces
from adamlab._core.signature import Signature
from adamlab._drawing.artists import Path
from adamlab._live import plan

WIDTH, HEIGHT = 600.0, 300.0


@pytest.fixture
def ax():
    ax = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72).subplots()
    ax.set(xlim=(-2, 3), ylim=(-1, 4))
    return ax


def two_way(theta, g, m, eta=0.1, nesterov=True, eps=1e-6):
    return theta - eta * (g + m if nesterov else m) / (1 + eps), m + g


@pytest.mark.parametrize(
    "scales", [("linear", "linear"), ("log", "linear"), ("linear", "log"), ("log", "log")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_data_become_points_as_in_matplotlib(ax, scales, turned):
    ax.set(xscale=scales[0], yscale=scales[1], xlim=(0.01, 3), ylim=(1e-9, 4))
    if turned:
        ax.invert_xaxis()
    data = np.random.default_rng(0).uniform(0.01, 4, (50, 2))
    expected = ax.transData.transform(data) * (1, -1) + (0, HEIGHT)
    for k, along in enumerate("xy"):
        told = plan.axis(ax, along)
        assert told["log"] == (scales[k] == "log")
        values = np.log10(data[:, k]) if told["log"] else data[:, k]
        np.testing.assert_allclose(told["a"] * values + told["b"], expected[:, k], atol=1e-9)


def test_the_box_is_where_the_axes_are(ax):
    left, top, right, bottom = plan.box(ax)
    (x0, y0), (x1, y1) = ax.bbox.get_points()
    np.testing.assert_allclose([left, HEIGHT - bottom, right, HEIGHT - top], [x0, y0, x1, y1])
    x, y = plan.axis(ax, "x"), plan.axis(ax, "y")
    corners = [x["a"] * -2 + x["b"], y["a"] * 4 + y["b"], x["a"] * 3 + x["b"], y["a"] * -1 + y["b"]]
    np.testing.assert_allclose(corners, [left, top, right, bottom])


def test_the_landscape_reaches_as_far_as_a_path_is_drawn(ax):
    assert plan.ground(None) is None
    told = plan.ground(ax)
    run = descend(steps.gradient_descent, surfaces.saddle, (1.0, 1e-3), n_steps=100, eta=1.2)
    assert np.abs(run.theta).max() > 1e4
    path = Path(ax, "#000000").show(run)
    drawn = path.slots["path"].get_xydata()
    reach = np.array(told["reach"])
    np.testing.assert_allclose(drawn, np.clip(run.theta, *reach.T))
    assert told["box"] == plan.box(ax)
    ends = np.asarray(path.slots["dots"].get_path().vertices)
    stroke = np.diff(ax.transData.transform(ends[:2])[:, 0])
    np.testing.assert_allclose(told["tiny"], stroke, atol=1e-3)


SIDES = {"loss": ("loss", 0), "effective η": ("rate", 0), "sensitivity": ("sensitivity", 0)}
SIDES |= {"m": ("memory", 0), "v": ("memory", 1)}


@pytest.mark.parametrize("view", SIDES)
def test_the_picture_at_the_side_shows_what_was_asked_for(ax, view):
    told = plan.curves(ax, view, ("m", "v"), (-10.0, np.float64(20)))
    assert (told["shows"], told["memory"]) == SIDES[view]
    assert (told["limits"], told["reach"]) == ([-1, 4], [-10, 20])
    assert told["box"] == plan.box(ax)


def test_the_sentence_says_all_settings_but_an_eps_that_was_left_alone():
    said = plan.settings(Signature(two_way), {"nesterov": True})
    assert said == [
        {"symbol": "η", "input": 0, "silent": None},
        {"text": "nesterov=True"},
        {"symbol": "ε", "input": 1, "silent": 1e-6},
    ]


def test_a_step_and_its_rows():
    told = plan.track("adam 2", steps.adam, surfaces.himmelblau, {})
    run = descend(steps.adam, surfaces.himmelblau, n_steps=3)
    assert (told["name"], told["title"]) == ("adam 2", "adam on himmelblau")
    assert repr(run).startswith(told["title"])
    numbers = [run.theta, run.loss, run.gradient, *run.memory.values()]
    assert told["width"] == sum(np.size(row[0]) for row in numbers)
    assert told["n"] == 2
    np.testing.assert_array_equal(told["minima"], surfaces.himmelblau.minima)
