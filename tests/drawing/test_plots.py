"""Pictures: what is drawn, on which axes, and that nothing global changes."""

import gc
import io
import itertools
import tracemalloc

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from adamlab import Surface, descend, plots, problems, steps, surfaces, sweep
from adamlab._drawing import style
from adamlab._drawing.artists import Path, _heads
from adamlab._drawing.curves import Curve, Sensitivity, spread_labels
from adamlab._drawing.heatmap import Heat
from adamlab._drawing.heights import extremes
from adamlab._drawing.rendering import render_still

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
    path = Path(plots.landscape(ax, surfaces.beale), *style.look(steps.adam)).show(run)
    ring, ball = path.artists[-2:]
    assert np.allclose(np.ravel(ring.get_data()), run.theta[0])
    assert np.allclose(np.ravel(ball.get_data()), run.theta[-1])
    assert ring.get_markerfacecolor() == "white" != ball.get_markerfacecolor()


def test_the_arrowheads_point_along_the_path():
    straight = descend(steps.gradient_descent, Surface(lambda x, y: x, lambda x, y: (1.0, 0.0), start=(4, 0)))
    _, ax = plots.figure("test")
    ax.set(xlim=(-7, 5), ylim=(-1, 1))
    corners = _heads(straight.theta, ax).vertices.reshape(-1, 4, 2)
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


def test_values_by_step_are_lines_with_labels_at_their_ends():
    _, ax = plots.figure("test")
    values = np.array([[1.0, 4.0], [2.0, np.nan], [3.0, 5.0]])
    assert plots.by_step(ax, values, ["all of it", "a gap"], [steps.momentum, steps.nesterov]) is ax
    first, second = [line for line in ax.lines if line.get_linestyle() != "None"]
    assert [*first.get_ydata()] == [1, 2, 3] and [*second.get_xdata()] == [0, 2]
    assert [first.get_color(), second.get_color()] == [
        plots.look(s)[0] for s in (steps.momentum, steps.nesterov)
    ]
    labels = {text.get_text(): text.xy[1] for text in ax.texts}
    low, high = ax.get_ylim()
    assert labels["all of it"] == pytest.approx((3 - low) / (high - low)) and low < 0 < 5 < high
    with pytest.raises(ValueError, match="2 lines need as many labels, got 1"):
        plots.by_step(ax, values, ["one"])


def test_values_by_step_keep_limits_that_were_set():
    _, ax = plots.figure("test")
    ax.set(yscale="log", ylim=(1e-3, 10))
    plots.by_step(ax, [5.0, 1e-9], [""])
    assert ax.get_ylim() == (1e-3, 10) and ax.get_xlim()[0] == 0


def test_labels_at_the_line_ends_do_not_overlap():
    run = descend(steps.adam, surfaces.beale, eta=0.01)
    _, ax = plots.figure("test")
    plots.loss_axes(ax, run.surface, run.theta[0], run.n_steps)
    curves = [Curve(ax, "k", label=name).show(run) for name in "abc"]
    spread_labels(curves, gap=15)
    heights = [curve.label.xy[1] * ax.bbox.height * 72 / ax.figure.dpi for curve in curves]
    assert np.diff(sorted(heights)).min() >= 14.99


def test_labels_of_lines_that_leave_the_axes_stand_in_the_order_of_their_ends():
    _, ax = plots.figure("test")
    ax.set(yscale="log", ylim=(1e-6, 10))
    plots.by_step(ax, [[1.0, 1.0], [5e-7, 1e-7]], ["high", "low"])
    heights = {label.get_text(): label.xy[1] for label in ax.texts}
    assert 0 <= heights["low"] < heights["high"]


def test_the_mark_of_a_rate_that_was_tried_lies_on_its_line():
    _, ax = plots.figure("test")
    ax.set_ylim(0, 10)
    curve = Sensitivity(ax, "k")
    curve.know([0.05, 0.1], np.array([2.0, 3.0]), "eta")  # as the mean over several seeds
    curve.show(descend(steps.adam, surfaces.beale, eta=0.1))
    assert list(curve.slots["end"].get_ydata()) == [3.0]


def test_lines_have_their_labels_at_their_ends_and_apart():
    values = {"low": [1, 10, np.nan], steps.adam: [1, 10, 10.1], "high": [1, 10, 100], "level": 2}
    fig = plots.lines(values, "four lines", like=steps.rmsprop, yscale="log")
    fig.draw_without_rendering()
    (ax,) = fig.axes
    assert {said.get_text() for said in ax.texts} == {"level", "low", "adam", "high"}
    boxes = {said.get_text(): said.get_window_extent() for said in ax.texts}
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes.values(), 2))
    assert all(box.x1 < fig.bbox.x1 for box in boxes.values())
    for label, end in [("high", (2, 100)), ("low", (1, 10))]:
        x, y = ax.transData.transform(end)
        box = boxes[label]
        assert 0 < box.x0 - x < 15 and abs(box.y0 + box.height / 2 - y) < 3


