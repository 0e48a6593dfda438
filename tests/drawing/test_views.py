"""A landscape from the side, slices with their slope, a neuron's curve, and lines with their names."""

import numpy as np
import pytest

from adamlab import Surface, descend, plots, steps, surfaces


def names(ax):
    return [text.get_text() for text in ax.texts]


def test_a_relief_takes_the_place_of_flat_axes_and_carries_the_ball():
    figure, axes = plots.figure("test", columns=2, titles=["one", "two"])
    run = descend(steps.gradient_descent, surfaces.bowl, n_steps=3)
    solid = plots.relief(axes[0], surfaces.bowl, run)
    assert axes[0] not in figure.axes and solid in figure.axes and len(figure.axes) == 2
    assert (solid.get_title(), solid.get_xlabel(), solid.get_zlabel()) == ("one", "x", "loss")
    star, way, ball = (np.array(line.get_data_3d()) for line in solid.lines)
    assert star.ravel().tolist() == [0, 0, 0]
    assert np.array_equal(way, [*run.theta.T, run.loss])
    assert np.array_equal(ball, way[:, -1:])


def test_a_ball_on_a_relief_may_stand_still():
    _, ax = plots.figure("test")
    solid = plots.relief(ax, surfaces.bowl, (-3, 2))
    assert np.ravel(solid.lines[-1].get_data_3d()).tolist() == [-3, 2, 10.5]


@pytest.mark.parametrize(("along", "rise"), [(0, -3), (1, 6)])
def test_a_slice_shows_the_slope_and_its_arrow_points_uphill(along, rise):
    _, ax = plots.figure("test")
    plots.slope(ax, surfaces.bowl, (-3, 2), along)
    _, tangent, ball = ax.lines
    x, y = tangent.get_data()
    assert np.allclose(np.diff(y) / np.diff(x), rise)
    assert (ball.get_xdata()[0], ball.get_ydata()[0]) == ((-3, 2)[along], 10.5)
    assert ball.get_xdata()[0] in x  # uphill of the ball there is only the arrow
    (arrow,) = ax.texts
    assert arrow.xy[1] > 10.5 and np.sign(arrow.xy[0] - ball.get_xdata()[0]) == np.sign(rise)
    assert ax.get_xlabel() == "xy"[along]


def test_level_ground_has_no_arrow():
    _, ax = plots.figure("test")
    assert not plots.slope(ax, surfaces.bowl, (0, 2), 0).texts


def test_the_gradient_points_uphill_and_its_opposite_downhill():
    _, ax = plots.figure("test")
    plots.uphill(plots.landscape(ax, surfaces.bowl), surfaces.bowl, (-3, 2), length=1)
    place = {text.get_text().strip(): text.xy for text in ax.texts if text.get_text()}
    here, unit = np.array([-3, 2]), np.array([-3, 6]) / np.hypot(3, 6)
    assert np.allclose(place["gradient"], here + unit) and np.allclose(place["downhill"], here - unit)


def test_factors_cross_at_the_best_rate():
    etas = np.linspace(0, 0.1, 11)
    _, ax = plots.figure("test")
    plots.factors(ax, (1, 25), etas)
    flat, steep, _, best = ax.lines
    assert np.allclose(flat.get_ydata(), 1 - etas) and np.allclose(steep.get_ydata(), abs(1 - 25 * etas))
    assert best.get_xdata()[0] == 2 / 26
    assert sorted(names(ax)) == ["|1 − 25η|", "|1 − η|"]


def test_a_neuron_that_has_learned_goes_through_its_examples():
    run = descend(steps.gradient_descent, surfaces.neuron, surfaces.neuron.minima[0], n_steps=1)
    _, ax = plots.figure("test")
    plots.neuron_curves(ax, run, at=(0, -1))
    curve, _, examples = ax.lines
    assert np.allclose(np.interp(examples.get_xdata(), *curve.get_data()), examples.get_ydata(), atol=1e-3)
    assert sorted(names(ax)) == ["step 0", "step 1"]


def test_names_stand_where_lines_end_and_do_not_overlap():
    _, ax = plots.figure("test")
    ax.plot([0, 1, 2], [1, 1, 1], label="level")
    ax.plot([0, 1, 2], [1, 1, 1.001], label="almost level")
    ax.plot([0, 1, 2], [0, 2, 100], label="leaves")
    ax.plot([0, 1], [0, 0])
    ax.set_ylim(0, 3)
    plots.label_ends(ax)
    where = {text.get_text(): ax.transAxes.transform(text.xy) for text in ax.texts}
    assert set(where) == {"level", "almost level", "leaves"}
    assert where["almost level"][1] - where["level"][1] > 15
    assert np.allclose(where["leaves"], ax.transData.transform((1, 2)))
    _, ax = plots.figure("test")
    ax.plot([0, 1], [5, 6], label="first")
    at = ax.transAxes.transform(plots.label_ends(ax, "left").texts[0].xy)
    assert at == pytest.approx(ax.transData.transform((0, 5)))


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda ax: plots.relief(ax, Surface(lambda x: x**2)), "a relief needs two"),
        (lambda ax: plots.uphill(ax, Surface(lambda x: x**2), (1,)), "arrows need two"),
        (lambda ax: plots.uphill(ax, surfaces.bowl, (0, 0)), "no direction uphill at"),
        (lambda ax: plots.slope(ax, surfaces.bowl, (1, 1), 2), "0 to 1, got 2"),
        (lambda ax: plots.factors(ax, (0, 1), np.ones(2)), "must be positive"),
        (lambda ax: plots.label_ends(ax, "top"), "'right' or 'left', got 'top'"),
    ],
)
def test_what_cannot_be_drawn_is_said(draw, says):
    _, ax = plots.figure("test")
    with pytest.raises(ValueError, match=says):
        draw(ax)
