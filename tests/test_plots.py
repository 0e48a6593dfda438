"""Pictures: what is drawn, on which axes, and that nothing global changes."""

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from adamlab import Surface, descend, moving, plots, problems, steps, surfaces, theme

READY_MADE = [getattr(surfaces, name) for name in surfaces.__all__[2:]]


def pixels(fig):
    return np.asarray(Image.open(io.BytesIO(plots.png(fig, 50))).convert("RGB")).astype(int)


@pytest.mark.parametrize("surface", READY_MADE, ids=lambda surface: surface.name)
def test_every_surface_is_drawn_with_its_window_and_minima(surface):
    _, ax = plots.figure("test")
    assert plots.landscape(ax, surface) is ax
    assert (ax.get_xlim(), ax.get_ylim()) == surface.window
    (stars,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert np.array_equal(np.column_stack(stars.get_data()).astype(float), surface.minima)


def test_the_axes_bear_the_names_of_the_coordinates():
    def labels(surface):
        _, ax = plots.figure("test")
        plots.landscape(ax, surface)
        return ax.get_xlabel(), ax.get_ylabel()

    assert labels(surfaces.neuron) == labels(problems.noisy(surfaces.neuron, 0.1)) == ("w", "b")
    assert labels(surfaces.beale) == labels(Surface(lambda x, y, t: x + y + t)) == ("x", "y")
    assert labels(Surface(lambda p: p[0] ** 2 + p[1], start=(1, 2), vector=True)) == ("x", "y")


def test_contour_levels_lie_closer_towards_the_minimum():
    _, ax = plots.figure("test")
    plots.landscape(ax, surfaces.bowl)
    levels = ax.collections[0].levels
    assert (np.diff(levels) > 0).all() and levels[2] - levels[1] < 0.05 * (levels[-1] - levels[-2])


def test_a_surface_of_one_coordinate_is_a_curve_with_a_ball():
    valley = Surface(lambda x: x**2)
    _, ax = plots.figure("test")
    plots.path(plots.landscape(ax, valley), descend(steps.gradient_descent, valley))
    assert len(ax.collections) == 0 and len(ax.lines) >= 4


def test_many_coordinates_cannot_be_drawn_from_above():
    _, ax = plots.figure("test")
    with pytest.raises(ValueError, match="31 coordinates: only one or two"):
        plots.landscape(ax, problems.breast_cancer())


def test_the_path_shows_its_start_and_its_end():
    run = descend(steps.adam, surfaces.beale, eta=0.1)
    _, ax = plots.figure("test")
    path = moving.Path(plots.landscape(ax, surfaces.beale), *theme.look(steps.adam)).show(run)
    ring, ball = path.artists[-2:]
    assert np.allclose(np.ravel(ring.get_data()), run.theta[0])
    assert np.allclose(np.ravel(ball.get_data()), run.theta[-1])
    assert ring.get_markerfacecolor() == "white" != ball.get_markerfacecolor()


def test_the_arrowheads_point_along_the_path():
    straight = descend(steps.gradient_descent, Surface(lambda x, y: x, lambda x, y: (1.0, 0.0), start=(4, 0)))
    _, ax = plots.figure("test")
    ax.set(xlim=(-7, 5), ylim=(-1, 1))
    corners = moving._heads(straight.theta, ax).vertices.reshape(-1, 4, 2)
    assert len(corners) >= 2 and (corners[:, 0, 0] < corners[:, 1:3, 0].min(axis=1)).all()


@pytest.mark.parametrize("eta", [1e-9, 0.2, 50.0, 1e200])
def test_a_run_of_any_size_can_be_drawn(eta):
    run = descend(steps.gradient_descent, surfaces.ravine, eta=eta)
    fig, (left, right) = plots.figure("test", 1, 2)
    plots.path(plots.landscape(left, surfaces.ravine), run, label="here")
    assert plots.loss_curve(right, run, label="here") is right
    assert pixels(fig).std() > 1


def test_the_loss_axis_does_not_depend_on_the_run():
    limits = set()
    for eta in [0.001, 0.05, 5.0]:
        _, ax = plots.figure("test")
        plots.loss_curve(ax, descend(steps.gradient_descent, surfaces.ravine, eta=eta))
        limits.add((ax.get_yscale(), ax.get_ylim()))
    assert len(limits) == 1 and next(iter(limits))[0] == "log"


def test_a_loss_that_can_be_negative_has_a_linear_axis():
    _, ax = plots.figure("test")
    plots.loss_curve(ax, descend(steps.gradient_descent, surfaces.saddle))
    assert ax.get_yscale() == "linear"


def test_memory_over_time_is_what_the_step_carried():
    run = descend(steps.adam, surfaces.beale, eta=0.1)
    _, ax = plots.figure("test")
    assert plots.memory(ax, run, "v") is ax
    assert np.array_equal(ax.lines[1].get_ydata(), run.memory["v"][:, 1])
    with pytest.raises(ValueError, match="adam has no memory 'u': it has m, v"):
        plots.memory(ax, run, "u")


def test_labels_at_the_line_ends_do_not_overlap():
    run = descend(steps.adam, surfaces.beale)
    _, ax = plots.figure("test")
    plots.loss_axes(ax, run.surface, run.theta[0], run.n_steps)
    curves = [moving.Curve(ax, "k", label=name).show(run) for name in "abc"]
    moving.spread_labels(curves, gap=15)
    heights = [curve.label.xy[1] * ax.bbox.height * 72 / ax.figure.dpi for curve in curves]
    assert np.diff(sorted(heights)).min() >= 14.99


def test_every_method_of_the_series_looks_different():
    looks = [theme.look(getattr(steps, name)) for name in steps.__all__]
    assert len(set(looks)) == len(looks)
    assert len({theme.look(lambda theta, g: theta, k) for k in range(4)}) == 4


def test_drawing_changes_no_global_setting_and_leaves_no_figure():
    before = dict(mpl.rcParams)
    fig, ax = plots.figure("test", titles="title")
    plots.landscape(ax, surfaces.bowl)
    plots.png(fig)
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_a_figure_shows_itself_as_a_picture_with_its_sentence():
    fig, _ = plots.figure("A curve that falls.")
    bundle = fig._repr_mimebundle_()
    assert bundle["text/plain"] == "A curve that falls." and set(bundle) == {"image/png", "text/plain"}