def test_lines_of_steps_look_like_them_and_others_differ_in_their_dash():
    values = {steps.adam: [1, 2], "a": [1, 3], "b": [1, 4], "level": 2}
    adam, a, b, level = plots.lines(values, "four lines", x=[5, 7], like=steps.rmsprop).axes[0].lines
    assert adam.get_color() == plots.look(steps.adam)[0]
    assert a.get_color() == b.get_color() == plots.look(steps.rmsprop)[0] != level.get_color()
    assert len({line.get_linestyle() for line in (a, b, level)}) == 3
    assert [list(line.get_xdata()) for line in (adam, level)] == [[5, 7]] * 2


def test_paths_stand_side_by_side_with_what_differs_above_them():
    lanes, other = (
        descend(steps.rmsprop, surfaces.bowl, beta2=[0.5, 0.9]),
        descend(steps.adam, surfaces.beale, eta=0.01),
    )
    fig = plots.paths(lanes, other)
    titles = [ax.get_title(loc="left") for ax in fig.axes]
    assert [title.split(":")[0] for title in titles[:2]] == ["rmsprop, β2 = 0.5", "rmsprop, β2 = 0.9"]
    assert titles[2].startswith("adam, ") and fig.alt.count("; ") == 2
    assert "loss" not in "".join(ax.get_title(loc="left") for ax in plots.paths(other, titles=["mine"]).axes)


def test_every_method_of_the_series_looks_different():
    looks = [style.look(getattr(steps, name)) for name in steps.__all__]
    assert len(set(looks)) == len(looks)
    assert len({style.look(lambda theta, g: theta, k) for k in range(4)}) == 4


def test_drawing_changes_no_global_setting_and_leaves_no_figure():
    before = dict(mpl.rcParams)
    fig, ax = plots.figure("test", titles="title")
    plots.landscape(ax, surfaces.bowl)
    plots.png(fig)
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == []


def test_a_figure_shows_itself_as_a_picture_with_its_sentence():
    fig, _ = plots.figure("A curve that falls.")
    data, metadata = fig._repr_mimebundle_()
    assert data["text/plain"] == "A curve that falls." and set(data) == {"image/png", "text/plain"}
    assert metadata == {"image/png": {"alt": "A curve that falls."}}


@pytest.fixture
def no_collection():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("save", [plots.png, lambda fig: render_still(fig, [])])
def test_a_figure_keeps_no_pixels_even_before_garbage_is_collected(save):
    def canvases():
        return sum(
            isinstance(thing, RendererAgg) and "_renderer" in vars(thing) for thing in gc.get_objects()
        )

    save(plots.figure("the first one loads more")[0])
    fig, _ = plots.figure("test", titles=f"$x_{{{id(save)}}}$", size=(8, 6))  # a formula not read before
    before = canvases()
    tracemalloc.start()
    assert len(save(fig)) > 1000
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert canvases() == before
    assert held < 1600 * 1200 * 4 / 2  # half the pixels of a still


# Surfaces at their edges


def flat(value):
    return lambda x, y: value + 0 * x


def round_(scale, at=0.0):
    return lambda x, y: scale * (x**2 + y**2) + at


