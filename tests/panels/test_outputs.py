"""The curve of a surface's model in a panel: where the ball stands, and where it began."""

import re

import numpy as np
import pytest
from hand import control
from outlines import outlined

from adamlab import Surface, explore, problems, race, steps, surfaces

THICK = re.compile(r'<path d="([^"]*)"[^>]* stroke-width="3"')
FAINT = re.compile(r'<path d="([^"]*)"[^>]* stroke="#8a8a8a"')


def neuron(view="output"):
    return explore(steps.gradient_descent, surfaces.neuron, start=(4.5, 1.5), eta=1.0, view=view)


def shown(panel, paint):
    """The points of a curve that the picture shows, as inputs and outputs; None where there is none."""
    found = paint.search(panel.picture.foreground)
    if found is None:
        return None
    _, points = outlined(found[1])
    scales = [panel.picture.plan["curves"][along] for along in "xy"]
    return np.array([(points[:, k] - scale["b"]) / scale["a"] for k, scale in enumerate(scales)])


def assert_shows(panel, paint, theta):
    inputs, outputs = shown(panel, paint)
    tolerance = 0.01 / abs(panel.picture.plan["curves"]["y"]["a"])  # SVG is written to a hundredth of a point
    w, b = theta
    np.testing.assert_allclose(outputs, 1 / (1 + np.exp(-(w * inputs + b))), atol=2 * tolerance)
    assert (inputs.min(), inputs.max()) == pytest.approx((-0.5, 3.5), abs=0.01)


def test_the_curve_is_the_models_at_the_start_and_where_the_ball_stands():
    panel = neuron()
    film = control(panel, "step to show")
    for eta in (0.01, 3.0):
        panel.sliders["eta"].value = eta
        theta = panel.descents["gradient_descent"].theta
        for step, row in [(0, -1), (1, 1), (30, 30), (100, 100)]:  # a film at rest shows the whole run
            film.value = step
            assert_shows(panel, THICK, theta[row])
            assert_shows(panel, FAINT, (4.5, 1.5))
    panel.place((2.0, -3.0))
    assert_shows(panel, FAINT, (2.0, -3.0))


def test_a_run_that_is_lost_keeps_its_last_curve_and_has_none_beyond():
    surface = Surface(
        lambda a, b: a * a + b * b, model=lambda a, b, x: a, examples=[(0, 0), (1, 1)], start=(1e-5, 0)
    )
    panel = explore(steps.gradient_descent, surface, eta=3.0, n_steps=500, view="output")
    lost = panel.descents["gradient_descent"].diverged_at
    assert lost > 10 and shown(panel, THICK) is not None
    control(panel, "step to show").value = lost
    assert shown(panel, THICK) is None and shown(panel, FAINT) is not None


def test_a_step_that_is_not_written_yet_has_no_curve():
    panel = explore(lambda theta, g, eta=0.1: theta, surfaces.neuron, view="output")
    assert "not attempted yet" in panel.summary
    assert shown(panel, THICK) is None and shown(panel, FAINT) is None


def test_it_is_offered_only_where_the_surface_has_a_model():
    assert neuron().views == ("loss", "effective η", "output")
    assert "output" not in explore(steps.adam, problems.noisy(surfaces.neuron, 0.1)).views
    assert "output" not in explore([steps.adam, steps.momentum], surfaces.neuron).views
    assert "output" not in race([steps.adam, steps.momentum], surfaces.neuron).views
    own = Surface(lambda a, b: a * a + b * b, model=lambda a, b, x: a * x + b, examples=[(0, 1)])
    assert explore(steps.momentum, own, view="output").views == ("loss", "effective η", "m", "output")


def test_the_menu_follows_the_surface():
    panel = neuron()
    view = control(panel, "view on the right")
    assert view.value == panel.view == "output"
    control(panel, "surface").value = "bowl"
    assert view.value == panel.view == "loss" and panel.views == ("loss", "effective η")
    assert [name for _, name in view.options] == ["loss", "effective η"]
    assert panel.picture.plan["curves"]["shows"] == "loss"
    control(panel, "surface").value = "neuron"
    view.value = "output"
    assert panel.view == "output" and shown(panel, THICK) is not None


@pytest.mark.parametrize("show", [lambda view: neuron().show(view), neuron])
def test_a_view_that_is_none_is_refused_with_those_there_are(show):
    with pytest.raises(ValueError, match=r"view must be one of loss, effective η, output, got 'model'"):
        show("model")


def test_the_view_is_refused_where_there_is_no_model():
    with pytest.raises(ValueError, match=r"view must be one of loss, effective η, got 'output'"):
        explore(steps.gradient_descent, surfaces.bowl, view="output")


@pytest.mark.parametrize("view", ["m", "output"])
def test_a_panel_opens_with_any_of_its_views(view):
    panel, other = (explore(steps.momentum, surfaces.neuron, eta=0.5, **w) for w in ({"view": view}, {}))
    other.show(view)
    assert panel.view == control(panel, "view on the right").value == view
    assert panel.picture.background == other.picture.background
    assert panel.picture.foreground == other.picture.foreground


def unsteady(w, b, x):
    """A model that cannot be recorded."""
    return float(f"{w * x + b:.12g}")


def test_what_the_browser_cannot_play_is_sent_by_python():
    surface = Surface(lambda w, b: w * w + b * b, start=(1, 2), model=unsteady, examples=[(0, 1), (1, 2)])
    panel = explore(steps.gradient_descent, surface, n_steps=20, view="output")
    (track,) = panel.picture.plan["tracks"]
    run = panel.descents["gradient_descent"]
    rows = np.frombuffer(panel.picture.rows[0]).reshape(len(run.theta), track["width"])
    inputs = np.array(panel.picture.plan["curves"]["inputs"])
    expected = np.outer(run.theta[:, 0], inputs) + run.theta[:, 1:]
    np.testing.assert_allclose(rows[:, -len(inputs) :], expected, rtol=1e-9, atol=1e-11)
    panel.show("loss")
    (track,) = panel.picture.plan["tracks"]
    assert np.frombuffer(panel.picture.rows[0]).size == track["width"] * len(run.theta)


def test_a_model_that_fails_has_no_curve_there_and_the_panel_lives_on():
    def picky(w, b, x):
        if w < 0:
            raise RuntimeError("no luck")
        return w * x

    surface = Surface(lambda w, b: w * w, start=(1.0, 0.0), model=picky, examples=[(0, 1), (1, 2)])
    panel = explore(steps.gradient_descent, surface, n_steps=3, eta=0.7, view="output")
    assert shown(panel, THICK) is None and shown(panel, FAINT) is not None
    panel.sliders["eta"].value = 0.1
    assert shown(panel, THICK) is not None