NOWHERE_FINITE = {
    "nan": Surface(lambda x, y: x * np.nan, name="f"),
    "inf": Surface(flat(np.inf), name="f"),
    "minus inf": Surface(flat(-np.inf), name="f", minima=[(0, 0)]),
    "nan, a curve": Surface(lambda x: x * np.nan, name="f"),
    "inf, a curve": Surface(lambda x: x * 0 + np.inf, name="f", minima=[(0,)]),
}
EDGES = {
    **NOWHERE_FINITE,
    "infinite start": Surface(lambda x, y: np.where(x < -3, np.inf, x**2 + y**2)),
    "infinite start, known": Surface(lambda x, y: np.where(x < -3, np.inf, x**2 + y**2), minima=[(0, 0)]),
    "minus inf at the minimum": Surface(lambda x, y: np.log(x**2 + y**2), minima=[(0, 0)]),
    "inf at the minimum": Surface(lambda x, y: 1 / (x**2 + y**2), minima=[(0, 0)]),
    "nan at the minimum": Surface(
        lambda x, y: np.where(x**2 + y**2 < 1, np.nan, x**2 + y**2), minima=[(0, 0)]
    ),
    "start at the minimum": Surface(round_(1), minima=[(0, 0)], start=(0, 0)),
    "start at a minimum below 0": Surface(round_(1, -3), minima=[(0, 0)], start=(0, 0)),
    "start at an unknown minimum": Surface(round_(1), start=(0, 0)),
    **{f"constant {value:g}": Surface(flat(value)) for value in (0, 7, -2, 1e17, 1e300, -1e300, 1e-300)},
    **{f"known constant {value:g}": Surface(flat(value), minima=[(0, 0)]) for value in (0, 7, 1e300, 1e-300)},
    "huge": Surface(round_(1e300, 1e300)),
    "huge, known": Surface(round_(1e300), minima=[(0, 0)]),
    "huge, known, above 0": Surface(round_(1e300, 1e300), minima=[(0, 0)]),
    "huge on both sides of 0": Surface(lambda x, y: 1.7e308 * np.sin(x) * np.cos(y)),
    "tiny": Surface(round_(1e-300)),
    "tiny, known": Surface(round_(1e-300), minima=[(0, 0)]),
    "tiny on both sides of 0": Surface(lambda x, y: 1e-300 * (x**2 - y**2)),
    "tiny above 1": Surface(round_(1e-15, 1), minima=[(0, 0)]),
    "from 1 to 1e303": Surface(lambda x, y: np.exp(14 * (x**2 + y**2))),
    "from 0 to 1e303": Surface(lambda x, y: np.exp(14 * (x**2 + y**2)) - 1, minima=[(0, 0)], start=(0.1, 0)),
    "finite in one place": Surface(lambda x, y: np.where(x**2 + y**2 < 1e-3, 1.0, np.nan), start=(0, 0)),
    "a curve with an infinite start": Surface(lambda x: np.where(x < -3, np.inf, x**2)),
    "a curve, minus inf at the minimum": Surface(lambda x: np.log(x**2), minima=[(0,)]),
    "a curve from its minimum": Surface(lambda x: x**2, minima=[(0,)], start=(0,)),
    "a constant curve": Surface(lambda x: 0 * x, minima=[(0,)]),
    "a huge curve": Surface(lambda x: 1.7e308 * np.sin(x)),
    "a tiny curve": Surface(lambda x: 1e-300 * x**2, minima=[(0,)]),
    "three coordinates, infinite": Surface(lambda x, y, z: np.inf + 0 * x),
    "three coordinates, 0": Surface(lambda x, y, z: 0 * x),
}


def finite_and_increasing(*limits):
    return all(np.isfinite([low, high]).all() and low < high for low, high in limits)


def drawn_map(ax, surface):
    values = np.array([0.01, 0.1, 1.0])
    shown = Heat(ax, ("eta", "beta1"), (values, values[:2]), surface, surface.start)
    ends = np.array([[np.nan, 0.0], [1.0, 1e300], [1e-300, np.inf]])
    ax.figure.colorbar(shown.show(ends, np.isnan(ends)).scale, ax=ax)
    return shown


every_edge = pytest.mark.parametrize("surface", EDGES.values(), ids=EDGES)
with_a_run = pytest.mark.parametrize(
    "surface",
    [surface for surface in EDGES.values() if not np.isnan(surface.loss(surface.start))],
    ids=[name for name, surface in EDGES.items() if not np.isnan(surface.loss(surface.start))],
)


@every_edge
def test_every_surface_is_drawn_whatever_numpys_settings(surface):
    with np.errstate(all="raise"):
        fig, (ground, curves, ends) = plots.figure("test", 1, 3)
        fig.set_layout_engine("none")  # takes most of the time
        if surface.n <= 2:
            plots.landscape(ground, surface, points=40)
        plots.loss_axes(curves, surface, surface.start, 20)
        shown = drawn_map(ends, surface)
        limits = [pair for ax in fig.axes for pair in (ax.get_xlim(), ax.get_ylim())]
        assert finite_and_increasing(*limits, shown.scale.get_clim())
        assert pixels(fig).std() > 1


@with_a_run
def test_every_run_is_drawn_whatever_numpys_settings(surface):
    with np.errstate(all="raise"):
        run = descend(steps.adam, surface, n_steps=20, eta=0.1)
        _, axes = plots.figure("test", 1, 5)
        if surface.n <= 2:
            plots.path(plots.landscape(axes[0], surface, points=40), run, label="here")
        plots.loss_curve(axes[1], run, label="here")
        plots.memory(axes[2], run, "v")
        plots.trace_axes(axes[3], run, "v", 20)
        plots.trace_axes(axes[4], run, "effective η", 20)
        assert finite_and_increasing(*(limits for ax in axes for limits in (ax.get_xlim(), ax.get_ylim())))


@pytest.mark.parametrize("name", ["inf", "infinite start", "huge on both sides of 0", "a huge curve"])
def test_a_run_that_is_lost_at_once_can_be_looked_at(name):
    run = descend(steps.adam, EDGES[name], n_steps=20, eta=0.1)
    with np.errstate(all="raise"):
        fig, axes = plots.figure("test", 1, 3)
        plots.path(plots.landscape(axes[0], run.surface), run, label="here")
        plots.loss_curve(axes[1], run, label="here")
        plots.memory(axes[2], run, "v")
        assert pixels(fig).std() > 1


@pytest.mark.parametrize("name", ["huge, known", "huge", "tiny, known", "tiny", "from 1 to 1e303", "inf"])
def test_an_axis_with_little_room_looks_for_no_ticks_beyond_the_largest_number(name):
    with np.errstate(all="raise"):
        fig, axes = plots.figure("test", 1, 2, size=(3, 0.7))
        plots.loss_axes(axes[0], EDGES[name], EDGES[name].start, 20)
        drawn_map(axes[1], EDGES[name])
        assert pixels(fig).std() > 1


@pytest.mark.parametrize("surface", EDGES.values(), ids=EDGES)
def test_the_extremes_of_a_surface_are_finite(surface):
    low, high = extremes(surface)
    assert np.isfinite([low, high]).all() and low <= high


@pytest.mark.parametrize("surface", NOWHERE_FINITE.values(), ids=NOWHERE_FINITE)
def test_a_window_without_a_finite_loss_says_so(surface):
    _, ax = plots.figure("test")
    plots.landscape(ax, surface)
    assert [text.get_text() for text in ax.texts] == ["f: no finite loss in this window"]
    assert len(ax.collections) == 0
    assert ax.get_xlim() == surface.window[0]


def test_a_window_with_a_finite_loss_says_nothing():
    for name in ("infinite start", "constant 7", "huge", "a tiny curve"):
        _, ax = plots.figure("test")
        assert not plots.landscape(ax, EDGES[name]).texts


@pytest.mark.parametrize(
    "name", ["constant 1e+17", "constant 1e+300", "constant -1e+300", "known constant 0"]
)
def test_a_constant_loss_is_a_plain_of_one_colour(name):
    fig, ax = plots.figure("test", size=(2, 2))
    plots.landscape(ax, EDGES[name])
    shown = pixels(fig)
    middle = shown[20:60, 50:90].reshape(-1, 3)
    colours = np.unique(middle, axis=0)
    assert [0x86, 0xAB, 0xC7] in colours.tolist() and np.ptp(middle[[0, -1]], axis=0).max() == 0


@pytest.mark.parametrize("scale", [1e300, 1e12, 1e-300])
def test_contours_do_not_depend_on_the_unit_of_the_loss(scale):
    def contours(unit):
        fig, ax = plots.figure("test", size=(3, 3))
        plots.landscape(ax, Surface(round_(unit), minima=[(0, 0)]))
        return pixels(fig)

    assert np.abs(contours(scale) - contours(1.0)).max() <= 60  # a contour may shift by a part of a pixel
    assert np.abs(contours(scale) - contours(1.0)).mean() < 0.1


def test_a_loss_of_any_size_lies_within_its_axes():
    for name in ("huge", "huge, known", "tiny", "tiny, known", "known constant 1e+300", "constant -1e+300"):
        surface = EDGES[name]
        _, ax = plots.figure("test")
        plots.loss_axes(ax, surface, surface.start, 10)
        low, high = ax.get_ylim()
        assert low <= surface.loss(surface.start) <= high


def test_a_run_that_climbs_to_the_worst_point_stays_within_its_axes():
    surface = problems.rare_gradients(10)
    _, ax = plots.figure("test")
    plots.loss_axes(ax, surface, surface.start, 10)
    low, high = ax.get_ylim()
    assert low < surface.loss((-1,)) < surface.loss((1,)) < high


def test_a_map_from_a_minimum_below_zero_has_the_colour_of_its_lowest_loss():
    surface = EDGES["start at a minimum below 0"]
    swept = sweep(steps.momentum, surface, n_steps=5, eta=[0.1, 0.2], beta1=[0.0, 0.5])
    _, ax = plots.figure("test")
    plots.heatmap(ax, swept)
    lowest = np.array(mpl.colormaps["viridis"](0.0, bytes=True))
    assert (ax.images[0].get_array() == lowest).all()


# --- arrows and slices --------------------------------------------------------------------------


@pytest.mark.parametrize("surface", [surfaces.ravine, surfaces.beale, surfaces.saddle], ids=lambda s: s.name)
def test_arrows_point_the_way_that_gradient_descent_goes(surface):
    _, ax = plots.figure("test")
    assert plots.downhill(plots.landscape(ax, surface), surface, count=7) is ax
    (arrows,) = [artist for artist in ax.collections if hasattr(artist, "U")]
    points = np.column_stack([arrows.X, arrows.Y])
    scale = np.array([ax.bbox.width / np.ptp(ax.get_xlim()), ax.bbox.height / np.ptp(ax.get_ylim())])
    steps = -surface.gradient(points.T).T * scale
    shown = np.column_stack([arrows.U, arrows.V])
    seen = np.hypot(*steps.T) > 0
    ways = steps[seen] / np.hypot(*steps[seen].T)[:, np.newaxis]
    assert len(points) == 49 and seen.sum() >= 48
    np.testing.assert_allclose(shown[seen], ways, atol=1e-12)


def test_a_slice_is_the_loss_along_its_line():
    _, ax = plots.figure("test")
    plots.section(ax, surfaces.beale, (1, 0.5), (2, 1), points=11)
    places, heights = ax.lines[0].get_data()
    line = np.array([[1.0], [0.5]]) + np.array([[2.0], [1.0]]) * places
    np.testing.assert_allclose(heights, surfaces.beale.loss(line))
    assert ax.lines[0].get_label() == "along (2, 1)" and ax.lines[1].get_xdata() == [0]
    flat = problems.sparse_features(30, 5)
    plots.section(ax, flat, along=np.eye(5)[0])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda ax: plots.downhill(ax, problems.sparse_features(30, 5)), "arrows need two"),
        (lambda ax: plots.section(ax, surfaces.bowl, (1, 2, 3)), "through must be 2 finite numbers for bowl"),
        (lambda ax: plots.section(ax, surfaces.bowl, along=(0, 0)), "along must be a direction, not zero"),
    ],
)
def test_arrows_and_slices_refuse_what_they_cannot_draw(call, words):
    _, ax = plots.figure("test")
    with pytest.raises(ValueError, match=words):
        call(ax)


def _texts(ax):
    return {text.get_text(): text for text in ax.texts}


def test_labels_stand_where_lines_end_and_apart_from_each_other():
    _, ax = plots.figure("test")
    for name, end in [("low", 0.0), ("nearly low", 0.01), ("high", 1.0), ("nearly high", 0.99), ("_no", 0.5)]:
        ax.plot([0, 1], [0.5, end], label=name)
    ax.plot([0, 1], [np.nan, np.nan], label="nowhere")
    ax.set_ylim(0, 1)
    assert plots.label_ends(ax, gap=14) is ax
    texts = _texts(ax)
    assert list(texts) == ["low", "nearly low", "nearly high", "high"]
    points = np.array([text.xy[1] for text in texts.values()]) * ax.bbox.height * 72 / ax.figure.dpi
    assert points[0] == 0 and points[-1] == pytest.approx(ax.bbox.height * 72 / ax.figure.dpi)
    assert np.diff(points)[[0, 2]] == pytest.approx(14)
    assert texts["high"].get_color() == ax.lines[2].get_color()


def test_both_averages_are_corrected_and_the_step_is_their_ratio():
    noisy = problems.noisy(surfaces.bowl, 1.0)
    run = descend(steps.adam, noisy, eta=0.1, beta2=0.99)
    _, (above, below) = plots.figure("test", rows=2)
    plots.averages((above, below), run, 1, exact=surfaces.bowl)
    drawn = {line.get_label(): line.get_ydata() for line in above.lines}
    assert drawn["m̂"][0] == pytest.approx(run.gradient[0, 1]) == pytest.approx(drawn["g"][0])
    assert drawn["√v̂"][0] == pytest.approx(abs(run.gradient[0, 1]))
    assert drawn["exact g"] == pytest.approx([surfaces.bowl.gradient(theta)[1] for theta in run.theta[:-1]])
    steps_in_eta = below.lines[-1].get_ydata()
    assert steps_in_eta == pytest.approx(drawn["m̂"] / drawn["√v̂"])
    assert set(_texts(above)) == {"g", "m̂", "√v̂", "exact g"}


def test_averages_want_an_adam():
    _, axes = plots.figure("test", rows=2)
    with pytest.raises(ValueError, match="momentum has no v, beta2"):
        plots.averages(axes, descend(steps.momentum, surfaces.bowl))
